// @ts-check
/**
 * Where a flow is embedded: the panels that show it, the addresses the page gave, and the page's word for its session.
 * **It decides nothing**; it knows whom to ask and whom to tell.
 *
 * @typedef {import("../errors.js").CarryallError} Failure
 * @typedef {import("../protocol.js").Authorize} Authorize
 * @typedef {import("../protocol.js").ErrorReport} ErrorReport
 *
 * @typedef {object} FlowConfig
 * @property {string | null} catalog address
 * @property {string | null} counter address
 * @property {string[]} origins beside the page's own to which the host's credentials may go
 *
 * Who shows the flow: the element.
 * @typedef {object} Panel
 * @property {Authorize | null} authorize null until the page has said it
 * @property {(() => Worker) | null} createWorker
 * @property {string} language as the page has it: no valid tag yet
 * @property {() => void} draw
 * @property {(error: ErrorReport) => void} tell
 */
import { absolute, createExport } from "../client.js";
import { Counter } from "../counter.js";
import { CarryallError } from "../errors.js";
import { textsFor } from "./texts.js";

/** How long a page may take to set `authorize`: its own scripts load beside the panel's. */
const HOST_PATIENCE_MILLIS = 10_000;

export class Embedding {
  /** @type {FlowConfig} */ #config;
  /** @type {Panel[]} */ #panels = [];
  /** @type {Panel | null} the last that came: it is asked for headers and language */ #speaker = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */ #patience;
  #isHostLate = false;

  /** @param {FlowConfig} config */
  constructor(config) {
    this.#config = config;
  }

  /** Whether anybody looks. */
  get isShown() {
    return this.#panels.length > 0;
  }

  /**
   * @param {Panel} panel
   * @param {boolean} isRunning a run that goes on needs one who can answer
   */
  attach(panel, isRunning) {
    this.#panels.push(panel);
    if (panel.authorize || !isRunning) this.#speaker = panel;
  }

  /**
   * This panel speaks from now on.
   *
   * @param {Panel} panel
   */
  heed(panel) {
    this.#speaker = panel;
  }

  /** @param {Panel} panel */
  detach(panel) {
    this.#panels = this.#panels.filter((other) => other !== panel);
    if (!this.isShown) clearTimeout(this.#patience);
  }

  /** @param {() => void} onLate the page has not said in time how it authorizes */
  awaitHost(onLate) {
    clearTimeout(this.#patience);
    this.#isHostLate = false;
    this.#patience = setTimeout(() => {
      this.#isHostLate = true;
      if (!this.authorize) onLate();
    }, HOST_PATIENCE_MILLIS);
  }

  /** Whether anybody may be asked: the page has said how it authorizes, or had time enough to. */
  get isReady() {
    return this.authorize !== null || this.#isHostLate;
  }

  draw() {
    for (const panel of this.#panels) panel.draw();
  }

  /** @param {Failure} error */
  tell(error) {
    for (const panel of this.#panels) panel.tell(error.report());
  }

  /** The tag of the texts that are shown: the mail and the archive speak the same language. */
  get locale() {
    return textsFor(this.#speaker?.language ?? "en").locale;
  }

  /** Null until the page has said how it authorizes. */
  get authorize() {
    return this.#speaker?.authorize ?? this.#panels.find(({ authorize }) => authorize)?.authorize ?? null;
  }

  /** @throws {CarryallError} `misconfigured` */
  get catalogUrl() {
    return absolute(this.#address("catalog"));
  }

  /** @throws {CarryallError} `misconfigured` */
  get counter() {
    return new Counter(absolute(this.#address("counter")), (request) => this.#headers(request));
  }

  /** @throws {CarryallError} `misconfigured` */
  createClient() {
    const createWorker = this.#speaker?.createWorker;
    return createExport({
      catalogUrl: this.#address("catalog"),
      counterUrl: this.#address("counter"),
      origins: this.#config.origins,
      authorize: (request) => this.#headers(request),
      ...(createWorker && { createWorker }),
    });
  }

  /**
   * The last panel that was there is asked even after it is gone: the export goes on without it. No headers mean that the
   * person is signed out; an error means that the page could not tell.
   *
   * @param {{ refresh: boolean }} request
   */
  async #headers(request) {
    const authorize = this.authorize;
    if (!authorize) {
      throw new CarryallError("misconfigured", '<carryall-export> needs its property "authorize"; tell the operator.');
    }
    let headers;
    try {
      headers = await authorize(request);
    } catch {
      throw new CarryallError("credentials_unavailable", "This page could not reach your session; check the connection and try again.");
    }
    if (headers) return headers;
    throw new CarryallError("unauthenticated", "You are signed out; sign in and try again.", { status: 401 });
  }

  /**
   * @param {"catalog" | "counter"} which
   * @returns {string}
   */
  #address(which) {
    const address = this.#config[which];
    if (address) return address;
    throw new CarryallError("misconfigured", `<carryall-export> needs the attribute "${which}"; tell the operator.`);
  }
}
