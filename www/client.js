// @ts-check
/**
 * Runs exports in a worker for any page, with or without the panel:
 *
 * ```js
 * const client = createExport({ catalogUrl, counterUrl, authorize });
 * client.onProgress = (progress) => ...; // at most ten times a second
 * const { summary, file } = await client.start({ exportId, categories });
 * ```
 *
 * The counter must have granted the export before (see counter.js). One client runs one export at a time, in a worker
 * of its own that ends with it: wasm memory never shrinks.
 *
 * @typedef {import("./protocol.js").Authorize} Authorize
 * @typedef {import("./protocol.js").ErrorReport} ErrorReport
 * @typedef {import("./protocol.js").FormatChoice} FormatChoice
 * @typedef {import("./protocol.js").JobOptions} JobOptions
 * @typedef {import("./protocol.js").JobOutcome} JobOutcome
 * @typedef {import("./protocol.js").Layout} Layout
 * @typedef {import("./protocol.js").MediaChoice} MediaChoice
 * @typedef {import("./protocol.js").Progress} Progress
 * @typedef {import("./protocol.js").ToPage} ToPage
 * @typedef {import("./protocol.js").ToWorker} ToWorker
 *
 * @typedef {object} ExportConfig
 * @property {string} catalogUrl
 * @property {string} counterUrl where the counter is mounted
 * @property {Authorize} authorize the headers that carry the host's session
 * @property {string[]} [origins] origins beside the page's own to which those headers may go
 * @property {() => Worker} [createWorker] for bundlers that do not see the literal `new Worker(new URL(..))`
 *
 * @typedef {object} ExportChoice
 * @property {string} exportId
 * @property {string[]} categories
 * @property {Layout | null} [layout] the catalog's own where absent
 * @property {FormatChoice | null} [format] of the layout `files`; JSON where absent
 * @property {MediaChoice | null} [media] the catalog's own where absent
 * @property {string | null} [since] RFC 3339 in UTC: nothing older, in streams whose catalog entry has `date_range`
 * @property {string | null} [until] RFC 3339 in UTC: nothing newer, in the same
 * @property {boolean} [onlyMine] nothing of others, in streams whose catalog entry has `only_mine`
 * @property {string | null} [locale]
 * @property {boolean} [takeover] take it over from another tab
 *
 * @typedef {object} Running
 * @property {string} exportId
 * @property {Progress | null} progress the last one seen
 * @property {Promise<JobOutcome>} outcome
 */
import { CarryallError, toCarryallError } from "./errors.js";
import { deleteEveryArchive } from "./local.js";

/** How long a cancelled export may take to release its file. */
const STOP_MILLIS = 5_000;
/** How long the last message of a worker may take that has ended. */
const LAST_WORDS_MILLIS = 1_000;

/** @param {ExportConfig} config */
export function createExport(config) {
  return new ExportClient(config);
}

export class ExportClient {
  /** @type {(progress: Progress) => void} */ onProgress = () => {};
  /** @type {ExportConfig} */ #config;
  /** @type {WorkerRun | null} */ #run = null;
  /** @type {Running | null} */ #running = null;

  /** @param {ExportConfig} config */
  constructor(config) {
    this.#config = config;
  }

  /** The export that runs in this page now. */
  get running() {
    return this.#running;
  }

  /**
   * @param {ExportChoice} choice
   * @returns {Promise<JobOutcome>} rejects with a {@link CarryallError}
   */
  start(choice) {
    if (this.#running) {
      return Promise.reject(new CarryallError("already_running", "This page already runs an export; wait for it or cancel it."));
    }
    const run = new WorkerRun(this.#config.createWorker ?? createWorker, this.#config.authorize);
    /** @type {Running} */
    const running = { exportId: choice.exportId, progress: null, outcome: run.outcome };
    run.onProgress = (progress) => {
      running.progress = progress;
      this.onProgress(progress);
    };
    this.#run = run;
    this.#running = running;
    run.start(this.#options(choice));
    const forget = () => {
      this.#run = null;
      this.#running = null;
    };
    run.outcome.then(forget, forget);
    return run.outcome;
  }

  /** Stops the run in this page and waits until it has let go of its file. The counter is not told. */
  async cancel() {
    await this.#run?.stop();
  }

  /**
   * For sign-out: stops the run in this page and deletes every archive that lies in this browser.
   *
   * @throws {CarryallError} `not_deleted` where another tab holds one: tell the person to close it, and sign out anyway
   */
  async clear() {
    await this.cancel();
    await deleteEveryArchive();
  }

  /**
   * Addresses are made absolute: the worker would resolve them against its own.
   *
   * @param {ExportChoice} choice
   * @returns {JobOptions}
   */
  #options(choice) {
    return {
      catalogUrl: absolute(this.#config.catalogUrl),
      counterUrl: absolute(this.#config.counterUrl),
      exportId: choice.exportId,
      categories: choice.categories,
      layout: choice.layout ?? null,
      format: choice.format ?? null,
      media: choice.media ?? null,
      since: choice.since ?? null,
      until: choice.until ?? null,
      onlyMine: choice.onlyMine ?? false,
      origins: this.#config.origins ?? [],
      locale: choice.locale ?? null,
      takeover: choice.takeover ?? false,
    };
  }
}

/** One worker, from its first message to its last. */
class WorkerRun {
  /** @type {(progress: Progress) => void} */ onProgress = () => {};
  /** @type {Promise<JobOutcome>} */ outcome;
  /** @type {Worker | null} */ #worker = null;
  /** @type {Authorize} */ #authorize;
  /** @type {(outcome: JobOutcome) => void} */ #resolve = () => {};
  /** @type {(error: CarryallError) => void} */ #reject = () => {};
  #ready = false;
  #over = new AbortController();

  /**
   * @param {() => Worker} create
   * @param {Authorize} authorize
   */
  constructor(create, authorize) {
    this.#authorize = authorize;
    this.outcome = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    try {
      this.#worker = create();
    } catch {
      this.#fail(workerBlocked());
      return;
    }
    this.#worker.addEventListener("message", (event) => this.#receive(/** @type {ToPage} */ (event.data)));
    this.#worker.addEventListener("messageerror", () => this.#fail(workerFailed()));
    this.#worker.addEventListener("error", (event) => {
      event.preventDefault();
      this.#fail(this.#ready ? workerFailed() : workerBlocked());
    });
  }

  /** @param {JobOptions} options */
  start(options) {
    this.#post({ type: "run", options });
  }

  async stop() {
    this.#post({ type: "cancel" });
    const patience = setTimeout(() => this.#fail(new CarryallError("cancelled", "The export was cancelled.")), STOP_MILLIS);
    await this.outcome.catch(() => {});
    clearTimeout(patience);
  }

  /** @param {ToPage} message */
  #receive(message) {
    switch (message.type) {
      case "ready":
        this.#ready = true;
        if (message.pulse) this.#watch(message.pulse);
        return;
      case "authorize":
        void this.#answer(message.id, message.refresh);
        return;
      case "progress":
        this.onProgress(message.progress);
        return;
      case "done":
        this.#end();
        this.#resolve(message.outcome);
        return;
      case "failed":
        this.#fail(new CarryallError(message.error.code, message.error.description));
        return;
    }
  }

  /**
   * @param {number} id
   * @param {boolean} refresh
   */
  async #answer(id, refresh) {
    try {
      const headers = await this.#authorize({ refresh });
      if (!headers) throw new CarryallError("unauthenticated", "You are signed out; sign in and start again.");
      this.#post({ type: "authorized", id, headers });
    } catch (thrown) {
      const description = "The page could not reach your session; check the connection and try again.";
      const error = toCarryallError(thrown, { code: "credentials_unavailable", description });
      this.#post({ type: "authorize_failed", id, error: error.report() });
    }
  }

  /** @param {ToWorker} message */
  #post(message) {
    this.#worker?.postMessage(message);
  }

  /**
   * Waits for the lock of the worker: it is free when the worker has ended, also where nothing tells so.
   *
   * @param {string} pulse
   */
  #watch(pulse) {
    const ended = () => void setTimeout(() => this.#fail(workerFailed()), LAST_WORDS_MILLIS);
    navigator.locks.request(pulse, { signal: this.#over.signal }, ended).catch(() => {});
  }

  /** @param {CarryallError} error */
  #fail(error) {
    this.#end();
    this.#reject(error);
  }

  #end() {
    this.#over.abort();
    this.#worker?.terminate();
  }
}

/** The literal that Vite and webpack look for. */
function createWorker() {
  return new Worker(new URL("./worker.js", import.meta.url), { type: "module" });
}

function workerBlocked() {
  return new CarryallError(
    "worker_blocked",
    "The export's worker could not be loaded. Check the connection and try again; an operator checks that worker.js and " +
      "pkg/carryall.js are served and that the site's Content-Security-Policy has worker-src 'self'.",
  );
}

function workerFailed() {
  return new CarryallError("worker_failed", "The export's worker stopped unexpectedly; start it again. This browser may be short of memory.");
}

/**
 * @param {string} url
 * @returns {string} absolute, without a trailing slash
 */
export function absolute(url) {
  return new URL(url, document.baseURI).href.replace(/\/+$/, "");
}
