// @ts-check
/**
 * Hands a finished archive to the browser's own download. A download has no end that a page could see, so **its address
 * lives until the page goes or the archive has to**: then {@link revokeFiles} takes it back.
 *
 * @typedef {import("../protocol.js").JobOutcome} JobOutcome
 * @typedef {import("../protocol.js").Summary} Summary
 */

/** @type {Map<Blob, { summary: Summary, href: string }>} */
const handedOut = new Map();

/** @param {JobOutcome} outcome */
export function saveFile({ summary, file }) {
  const href = handedOut.get(file)?.href ?? URL.createObjectURL(file);
  handedOut.set(file, { summary, href });
  const link = document.createElement("a");
  link.href = href;
  link.download = summary.fileName;
  link.click();
}

/**
 * Nothing can be read any more from the addresses of these archives; a download that has begun goes on.
 *
 * @param {(summary: Summary) => boolean} isDoomed
 */
export function revokeFiles(isDoomed) {
  for (const [file, { summary, href }] of handedOut) {
    if (!isDoomed(summary)) continue;
    URL.revokeObjectURL(href);
    handedOut.delete(file);
  }
}
