// @ts-check
/**
 * One export by the panel of the sample's settings page, and one discarding of the same pages, timed from the page.
 *
 * Runs inside that page, signed in. **The export is the panel's own**, pressed as a person would, with everything behind it:
 * worker, wasm, counter, staging, reading back. Absent: the download; it begins after the export's end, and would copy the
 * archive while the next measurement runs.
 *
 * @typedef {import("../www/panel.js").CarryallExport} CarryallExport
 * @typedef {import("../www/protocol.js").Summary} Summary
 */
import { findArchive } from "../www/local.js";
import { watchMainThread } from "./main-thread.js";

const PRESS_MILLIS = 20_000;

const click = HTMLAnchorElement.prototype.click;
HTMLAnchorElement.prototype.click = function () {
  if (!this.download) click.call(this);
};

/**
 * @param {string} layout
 * @returns {Promise<{ millis: number, phases: Record<string, number>, longestTaskMillis: number, summary: Summary }>}
 */
export async function exportOnce(layout) {
  await choose(layout);
  await press("request");
  await state((now) => now === "confirmed");
  await choose(layout);
  const button = await pressable("start");
  const longest = watchMainThread();
  const phases = watchPhases();
  const began = performance.now();
  button.click();
  const ended = await state((now) => now !== "confirmed" && now !== "running");
  const millis = performance.now() - began;
  const result = { millis, phases: phases(), longestTaskMillis: longest() };
  if (ended.state !== "completed") throw new Error(`the export ended as ${ended.state}: ${panel().shadowRoot?.textContent}`);
  const archive = await findArchive(ended.exportId ?? "");
  if (!archive) throw new Error("the archive of the export is not there");
  return { ...result, summary: archive.summary };
}

/**
 * Watches which phase the panel shows.
 *
 * @returns {() => Record<string, number>} ends the watch; milliseconds of each phase, in their order
 */
function watchPhases() {
  /** @type {Record<string, number>} */
  const phases = {};
  let [phase, began] = ["starting", performance.now()];
  const turn = (/** @type {string} */ next) => {
    const now = performance.now();
    phases[phase] = (phases[phase] ?? 0) + now - began;
    [phase, began] = [next, now];
  };
  const observer = new MutationObserver(() => {
    const shown = panel().shadowRoot?.querySelector("[data-phase]")?.getAttribute("data-phase");
    if (shown && shown !== phase) turn(shown);
  });
  observer.observe(/** @type {ShadowRoot} */ (panel().shadowRoot), { subtree: true, childList: true, attributes: true });
  return () => {
    observer.disconnect();
    turn("over");
    return phases;
  };
}

/** Deletes the archive, so that the next export may be asked for. */
export async function forget() {
  await press("delete");
  await press("delete-confirm");
  await state((now) => now !== "completed");
}

/**
 * @param {string[]} pages
 * @param {number} inFlight
 * @param {import("./work.js").Work | null} work
 * @returns {Promise<{ millis: number, bytes: number }>}
 */
export async function discardOnce(pages, inFlight, work) {
  return inWorker(new URL("./discard.js", import.meta.url), { pages, headers: await session(), inFlight, work });
}

/**
 * @param {string} catalog its address
 * @param {string[]} pages
 * @returns {Promise<Record<string, number>>} milliseconds a megabyte of pages, by stage
 */
export async function splitOnce(catalog, pages) {
  const asked = { pages, headers: await session(), inFlight: 1 };
  return inWorker(new URL("./split/worker.js", import.meta.url), { catalog, asked });
}

/** The headers that carry the session. */
export async function session() {
  return (await panel().authorize?.({ refresh: false })) ?? {};
}

/**
 * Starts a worker for one piece of work and times it until its answer.
 *
 * @template {object} T
 * @param {URL} script
 * @param {object} work
 * @returns {Promise<T & { millis: number }>}
 */
export async function inWorker(script, work) {
  const began = performance.now();
  const worker = new Worker(script, { type: "module" });
  try {
    const answer = await new Promise((resolve, reject) => {
      worker.addEventListener("message", ({ data }) => (data.error ? reject(new Error(data.error)) : resolve(data)));
      worker.addEventListener("error", ({ message }) => reject(new Error(`the worker failed: ${message}`)));
      worker.postMessage(work);
    });
    return { ...answer, millis: performance.now() - began };
  } finally {
    worker.terminate();
  }
}

function panel() {
  return /** @type {CarryallExport} */ (document.querySelector("carryall-export"));
}

/** @param {string} layout */
async function choose(layout) {
  const input = await found(`input[name=layout][value=${layout}]`);
  input.click();
}

/** @param {string} action */
async function press(action) {
  (await pressable(action)).click();
}

/** @param {string} action */
function pressable(action) {
  return found(`button[data-action=${action}]:not([aria-disabled=true])`);
}

/**
 * An element of the panel, once it is there.
 *
 * @param {string} selector
 * @returns {Promise<HTMLElement>}
 */
async function found(selector) {
  const deadline = performance.now() + PRESS_MILLIS;
  for (;;) {
    const element = panel().shadowRoot?.querySelector(selector);
    if (element instanceof HTMLElement) return element;
    if (performance.now() > deadline) throw new Error(`the panel is ${panel().getAttribute("state")} and has no ${selector}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/**
 * The panel's state, now or as soon as it is one of those hoped for; an error where the panel tells of one before.
 *
 * @param {(state: string) => boolean} hoped
 * @returns {Promise<{ state: string, exportId: string | null }>}
 */
function state(hoped) {
  const now = panel().getAttribute("state") ?? "";
  if (hoped(now)) return Promise.resolve({ state: now, exportId: null });
  const heard = new AbortController();
  const { signal } = heard;
  /** @type {Promise<{ state: string, exportId: string | null }>} */
  const told = new Promise((resolve, reject) => {
    const listen = (/** @type {string} */ name, /** @type {(detail: any) => void} */ take) =>
      panel().addEventListener(name, (event) => take(/** @type {CustomEvent} */ (event).detail), { signal });
    listen("carryall:state", (detail) => hoped(detail.state) && resolve(detail));
    listen("carryall:error", ({ code, description }) => reject(new Error(`${code}: ${description}`)));
  });
  return told.finally(() => heard.abort());
}
