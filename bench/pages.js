// @ts-check
/**
 * The sample host's pages as the export asks for them: the same addresses, the same options, the same number in flight, each
 * body read as a stream, chunk by chunk.
 *
 * @typedef {object} Asked
 * @property {string[]} pages addresses, in the order in which the export asked for them
 * @property {Record<string, string>} headers the session
 * @property {number} inFlight
 */

/**
 * @param {string} address
 * @param {Record<string, string>} session
 * @returns {Promise<ReadableStreamDefaultReader<Uint8Array>>}
 */
export async function openPage(address, session) {
  const response = await fetch(address, {
    headers: { ...session, accept: "application/json" },
    credentials: "same-origin",
    cache: "no-store",
    redirect: "error",
    referrerPolicy: "no-referrer",
  });
  if (!response.ok || !response.body) throw new Error(`${address}: status ${response.status}`);
  return response.body.getReader();
}

/**
 * Reads a page to its end, and gives every chunk away.
 *
 * @param {string} address
 * @param {Record<string, string>} session
 * @param {(chunk: Uint8Array) => void} take
 */
export async function readPage(address, session, take) {
  const reader = await openPage(address, session);
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    take(value);
  }
}
