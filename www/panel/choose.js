// @ts-check
/**
 * The screens on which an export is requested, or on which it says why none can be: ready, the three ends, refused.
 *
 * @typedef {import("./dom.js").Child} Child
 * @typedef {import("./parts.js").Scene} Scene
 * @typedef {import("../protocol.js").Category} Category
 * @typedef {import("../protocol.js").ExportView} ExportView
 */
import { textIn } from "../catalog.js";
import { h } from "./dom.js";
import { formatFieldset, layoutFieldset } from "./layout.js";
import { mediaFieldset } from "./media.js";
import { refusalOf } from "./model.js";
import { narrowing } from "./narrow.js";
import { actions, button, dated, describe, formalRequest, note, paragraph, rights } from "./parts.js";

/**
 * @param {Scene} scene
 * @returns {Child[]}
 */
export function ready(scene) {
  const { model, texts } = scene;
  return [
    model.another ? note("warning", paragraph(texts.ready.replaces)) : null,
    ...requestForm(scene),
    actions(
      button(scene, "request", texts.action.request, "primary"),
      model.another && button(scene, "back", texts.action.back),
    ),
    rights(scene),
  ];
}

/**
 * @param {Scene} scene
 * @returns {Child[]}
 */
export function ended(scene) {
  const { texts } = scene;
  return [
    endNote(scene),
    ...requestForm(scene),
    actions(button(scene, "request", texts.action.request, "primary")),
    rights(scene),
  ];
}

/**
 * @param {Scene} scene
 * @returns {Child[]}
 */
export function refused(scene) {
  const { texts } = scene;
  const refusal = refusalOf(scene.model);
  if (!refusal) return [];
  return [
    endNote(scene),
    paragraph(describe(texts, refusal), { class: "lead" }),
    dated(scene, refusal.retryAt ?? undefined, texts.refused.until),
    formalRequest(scene, refusal.contact),
    actions(button(scene, "retry", texts.action.check)),
    rights(scene, "formal_request"),
  ];
}

/**
 * How the last export ended, where there was one.
 *
 * @param {Scene} scene
 */
function endNote(scene) {
  const { model, texts } = scene;
  const view = model.current?.export;
  if (!view || !isEnded(view.state)) return null;
  const code = view.end_code ?? "";
  const isDeleted = view.state === "expired" && code === "by_person";
  const reason = texts.ended.reasons[code] ?? describe(texts, { code, description: code && texts.ended.reason(code) });
  return note(
    view.state === "failed" ? "error" : "info",
    model.current?.refusal ? h("p", {}, h("strong", {}, texts.title[view.state])) : null,
    dated(scene, view.ended_at, isDeleted ? texts.ended.deleted : texts.ended[view.state]),
    paragraph([isDeleted ? "" : reason, model.current?.refusal ? "" : texts.ended.again].filter(Boolean).join(" ")),
  );
}

/**
 * @param {ExportView["state"]} state
 * @returns {state is "expired" | "failed" | "cancelled"}
 */
function isEnded(state) {
  return state === "expired" || state === "failed" || state === "cancelled";
}

/**
 * @param {Scene} scene
 * @returns {Child[]}
 */
function requestForm(scene) {
  const { model, texts, language } = scene;
  return [
    paragraph(texts.ready.lead(textIn(model.catalog?.title, language)), { class: "lead" }),
    categoryFieldset(scene),
    narrowing(scene, model.choice?.categories ?? []),
    unavailable(scene),
    mediaFieldset(scene, model.choice?.categories ?? []),
    layoutFieldset(scene),
    formatFieldset(scene),
    policy(scene),
  ];
}

/** @param {Scene} scene */
function categoryFieldset(scene) {
  const { model, texts, format } = scene;
  const categories = model.catalog?.categories ?? [];
  const ticked = model.choice?.categories.size ?? 0;
  return h(
    "fieldset",
    { class: "categories" },
    h("legend", {}, texts.ready.categories),
    h(
      "div",
      { class: "all" },
      h(
        "label",
        {},
        h("input", {
          type: "checkbox",
          "data-key": "all",
          checked: ticked === categories.length,
          indeterminate: ticked > 0 && ticked < categories.length,
        }),
        h("span", {}, texts.ready.all),
      ),
      h("span", { class: "count" }, texts.ready.selected(format.number(ticked), format.number(categories.length))),
    ),
    h("ul", {}, categories.map((category) => categoryRow(scene, category))),
    categories.some((category) => category.sensitivity === "high") && paragraph(texts.ready.sensitiveHint, { class: "hint" }),
  );
}

/**
 * @param {Scene} scene
 * @param {Category} category
 */
function categoryRow({ model, texts, language }, category) {
  const described = `about-${category.id}`;
  return h(
    "li",
    { "data-category": category.id },
    h(
      "label",
      {},
      h("input", {
        type: "checkbox",
        name: "category",
        value: category.id,
        checked: model.choice?.categories.has(category.id) ?? false,
        "aria-describedby": category.description ? described : null,
      }),
      h(
        "span",
        {},
        h("span", { class: "name", dir: "auto" }, textIn(category.title, language)),
        category.sensitivity === "high" && h("span", { class: "badge" }, texts.ready.sensitive),
        category.description && h("span", { class: "about", id: described, dir: "auto" }, textIn(category.description, language)),
      ),
    ),
  );
}

/** @param {Scene} scene */
function unavailable({ model, texts, language }) {
  const absent = model.catalog?.unavailable ?? [];
  if (absent.length === 0) return null;
  return h(
    "div",
    { class: "unavailable" },
    h("h3", {}, texts.ready.unavailable),
    h("dl", {}, absent.map(({ title, reason }) => h("div", {}, h("dt", { dir: "auto" }, textIn(title, language)), h("dd", { dir: "auto" }, textIn(reason, language))))),
  );
}

/** @param {Scene} scene */
function policy({ model, texts, format }) {
  const policy = model.current?.policy;
  if (!policy) return null;
  return h(
    "div",
    { class: "policy" },
    h("h3", {}, texts.ready.policy),
    h(
      "ul",
      {},
      h("li", {}, texts.ready.confirm[policy.confirmation](format.duration(policy.confirmation_window))),
      policy.cooldown > 0 && h("li", {}, texts.ready.cooldown[policy.cooldown_from](format.duration(policy.cooldown))),
      h("li", {}, texts.ready.window(format.duration(policy.download_window))),
      model.staging === "memory" && h("li", {}, texts.confirmed.memory),
    ),
  );
}
