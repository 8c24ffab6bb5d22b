// @ts-check
/**
 * Hands a finished archive to the browser's own download. **Its address is never revoked**: a download from it has no
 * end that a page could see, so it lives until the page goes.
 *
 * @typedef {import("../protocol.js").JobOutcome} JobOutcome
 */

/** @type {WeakMap<Blob, string>} */
const addresses = new WeakMap();

/** @param {JobOutcome} outcome */
export function saveFile({ summary, file }) {
  const href = addresses.get(file) ?? URL.createObjectURL(file);
  addresses.set(file, href);
  const link = document.createElement("a");
  link.href = href;
  link.download = summary.fileName;
  link.click();
}
