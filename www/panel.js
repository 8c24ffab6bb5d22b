// @ts-check
/**
 * `<carryall-export>`: the section of a settings page on which a person exports their data.
 *
 * ```html
 * <script type="module" src="/carryall/www/panel.js"></script>
 * <carryall-export catalog="/carryall/catalogs/talkif.json" counter="/carryall"></carryall-export>
 * ```
 * ```js
 * panel.authorize = async ({ refresh }) => ({ Authorization: `Bearer ${await token(refresh)}` });
 * await panel.clear(); // on sign-out
 * ```
 *
 * Attributes: `catalog`, `counter`, `lang` (the document's where absent), `origins` (others than the page's own to which
 * the host's credentials may go, separated by spaces). Properties: `authorize`, `createWorker`. Events:
 * `carryall:state` `{ state, exportId }`, `carryall:error` `{ code, description }`. The state is mirrored in the
 * attribute `state`.
 *
 * Here is the element's life and its drawing, with the focus kept. What happens is panel/flow.js, what is shown is
 * panel/view.js. **No account data** comes near the DOM but the titles and counts of categories.
 *
 * @typedef {import("./panel/flow.js").Flow} Flow
 * @typedef {import("./panel/model.js").PanelState} PanelState
 * @typedef {import("./panel/texts.js").Texts} Texts
 * @typedef {import("./protocol.js").Authorize} Authorize
 * @typedef {import("./protocol.js").ErrorReport} ErrorReport
 */
import { UNFINISHED } from "./panel/choices.js";
import { patch } from "./panel/dom.js";
import { flowFor } from "./panel/flow.js";
import { formatFor } from "./panel/format.js";
import { byCategory, overall, stateOf } from "./panel/model.js";
import { textsFor } from "./panel/texts.js";
import { titleFor, view } from "./panel/view.js";

/** How often a countdown is drawn anew while the host asks to wait. */
const TICK_MILLIS = 500;

export class CarryallExport extends HTMLElement {
  static observedAttributes = ["catalog", "counter", "lang", "origins"];

  /** @type {Flow | null} */ #flow = null;
  /** @type {Authorize | null} */ #authorize = null;
  /** @type {(() => Worker) | null} */ #createWorker = null;
  /** @type {PanelState | null} */ #shown = null;
  #screen = document.createElement("div");
  #announcer = document.createElement("p");
  #announcedPercent = 0;
  /** @type {ReturnType<typeof setInterval> | undefined} */ #tick;
  #connected = new AbortController();

  constructor() {
    super();
    this.#announcer.setAttribute("role", "status");
    this.#announcer.className = "unseen";
    const style = document.createElement("link");
    style.rel = "stylesheet";
    style.href = new URL("./panel.css", import.meta.url).href;
    // Unstyled for no frame, but shown even where the stylesheet is missing.
    this.#screen.hidden = true;
    for (const event of ["load", "error"]) style.addEventListener(event, () => (this.#screen.hidden = false));
    this.attachShadow({ mode: "open" }).append(style, this.#screen, this.#announcer);
    this.#screen.addEventListener("click", (event) => this.#onClick(event));
    for (const event of ["change", "input"]) this.#screen.addEventListener(event, (event) => this.#onChange(event));
  }

  connectedCallback() {
    this.#adoptProperty("authorize");
    this.#adoptProperty("createWorker");
    this.#connected = new AbortController();
    const { signal } = this.#connected;
    document.addEventListener("visibilitychange", () => this.#onVisibility(), { signal });
    window.addEventListener("beforeunload", (event) => this.#onLeaving(event), { signal });
    this.#tick = setInterval(() => this.#flow?.model.run?.progress?.waitingUntil && this.draw(), TICK_MILLIS);
    this.#join();
  }

  disconnectedCallback() {
    this.#connected.abort();
    clearInterval(this.#tick);
    this.#leave();
  }

  /** @param {string} name */
  attributeChangedCallback(name) {
    if (!this.#flow) return;
    if (name !== "lang") {
      this.#leave();
      this.#join();
    }
    this.draw();
  }

  /**
   * The headers that carry the host's session; asked with `{ refresh: true }` when the last ones were refused. **Until it
   * is set the panel is loading**; a page whose session is a cookie sets `() => ({})`.
   */
  get authorize() {
    return this.#authorize;
  }

  set authorize(authorize) {
    this.#authorize = authorize;
    this.#flow?.heed(this);
  }

  /** Makes the worker where a bundler does not see the literal in client.js. */
  get createWorker() {
    return this.#createWorker;
  }

  set createWorker(createWorker) {
    this.#createWorker = createWorker;
  }

  /** The panel's language: its own, else that of what surrounds it, else English. */
  get language() {
    const closest = this.closest("[lang]");
    return (closest instanceof HTMLElement && closest.lang) || document.documentElement.lang || "en";
  }

  /**
   * For sign-out: stops a run in this page and deletes every archive that lies in this browser, even where the panel is
   * not in the page any more.
   *
   * @throws {import("./errors.js").CarryallError} `not_deleted` where another tab holds one: show its `description`, and
   *   sign out all the same
   */
  async clear() {
    await this.#findFlow().clear();
  }

  /** Asks the counter again now. */
  async refresh() {
    await this.#flow?.refresh();
  }

  /** Makes the DOM agree with what is known. Called by the flow. */
  draw() {
    if (!this.#flow) return;
    const { model, now } = this.#flow;
    const { texts, locale } = textsFor(this.language);
    const focused = this.shadowRoot?.activeElement ?? null;
    const question = this.#question();
    const told = this.#notice()?.textContent;
    this.#screen.lang = locale;
    // The way its texts are written, not the page's: German reads from left to right in an Arabic page too.
    this.#screen.dir = texts.dir;
    patch(this.#screen, [view({ model, texts, format: formatFor(locale), language: this.language, now })]);
    if (focused) this.#keepFocus(focused, question);
    // Who pressed a button at the end of a long screen would not see what is said at its beginning.
    if (this.#notice() && this.#notice()?.textContent !== told) this.#notice()?.scrollIntoView({ block: "nearest" });
    this.#announce(texts, focused !== null);
    this.#reflect(stateOf(model));
  }

  /** Passes an error on to the page. Called by the flow. @param {ErrorReport} error */
  tell(error) {
    this.#dispatch("carryall:error", { code: error.code, description: error.description });
  }

  /* What the person does */

  /** @param {Event} event */
  #onClick(event) {
    const button = event.target instanceof Element ? event.target.closest("[data-action]") : null;
    const action = button?.getAttribute("data-action");
    if (!action) return;
    this.#readUnfinishedDays();
    void this.#flow?.act(action);
  }

  /** Of a date that was begun and not finished a browser tells only when it is asked. */
  #readUnfinishedDays() {
    for (const input of this.#screen.querySelectorAll("input")) {
      if (input.type === "date" && input.validity.badInput) this.#flow?.choose({ [input.name]: UNFINISHED });
    }
  }

  /** @param {Event} event */
  #onChange(event) {
    const input = event.target;
    if (!(input instanceof HTMLInputElement) || !this.#flow) return;
    // A date may be typed on for long before it counts as changed; everything else tells both at once.
    if (event.type === "input" && input.type !== "date") return;
    switch (input.name) {
      case "layout":
      case "format":
      case "media":
        return this.#flow.choose({ [input.name]: input.value });
      case "from":
      case "to":
        return this.#flow.choose({ [input.name]: input.validity.badInput ? UNFINISHED : input.value });
      case "only_mine":
        return this.#flow.choose({ onlyMine: input.checked });
      case "category":
        return this.#flow.tick([input.value], input.checked);
      default:
        return this.#flow.tick(this.#flow.model.catalog?.categories.map(({ id }) => id) ?? [], input.checked);
    }
  }

  #onVisibility() {
    if (document.hidden) this.#flow?.pause();
    else void this.#flow?.refresh();
  }

  /** @param {BeforeUnloadEvent} event */
  #onLeaving(event) {
    if (this.#flow?.model.run) event.preventDefault();
  }

  /* What the person sees, hears and holds */

  /**
   * A new question takes the focus, on its harmless answer; an answered one gives it back to its button. Where the
   * focused element is gone, the title gets it.
   *
   * @param {Element} focused
   * @param {string | null} question the one shown before
   */
  #keepFocus(focused, question) {
    if (focused.isConnected) return;
    const hook = this.#question() ? "dismiss" : question;
    const target = this.#screen.querySelector(`[data-action="${hook}"]`) ?? this.#screen.querySelector("h2");
    if (target instanceof HTMLElement) target.focus();
  }

  #notice() {
    return this.#screen.querySelector('[data-key="notice"]');
  }

  /** The hook of the button whose yes-or-no question is shown. */
  #question() {
    return this.#screen.querySelector(".ask")?.getAttribute("data-key")?.replace("ask-", "") ?? null;
  }

  /**
   * For screen readers: every new state, unless its title takes the focus, and a run's quarters.
   *
   * @param {Texts} texts
   * @param {boolean} isFocused
   */
  #announce(texts, isFocused) {
    const { model } = /** @type {Flow} */ (this.#flow);
    const state = stateOf(model);
    const isNew = state !== this.#shown && this.#shown !== null;
    if (isNew) this.#announcedPercent = 0;
    if (isNew && !isFocused) this.#announcer.textContent = titleFor(model, texts);
    if (!model.run?.progress) return;
    const { streams, media } = model.run.progress;
    const percent = Math.floor(overall(byCategory(streams), media) * 4) * 25;
    if (percent <= this.#announcedPercent) return;
    this.#announcedPercent = percent;
    this.#announcer.textContent = texts.running.announce(String(percent));
  }

  /** @param {PanelState} state */
  #reflect(state) {
    if (state === this.#shown) return;
    this.#shown = state;
    this.setAttribute("state", state);
    this.#dispatch("carryall:state", { state, exportId: this.#flow?.model.current?.export?.id ?? null });
  }

  /**
   * @param {string} name
   * @param {Record<string, string | null>} detail
   */
  #dispatch(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true }));
  }

  /* Its flow */

  #join() {
    this.#flow = this.#findFlow();
    this.#flow.attach(this);
    this.draw();
  }

  #findFlow() {
    return flowFor({
      catalog: this.getAttribute("catalog"),
      counter: this.getAttribute("counter"),
      origins: (this.getAttribute("origins") ?? "").split(/\s+/).filter(Boolean),
    });
  }

  #leave() {
    this.#flow?.detach(this);
    this.#flow = null;
  }

  /**
   * A property set before the element was defined lies on the instance and would hide the accessor.
   *
   * @param {"authorize" | "createWorker"} name
   */
  #adoptProperty(name) {
    if (!Object.hasOwn(this, name)) return;
    const value = this[name];
    Reflect.deleteProperty(this, name);
    Object.assign(this, { [name]: value });
  }
}

if (!customElements.get("carryall-export")) customElements.define("carryall-export", CarryallExport);
