// @ts-check
/**
 * The archives that lie in this browser: directory `carryall` of the origin's private file system, `<export id>.zip`
 * and, **only once it is whole**, `<export id>.json` (its summary). Without that marker nothing is offered. They are
 * written by the wasm module; here they are found, offered and deleted, which needs no wasm.
 *
 * @typedef {import("./protocol.js").JobOutcome} JobOutcome
 * @typedef {import("./protocol.js").StagingKind} StagingKind
 * @typedef {import("./protocol.js").Summary} Summary
 */

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
    const marker = await (await directory.getFileHandle(`${exportId}.json`)).getFile();
    const summary = /** @type {Summary} */ (JSON.parse(await marker.text()));
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
 * Deletes what is staged for every export but `keep`.
 *
 * @param {string} [keep] an export id
 * @returns {Promise<boolean>} whether nothing was left behind
 */
export async function deleteArchives(keep) {
  /** @type {FileSystemDirectoryHandle} */
  let directory;
  try {
    directory = await openDirectory();
  } catch {
    return true;
  }
  /** @type {string[]} */
  const doomed = [];
  for await (const name of directory.keys()) {
    if (!keep || !name.startsWith(keep)) doomed.push(name);
  }
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

async function openDirectory() {
  const root = await navigator.storage.getDirectory();
  return root.getDirectoryHandle(DIRECTORY);
}
