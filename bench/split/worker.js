// @ts-check
/**
 * A worker that times each stage from a page to the archive alone, on real pages of the largest streams, in the module that
 * is built here. Every stage works through a batch of about {@link BATCH_BYTES}, and the fastest of {@link ROUNDS} rounds
 * counts: what disturbs one only ever makes it slower.
 *
 * @typedef {import("../pages.js").Asked} Asked
 *
 * Milliseconds a megabyte of pages.
 * @typedef {Record<"slice" | "redact" | "deflate" | "hash" | "write" | "inflate", number>} Stages
 */
import init, { Split } from "./pkg/carryall_split.js";
import { readPage } from "../pages.js";

const BATCH_BYTES = 6_000_000;
const ROUNDS = 5;
const STREAMS = ["contacts", "charges", "balance-transactions", "notifications"];

self.addEventListener("message", async ({ data }) => {
  try {
    await init();
    const { catalog, asked } = /** @type {{ catalog: string, asked: Asked }} */ (data);
    self.postMessage(await average(await (await fetch(catalog)).json(), asked));
  } catch (error) {
    self.postMessage({ error: String(error) });
  }
});

/**
 * @param {{ categories: { streams: { id: string, request: { path: string } }[] }[] }} catalog
 * @param {Asked} asked
 */
async function average(catalog, asked) {
  /** @type {Stages} */
  const sum = { slice: 0, redact: 0, deflate: 0, hash: 0, write: 0, inflate: 0 };
  let megabytes = 0;
  for (const stream of catalog.categories.flatMap(({ streams }) => streams).filter(({ id }) => STREAMS.includes(id))) {
    const { split, bytes } = await batch(stream, asked);
    const stages = await timed(split);
    split.free();
    megabytes += bytes / 1e6;
    for (const [stage, millis] of Object.entries(stages)) sum[/** @type {keyof Stages} */ (stage)] += millis;
  }
  return Object.fromEntries(Object.entries(sum).map(([stage, millis]) => [stage, millis / megabytes]));
}

/**
 * @param {{ id: string, request: { path: string } }} stream
 * @param {Asked} asked
 */
async function batch(stream, { pages, headers }) {
  const split = new Split(JSON.stringify(stream));
  let bytes = 0;
  for (const page of pages.filter((page) => page.startsWith(`/api/v1${stream.request.path}?`))) {
    if (bytes > BATCH_BYTES) break;
    /** @type {Uint8Array<ArrayBuffer>[]} */
    const chunks = [];
    await readPage(page, headers, (chunk) => chunks.push(chunk));
    const body = new Uint8Array(await new Blob(chunks).arrayBuffer());
    split.add(body);
    bytes += body.byteLength;
  }
  split.prepare();
  return { split, bytes };
}

/**
 * @param {Split} split
 * @returns {Promise<Stages>} milliseconds for the batch
 */
async function timed(split) {
  const slice = fastest(() => split.slice());
  const crc32 = fastest(() => split.crc32());
  const directory = await navigator.storage.getDirectory();
  const file = await (await directory.getFileHandle("split", { create: true })).createSyncAccessHandle();
  const deflated = split.deflated();
  const write = fastest(() => file.write(deflated, { at: 0 }));
  file.close();
  await directory.removeEntry("split");
  return {
    slice,
    redact: Math.max(0, fastest(() => split.slice_and_redact()) - slice),
    deflate: Math.max(0, fastest(() => split.deflate_and_crc32()) - crc32),
    hash: crc32 + fastest(() => split.sha256()),
    write,
    inflate: fastest(() => split.inflate()),
  };
}

/** @param {() => unknown} stage */
function fastest(stage) {
  let best = Infinity;
  for (let round = 0; round < ROUNDS; round += 1) {
    const began = performance.now();
    stage();
    best = Math.min(best, performance.now() - began);
  }
  return best;
}
