// @ts-check
/**
 * When the counter is asked again. Where somebody else may go on with the export, it is asked to answer when something
 * changes; where it cannot wait (an older one, or too many wait), and everywhere else, it is asked now and then.
 *
 * **Nothing is asked faster than polling would** by a counter that answers every wait at once.
 *
 * @typedef {import("./embedding.js").Embedding} Embedding
 * @typedef {import("./model.js").Model} Model
 * @typedef {import("../protocol.js").Current} Current
 *
 * What is to be done when it is time: with what the counter has said meanwhile, if it did.
 * @typedef {(current?: Current) => void} OnTime
 */
import { mayChange, nextPoll } from "./model.js";

/** A wait that ends sooner was none. */
const SHORT_MILLIS = 1_000;

export class Watch {
  /** @type {Embedding} */ #embedding;
  /** @type {ReturnType<typeof setTimeout> | undefined} */ #timer;
  /** @type {AbortController | null} */ #waiting = null;
  #wasShort = false;

  /** @param {Embedding} embedding */
  constructor(embedding) {
    this.#embedding = embedding;
  }

  stop() {
    clearTimeout(this.#timer);
    this.#waiting?.abort();
    this.#waiting = null;
  }

  /**
   * @param {Model} model
   * @param {number} now the counter's clock, in milliseconds
   * @param {OnTime} onTime
   */
  begin(model, now, onTime) {
    this.stop();
    const poll = nextPoll(model, now);
    if (poll === null || document.hidden) return;
    const mayWait = mayChange(model) && !this.#wasShort;
    this.#wasShort = false;
    if (mayWait && model.current) void this.#wait(model.current, poll, onTime);
    else this.#timer = setTimeout(onTime, poll);
  }

  /**
   * @param {Current} known
   * @param {number} poll
   * @param {OnTime} onTime
   */
  async #wait(known, poll, onTime) {
    const waiting = new AbortController();
    this.#waiting = waiting;
    const begun = performance.now();
    // Why it cannot be asked is told by the next look.
    const news = await this.#embedding.counter.changed(known, waiting.signal).catch(() => null);
    if (waiting.signal.aborted) return;
    this.#wasShort = performance.now() - begun < SHORT_MILLIS;
    if (news) onTime(news);
    else if (this.#wasShort) this.#timer = setTimeout(onTime, poll);
    else onTime(known);
  }
}
