// @ts-check
/**
 * One person's way through an export: what is known ({@link Model}), what the person does, and when the counter is
 * asked again. **Nothing is drawn here**; the panels that show it are told when it has changed.
 *
 * A flow outlives the element that shows it, so that a host may take the panel out of the page and put it back while
 * an export runs.
 *
 * @typedef {import("./model.js").Model} Model
 * @typedef {import("../protocol.js").Authorize} Authorize
 * @typedef {import("../protocol.js").ErrorReport} ErrorReport
 * @typedef {import("../protocol.js").JobOutcome} JobOutcome
 * @typedef {import("../protocol.js").Layout} Layout
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
import { loadCatalog } from "../catalog.js";
import { absolute, createExport } from "../client.js";
import { Counter } from "../counter.js";
import { CarryallError, toCarryallError } from "../errors.js";
import { deleteArchives, deleteEveryArchive, deleteExpired, expectedStaging, findArchive, isAbandoned, isOver } from "../local.js";
import { emptyModel, isRefusalCode, keptExport, nextPoll, stateOf } from "./model.js";
import { revokeFiles, saveFile } from "./save.js";
import { textsFor } from "./texts.js";

/** How long a page may take to set `authorize`: its own scripts load beside the panel's. */
const HOST_PATIENCE_MILLIS = 10_000;
/** What a run of this page ends with when its worker could not tell the counter: the lease lives on, and nobody works. */
const DIED = new Set(["worker_failed", "port_broken", "internal"]);
const UNKNOWN = { code: "internal", description: "Something went wrong on this page; reload it and try again." };

export class Flow {
  /** @type {Model} */ model = emptyModel();
  /** @type {FlowConfig} */ #config;
  /** @type {Panel[]} */ #panels = [];
  /** @type {Panel | null} the last that came: it is asked for headers and language */ #speaker = null;
  /** @type {import("../client.js").ExportClient | null} */ #client = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */ #poll;
  /** @type {ReturnType<typeof setTimeout> | undefined} */ #patience;
  #isHostLate = false;
  /** The counter's clock less `performance.now()`. */
  #clockOffset = Date.now() - performance.now();
  /** @type {{ id: string, leaseUntil: string | undefined } | null} the export whose worker died here, and its lease then */ #orphan = null;
  /** Numbers what was asked: an answer that was overtaken is dropped. */
  #turn = 0;

  /** @param {FlowConfig} config */
  constructor(config) {
    this.#config = config;
  }

  /** The counter's clock, in milliseconds. */
  get now() {
    return performance.now() + this.#clockOffset;
  }

  /** @param {Panel} panel */
  attach(panel) {
    this.#panels.push(panel);
    // A run that goes on needs one who can answer.
    if (panel.authorize || !this.model.run) this.#speaker = panel;
    this.#awaitHost();
    queueMicrotask(() => this.refresh());
  }

  /**
   * The page has said how it authorizes: this panel speaks from now on.
   *
   * @param {Panel} panel
   */
  heed(panel) {
    this.#speaker = panel;
    void this.refresh();
  }

  /** @param {Panel} panel */
  detach(panel) {
    this.#panels = this.#panels.filter((other) => other !== panel);
    if (this.#panels.length > 0) return;
    this.pause();
    clearTimeout(this.#patience);
    this.#turn += 1;
    // What only this page holds is kept for the next panel.
    const isHeld = this.model.run || this.model.archive?.summary.staging === "memory";
    if (!isHeld) this.model = emptyModel();
  }

  /** Asks nothing while nobody looks. */
  pause() {
    clearTimeout(this.#poll);
  }

  /**
   * Asks the counter where things stand, and loads the catalog where it is not there yet. **Nobody is asked before the
   * page has set `authorize`**, unless it never does.
   */
  async refresh() {
    if (this.#panels.length === 0 || this.model.run) return;
    const turn = ++this.#turn;
    await this.#dropExpired();
    if (turn !== this.#turn) return;
    if (!this.#authorize && !this.#isHostLate) return this.#draw();
    try {
      const news = await this.#news();
      if (turn !== this.#turn) return;
      this.#take(news);
    } catch (error) {
      if (turn !== this.#turn) return;
      this.#cannotAsk(toCarryallError(error, UNKNOWN));
    }
    this.#draw();
    this.#schedule();
  }

  /**
   * What a button stands for, by its `data-action`.
   *
   * @param {string} action
   */
  async act(action) {
    if (this.model.busy) return;
    Object.assign(this.model, { notice: null, busy: action });
    this.#draw();
    try {
      await this.#perform(action);
    } catch (error) {
      await this.#fail(error);
    }
    this.model.busy = null;
    this.#draw();
  }

  /**
   * @param {string[]} ids
   * @param {boolean} isTicked
   */
  tick(ids, isTicked) {
    for (const id of ids) this.model.choice?.categories[isTicked ? "add" : "delete"](id);
    this.model.notice = null;
    this.#draw();
  }

  /** @param {Layout} layout */
  choose(layout) {
    if (this.model.choice) this.model.choice.layout = layout;
    this.#draw();
  }

  /**
   * For sign-out: stops a run in this page, forgets everything, and deletes every archive in this browser.
   *
   * @throws {CarryallError} `not_deleted` where something is left; all else is done nevertheless
   */
  async clear() {
    this.pause();
    this.#turn += 1;
    if (this.model.run) this.model.run.stopping = true;
    try {
      await this.#stop();
      await this.#deleteAll();
    } finally {
      this.model = emptyModel();
      this.#draw();
    }
  }

  /* Asking */

  #awaitHost() {
    clearTimeout(this.#patience);
    this.#isHostLate = false;
    this.#patience = setTimeout(() => {
      this.#isHostLate = true;
      if (!this.#authorize) void this.refresh();
    }, HOST_PATIENCE_MILLIS);
  }

  async #news() {
    const [catalog, current, staging] = await Promise.all([
      this.model.catalog ?? loadCatalog(absolute(this.#address("catalog"))),
      this.#counter.current(),
      expectedStaging(),
    ]);
    const view = current.export;
    const archive = view?.state === "completed" ? await this.#archiveOf(view.id) : null;
    const abandoned = view?.state === "processing" && (this.#isOrphan(view) || (await isAbandoned(view.id)));
    return { catalog, current, staging, archive, abandoned };
  }

  /** @param {Pick<Model, "staging" | "archive" | "abandoned"> & { catalog: NonNullable<Model["catalog"]>, current: NonNullable<Model["current"]> }} news */
  #take(news) {
    const { catalog, current } = news;
    const choice = this.model.choice ?? {
      categories: new Set(catalog.categories.filter((category) => category.default ?? true).map(({ id }) => id)),
      layout: catalog.archive?.layout ?? "files",
    };
    Object.assign(this.model, news, { choice, trouble: null });
    if (current.export?.state !== "completed") Object.assign(this.model, { another: false, saved: false });
    this.#clockOffset = Date.parse(current.now) - performance.now();
    const keep = keptExport(current);
    revokeFiles((summary) => summary.export.id !== keep);
    void deleteArchives(keep);
  }

  /** An archive goes when its time is over, even if nobody can be asked: the person signed out, the counter is down. */
  async #dropExpired() {
    const now = Date.now();
    revokeFiles((summary) => isOver(summary, now));
    if (this.model.archive && isOver(this.model.archive.summary, now)) this.model.archive = null;
    await deleteExpired(now).catch(() => false);
  }

  /** @param {CarryallError} error */
  #cannotAsk(error) {
    const isNew = this.model.trouble?.code !== error.code;
    this.model.trouble = error;
    // Whoever looks now need not be the one whose export was shown.
    if (error.status === 401) Object.assign(this.model, { current: null, archive: null });
    if (isNew) this.#tell(error);
  }

  /**
   * One in memory cannot be found again: it is kept.
   *
   * @param {string} exportId
   */
  async #archiveOf(exportId) {
    const held = this.model.archive?.summary;
    const isHeld = held?.staging === "memory" && held.export.id === exportId;
    return isHeld ? this.model.archive : findArchive(exportId);
  }

  /**
   * Whether the export's worker died in this page and nobody has renewed its lease since.
   *
   * @param {import("../protocol.js").ExportView} view
   */
  #isOrphan(view) {
    if (this.#orphan?.id !== view.id) return false;
    this.#orphan.leaseUntil ??= view.lease_until;
    return this.#orphan.leaseUntil === view.lease_until;
  }

  #schedule() {
    this.pause();
    const wait = nextPoll(this.model, this.now);
    if (wait !== null && !document.hidden) this.#poll = setTimeout(() => this.refresh(), wait);
  }

  /* Doing */

  /** @param {string} action */
  async #perform(action) {
    const { model } = this;
    switch (action) {
      case "request":
        return this.#request();
      case "start":
      case "rerun":
      case "takeover":
        return this.#start(action === "takeover");
      case "save":
        return this.#save();
      case "cancel":
      case "delete":
        model.asking = action;
        return;
      case "dismiss":
        model.asking = null;
        return;
      case "cancel-confirm":
      case "delete-confirm":
        return this.#end();
      case "another":
      case "back":
        model.another = action === "another";
        return;
      case "retry":
        return this.refresh();
    }
  }

  async #request() {
    const categories = [...(this.model.choice?.categories ?? [])];
    if (categories.length === 0) throw new CarryallError("nothing_chosen", "Choose at least one category.");
    await this.#counter.request({ categories, locale: this.#locale });
    this.model.another = false;
    await this.refresh();
  }

  /** @param {boolean} isTakeover */
  async #start(isTakeover) {
    const view = this.model.current?.export;
    if (!view) return;
    this.pause();
    const turn = ++this.#turn;
    // The lease of a tab that was closed lives on for a while.
    const takeover = isTakeover || this.model.abandoned || (await isAbandoned(view.id));
    if (turn !== this.#turn) return;
    this.#client = this.#createClient();
    /** @type {NonNullable<Model["run"]>} */
    const run = { exportId: view.id, progress: null, stopping: false };
    this.model.run = run;
    this.#client.onProgress = (progress) => {
      run.progress = progress;
      this.#draw();
    };
    const layout = this.model.choice?.layout ?? null;
    this.#client.start({ exportId: view.id, categories: view.categories, layout, locale: this.#locale, takeover }).then(
      (outcome) => this.#finish(outcome),
      (error) => this.#interrupt(error),
    );
  }

  /** @param {JobOutcome} outcome */
  async #finish(outcome) {
    if (!this.model.run || this.model.run.stopping) return;
    Object.assign(this.model, { run: null, archive: outcome, asking: null });
    if (this.model.current) this.model.current = { ...this.model.current, export: outcome.summary.export };
    this.#save();
    this.#draw();
    await this.refresh();
  }

  /** @param {unknown} error */
  async #interrupt(error) {
    if (!this.model.run || this.model.run.stopping) return;
    const { code } = toCarryallError(error, UNKNOWN);
    this.#orphan = DIED.has(code) ? { id: this.model.run.exportId, leaseUntil: undefined } : null;
    Object.assign(this.model, { run: null, asking: null });
    await this.#fail(error);
    this.#draw();
  }

  #save() {
    if (!this.model.archive) return;
    saveFile(this.model.archive);
    this.model.saved = true;
  }

  /** Cancels what is active, or ends the window of what is finished; the bytes here go either way. */
  async #end() {
    const { run, current } = this.model;
    const id = run?.exportId ?? current?.export?.id;
    if (run) run.stopping = true;
    this.model.asking = null;
    this.#draw();
    try {
      if (id) await this.#counter.cancel(id);
    } catch (error) {
      // It has ended already; the screen will say how.
      if (!(error instanceof CarryallError) || error.code !== "wrong_state") throw error;
    } finally {
      await this.#stop();
      Object.assign(this.model, { run: null, archive: null, saved: false });
      await this.#deleteAll();
    }
    await this.refresh();
  }

  /** @throws {CarryallError} `not_deleted` */
  async #deleteAll() {
    revokeFiles(() => true);
    await deleteEveryArchive();
  }

  async #stop() {
    await this.#client?.cancel();
    this.#client = null;
  }

  /**
   * A refusal, and how an export ended, is told by the screen that the refreshed state brings; everything else by a notice.
   *
   * @param {unknown} thrown
   */
  async #fail(thrown) {
    const error = toCarryallError(thrown, UNKNOWN);
    this.#tell(error);
    await this.refresh();
    const state = stateOf(this.model);
    const isTheEnd = this.model.current?.export?.end_code === error.code;
    const isOnScreen = state === "refused" || state === "unreachable" || isTheEnd || (isRefusalCode(error.code) && state !== "ready");
    // What is left behind here is on no screen.
    if (!isOnScreen || error.code === "not_deleted") this.model.notice = error;
  }

  /* Whom it speaks to */

  #draw() {
    for (const panel of this.#panels) panel.draw();
  }

  /** @param {CarryallError} error */
  #tell(error) {
    for (const panel of this.#panels) panel.tell(error.report());
  }

  /** The tag of the texts that are shown: the mail and the archive speak the same language. */
  get #locale() {
    return textsFor(this.#speaker?.language ?? "en").locale;
  }

  get #counter() {
    return new Counter(absolute(this.#address("counter")), (request) => this.#headers(request));
  }

  #createClient() {
    const createWorker = this.#speaker?.createWorker;
    return createExport({
      catalogUrl: this.#address("catalog"),
      counterUrl: this.#address("counter"),
      origins: this.#config.origins,
      authorize: (request) => this.#headers(request),
      ...(createWorker && { createWorker }),
    });
  }

  get #authorize() {
    return this.#speaker?.authorize ?? this.#panels.find(({ authorize }) => authorize)?.authorize ?? null;
  }

  /**
   * The last panel that was there is asked even after it is gone: the export goes on without it. No headers mean that the
   * person is signed out; an error means that the page could not tell.
   *
   * @param {{ refresh: boolean }} request
   */
  async #headers(request) {
    const authorize = this.#authorize;
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

/** @type {Map<string, Flow>} */
const flows = new Map();

/**
 * The one flow of this page for these addresses.
 *
 * @param {FlowConfig} config
 * @returns {Flow}
 */
export function flowFor(config) {
  const key = JSON.stringify([config.catalog, config.counter, config.origins]);
  const flow = flows.get(key) ?? new Flow(config);
  flows.set(key, flow);
  return flow;
}
