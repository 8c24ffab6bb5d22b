// @ts-check
/**
 * A worker that fetches pages and throws them away: what the network, the host and the browser allow, with no work done.
 *
 * @typedef {import("./pages.js").Asked} Asked
 */
import { readPage } from "./pages.js";

self.addEventListener("message", async ({ data }) => {
  const { pages, headers, inFlight } = /** @type {Asked} */ (data);
  let next = 0;
  let bytes = 0;
  const lane = async () => {
    for (let page = pages[next++]; page !== undefined; page = pages[next++]) {
      await readPage(page, headers, (chunk) => (bytes += chunk.byteLength));
    }
  };
  try {
    await Promise.all(Array.from({ length: inFlight }, lane));
    self.postMessage({ bytes });
  } catch (error) {
    self.postMessage({ error: String(error) });
  }
});
