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
  const catalog = /** @type {Catalog | null} */ (await response.json().catch(() => null));
  if (!Array.isArray(catalog?.categories) || catalog.categories.length === 0) {
    throw new CarryallError("catalog_invalid", "The list of what can be exported is not a carryall catalog; tell the operator.");
  }
  return catalog;
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
