// @ts-check
/**
 * Every text of the panel, in each language it speaks. A language is added by adding a table to `texts/`: the type check
 * says what is missing in it.
 *
 * @typedef {typeof en} Texts
 */
import { de } from "./texts/de.js";
import { en } from "./texts/en.js";

/** @type {Record<string, Texts>} */
const tables = { en, de };

/** RFC 5646, section 4.4.1: what every recipient of a tag has room for. */
const LOCALE_MAX = 35;

/**
 * The table for a language, English where there is none, and the locale its dates and numbers take. **The locale is
 * always a valid BCP 47 tag**, whatever a page's `lang` says (`de_AT` is common): it may be sent on.
 *
 * @param {string} language what a page calls a BCP 47 tag
 * @returns {{ texts: Texts, locale: string }}
 */
export function textsFor(language) {
  const tag = language.trim().replaceAll("_", "-");
  const primary = tag.split("-")[0]?.toLowerCase() ?? "";
  const texts = Object.hasOwn(tables, primary) ? tables[primary] : undefined;
  if (!texts) return { texts: en, locale: "en" };
  return { texts, locale: canonical(tag) ?? primary };
}

/** @param {string} tag */
function canonical(tag) {
  try {
    const [locale] = Intl.getCanonicalLocales(tag);
    return locale && locale.length <= LOCALE_MAX ? locale : null;
  } catch {
    return null;
  }
}
