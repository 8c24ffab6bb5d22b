// @ts-check
/**
 * From what the panel knows to what it shows: one screen per state, in one frame. **Pure**; dom.js draws it.
 *
 * @typedef {import("./dom.js").Child} Child
 * @typedef {import("./dom.js").VNode} VNode
 * @typedef {import("./model.js").PanelState} PanelState
 * @typedef {import("./parts.js").Scene} Scene
 */
import { completed, missing } from "./archive.js";
import { ended, ready, refused } from "./choose.js";
import { h } from "./dom.js";
import { isOfAnother, stateOf } from "./model.js";
import { actions, button, describe, formalRequest, note, paragraph } from "./parts.js";
import { running } from "./run.js";
import { confirmed, interrupted, pending, processing } from "./wait.js";

/** @type {Record<PanelState, (scene: Scene) => Child[]>} */
const SCREENS = {
  loading: () => [h("progress", { class: "overall", "aria-hidden": "true" })],
  unreachable,
  refused,
  ready,
  pending,
  confirmed,
  running,
  processing,
  interrupted,
  completed,
  missing,
  expired: ended,
  failed: ended,
  cancelled: ended,
};

/** @type {Partial<Record<PanelState, "request" | "confirm" | "run" | "save">>} */
const STEP_OF = {
  ready: "request",
  pending: "confirm",
  confirmed: "run",
  running: "run",
  processing: "run",
  interrupted: "run",
  completed: "save",
  missing: "save",
  expired: "request",
  failed: "request",
  cancelled: "request",
};

/**
 * @param {Scene} scene
 * @returns {VNode}
 */
export function view(scene) {
  const state = stateOf(scene.model);
  return h(
    "section",
    { "data-state": state, "aria-labelledby": "title", "aria-busy": state === "loading" ? "true" : null },
    steps(scene, state),
    h("h2", { id: "title", tabindex: "-1" }, titleFor(scene.model, scene.texts)),
    notice(scene),
    ...SCREENS[state](scene),
  );
}

/**
 * @param {import("./model.js").Model} model
 * @param {import("./texts.js").Texts} texts
 */
export function titleFor(model, texts) {
  return isOfAnother(model) ? texts.pending.another.title : texts.title[stateOf(model)];
}

/**
 * @param {Scene} scene
 * @returns {Child[]}
 */
function unreachable(scene) {
  const { model, texts } = scene;
  return [
    paragraph(model.trouble ? describe(texts, model.trouble) : "", { class: "lead" }),
    paragraph(texts.unreachable, { class: "hint" }),
    formalRequest(scene, model.trouble?.contact),
    actions(button(scene, "retry", texts.action.retry, "primary")),
  ];
}

/**
 * Where in the whole this screen stands.
 *
 * @param {Scene} scene
 * @param {PanelState} state
 */
function steps({ model, texts }, state) {
  const now = STEP_OF[state];
  if (!now) return null;
  const needsConfirmation = model.current?.policy.confirmation === "email";
  /** @type {(keyof typeof texts.steps)[]} */
  const all = needsConfirmation ? ["request", "confirm", "run", "save"] : ["request", "run", "save"];
  return h(
    "ol",
    { class: "steps", "aria-label": texts.stepsLabel },
    all.map((step) =>
      h("li", { "aria-current": step === now ? "step" : null, class: all.indexOf(step) < all.indexOf(now) ? "done" : null }, h("span", {}, texts.steps[step])),
    ),
  );
}

/**
 * What the last action ended with, or that what is shown may be old.
 *
 * @param {Scene} scene
 */
function notice({ model, texts }) {
  if (model.notice) {
    return h("div", { class: "note error", role: "alert", "data-key": "notice" }, paragraph(describe(texts, model.notice)));
  }
  if (!model.trouble || !model.current || model.run) return null;
  const isOffline = model.trouble.code === "counter_unreachable";
  return note("warning", paragraph(isOffline ? texts.offline : describe(texts, model.trouble)));
}
