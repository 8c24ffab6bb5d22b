// @ts-check
/**
 * fflate: the streaming `Zip` with a `ZipDeflate` an entry. Its asynchronous twin would start a worker from a `blob:` address,
 * which a careful Content-Security-Policy refuses; this is a worker already.
 *
 * @typedef {import("./entries.js").Entry} Entry
 */
import { Zip, ZipDeflate } from "../node_modules/fflate/esm/browser.js";

/**
 * @param {Entry[]} entries
 * @param {(chunk: Uint8Array) => void} write
 * @param {1 | 6} level
 */
export async function pack(entries, write, level) {
  const zip = new Zip((/** @type {Error | null} */ error, /** @type {Uint8Array} */ chunk) => {
    if (error) throw error;
    write(chunk);
  });
  for (const { name, chunks } of entries) {
    const file = new ZipDeflate(name, { level });
    zip.add(file);
    for await (const chunk of chunks()) file.push(chunk);
    file.push(new Uint8Array(0), true);
  }
  zip.end();
}
