// @ts-check
/**
 * The screens between request and archive on which nothing runs in this tab: pending, confirmed, processing in another
 * one, interrupted.
 *
 * @typedef {import("./dom.js").Child} Child
 * @typedef {import("./parts.js").Scene} Scene
 */
import { h } from "./dom.js";
import { formatFieldset, layoutFieldset } from "./layout.js";
import { mediaFieldset } from "./media.js";
import { isOfAnother } from "./model.js";
import { narrowing } from "./narrow.js";
import { actions, ask, button, categoryTitle, dated, note, paragraph } from "./parts.js";

/**
 * @param {Scene} scene
 * @returns {Child[]}
 */
export function pending(scene) {
  const { model, texts } = scene;
  const view = model.current?.export;
  if (isOfAnother(model)) return pendingOfAnother(scene);
  const mail = view?.mail ?? "sent";
  return [
    mail === "failing" ? note("warning", paragraph(texts.pending.mail.failing)) : paragraph(texts.pending.mail[mail], { class: "lead" }),
    h(
      "div",
      { class: "code" },
      paragraph(texts.pending.code, { class: "label" }),
      h("p", { class: "digits" }, h("strong", { "data-key": "matching-code", dir: "ltr" }, view?.matching_code)),
      paragraph(texts.pending.codeHint, { class: "hint" }),
    ),
    dated(scene, view?.confirm_by, texts.pending.until),
    paragraph(texts.pending.waiting, { class: "hint" }),
    cancelActions(scene, texts.ask.withdraw),
  ];
}

/**
 * Nothing about mail and code: they went to whoever asked for the export.
 *
 * @param {Scene} scene
 * @returns {Child[]}
 */
function pendingOfAnother(scene) {
  const { model, texts } = scene;
  const { another } = texts.pending;
  return [
    paragraph(another.lead, { class: "lead" }),
    dated(scene, model.current?.export?.confirm_by, another.until),
    paragraph(another.waiting, { class: "hint" }),
    cancelActions(scene, texts.ask.withdraw),
  ];
}

/**
 * @param {Scene} scene
 * @returns {Child[]}
 */
export function confirmed(scene) {
  const { model, texts } = scene;
  return [
    paragraph(texts.confirmed.lead, { class: "lead" }),
    ...beforeStart(scene),
    dated(scene, model.current?.export?.run_by, texts.confirmed.until),
    cancelActions(scene, texts.ask.withdraw, button(scene, "start", texts.action.start, "primary")),
  ];
}

/**
 * @param {Scene} scene
 * @returns {Child[]}
 */
export function interrupted(scene) {
  const { model, texts } = scene;
  return [
    paragraph(texts.interrupted.lead, { class: "lead" }),
    ...beforeStart(scene),
    dated(scene, model.current?.export?.run_by, texts.processing.until),
    cancelActions(scene, texts.ask.cancel, button(scene, "start", texts.action.continue, "primary")),
  ];
}

/**
 * @param {Scene} scene
 * @returns {Child[]}
 */
export function processing(scene) {
  const { model, texts } = scene;
  return [
    paragraph(texts.processing.lead, { class: "lead" }),
    paragraph(texts.processing.takeover),
    dated(scene, model.current?.export?.run_by, texts.processing.until),
    cancelActions(scene, texts.ask.cancel, button(scene, "takeover", texts.action.takeover)),
  ];
}

/**
 * @param {Scene} scene
 * @returns {Child[]}
 */
export function beforeStart(scene) {
  const { model, texts } = scene;
  const chosen = model.current?.export?.categories ?? [];
  return [
    model.staging === "memory" ? note("warning", paragraph(texts.confirmed.memory)) : null,
    h(
      "div",
      { class: "chosen" },
      h("h3", {}, texts.confirmed.chosen),
      h("ul", {}, chosen.map((category) => h("li", { "data-category": category }, categoryTitle(scene, category)))),
    ),
    narrowing(scene, chosen),
    mediaFieldset(scene, chosen),
    layoutFieldset(scene),
    formatFieldset(scene),
    note("info", paragraph(texts.confirmed.keepOpen), paragraph(texts.confirmed.stays)),
  ];
}

/**
 * @param {Scene} scene
 * @param {{ question: string, yes: string, no: string }} words
 * @param {...Child} before
 */
function cancelActions(scene, words, ...before) {
  if (scene.model.asking === "cancel") return ask(scene, "cancel", words);
  return actions(...before, button(scene, "cancel", scene.texts.action.cancel));
}
