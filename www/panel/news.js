// @ts-check
/**
 * What is new: what the host can export, where the account's export stands, and what of it lies in this browser. Asked
 * of all three at once; **nothing is kept here**.
 *
 * @typedef {import("./embedding.js").Embedding} Embedding
 * @typedef {import("./model.js").Model} Model
 * @typedef {import("../protocol.js").ExportView} ExportView
 *
 * @typedef {Pick<Model, "staging" | "archive" | "abandoned"> & { catalog: NonNullable<Model["catalog"]>, current: NonNullable<Model["current"]> }} News
 */
import { loadCatalog } from "../catalog.js";
import { deleteExpired, expectedStaging, findArchive, isAbandoned, isOver } from "../local.js";
import { revokeFiles } from "./save.js";

/** An export whose worker died in this page. Its lease lives on for a while, and nobody works. */
export class Orphan {
  /** @type {string} */ #id;
  /** @type {string | undefined} */ #leaseUntil;

  /** @param {string} id of the export */
  constructor(id) {
    this.#id = id;
  }

  /**
   * Whether this is it, and nobody has renewed its lease since this was asked first.
   *
   * @param {ExportView} view
   */
  isStill(view) {
    if (this.#id !== view.id) return false;
    this.#leaseUntil ??= view.lease_until;
    return this.#leaseUntil === view.lease_until;
  }
}

/**
 * @param {Embedding} embedding
 * @param {Model} known a catalog is loaded once, and an archive in memory cannot be found again
 * @param {Orphan | null} orphan
 * @param {NonNullable<Model["current"]>} [told] where the counter has just said how things stand
 * @returns {Promise<News>}
 * @throws {import("../errors.js").CarryallError} where the counter or the catalog is not there
 */
export async function gather(embedding, known, orphan, told) {
  const [catalog, counted, staging] = await Promise.all([
    known.catalog ?? loadCatalog(embedding.catalogUrl),
    told ?? embedding.counter.current(),
    expectedStaging(),
  ]);
  const view = counted.export;
  const isOpen = view?.state === "processing";
  const archive = view && (isOpen || view.state === "completed") ? await archiveOf(view.id, known) : null;
  // The counter could not be told that this run is done, and thinks that it still goes on; a later one does.
  const isDone = archive && isOpen && archive.summary.export.epoch === view.epoch;
  const current = isDone ? { ...counted, export: archive.summary.export } : counted;
  // What lies here whole is of an earlier run: somebody else goes on.
  const abandoned = isOpen && !archive && (Boolean(orphan?.isStill(view)) || (await isAbandoned(view.id)));
  return { catalog, current, staging, archive, abandoned };
}

/**
 * @param {string} exportId
 * @param {Model} known
 */
async function archiveOf(exportId, known) {
  const held = known.archive?.summary;
  const isHeld = held?.staging === "memory" && held.export.id === exportId;
  return isHeld ? known.archive : findArchive(exportId);
}

/**
 * An archive goes when its time is over, even if nobody can be asked: the person signed out, the counter is down.
 *
 * @param {Model} known it is taken out of this too
 * @param {number} now by this device's clock, in milliseconds
 */
export async function dropExpired(known, now) {
  revokeFiles((summary) => isOver(summary, now));
  if (known.archive && isOver(known.archive.summary, now)) known.archive = null;
  await deleteExpired(now).catch(() => false);
}
