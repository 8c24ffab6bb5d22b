// @ts-check
/**
 * How the archive is arranged. Every screen before a start shows it: the mail's link may have been opened elsewhere.
 *
 * @typedef {import("./parts.js").Scene} Scene
 * @typedef {import("../protocol.js").Layout} Layout
 */
import { cards, paragraph } from "./parts.js";

/** @param {Scene} scene */
export function layoutFieldset({ model, texts }) {
  /** @type {Layout[]} */
  const layouts = ["files", "document"];
  const options = layouts.map((value) => ({ value, ...texts.ready.layouts[value] }));
  return cards({ name: "layout", legend: texts.ready.format, options, chosen: model.choice?.layout }, paragraph(texts.ready.formatHint, { class: "hint" }));
}
