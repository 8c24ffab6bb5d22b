// @ts-check
/**
 * The screens of a finished export: its archive is in this browser, or it is not.
 *
 * @typedef {import("./dom.js").Child} Child
 * @typedef {import("./parts.js").Scene} Scene
 * @typedef {import("../protocol.js").Summary} Summary
 */
import { h } from "./dom.js";
import { mediaFacts, mediaLack } from "./media.js";
import { byCategory } from "./model.js";
import { actions, ask, button, categoryTitle, dated, factList, note, paragraph, rights } from "./parts.js";
import { beforeStart } from "./wait.js";

/**
 * @param {Scene} scene
 * @returns {Child[]}
 */
export function completed(scene) {
  const { model, texts } = scene;
  const summary = model.archive?.summary;
  if (!summary) return [];
  return [
    isWhole(summary) ? null : partialNote(scene, summary),
    hasReceipt(summary) ? null : note("warning", paragraph(texts.completed.noReceipt)),
    summary.staging === "memory" ? note("warning", paragraph(texts.completed.memory)) : null,
    model.saved ? paragraph(texts.completed.started, { class: "lead" }) : null,
    facts(scene, summary),
    dated(scene, saveBy(model.current?.export?.available_until, summary.export.available_until), texts.completed.until),
    nextExport(scene),
    deleteActions(scene, button(scene, "save", texts.action.save, "primary")),
    details(scene, summary),
    rights(scene),
  ];
}

/**
 * @param {Scene} scene
 * @returns {Child[]}
 */
export function missing(scene) {
  const { model, texts, format } = scene;
  const view = model.current?.export;
  const left = view?.reruns_left ?? 0;
  const again = left === 1 ? texts.missing.once : texts.missing.times(format.number(left));
  return [
    dated(scene, view?.completed_at, texts.missing.lead),
    paragraph(texts.missing.elsewhere),
    paragraph(left > 0 ? texts.missing.rerun(again) : texts.missing.none),
    ...(left > 0 ? beforeStart(scene) : []),
    nextExport(scene),
    deleteActions(scene, left > 0 && button(scene, "rerun", texts.action.rerun, "primary")),
  ];
}

/**
 * Whether it has everything that was asked for, the files among it.
 *
 * @param {Summary} summary
 */
function isWhole({ complete, media }) {
  return complete && !media?.failed;
}

/**
 * The browser deletes its copy by its own date, the counter forgets the export by its own.
 *
 * @param {string | undefined} counted
 * @param {string | undefined} kept
 */
function saveBy(counted, kept) {
  if (!counted || !kept) return counted ?? kept;
  return Date.parse(kept) < Date.parse(counted) ? kept : counted;
}

/**
 * Whether the counter has signed for it. Markers written before there was another end do not say.
 *
 * @param {Summary} summary
 */
function hasReceipt({ receipt }) {
  return receipt !== false;
}

/**
 * @param {Scene} scene
 * @param {Summary} summary
 */
function partialNote(scene, summary) {
  const { texts } = scene;
  const lacking = byCategory(summary.streams).filter(({ status }) => status === "partial");
  const names = lacking.map(({ category }) => categoryTitle(scene, category)).join(", ");
  return note(
    "warning",
    h("p", {}, h("strong", {}, texts.completed.partialTitle)),
    names && paragraph(texts.completed.partial(names)),
    mediaLack(scene, summary.media),
  );
}

/**
 * @param {Scene} scene
 * @param {Summary} summary
 */
function facts(scene, summary) {
  const { texts, format } = scene;
  return factList([
    [texts.completed.file, h("span", { class: "file", "data-key": "file-name" }, summary.fileName)],
    [texts.completed.size, format.bytes(summary.archiveBytes)],
    [texts.completed.records, format.number(summary.records)],
    ...mediaFacts(scene, summary.media),
    [texts.completed.completeness, isWhole(summary) ? texts.completed.complete : texts.running.status.partial],
  ]);
}

/**
 * @param {Scene} scene
 * @param {Summary} summary
 */
function details({ texts }, summary) {
  return h(
    "details",
    {},
    h("summary", {}, texts.completed.details),
    hasReceipt(summary) ? paragraph(texts.completed.digestHint) : null,
    factList([
      [texts.completed.digest, h("code", { "data-key": "payload-digest" }, summary.payloadDigest)],
      [texts.completed.exportId, h("code", {}, summary.export.id)],
    ]),
  );
}

/**
 * When the next one may be asked for, or that it may be now.
 *
 * @param {Scene} scene
 */
function nextExport(scene) {
  const { texts } = scene;
  return dated(scene, scene.model.current?.refusal?.retry_at, texts.completed.nextAt);
}

/**
 * @param {Scene} scene
 * @param {Child} first
 */
function deleteActions(scene, first) {
  const { model, texts } = scene;
  if (model.asking === "delete") return ask(scene, "delete", texts.ask.delete);
  const mayAsk = model.current && !model.current.refusal;
  return actions(
    first,
    mayAsk && button(scene, "another", texts.action.another),
    button(scene, "delete", texts.action.delete),
  );
}
