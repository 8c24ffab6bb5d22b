// @ts-check
/**
 * JSZip: no entry can be a stream in a browser, so each is a blob first; then `generateInternalStream` with `streamFiles`, so that
 * the output at least is one. Level 6 is its default once DEFLATE is asked for.
 *
 * @typedef {import("./entries.js").Entry} Entry
 */
import "../node_modules/jszip/dist/jszip.min.js";

/**
 * @param {Entry[]} entries
 * @param {(chunk: Uint8Array) => void} write
 */
export async function pack(entries, write) {
  const zip = new self.JSZip();
  for (const { name, chunks } of entries) {
    const parts = [];
    for await (const chunk of chunks()) parts.push(chunk);
    zip.file(name, new Blob(parts), { createFolders: false });
  }
  const stream = zip.generateInternalStream({ type: "uint8array", compression: "DEFLATE", streamFiles: true });
  await new Promise((resolve, reject) => stream.on("data", write).on("error", reject).on("end", resolve).resume());
}
