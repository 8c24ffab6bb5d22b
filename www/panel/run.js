// @ts-check
/**
 * The screen of the export that runs in this page. **Counts and titles only**: no account data.
 *
 * @typedef {import("./dom.js").Child} Child
 * @typedef {import("./model.js").CategoryProgress} CategoryProgress
 * @typedef {import("./parts.js").Scene} Scene
 * @typedef {import("../protocol.js").Progress} Progress
 */
import { h } from "./dom.js";
import { mediaLine } from "./media.js";
import { byCategory, overall } from "./model.js";
import { narrowed } from "./narrow.js";
import { actions, ask, button, categoryTitle, note, paragraph } from "./parts.js";

/**
 * @param {Scene} scene
 * @returns {Child[]}
 */
export function running(scene) {
  const { model, texts } = scene;
  const progress = model.run?.progress ?? null;
  const categories = byCategory(progress?.streams ?? []);
  return [
    h("p", { class: "phase", "data-phase": progress?.phase ?? "starting" }, phaseText(scene, progress)),
    bar(progress ? overall(categories, progress.media) : null, texts.running.overall, "overall"),
    progress && categories.length > 0 && h("p", { class: "sums" }, sums(scene, progress, categories)),
    mediaLine(scene, progress?.media),
    narrowed(scene, model.current?.export?.categories ?? []),
    waitingNote(scene, progress),
    h("ul", { class: "progress" }, categories.map((category) => categoryRow(scene, category))),
    note(
      progress?.staging === "memory" ? "warning" : "info",
      progress?.staging === "memory" && paragraph(texts.running.memory),
      paragraph(texts.running.keepOpen),
    ),
    model.asking === "cancel"
      ? ask(scene, "cancel", texts.ask.cancel)
      : actions(button(scene, "cancel", texts.action.cancel)),
  ];
}

/**
 * @param {Scene} scene
 * @param {Progress | null} progress
 */
function phaseText({ model, texts }, progress) {
  if (model.run?.stopping) return texts.running.stopping;
  return texts.running.phase[progress?.phase ?? "starting"];
}

/**
 * @param {Scene} scene
 * @param {Progress} progress
 * @param {CategoryProgress[]} categories
 */
function sums({ texts, format }, progress, categories) {
  const done = categories.filter(({ status }) => status === "complete" || status === "partial").length;
  const records = categories.reduce((sum, category) => sum + category.records, 0);
  return [
    texts.running.categories(format.number(done), format.number(categories.length)),
    texts.running.records(format.number(records), records === 1),
    texts.running.size(format.bytes(progress.archiveBytes)),
  ].join(" · ");
}

/**
 * @param {Scene} scene
 * @param {Progress | null} progress
 */
function waitingNote({ texts, format, now }, progress) {
  if (progress?.phase === "queued") return note("info", paragraph(texts.running.queued(progress.ahead ?? 0, format.number(progress.ahead ?? 0))));
  if (!progress?.waitingUntil) return null;
  return note("warning", paragraph(texts.running.waiting(format.countdown(Date.parse(progress.waitingUntil) - now))));
}

/**
 * @param {Scene} scene
 * @param {CategoryProgress} row
 */
function categoryRow(scene, row) {
  const { texts, format } = scene;
  const title = categoryTitle(scene, row.category);
  const records = format.number(row.records);
  const counted = row.total === null ? texts.running.records(records, row.records === 1) : texts.running.recordsOf(records, format.number(row.total));
  return h(
    "li",
    { "data-category": row.category, "data-status": row.status },
    h("span", { class: "name" }, title),
    h("span", { class: "counted" }, row.status === "waiting" ? "" : counted),
    h("span", { class: "status" }, texts.running.status[row.status]),
    bar(row.fraction, title),
  );
}

/**
 * @param {number | null} fraction null: under way, and nobody knows how far
 * @param {string} label
 * @param {string} [look]
 */
function bar(fraction, label, look) {
  return h("progress", {
    max: "1",
    value: fraction === null ? null : fraction.toFixed(4),
    "aria-label": label,
    class: look ?? null,
    "data-key": fraction === null ? "unknown" : "known",
  });
}
