// @ts-check
/**
 * One person's way through an export: what is known ({@link Model}), what the person does, and when the counter is
 * asked again. **Nothing is drawn here**; the panels that show it are told when it has changed.
 *
 * A flow outlives the element that shows it, so that a host may take the panel out of the page and put it back while
 * an export runs.
 *
 * @typedef {import("./embedding.js").FlowConfig} FlowConfig
 * @typedef {import("./embedding.js").Panel} Panel
 * @typedef {import("./model.js").Model} Model
 */
import { CarryallError, toCarryallError } from "../errors.js";
import { deleteArchives, deleteEveryArchive, isAbandoned, keepChoice, keptChoice } from "../local.js";
import { firstChoice, recall, toKeep, wishFor } from "./choices.js";
import { Embedding } from "./embedding.js";
import { emptyModel, isOnScreen, keptExport } from "./model.js";
import { Orphan, dropExpired, gather } from "./news.js";
import { revokeFiles, saveFile } from "./save.js";
import { Watch } from "./watch.js";

/** What a run of this page ends with when its worker could not tell the counter: the lease lives on, and nobody works. */
const DIED = new Set(["worker_failed", "port_broken", "internal"]);
const UNKNOWN = { code: "internal", description: "Something went wrong on this page; reload it and try again." };

export class Flow {
  /** @type {Model} */ model = emptyModel();
  /** @type {Embedding} */ #embedding;
  /** @type {import("../client.js").ExportClient | null} */ #client = null;
  /** @type {Watch} */ #watch;
  /** The counter's clock less `performance.now()`. */
  #clockOffset = Date.now() - performance.now();
  /** @type {Orphan | null} */ #orphan = null;
  /** Numbers what was asked: an answer that was overtaken is dropped. */
  #turn = 0;

  /** @param {FlowConfig} config */
  constructor(config) {
    this.#embedding = new Embedding(config);
    this.#watch = new Watch(this.#embedding);
  }

  /** The counter's clock, in milliseconds. */
  get now() {
    return performance.now() + this.#clockOffset;
  }

  /** @param {Panel} panel */
  attach(panel) {
    this.#embedding.attach(panel, this.model.run !== null);
    this.#embedding.awaitHost(() => void this.refresh());
    queueMicrotask(() => this.refresh());
  }

  /**
   * The page has said how it authorizes: this panel speaks from now on.
   *
   * @param {Panel} panel
   */
  heed(panel) {
    this.#embedding.heed(panel);
    void this.refresh();
  }

  /** @param {Panel} panel */
  detach(panel) {
    this.#embedding.detach(panel);
    if (this.#embedding.isShown) return;
    this.pause();
    this.#turn += 1;
    // What only this page holds is kept for the next panel.
    const isHeld = this.model.run || this.model.archive?.summary.staging === "memory";
    if (!isHeld) this.model = emptyModel();
  }

  /** Asks nothing while nobody looks. */
  pause() {
    this.#watch.stop();
  }

  /**
   * Asks the counter where things stand, and loads the catalog where it is not there yet. **Nobody is asked before the
   * page has set `authorize`**, unless it never does.
   *
   * @param {import("../protocol.js").Current} [told] where the counter has just said it
   */
  async refresh(told) {
    if (!this.#embedding.isShown || this.model.run) return;
    this.pause();
    const turn = ++this.#turn;
    await dropExpired(this.model, Date.now());
    if (turn !== this.#turn) return;
    if (!this.#embedding.isReady) return this.#embedding.draw();
    try {
      const news = await gather(this.#embedding, this.model, this.#orphan, told);
      if (turn !== this.#turn) return;
      this.#take(news);
    } catch (error) {
      if (turn !== this.#turn) return;
      this.#cannotAsk(toCarryallError(error, UNKNOWN));
    }
    this.#embedding.draw();
    this.#watch.begin(this.model, this.now, (current) => void this.refresh(current));
  }

  /**
   * What a button stands for, by its `data-action`.
   *
   * @param {string} action
   */
  async act(action) {
    if (this.model.busy) return;
    Object.assign(this.model, { notice: null, busy: action });
    this.#embedding.draw();
    try {
      await this.#perform(action);
    } catch (error) {
      await this.#fail(error);
    }
    this.model.busy = null;
    this.#embedding.draw();
  }

  /**
   * @param {string[]} ids
   * @param {boolean} isTicked
   */
  tick(ids, isTicked) {
    for (const id of ids) this.model.choice?.categories[isTicked ? "add" : "delete"](id);
    this.model.notice = null;
    this.#embedding.draw();
  }

  /**
   * What is chosen beside the categories; kept in this browser where the export was asked for.
   *
   * @param {Partial<import("./choices.js").KeptChoice>} change
   */
  choose(change) {
    const { choice, current, another } = this.model;
    const id = current && !another && keptExport(current);
    if (choice && id) keepChoice(id, toKeep(Object.assign(choice, change)));
    else if (choice) Object.assign(choice, change);
    this.model.notice = null;
    this.#embedding.draw();
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
      this.#embedding.draw();
    }
  }

  /* Asking */

  /** @param {import("./news.js").News} news */
  #take(news) {
    const { catalog, current } = news;
    const choice = this.model.choice ?? firstChoice(catalog);
    const keep = keptExport(current);
    // Once for each export: what is typed since is not to be taken away.
    if (keep && keep !== choice.exportId) recall(choice, catalog, keep, keptChoice(keep));
    // What was known before says nothing about the time now.
    if (current.now !== this.model.current?.now) this.#clockOffset = Date.parse(current.now) - performance.now();
    Object.assign(this.model, news, { choice, trouble: null });
    if (current.export?.state !== "completed") Object.assign(this.model, { another: false, saved: false });
    revokeFiles((summary) => summary.export.id !== keep);
    void deleteArchives(keep);
  }

  /** @param {CarryallError} error */
  #cannotAsk(error) {
    const isNew = this.model.trouble?.code !== error.code;
    this.model.trouble = error;
    // Whoever looks now need not be the one whose export was shown.
    if (error.status === 401) Object.assign(this.model, { current: null, archive: null });
    if (isNew) this.#embedding.tell(error);
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
        model.another = true;
        return;
      case "back":
        model.another = false;
        if (model.choice) model.choice.exportId = null;
        return this.refresh();
      case "retry":
        return this.refresh();
    }
  }

  async #request() {
    const { choice } = this.model;
    const categories = [...(choice?.categories ?? [])];
    if (!choice || categories.length === 0) throw new CarryallError("nothing_chosen", "Choose at least one category.");
    wishFor(this.model, categories, this.now);
    const view = await this.#embedding.counter.request({ categories, locale: this.#embedding.locale });
    choice.exportId = view.id;
    keepChoice(view.id, toKeep(choice));
    this.model.another = false;
    await this.refresh();
  }

  /** @param {boolean} isTakeover */
  async #start(isTakeover) {
    const view = this.model.current?.export;
    if (!view) return;
    const wish = wishFor(this.model, view.categories, this.now);
    this.pause();
    const turn = ++this.#turn;
    // The lease of a tab that was closed lives on for a while.
    const takeover = isTakeover || this.model.abandoned || (await isAbandoned(view.id));
    if (turn !== this.#turn) return;
    this.#client = this.#embedding.createClient();
    /** @type {NonNullable<Model["run"]>} */
    const run = { exportId: view.id, progress: null, stopping: false };
    this.model.run = run;
    this.#client.onProgress = (progress) => {
      run.progress = progress;
      this.#embedding.draw();
    };
    const { locale } = this.#embedding;
    this.#client.start({ exportId: view.id, categories: view.categories, ...wish, locale, takeover }).then(
      (outcome) => this.#finish(outcome),
      (error) => this.#interrupt(error),
    );
  }

  /** @param {import("../protocol.js").JobOutcome} outcome */
  async #finish(outcome) {
    if (!this.model.run || this.model.run.stopping) return;
    Object.assign(this.model, { run: null, archive: outcome, asking: null });
    if (this.model.current) this.model.current = { ...this.model.current, export: outcome.summary.export };
    this.#save();
    this.#embedding.draw();
    await this.refresh();
  }

  /** @param {unknown} error */
  async #interrupt(error) {
    if (!this.model.run || this.model.run.stopping) return;
    const { code } = toCarryallError(error, UNKNOWN);
    this.#orphan = DIED.has(code) ? new Orphan(this.model.run.exportId) : null;
    Object.assign(this.model, { run: null, asking: null });
    await this.#fail(error);
    this.#embedding.draw();
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
    this.#embedding.draw();
    try {
      if (id) await this.#embedding.counter.cancel(id);
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
    this.#embedding.tell(error);
    await this.refresh();
    if (!isOnScreen(this.model, error.code)) this.model.notice = error;
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
