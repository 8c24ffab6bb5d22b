// @ts-check
/**
 * Dates, durations, sizes and counts in the person's language. **No clock is read here.**
 *
 * @typedef {ReturnType<typeof createFormat>} Format
 */

/** Making a formatter takes longer than a drawing should. @type {Map<string, Format>} */
const formats = new Map();

/** @type {[Intl.RelativeTimeFormatUnit & string, number][]} */
const UNITS = [
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
  ["second", 1000],
];
const BYTE_UNITS = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte"];

/**
 * @param {string} locale a BCP 47 tag
 * @returns {Format}
 */
export function formatFor(locale) {
  const format = formats.get(locale) ?? createFormat(locale);
  formats.set(locale, format);
  return format;
}

/** @param {string} locale */
function createFormat(locale) {
  const numbers = new Intl.NumberFormat(locale);
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: "always" });
  const moments = new Intl.DateTimeFormat(locale, {
    day: "numeric",
    month: "long",
    year: "numeric",
    hour: "numeric",
    minute: "2-digit",
    timeZoneName: "short",
  });
  const days = new Intl.DateTimeFormat(locale, { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });
  const byteFormats = BYTE_UNITS.map((unit, power) => byteFormat(locale, unit, power));

  return {
    /** @param {number} value */
    number: (value) => numbers.format(value),

    /** Local, exact, with its time zone. @param {string} timestamp */
    moment: (timestamp) => moments.format(new Date(timestamp)),

    /** A day of the calendar, whatever the time zone. @param {string} day "2026-01-31" */
    day: (day) => days.format(new Date(`${day}T00:00:00Z`)),

    /** "24 hours", "7 days": the largest unit that divides it; days from two on. @param {number} seconds */
    duration(seconds) {
      const millis = seconds * 1000;
      const [unit, size] = UNITS.find(([, size]) => millis % size === 0 && millis >= (size === 86_400_000 ? 2 * size : size)) ?? ["second", 1000];
      return new Intl.NumberFormat(locale, { style: "unit", unit, unitDisplay: "long" }).format(millis / size);
    },

    /** "in 3 hours": rounded down, never past. @param {number} millis */
    ahead(millis) {
      const left = Math.max(0, millis);
      const [unit, size] = UNITS.find(([, size]) => left >= 2 * size) ?? ["second", 1000];
      return relative.format(Math.floor(left / size), unit);
    },

    /** "3 minutes 12 seconds" as a clock: 3:12. @param {number} millis */
    countdown(millis) {
      const seconds = Math.max(0, Math.ceil(millis / 1000));
      return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
    },

    /** Powers of 1000, as file managers show them. @param {number} bytes */
    bytes(bytes) {
      const power = Math.min(BYTE_UNITS.length - 1, bytes < 1 ? 0 : Math.floor(Math.log10(bytes) / 3));
      return byteFormats[power]?.format(bytes / 1000 ** power) ?? "";
    },
  };
}

/**
 * @param {string} locale
 * @param {string} unit
 * @param {number} power of a thousand
 */
function byteFormat(locale, unit, power) {
  return new Intl.NumberFormat(locale, {
    style: "unit",
    unit,
    unitDisplay: power === 0 ? "long" : "short",
    maximumFractionDigits: power < 2 ? 0 : 1,
  });
}
