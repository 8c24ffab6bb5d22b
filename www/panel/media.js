// @ts-check
/**
 * The files that records tell of (photos, recordings, attachments): whether they are to come into the archive, how many
 * have come, and how many have not. **Counts only**: no name and no address of a file.
 *
 * @typedef {import("./dom.js").Child} Child
 * @typedef {import("./parts.js").Scene} Scene
 * @typedef {import("../protocol.js").Catalog} Catalog
 * @typedef {import("../protocol.js").MediaProgress} MediaProgress
 * @typedef {import("../protocol.js").MediaSummary} MediaSummary
 */
import { textIn } from "../catalog.js";
import { MEDIA, scopeOf } from "./choices.js";
import { h } from "./dom.js";
import { cards, categoryTitle, note, paragraph } from "./parts.js";

/**
 * The choice, where a chosen category has files that can be had, and what people should know of those.
 *
 * @param {Scene} scene
 * @param {Iterable<string>} chosen ids of categories
 */
export function mediaFieldset(scene, chosen) {
  const { model, texts, language } = scene;
  const { media } = scopeOf(model.catalog, chosen);
  if (!model.choice || media.length === 0) return null;
  const { legend, choices, applies } = texts.media;
  const options = MEDIA.map((value) => ({ value, ...choices[value] }));
  const notes = notesOn(model.catalog, media, language);
  const titles = media.map((id) => categoryTitle(scene, id)).join(", ");
  return cards(
    { name: "media", legend, options, chosen: model.choice.media },
    paragraph(applies(titles), { class: "hint" }),
    model.staging === "memory" && model.choice.media === "files" && note("warning", paragraph(texts.media.memory)),
    notes.length > 0 && note("info", h("ul", {}, notes.map((text) => h("li", {}, h("span", { dir: "auto" }, text))))),
  );
}

/**
 * Each once: streams often share one.
 *
 * @param {Catalog | null} catalog
 * @param {string[]} ids of categories
 * @param {string} language
 */
function notesOn(catalog, ids, language) {
  const categories = (catalog?.categories ?? []).filter(({ id }) => ids.includes(id));
  const attachments = categories.flatMap(({ streams = [] }) => streams).flatMap(({ attachments = [] }) => attachments);
  return [...new Set(attachments.map(({ note }) => textIn(note, language)))].filter(Boolean);
}

/**
 * How many have come while they come; nothing before the first is known.
 *
 * @param {Scene} scene
 * @param {MediaProgress | null | undefined} media
 */
export function mediaLine({ texts, format }, media) {
  if (!media || media.files + media.waiting + media.failed === 0) return null;
  const { files, waiting, failed } = texts.running.media;
  const said = [
    files(format.number(media.files), media.files === 1, format.bytes(media.bytes)),
    media.waiting > 0 && waiting(format.number(media.waiting)),
    media.failed > 0 && failed(format.number(media.failed)),
  ];
  return h("p", { class: "sums", "data-key": "media" }, said.filter(Boolean).join(" · "));
}

/**
 * What has become of them, for a list of facts; nothing where there were none.
 *
 * @param {Scene} scene
 * @param {MediaSummary | null | undefined} media
 * @returns {[string, Child][]}
 */
export function mediaFacts({ texts, format }, media) {
  if (!media || media.kept + media.linked + media.failed === 0) return [];
  const { kept, linked, failed, files, sized } = texts.completed.media;
  /** @type {[string, number, string][]} */
  const facts = [
    [kept, media.kept, sized(format.number(media.kept), format.bytes(media.bytes))],
    [linked, media.linked, format.number(media.linked)],
    [failed, media.failed, format.number(media.failed)],
  ];
  const counted = facts.filter(([, count]) => count > 0).map(([what, , said]) => h("li", {}, `${what}: ${said}`));
  return [[files, h("ul", { "data-key": "media" }, counted)]];
}

/**
 * That files could not be fetched, and where the archive lists them.
 *
 * @param {Scene} scene
 * @param {MediaSummary | null | undefined} media
 */
export function mediaLack({ texts, format }, media) {
  if (!media?.failed) return null;
  return paragraph(texts.completed.media.lack(format.number(media.failed), media.failed === 1));
}
