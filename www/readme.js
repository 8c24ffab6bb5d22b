// @ts-check
/**
 * The sentences of the archive's README.txt. They lie beside the wasm module, one file a language, so that nobody loads them all.
 */
import { CarryallError } from "./errors.js";

/** Every language there is. Each address stands here whole, so that bundlers see the file. */
const FILES = {
  en: new URL("./archive/readme.en.json", import.meta.url),
  de: new URL("./archive/readme.de.json", import.meta.url),
};

/**
 * The texts in a person's language, or in English where there is none such. What they must be is the wasm module's business.
 *
 * @param {string | null} locale a BCP 47 tag; its first part counts
 * @returns {Promise<string>} JSON
 * @throws {CarryallError} `package_incomplete`
 */
export async function readmeTexts(locale) {
  const file = FILES[languageOf(locale)];
  const response = await fetch(file).catch(() => null);
  const text = response?.ok ? await response.text().catch(() => null) : null;
  if (text !== null) return text;
  throw new CarryallError(
    "package_incomplete",
    `A file of the export could not be loaded; check the connection and try again. An operator checks that ${file.pathname} is served.`,
  );
}

/**
 * @param {string | null} locale
 * @returns {keyof typeof FILES}
 */
function languageOf(locale) {
  const language = locale?.split("-")[0]?.toLowerCase() ?? "";
  return Object.hasOwn(FILES, language) ? /** @type {keyof typeof FILES} */ (language) : "en";
}
