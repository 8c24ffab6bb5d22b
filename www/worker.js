// @ts-check
/**
 * The worker of one export: loads the wasm module, holds the Web Lock `carryall:<export id>`, and passes messages
 * between it and the page. What the package lacks is noticed before the counter hears of a start. It ends with one `done` or one `failed`. **No decision about data is taken here.**
 *
 * A held lock also keeps a hidden tab from being frozen.
 *
 * @typedef {import("./protocol.js").ErrorReport} ErrorReport
 * @typedef {import("./protocol.js").Headers} Headers
 * @typedef {import("./protocol.js").JobOptions} JobOptions
 * @typedef {import("./protocol.js").JobOutcome} JobOutcome
 * @typedef {import("./protocol.js").JobPage} JobPage
 * @typedef {import("./protocol.js").ToPage} ToPage
 * @typedef {import("./protocol.js").ToWorker} ToWorker
 */
import init, { runExport } from "../pkg/carryall.js";
import { CarryallError, toCarryallError } from "./errors.js";
import { lockName } from "./local.js";
import { readmeTexts } from "./readme.js";

/** Locks of a killed tab linger for seconds. */
const LOCK_RETRIES_MILLIS = [0, 250, 500, 1000, 2000, 4000];

const cancelled = new AbortController();

/** @type {Map<number, { resolve: (headers: Headers) => void, reject: (error: ErrorReport) => void }>} */
const asked = new Map();
let lastAsked = 0;

/** @type {JobPage} */
const page = {
  authorize: (refresh) =>
    new Promise((resolve, reject) => {
      lastAsked += 1;
      asked.set(lastAsked, { resolve, reject });
      post({ type: "authorize", id: lastAsked, refresh });
    }),
  progress: (progress) => post({ type: "progress", progress }),
  signal: cancelled.signal,
};

self.addEventListener("message", (event) => receive(/** @type {ToWorker} */ (event.data)));
self.addEventListener("messageerror", () => {
  cancelled.abort();
  fail(new CarryallError("port_broken", "A message between the page and its worker was lost; start the export again."));
});
self.addEventListener("unhandledrejection", (event) => fail(event.reason));
self.addEventListener("error", (event) => fail(event.error));
void begin();

async function begin() {
  post({ type: "ready", pulse: await pulse().catch(() => null) });
}

/**
 * A lock that is let go only when this worker ends, in whatever way: a browser tells nobody that it has killed a worker.
 *
 * @returns {Promise<string | null>} its name
 */
function pulse() {
  if (!navigator.locks) return Promise.resolve(null);
  const name = `carryall-worker:${crypto.randomUUID()}`;
  return new Promise((resolve, reject) => {
    const held = () => {
      resolve(name);
      return new Promise(() => {});
    };
    navigator.locks.request(name, held).catch(reject);
  });
}

/** @param {ToWorker} message */
function receive(message) {
  switch (message.type) {
    case "run":
      void run(message.options);
      return;
    case "cancel":
      cancelled.abort();
      return;
    case "authorized":
      asked.get(message.id)?.resolve(message.headers);
      break;
    case "authorize_failed":
      asked.get(message.id)?.reject(message.error);
      break;
  }
  asked.delete(message.id);
}

/** @param {JobOptions} options */
async function run(options) {
  try {
    const [readme] = await Promise.all([readmeTexts(options.locale), load()]);
    const outcome = await withLock(options, () => /** @type {Promise<JobOutcome>} */ (runExport(options, page, readme)));
    post({ type: "done", outcome });
  } catch (error) {
    fail(error);
  }
}

async function load() {
  try {
    await init();
  } catch (error) {
    if (error instanceof WebAssembly.CompileError) {
      throw new CarryallError(
        "wasm_blocked",
        "This browser did not accept the WebAssembly module. Update the browser; an operator checks that the site's " +
          "Content-Security-Policy has script-src 'wasm-unsafe-eval'.",
      );
    }
    throw new CarryallError("wasm_unreachable", "The WebAssembly module could not be loaded; check the connection and try again.");
  }
}

/**
 * @param {JobOptions} options
 * @param {() => Promise<JobOutcome>} work
 * @returns {Promise<JobOutcome>}
 */
async function withLock(options, work) {
  const name = lockName(options.exportId);
  if (!navigator.locks) return work();
  if (options.takeover) return navigator.locks.request(name, { steal: true }, work).catch(lockLost);
  for (const delay of LOCK_RETRIES_MILLIS) {
    await new Promise((resolve) => setTimeout(resolve, delay));
    const attempt = navigator.locks.request(name, { ifAvailable: true }, async (lock) => (lock ? work() : null));
    const outcome = await attempt.catch(lockLost);
    if (outcome) return outcome;
  }
  throw new CarryallError("already_running", "Another tab of this browser runs this export; go on there, or take it over here.");
}

/**
 * A stolen lock rejects with an AbortError while the work goes on; every other error is the work's own.
 *
 * @param {unknown} error
 * @returns {never}
 */
function lockLost(error) {
  if (error instanceof DOMException && error.name === "AbortError") {
    throw new CarryallError("taken_over", "Another tab took this export over; it goes on there.");
  }
  throw error;
}

/**
 * The worker ends at once, without a word to the counter: an export taken over goes on elsewhere.
 *
 * @param {unknown} thrown
 */
function fail(thrown) {
  const error = toCarryallError(thrown, {
    code: "internal",
    description: "The export stopped by an error of its own; start it again, and tell the operator if it happens again.",
  });
  post({ type: "failed", error: error.report() });
  self.close();
}

/** @param {ToPage} message */
function post(message) {
  self.postMessage(message);
}
