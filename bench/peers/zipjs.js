// @ts-check
/**
 * zip.js: `ZipWriter.add` with a `ReadableStream`, into a `WritableStream`, with its defaults: level 6 by the browser's own
 * compression, in its own worker. The build is the one its documentation names for pages with a strict
 * Content-Security-Policy. Entries are added one after the other: at once it would hold all but the first in memory.
 *
 * @typedef {import("./entries.js").Entry} Entry
 */
import { ZipWriter, terminateWorkers } from "../node_modules/@zip.js/zip.js/dist/zip-core-external.min.js";

/**
 * @param {Entry[]} entries
 * @param {(chunk: Uint8Array) => void} write
 */
export async function pack(entries, write) {
  const writer = new ZipWriter(new WritableStream({ write }));
  for (const { name, chunks } of entries) await writer.add(name, streamOf(chunks()));
  await writer.close();
  await terminateWorkers();
}

/** @param {AsyncGenerator<Uint8Array>} chunks */
function streamOf(chunks) {
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await chunks.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
  });
}
