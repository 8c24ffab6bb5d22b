// @ts-check
/**
 * How the archive is arranged and how its records are written. Every screen before a start shows it: the mail's link may
 * have been opened elsewhere.
 *
 * @typedef {import("./parts.js").Scene} Scene
 */
import { FORMATS, layoutsOf } from "./choices.js";
import { cards, paragraph } from "./parts.js";

/** @param {Scene} scene */
export function layoutFieldset({ model, texts }) {
  const { legend, hint, layouts } = texts.layout;
  const options = layoutsOf(model.catalog).map((value) => ({ value, ...layouts[value] }));
  return cards({ name: "layout", legend, options, chosen: model.choice?.layout }, paragraph(hint, { class: "hint" }));
}

/**
 * The other layouts have a way of their own.
 *
 * @param {Scene} scene
 */
export function formatFieldset({ model, texts }) {
  if (model.choice?.layout !== "files") return null;
  const { legend, formats } = texts.format;
  const options = FORMATS.map((value) => ({ value, ...formats[value] }));
  return cards({ name: "format", legend, options, chosen: model.choice.format });
}
