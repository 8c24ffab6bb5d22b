// @ts-check
/**
 * The small pieces that several screens are made of.
 *
 * @typedef {import("./dom.js").Child} Child
 * @typedef {import("./format.js").Format} Format
 * @typedef {import("./model.js").Model} Model
 * @typedef {import("./model.js").Trouble} Trouble
 * @typedef {import("./texts.js").Texts} Texts
 *
 * What a screen is drawn from.
 * @typedef {object} Scene
 * @property {Model} model
 * @property {Texts} texts
 * @property {Format} format
 * @property {string} language the person's, for the catalog's texts
 * @property {number} now the counter's clock, in milliseconds
 */
import { safeLink, textIn } from "../catalog.js";
import { h } from "./dom.js";

/**
 * @param {string} text
 * @param {Record<string, string>} [props]
 */
export function paragraph(text, props = {}) {
  return h("p", props, text);
}

/**
 * @param {Scene} scene
 * @param {string} action the hook, and the name in the table of texts unless a label is given
 * @param {string} label
 * @param {"primary" | "plain" | "danger"} [look]
 */
export function button({ model, texts }, action, label, look = "plain") {
  const isBusy = model.busy === action;
  return h(
    "button",
    { type: "button", "data-action": action, class: look, "aria-disabled": model.busy ? "true" : null, "aria-busy": isBusy ? "true" : null },
    isBusy ? texts.action.busy : label,
  );
}

/** @param {...Child} children */
export function actions(...children) {
  return h("div", { class: "actions" }, ...children);
}

/**
 * Yes or no to what cannot be undone.
 *
 * @param {Scene} scene
 * @param {"cancel" | "delete"} what
 * @param {{ question: string, yes: string, no: string }} words
 */
export function ask(scene, what, words) {
  return h(
    "div",
    { class: "ask", role: "group", "aria-labelledby": "question", "data-key": `ask-${what}` },
    paragraph(words.question, { id: "question" }),
    actions(
      button(scene, `${what}-confirm`, words.yes, "danger"),
      button(scene, "dismiss", words.no),
    ),
  );
}

/**
 * One of several, each with what it means.
 *
 * @param {{ name: string, legend: string, options: { value: string, title: string, hint: string }[], chosen: string | undefined }} choice
 *   `name` is that of the radio buttons; no other of the screen has it
 * @param {...Child} after
 */
export function cards({ name, legend, options, chosen }, ...after) {
  return h(
    "fieldset",
    { class: "choice", "data-key": name },
    h("legend", {}, legend),
    h("div", { class: "cards" }, options.map((option) => card(name, option, option.value === chosen))),
    ...after,
  );
}

/**
 * @param {string} name
 * @param {{ value: string, title: string, hint: string }} option
 * @param {boolean} checked
 */
function card(name, { value, title, hint }, checked) {
  const described = `about-${name}-${value}`;
  return h(
    "label",
    {},
    h("input", { type: "radio", name, value, checked, "aria-describedby": described }),
    h("span", {}, h("span", { class: "name" }, title), h("span", { class: "about", id: described }, hint)),
  );
}

/**
 * A sentence with a date in it, as a `<time>`.
 *
 * @param {Scene} scene
 * @param {string | undefined} timestamp nothing is shown without one
 * @param {(moment: string, ahead: string) => string} sentence
 */
export function dated({ format, now }, timestamp, sentence) {
  if (!timestamp) return null;
  const moment = format.moment(timestamp);
  const [before, after] = split(sentence(moment, format.ahead(Date.parse(timestamp) - now)), moment);
  return h("p", { class: "dated" }, before, h("time", { datetime: timestamp }, moment), after);
}

/** @param {string} whole @param {string} part */
function split(whole, part) {
  const at = whole.indexOf(part);
  return at < 0 ? [whole, ""] : [whole.slice(0, at), whole.slice(at + part.length)];
}

/** @param {[string, Child][]} facts */
export function factList(facts) {
  return h("dl", { class: "facts" }, facts.map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, value))));
}

/**
 * @param {"info" | "warning" | "error"} tone
 * @param {...Child} children
 */
export function note(tone, ...children) {
  return h("div", { class: `note ${tone}`, "data-key": `note-${tone}` }, ...children);
}

/**
 * The description in the person's language where the code is known; else as it came, as a whole sentence.
 *
 * @param {Texts} texts
 * @param {Pick<Trouble, "code" | "description">} trouble
 */
export function describe(texts, trouble) {
  const refusals = /** @type {Record<string, unknown>} */ (texts.refused);
  const refusal = refusals[trouble.code];
  return typeof refusal === "string" ? refusal : (texts.errors[trouble.code] ?? sentence(trouble.description));
}

/** @param {string} text lower case and without a full stop, as errors are written elsewhere */
function sentence(text) {
  const begun = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(begun) || !begun ? begun : `${begun}.`;
}

/**
 * Where a person can turn with a formal request; only https and mailto are followed.
 *
 * @param {Scene} scene
 * @param {string | null} [contact] the counter's, before the catalog's
 */
export function formalRequest({ model, texts }, contact) {
  const href = safeLink(contact) ?? safeLink(model.catalog?.links?.formal_request);
  if (!href) return null;
  return h("p", { class: "contact" }, `${texts.contact} `, link(href, texts.rights.formal_request));
}

/** In the order in which they are listed. @type {(keyof import("../protocol.js").Links)[]} */
const RIGHTS = ["correction", "deletion", "account_deletion", "formal_request", "complaint", "privacy_policy"];

/**
 * What else a person may do about their data, where the catalog says where.
 *
 * @param {Scene} scene
 * @param {...(keyof import("../protocol.js").Links)} shown what the screen links to already
 */
export function rights({ model, texts }, ...shown) {
  const links = RIGHTS.filter((right) => !shown.includes(right)).flatMap((right) => {
    const href = safeLink(model.catalog?.links?.[right]);
    return href ? [h("li", {}, link(href, texts.rights[right]))] : [];
  });
  if (links.length === 0) return null;
  return h("div", { class: "rights" }, h("h3", {}, texts.rights.title), h("ul", {}, links));
}

/** @param {string} href @param {string} label */
export function link(href, label) {
  return h("a", { href, rel: "noopener noreferrer", target: href.startsWith("https:") ? "_blank" : null }, label);
}

/**
 * @param {Scene} scene
 * @param {string} id
 */
export function categoryTitle({ model, language }, id) {
  const category = model.catalog?.categories.find((category) => category.id === id);
  return category ? textIn(category.title, language) : id;
}
