// @ts-check
/**
 * The same pages packed by another library, timed from the page as the export is.
 */
import { inWorker, session } from "./spine.js";

/**
 * @param {string} name one of `peers/worker.js`
 * @param {string[]} pages
 * @param {number} inFlight
 * @returns {Promise<{ millis: number, archiveBytes: number }>}
 */
export async function packOnce(name, pages, inFlight) {
  const asked = { pages, headers: await session(), inFlight };
  return inWorker(new URL("./peers/worker.js", import.meta.url), { name, asked });
}

/** Deletes what was packed. */
export async function forgetPacked() {
  await (await navigator.storage.getDirectory()).removeEntry("peer.zip");
}
