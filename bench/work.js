// @ts-check
/**
 * Work that takes as long as packing would, and does nothing: what an export could reach at most, if all that it adds to fetching
 * were this. In the worker that fetches alone, or in that and a second one, whichever has time.
 *
 * @typedef {object} Work
 * @property {number} millis for a megabyte of pages
 * @property {boolean} isShared
 */

/** Pages that wait for the second worker at most; the first takes the next one itself. */
const MANY = 2;

/** @param {number} millis */
export function spin(millis) {
  const end = performance.now() + millis;
  while (performance.now() < end);
}

/** Takes pages as an export would. */
export class Packer {
  /** @type {Work} */
  #work;
  /** @type {Worker | null} */
  #beside = null;
  #waiting = 0;
  #over = () => {};

  /** @param {Work} work */
  constructor(work) {
    this.#work = work;
    if (!work.isShared) return;
    this.#beside = new Worker(new URL("./busy.js", import.meta.url), { type: "module" });
    this.#beside.addEventListener("message", () => {
      this.#waiting -= 1;
      if (this.#waiting === 0) this.#over();
    });
  }

  /** @param {number} bytes of a page */
  take(bytes) {
    const millis = (bytes / 1e6) * this.#work.millis;
    if (!this.#beside || this.#waiting >= MANY) {
      spin(millis);
      return;
    }
    this.#waiting += 1;
    this.#beside.postMessage(millis);
  }

  /** Waits until every page is packed. */
  async end() {
    if (this.#waiting > 0) await new Promise((resolve) => (this.#over = () => resolve(null)));
    this.#beside?.terminate();
  }
}
