// @ts-check
/**
 * The catalog as people see it: titles, descriptions, what is unavailable. How it is read, and whether it is a good
 * catalog, is the core's business; here it only has to be one.
 *
 * @typedef {import("./protocol.js").Catalog} Catalog
 * @typedef {import("./protocol.js").Text} Text
 */
import { CarryallError } from "./errors.js";

/**
 * @param {string} url
 * @returns {Promise<Catalog>}
 */
export async function loadCatalog(url) {
  const unreachable = new CarryallError("catalog_unreachable", "The list of what can be exported could not be loaded; try again.");
  /** @type {Response} */
  let response;
  try {
    response = await fetch(url, { credentials: "same-origin", redirect: "error", referrerPolicy: "no-referrer" });
  } catch {
    throw unreachable;
  }
  if (!response.ok) throw unreachable;
  const catalog = await response.json().catch(() => null);
  if (!isCatalog(catalog)) {
    throw new CarryallError("catalog_invalid", "The list of what can be exported is not a carryall catalog; tell the operator.");
  }
  return catalog;
}

/**
 * Whether everything that a screen draws of it is of the kind it draws.
 *
 * @param {unknown} value
 * @returns {value is Catalog}
 */
function isCatalog(value) {
  if (!isObject(value)) return false;
  const { categories, unavailable, title, media } = value;
  const areCategories = Array.isArray(categories) && categories.length > 0 && categories.every(isCategory);
  return areCategories && isText(title) && isMedia(media) && (unavailable === undefined || (Array.isArray(unavailable) && unavailable.every(isUnavailable)));
}

/** @param {unknown} value */
function isCategory(value) {
  if (!isObject(value) || typeof value["id"] !== "string") return false;
  const { title, description, streams = [] } = value;
  return isText(title) && isText(description) && Array.isArray(streams) && streams.every(isStream);
}

/** @param {unknown} value */
function isStream(value) {
  if (!isObject(value) || typeof value["id"] !== "string") return false;
  const { for_each, attachments = [] } = value;
  return (for_each === undefined || isObject(for_each)) && Array.isArray(attachments) && attachments.every((files) => isObject(files) && isText(files["note"]));
}

/** @param {unknown} value one that may be absent */
function isMedia(value) {
  return value === undefined || (isObject(value) && Array.isArray(value["origins"] ?? []));
}

/** @param {unknown} value */
function isUnavailable(value) {
  return isObject(value) && isText(value["title"]) && isText(value["reason"]);
}

/** @param {unknown} value one that may be absent */
function isText(value) {
  if (value === undefined || typeof value === "string") return true;
  return isObject(value) && Object.values(value).every((text) => typeof text === "string");
}

/**
 * @param {unknown} value
 * @returns {value is Record<string, unknown>}
 */
function isObject(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * The text in the language asked for, else in English, else in any.
 *
 * @param {Text | undefined} text
 * @param {string} language a BCP 47 tag, or what a page takes for one (`de_AT`)
 * @returns {string}
 */
export function textIn(text, language) {
  if (text === undefined || typeof text === "string") return text ?? "";
  const primary = language.trim().split(/[-_]/)[0]?.toLowerCase() ?? "";
  return text[primary] ?? text["en"] ?? Object.values(text)[0] ?? "";
}

/**
 * The address where it is one that may be followed: https or mailto, nothing else.
 *
 * @param {string | null | undefined} address
 * @returns {string | null}
 */
export function safeLink(address) {
  if (!address || !URL.canParse(address)) return null;
  return ["https:", "mailto:"].includes(new URL(address).protocol) ? address : null;
}
