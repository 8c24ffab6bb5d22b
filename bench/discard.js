// @ts-check
/**
 * A worker that fetches pages and throws them away: what the network, the host and the browser allow, with no work done, or with
 * work that only takes time.
 *
 * @typedef {import("./pages.js").Asked} Asked
 * @typedef {import("./work.js").Work} Work
 */
import { readPage } from "./pages.js";
import { Packer } from "./work.js";

self.addEventListener("message", async ({ data }) => {
  const { pages, headers, inFlight, work } = /** @type {Asked & { work: Work | null }} */ (data);
  const packer = work && new Packer(work);
  let next = 0;
  let bytes = 0;
  const lane = async () => {
    for (let page = pages[next++]; page !== undefined; page = pages[next++]) {
      let length = 0;
      await readPage(page, headers, (chunk) => (length += chunk.byteLength));
      bytes += length;
      packer?.take(length);
    }
  };
  try {
    await Promise.all(Array.from({ length: inFlight }, lane));
    await packer?.end();
    self.postMessage({ bytes });
  } catch (error) {
    self.postMessage({ error: String(error) });
  }
});
