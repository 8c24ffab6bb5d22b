// @ts-check
/**
 * A worker that packs pages with one of the libraries into a file of the origin's private file system, as carryall does with
 * its own. Only the library measured is loaded.
 *
 * @typedef {import("../pages.js").Asked} Asked
 * @typedef {import("./entries.js").Entry} Entry
 */
import { entries } from "./entries.js";

/** @type {Record<string, (all: Entry[], write: (chunk: Uint8Array) => void) => Promise<void>>} */
const PEERS = {
  "zip.js": async (all, write) => (await import("./zipjs.js")).pack(all, write),
  "fflate-1": async (all, write) => (await import("./fflate.js")).pack(all, write, 1),
  "fflate-6": async (all, write) => (await import("./fflate.js")).pack(all, write, 6),
  "client-zip": async (all, write) => (await import("./client-zip.js")).pack(all, write),
  jszip: async (all, write) => (await import("./jszip.js")).pack(all, write),
};

self.addEventListener("message", async ({ data }) => {
  const { name, asked } = /** @type {{ name: string, asked: Asked }} */ (data);
  try {
    self.postMessage({ archiveBytes: await packed(name, asked) });
  } catch (error) {
    self.postMessage({ error: `${name}: ${error}` });
  }
});

/**
 * @param {string} name
 * @param {Asked} asked
 */
async function packed(name, asked) {
  const directory = await navigator.storage.getDirectory();
  const file = await (await directory.getFileHandle("peer.zip", { create: true })).createSyncAccessHandle();
  file.truncate(0);
  try {
    const all = entries(asked);
    await PEERS[name]?.(all, (chunk) => writeAll(file, chunk));
    file.flush();
    if (entriesIn(file) !== all.length) throw new Error("what was written is no archive of every stream");
    return file.getSize();
  } finally {
    file.close();
  }
}

/** The end of central directory record, APPNOTE 4.3.16. */
const END_BYTES = 22;
const END_SIGNATURE = 0x06054b50;

/**
 * The number of entries that the archive claims.
 *
 * @param {FileSystemSyncAccessHandle} file
 */
function entriesIn(file) {
  const end = new DataView(new ArrayBuffer(END_BYTES));
  file.read(end, { at: file.getSize() - END_BYTES });
  return end.getUint32(0, true) === END_SIGNATURE ? end.getUint16(10, true) : -1;
}

/**
 * A short write is ordinary.
 *
 * @param {FileSystemSyncAccessHandle} file
 * @param {Uint8Array} chunk
 */
function writeAll(file, chunk) {
  for (let rest = chunk; rest.byteLength > 0; ) {
    const written = file.write(rest);
    if (written === 0) throw new Error("the device is full");
    rest = rest.subarray(written);
  }
}
