// @ts-check
/**
 * What the person chooses, and what follows from it for the categories of a catalog. **Pure**: no DOM, no clock; only the
 * time zone of days is this device's, because people think in their own days.
 *
 * @typedef {import("../protocol.js").Catalog} Catalog
 * @typedef {import("../protocol.js").FormatChoice} FormatChoice
 * @typedef {import("../protocol.js").JobOptions} JobOptions
 * @typedef {import("../protocol.js").Layout} Layout
 * @typedef {import("../protocol.js").MediaChoice} MediaChoice
 * @typedef {import("../protocol.js").Stream} Stream
 *
 * A day is "2026-01-31"; "" sets no limit, {@link UNFINISHED} is one that was begun and not finished.
 * @typedef {object} Choice
 * @property {Set<string>} categories
 * @property {Layout} layout
 * @property {FormatChoice} format counts in the layout `files` only
 * @property {MediaChoice} media
 * @property {string} from the first day
 * @property {string} to the last day
 * @property {boolean} onlyMine
 * @property {string | null} exportId the export for which it was recalled last
 *
 * What is kept for the start of an export; its categories are the counter's.
 * @typedef {Omit<Choice, "categories" | "exportId">} KeptChoice
 *
 * To which of the chosen categories the choices apply, by id.
 * @typedef {object} Scope
 * @property {string[]} ranged to which a range of days applies
 * @property {string[]} inPart those among them to a part of which alone it applies
 * @property {string[]} whole which it leaves whole
 * @property {string[]} mine in which one's own can be told from others'
 * @property {string[]} media whose records tell of files that can be had
 *
 * What the worker is told. Moments are RFC 3339 in UTC.
 * @typedef {Pick<JobOptions, "since" | "until" | "onlyMine">} Bounds
 * @typedef {Bounds & Pick<JobOptions, "layout" | "format" | "media">} Wish
 */
import { CarryallError } from "../errors.js";

/** A day that was begun and not finished: a browser tells no more of it. */
export const UNFINISHED = "unfinished";
/** Moments before it cannot be asked for; a year that is being typed lies before it too. */
export const FIRST_DAY = "1970-01-01";

/** @type {FormatChoice[]} */
export const FORMATS = ["json", "ndjson", "csv"];
/** @type {MediaChoice[]} */
export const MEDIA = ["links", "files"];

/**
 * How an archive can be arranged: as X's own are only where the catalog is of that kind.
 *
 * @param {Catalog | null} catalog
 * @returns {Layout[]}
 */
export function layoutsOf(catalog) {
  return catalog?.archive?.layout === "x" ? ["x", "files", "document"] : ["files", "document"];
}

/**
 * What is chosen before the person has chosen anything.
 *
 * @param {Catalog} catalog
 * @returns {Choice}
 */
export function firstChoice(catalog) {
  return {
    categories: new Set(catalog.categories.filter((category) => category.default ?? true).map(({ id }) => id)),
    layout: catalog.archive?.layout ?? "files",
    format: "json",
    media: catalog.media?.default ?? "links",
    from: "",
    to: "",
    onlyMine: false,
    exportId: null,
  };
}

/**
 * As it is kept: a day that was not finished is none.
 *
 * @param {Choice} choice
 * @returns {KeptChoice}
 */
export function toKeep({ layout, format, media, from, to, onlyMine }) {
  return { layout, format, media, from: isDay(from) ? from : "", to: isDay(to) ? to : "", onlyMine };
}

/**
 * Makes a choice the one with which an export was asked for: what was kept for it and, where nothing was, what is chosen at
 * first; what was meant for another export is forgotten.
 *
 * @param {Choice} choice
 * @param {Catalog} catalog
 * @param {string} exportId
 * @param {unknown} kept
 */
export function recall(choice, catalog, exportId, kept) {
  const { categories } = choice;
  Object.assign(choice, firstChoice(catalog), fromKept(kept, layoutsOf(catalog)), { categories, exportId });
}

/**
 * What was kept, as far as it can be one: others write into the same storage.
 *
 * @param {unknown} kept
 * @param {Layout[]} layouts that can be chosen
 * @returns {Partial<KeptChoice>}
 */
export function fromKept(kept, layouts) {
  const { layout, format, media, from, to, onlyMine } = /** @type {Partial<KeptChoice>} */ (kept ?? {});
  return {
    ...(layout && layouts.includes(layout) && { layout }),
    ...(format && FORMATS.includes(format) && { format }),
    ...(media && MEDIA.includes(media) && { media }),
    ...((from === "" || isDay(from)) && { from }),
    ...((to === "" || isDay(to)) && { to }),
    ...(typeof onlyMine === "boolean" && { onlyMine }),
  };
}

/**
 * @param {Catalog | null} catalog
 * @param {Iterable<string>} chosen ids of categories
 * @returns {Scope}
 */
export function scopeOf(catalog, chosen) {
  const ids = new Set(chosen);
  const categories = (catalog?.categories ?? []).filter(({ id }) => ids.has(id));
  const ranged = rangedStreams(catalog);
  /** @type {Scope} */
  const scope = { ranged: [], inPart: [], whole: [], mine: [], media: [] };
  const isFetched = (catalog?.media?.origins ?? []).length > 0;
  for (const { id, streams = [] } of categories) {
    const count = streams.filter((stream) => ranged.has(stream.id)).length;
    scope[count === 0 ? "whole" : "ranged"].push(id);
    if (count > 0 && count < streams.length) scope.inPart.push(id);
    if (streams.some((stream) => stream.only_mine)) scope.mine.push(id);
    if (isFetched && streams.some(({ attachments = [] }) => attachments.length > 0)) scope.media.push(id);
  }
  return scope;
}

/**
 * The streams to which a range applies: what is read for each record of one has only the records of those.
 *
 * @param {Catalog | null} catalog
 */
function rangedStreams(catalog) {
  /** @type {Set<string | undefined>} */
  const ranged = new Set();
  // A parent stands before its children.
  for (const { id, date_range, for_each } of (catalog?.categories ?? []).flatMap(({ streams = [] }) => streams)) {
    if (date_range || (for_each && ranged.has(for_each.stream))) ranged.add(id);
  }
  return ranged;
}

/** @param {Scope} scope */
export function hasRange({ ranged }) {
  return ranged.length > 0;
}

/**
 * What the worker is told.
 *
 * @param {{ catalog: Catalog | null, choice: Choice | null }} known
 * @param {Iterable<string>} chosen ids of categories
 * @param {number} now in milliseconds
 * @returns {Wish | null}
 * @throws {CarryallError} where the days cannot be asked for
 */
export function wishFor({ catalog, choice }, chosen, now) {
  if (!choice) return null;
  const scope = scopeOf(catalog, chosen);
  const problem = problemOf(choice, scope, dayOf(now));
  if (problem) throw new CarryallError(problem.code, problem.description);
  return { ...shapeOf(choice, scope), ...boundsOf(choice, scope) };
}

/**
 * What no choice is offered for is left to the worker.
 *
 * @param {Choice} choice
 * @param {Scope} scope
 * @returns {Pick<Wish, "layout" | "format" | "media">}
 */
function shapeOf({ layout, format, media }, scope) {
  return { layout, format: layout === "files" ? format : null, media: scope.media.length > 0 ? media : null };
}

/** Why a range of days cannot be asked for, by code, with the sentence for those who have no table of texts. */
const PROBLEMS = {
  date_unfinished: "A date is not complete; finish it or clear it.",
  date_in_future: "A date lies in the future; choose today or an earlier day.",
  range_reversed: "The first day comes after the last; swap them.",
};

/**
 * What is wrong with the days, where they count.
 *
 * @param {Choice} choice
 * @param {Scope} scope
 * @param {string} today
 * @returns {{ code: keyof typeof PROBLEMS, description: string } | null}
 */
export function problemOf({ from, to }, scope, today) {
  if (!hasRange(scope)) return null;
  const code = codeOf([from, to].filter(Boolean), today);
  return code && { code, description: PROBLEMS[code] };
}

/**
 * Days in this form are in the order of their texts.
 *
 * @param {string[]} days
 * @param {string} today
 */
function codeOf(days, today) {
  if (!days.every(isDay)) return "date_unfinished";
  if (days.some((day) => day > today)) return "date_in_future";
  const [first = "", last = first] = days;
  return first > last ? "range_reversed" : null;
}

/**
 * Whole days of this device's time zone; nothing where no chosen category knows the choice.
 *
 * @param {Choice} choice
 * @param {Scope} scope
 * @returns {Bounds}
 */
export function boundsOf({ from, to, onlyMine }, scope) {
  const counts = hasRange(scope);
  return {
    since: counts && isDay(from) ? startOf(from, 0).toISOString() : null,
    until: counts && isDay(to) ? new Date(startOf(to, 1).getTime() - 1).toISOString() : null,
    onlyMine: onlyMine && scope.mine.length > 0,
  };
}

/**
 * The day in this device's time zone.
 *
 * @param {number} moment in milliseconds
 */
export function dayOf(moment) {
  const date = new Date(moment);
  const digits = (/** @type {number} */ value, /** @type {number} */ length) => String(value).padStart(length, "0");
  return [digits(date.getFullYear(), 4), digits(date.getMonth() + 1, 2), digits(date.getDate(), 2)].join("-");
}

/**
 * The first moment of a day here, also where its clocks have no midnight.
 *
 * @param {string} day
 * @param {number} later in days
 */
export function startOf(day, later = 0) {
  const [year = 0, month = 1, date = 1] = day.split("-").map(Number);
  return new Date(year, month - 1, date + later);
}

/**
 * @param {unknown} day
 * @returns {day is string}
 */
export function isDay(day) {
  return typeof day === "string" && /^\d{4}-\d\d-\d\d$/.test(day) && day >= FIRST_DAY && dayOf(startOf(day).getTime()) === day;
}
