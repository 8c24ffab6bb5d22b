// @ts-check
/**
 * The pages as a developer would put them into an archive: one entry a stream, the pages of the stream behind each other, in
 * order, with as many in flight as the export has. **The bodies go in as they come**: nobody parses, cuts or redacts here, which
 * spares every library what carryall does for each record.
 *
 * @typedef {import("../pages.js").Asked} Asked
 * @typedef {{ name: string, chunks: () => AsyncGenerator<Uint8Array<ArrayBuffer>> }} Entry
 */
import { readPage } from "../pages.js";

const LINE = new Uint8Array([10]);

/**
 * @param {Asked} asked
 * @returns {Entry[]} to be read one after the other
 */
export function entries({ pages, headers, inFlight }) {
  const streams = Map.groupBy(pages, nameOf);
  const bodies = inOrder([...streams.values()].flat(), headers, inFlight);
  return [...streams].map(([name, { length }]) => ({ name: `data/${name}.json`, chunks: () => taken(bodies, length) }));
}

/**
 * `calls`, `charges`; `call-transcripts` for what lies below each call.
 *
 * @param {string} page
 */
function nameOf(page) {
  const segments = new URL(page, location.origin).pathname.replace("/api/v1/", "").split("/");
  return segments.length === 3 ? `${segments[0]}-${segments[2]}` : (segments.at(-1) ?? "");
}

/**
 * The next bodies, each as its chunks and an end of line.
 *
 * @param {AsyncGenerator<Uint8Array<ArrayBuffer>[]>} bodies
 * @param {number} count
 */
async function* taken(bodies, count) {
  for (let left = count; left > 0; left -= 1) {
    const { value } = await bodies.next();
    yield* value ?? [];
    yield LINE;
  }
}

/**
 * Every body in the order of its page, some being read ahead.
 *
 * @param {string[]} pages
 * @param {Record<string, string>} headers
 * @param {number} inFlight
 * @returns {AsyncGenerator<Uint8Array<ArrayBuffer>[]>}
 */
async function* inOrder(pages, headers, inFlight) {
  /** @type {Promise<Uint8Array<ArrayBuffer>[]>[]} */
  const ahead = [];
  for (const page of pages) {
    ahead.push(body(page, headers));
    if (ahead.length === inFlight) yield await /** @type {typeof ahead[0]} */ (ahead.shift());
  }
  for (const last of ahead) yield await last;
}

/**
 * @param {string} page
 * @param {Record<string, string>} headers
 */
async function body(page, headers) {
  /** @type {Uint8Array<ArrayBuffer>[]} */
  const chunks = [];
  await readPage(page, headers, (chunk) => chunks.push(chunk));
  return chunks;
}
