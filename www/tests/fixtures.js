// What several tests start from: a catalog, a policy, an export, a scene.
import { formatFor } from "../panel/format.js";
import { emptyModel } from "../panel/model.js";
import { textsFor } from "../panel/texts.js";

export const NOW = Date.parse("2026-02-28T12:00:00Z");

export const catalog = {
  title: "Talkif",
  categories: [
    { id: "contacts", title: { en: "Contacts", de: "Kontakte" }, description: "The people you call.", sensitivity: "high" },
    {
      id: "calls",
      title: { en: "Calls", de: "Anrufe" },
      streams: [{ id: "calls", date_range: {} }, { id: "transcripts", for_each: { stream: "calls" } }],
    },
  ],
  unavailable: [{ title: "Recordings", reason: "Valid for minutes only." }],
  archive: { layout: "document" },
  links: { formal_request: "mailto:privacy@talkif.example" },
};

const deletes = { en: "Deleting a message deletes its file.", de: "Wer eine Nachricht löscht, löscht ihre Datei." };

/** One whose messages and calls tell of files. */
export const withMedia = {
  ...catalog,
  categories: [
    catalog.categories[0],
    { ...catalog.categories[1], streams: [{ id: "calls", date_range: {}, attachments: [{ note: deletes }, {}] }] },
    { id: "messages", title: { en: "Messages", de: "Nachrichten" }, streams: [{ id: "messages", attachments: [{ note: deletes }, { note: "Links end after a day." }] }] },
  ],
  media: { origins: ["https://media.talkif.example"] },
};

export const policy = {
  confirmation: "email",
  confirmation_window: 86_400,
  cooldown: 86_400,
  cooldown_from: "completion",
  download_window: 86_400,
  available_blocks: true,
  reruns: 2,
};

/** @param {object} fields */
export function exportIn(fields) {
  return { id: "e1", interrupted: false, categories: ["contacts", "calls"], requested_at: at(-60), reruns_left: 0, epoch: 0, ...fields };
}

/** @param {number} seconds from now */
export function at(seconds) {
  return new Date(NOW + seconds * 1000).toISOString();
}

/** Everything, unless said otherwise. */
export function choiceOf(fields = {}) {
  return { categories: new Set(["contacts", "calls"]), layout: "files", format: "json", media: "links", from: "", to: "", onlyMine: false, exportId: null, ...fields };
}

/** A model that knows the catalog and the counter's answer. */
export function modelWith({ view = null, refusal = null, ...more } = {}) {
  const choice = choiceOf();
  return { ...emptyModel(), catalog, current: { now: at(0), policy, export: view, refusal }, choice, ...more };
}

export function sceneOf(model, language = "en") {
  const { texts, locale } = textsFor(language);
  return { model, texts, format: formatFor(locale), language, now: NOW };
}

export const summary = {
  export: exportIn({ state: "completed" }),
  fileName: "carryall-acme-2026-02-28.zip",
  archiveBytes: 12_345_678,
  records: 4711,
  complete: true,
  receipt: true,
  payloadDigest: "ab".repeat(32),
  streams: [],
  staging: "opfs",
  elapsedMillis: 1000,
  wasmMemoryBytes: 1,
};

/** All text of a described element. */
export function textOf(node) {
  if (!node) return "";
  if (typeof node === "string") return node;
  return node.children.map(textOf).join(" ");
}

/** Every described element for which `fits` holds. */
export function findAll(node, fits) {
  if (!node || typeof node === "string") return [];
  return [...(fits(node) ? [node] : []), ...node.children.flatMap((child) => findAll(child, fits))];
}

export function actionsIn(node) {
  return findAll(node, ({ props }) => props["data-action"]).map(({ props }) => props["data-action"]);
}
