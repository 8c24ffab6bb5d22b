// @ts-check
/**
 * client-zip: `makeZip` over an async generator of entries whose inputs are async iterables. It stores and never compresses.
 *
 * @typedef {import("./entries.js").Entry} Entry
 */
import { makeZip } from "../node_modules/client-zip/index.js";

/**
 * @param {Entry[]} entries
 * @param {(chunk: Uint8Array) => void} write
 */
export async function pack(entries, write) {
  await makeZip(inputs(entries)).pipeTo(new WritableStream({ write }));
}

/** @param {Entry[]} entries */
async function* inputs(entries) {
  for (const { name, chunks } of entries) yield { name, lastModified: new Date(), input: chunks() };
}
