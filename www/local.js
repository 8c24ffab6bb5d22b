// @ts-check
/**
 * The archives that lie in this browser: directory `carryall` of the origin's private file system, `<export id>.zip`
 * and, **only once it is whole**, `<export id>.json` (its summary). Without that marker nothing is offered. They are
 * written by the wasm module; here they are found, offered and deleted, which needs no wasm.
 *
 * Beside them, in the local storage, lies what the person chose for the export: no account data. It goes with them.
 *
 * @typedef {import("./protocol.js").JobOutcome} JobOutcome
 * @typedef {import("./protocol.js").StagingKind} StagingKind
 * @typedef {import("./protocol.js").Summary} Summary
 */
import { CarryallError } from "./errors.js";

const DIRECTORY = "carryall";
/** Handles of a killed tab linger for seconds. */
const RETRIES_MILLIS = [0, 100, 300, 1000, 2000];

/**
 * Where an archive made now would lie, as far as a page can tell.
 *
 * @returns {Promise<StagingKind>}
 */
export async function expectedStaging() {
  try {
    await navigator.storage.getDirectory();
    return "opfs";
  } catch {
    return "memory";
  }
}

/**
 * The finished archive of this export, where this browser has it whole.
 *
 * @param {string} exportId
 * @returns {Promise<JobOutcome | null>}
 */
export async function findArchive(exportId) {
  try {
    const directory = await openDirectory();
    const summary = await readMarker(directory, `${exportId}.json`);
    const file = await (await directory.getFileHandle(`${exportId}.zip`)).getFile();
    return file.size === summary.archiveBytes ? { summary, file } : null;
  } catch {
    return null;
  }
}

/**
 * Whether this browser began the export's archive and no tab of it works on it any more: its tab was closed or killed.
 *
 * @param {string} exportId
 * @returns {Promise<boolean>}
 */
export async function isAbandoned(exportId) {
  try {
    await (await openDirectory()).getFileHandle(`${exportId}.zip`);
    const { held } = await navigator.locks.query();
    return !held?.some(({ name }) => name === lockName(exportId));
  } catch {
    return false;
  }
}

/**
 * The Web Lock that the worker of an export holds.
 *
 * @param {string} exportId
 */
export function lockName(exportId) {
  return `carryall:${exportId}`;
}

/**
 * Whether an archive's time for saving is over.
 *
 * @param {Summary} summary
 * @param {number} now in milliseconds
 */
export function isOver(summary, now) {
  const until = summary.export.available_until;
  return until !== undefined && Date.parse(until) <= now;
}

/**
 * Deletes everything, and does not keep quiet about what could not be.
 *
 * @throws {CarryallError} `not_deleted` where something was left behind
 */
export async function deleteEveryArchive() {
  if (await deleteArchives()) return;
  throw new CarryallError(
    "not_deleted",
    "Not everything could be deleted from this browser, because another tab still uses it. Close the other tabs of this site and sign out again.",
  );
}

/**
 * Deletes what is staged for every export but `keep`, and what was chosen for it.
 *
 * @param {string} [keep] an export id
 * @returns {Promise<boolean>} whether nothing was left behind
 */
export async function deleteArchives(keep) {
  forgetChoices(keep);
  const directory = await existingDirectory();
  if (!directory) return true;
  return deleteEntries(directory, (await namesIn(directory)).filter((name) => !keep || !name.startsWith(keep)));
}

/** Before the id of an export: where its choice is kept. */
const CHOICE = "carryall:choice:";

/**
 * Keeps what the person chose for an export, for a reload and for other tabs. A browser that keeps nothing is no error:
 * the screen before the start asks again.
 *
 * @param {string} exportId
 * @param {object} choice
 */
export function keepChoice(exportId, choice) {
  try {
    localStorage.setItem(CHOICE + exportId, JSON.stringify(choice));
  } catch {
    // Blocked or full.
  }
}

/**
 * What was kept, unchecked: others may have written there.
 *
 * @param {string} exportId
 * @returns {unknown}
 */
export function keptChoice(exportId) {
  try {
    return JSON.parse(localStorage.getItem(CHOICE + exportId) ?? "null");
  } catch {
    return null;
  }
}

/** @param {string | undefined} keep an export id */
function forgetChoices(keep) {
  try {
    const keys = Array.from(localStorage, (_, index) => localStorage.key(index));
    for (const key of keys) if (key?.startsWith(CHOICE) && key !== CHOICE + keep) localStorage.removeItem(key);
  } catch {
    // Blocked: nothing is kept there.
  }
}

/**
 * Deletes the finished archives whose time for saving is over **by their own markers**, so that it needs no counter.
 * What has no marker is an interrupted run and stays.
 *
 * @param {number} now by this device's clock, in milliseconds
 * @returns {Promise<boolean>} whether nothing was left behind
 */
export async function deleteExpired(now) {
  const directory = await existingDirectory();
  if (!directory) return true;
  const names = await namesIn(directory);
  /** @type {string[]} */
  const over = [];
  for (const marker of names.filter((name) => name.endsWith(".json"))) {
    const summary = await readMarker(directory, marker).catch(() => null);
    if (summary && isOver(summary, now)) over.push(marker.slice(0, -"json".length));
  }
  return deleteEntries(directory, names.filter((name) => over.some((stem) => name.startsWith(stem))));
}

/**
 * @param {FileSystemDirectoryHandle} directory
 * @param {string[]} doomed
 */
async function deleteEntries(directory, doomed) {
  // The markers first: a half-deleted archive is never offered.
  doomed.sort((one, other) => Number(other.endsWith(".json")) - Number(one.endsWith(".json")));
  let allGone = true;
  for (const name of doomed) {
    allGone = (await deleteEntry(directory, name)) && allGone;
  }
  return allGone;
}

/**
 * @param {FileSystemDirectoryHandle} directory
 * @param {string} name
 */
async function deleteEntry(directory, name) {
  for (const delay of RETRIES_MILLIS) {
    await new Promise((resolve) => setTimeout(resolve, delay));
    try {
      await directory.removeEntry(name, { recursive: true });
      return true;
    } catch (error) {
      if (error instanceof DOMException && error.name === "NotFoundError") return true;
    }
  }
  return false;
}

/**
 * @param {FileSystemDirectoryHandle} directory
 * @param {string} name
 * @returns {Promise<Summary>}
 */
async function readMarker(directory, name) {
  const marker = await (await directory.getFileHandle(name)).getFile();
  return JSON.parse(await marker.text());
}

/** @param {FileSystemDirectoryHandle} directory */
async function namesIn(directory) {
  /** @type {string[]} */
  const names = [];
  for await (const name of directory.keys()) names.push(name);
  return names;
}

/** Null where nothing was ever kept, or nothing can be. */
function existingDirectory() {
  return openDirectory().catch(() => null);
}

async function openDirectory() {
  const root = await navigator.storage.getDirectory();
  return root.getDirectoryHandle(DIRECTORY);
}
