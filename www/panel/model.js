// @ts-check
/**
 * What the panel knows, and what follows from it. **Pure**: no DOM, no clock, no fetch; so node tests it.
 *
 * ```
 * loading -> ready -> pending -> confirmed -> running -> completed -> expired
 *              |         \__________\____________\-> cancelled, failed
 *           refused       processing (another tab), interrupted (no tab), missing (finished, bytes not here)
 * unreachable: nothing is known
 * ```
 *
 * @typedef {import("./choices.js").Choice} Choice
 * @typedef {import("../protocol.js").Catalog} Catalog
 * @typedef {import("../protocol.js").Current} Current
 * @typedef {import("../protocol.js").JobOutcome} JobOutcome
 * @typedef {import("../protocol.js").MediaProgress} MediaProgress
 * @typedef {import("../protocol.js").Progress} Progress
 * @typedef {import("../protocol.js").StagingKind} StagingKind
 * @typedef {import("../protocol.js").StreamProgress} StreamProgress
 *
 * @typedef {"loading" | "unreachable" | "refused" | "ready" | "pending" | "confirmed" | "running" | "processing"
 *   | "interrupted" | "completed" | "missing" | "expired" | "failed" | "cancelled"} PanelState
 *
 * A refusal or an error as the panel shows it.
 * @typedef {object} Trouble
 * @property {string} code
 * @property {string} description
 * @property {number} status
 * @property {string | null} retryAt
 * @property {string | null} contact
 *
 * @typedef {object} Model
 * @property {Catalog | null} catalog
 * @property {Current | null} current the counter's last answer
 * @property {Trouble | null} trouble why there is no catalog, no answer, or no newer one
 * @property {Trouble | null} notice what the last action ended with
 * @property {{ exportId: string, progress: Progress | null, stopping: boolean } | null} run the export of this page
 * @property {JobOutcome | null} archive the finished archive of the current export, where it is in this browser
 * @property {boolean} saved whether its download was started here
 * @property {boolean} abandoned this browser was packing it, and no tab of it is any more, though the lease may live
 * @property {StagingKind} staging where an archive made now would lie
 * @property {Choice | null} choice null before the catalog is there
 * @property {"cancel" | "delete" | null} asking the question that waits for yes or no
 * @property {boolean} another the person wants a new export while one is available
 * @property {string | null} busy the action under way
 */

/** @returns {Model} */
export function emptyModel() {
  return {
    catalog: null,
    current: null,
    trouble: null,
    notice: null,
    run: null,
    archive: null,
    saved: false,
    abandoned: false,
    staging: "opfs",
    choice: null,
    asking: null,
    another: false,
    busy: null,
  };
}

/**
 * @param {Model} model
 * @returns {PanelState}
 */
export function stateOf(model) {
  const { catalog, current, run, trouble } = model;
  if (run) return "running";
  if (!catalog || !current) {
    if (!trouble) return "loading";
    return isRefusal(trouble) ? "refused" : "unreachable";
  }
  const view = current.export;
  switch (view?.state) {
    case "pending":
    case "confirmed":
      return view.state;
    case "processing":
      return view.interrupted || model.abandoned ? "interrupted" : "processing";
    case "completed":
      if (model.another && !current.refusal) return "ready";
      return model.archive ? "completed" : "missing";
    default:
      return current.refusal ? "refused" : (view?.state ?? "ready");
  }
}

/**
 * Whether another person of the account asked for the export that waits for its confirmation: the counter shows the
 * code of the mail only to whom the mail goes.
 *
 * @param {Model} model
 */
export function isOfAnother(model) {
  return stateOf(model) === "pending" && !model.current?.export?.matching_code;
}

/** What says nothing about an export: nobody understood, or this network asked too often. It is tried again. */
const PASSING = new Set(["counter_unreachable", "too_many_requests"]);

/**
 * Whether asking again at once is pointless: the counter understood and said no.
 *
 * @param {Trouble} trouble
 */
function isRefusal(trouble) {
  return trouble.status >= 400 && trouble.status < 500 && !PASSING.has(trouble.code);
}

/** Why a request, and only a request, is refused (crates/protocol, `ProblemCode`). */
const REFUSALS = new Set(["cooldown", "active_export", "request_cap", "role_not_allowed", "reauth_required", "mail_unverified", "unauthenticated", "paused"]);

/**
 * Whether the screen tells by itself what went wrong: it is the one of a refusal, or of an export that ended like this.
 *
 * @param {Model} model
 * @param {string} code
 */
export function isOnScreen(model, code) {
  // What is left behind in this browser is on no screen.
  if (code === "not_deleted") return false;
  const state = stateOf(model);
  const isTheEnd = model.current?.export?.end_code === code;
  return state === "refused" || state === "unreachable" || isTheEnd || (REFUSALS.has(code) && state !== "ready");
}

/**
 * The refusal that stands in the way of a request, from wherever it came.
 *
 * @param {Model} model
 * @returns {Trouble | null}
 */
export function refusalOf(model) {
  const refusal = model.current?.refusal;
  if (!refusal) return model.current ? null : model.trouble;
  return {
    code: refusal.code,
    description: refusal.detail,
    status: refusal.status,
    retryAt: refusal.retry_at ?? null,
    contact: refusal.contact ?? null,
  };
}

/**
 * The export whose bytes may lie in this browser; those of every other are deleted.
 *
 * @param {Current} current
 * @returns {string | undefined}
 */
export function keptExport(current) {
  const view = current.export;
  return view && ["pending", "confirmed", "processing", "completed"].includes(view.state) ? view.id : undefined;
}

/** @type {Record<PanelState, number>} */
const POLL_SECONDS = {
  pending: 4,
  processing: 5,
  interrupted: 15,
  confirmed: 15,
  loading: 15,
  unreachable: 15,
  refused: 60,
  ready: 60,
  completed: 60,
  missing: 60,
  expired: 60,
  failed: 60,
  cancelled: 60,
  running: 0,
};

/** @type {PanelState[]} */
const CHANGING = ["pending", "confirmed", "processing", "interrupted"];

/**
 * Whether somebody else may go on with the export: whoever opens the mail, another tab, another browser.
 *
 * @param {Model} model
 */
export function mayChange(model) {
  return CHANGING.includes(stateOf(model));
}

/**
 * Milliseconds until the counter is asked again where it cannot tell by itself: by state, or at the next date it named. Nothing while this page runs
 * the export: its worker speaks to the counter.
 *
 * @param {Model} model
 * @param {number} now the counter's clock, in milliseconds
 * @returns {number | null}
 */
export function nextPoll(model, now) {
  const state = stateOf(model);
  if (state === "running") return null;
  const view = model.current?.export;
  const dates = [model.current?.refusal?.retry_at, view?.confirm_by, view?.run_by, view?.available_until];
  const waits = dates.flatMap((date) => (date ? [Date.parse(date) - now] : [])).filter((wait) => wait > 0);
  return Math.max(1000, Math.min(POLL_SECONDS[state] * 1000, ...waits.map((wait) => wait + 500)));
}

/**
 * @typedef {object} CategoryProgress
 * @property {string} category
 * @property {number} records
 * @property {number | null} total known only where every stream's is
 * @property {"waiting" | "reading" | "complete" | "partial"} status
 * @property {number | null} fraction null where it cannot be told
 */

/**
 * Streams summed up by category, in the order of the plan.
 *
 * @param {StreamProgress[]} streams
 * @returns {CategoryProgress[]}
 */
export function byCategory(streams) {
  const ids = [...new Set(streams.map((stream) => stream.category))];
  return ids.map((category) => summed(category, streams.filter((stream) => stream.category === category)));
}

/**
 * @param {string} category
 * @param {StreamProgress[]} streams
 * @returns {CategoryProgress}
 */
function summed(category, streams) {
  const records = streams.reduce((sum, stream) => sum + stream.records, 0);
  const status = summedStatus(streams);
  const isOver = status === "complete" || status === "partial";
  const isTold = streams.every((stream) => typeof stream.total === "number");
  const total = isTold ? streams.reduce((sum, stream) => sum + (stream.total ?? 0), 0) : null;
  return { category, records, total, status, fraction: isOver ? 1 : fractionOf(records, total, status) };
}

/** @param {StreamProgress[]} streams */
function summedStatus(streams) {
  const statuses = new Set(streams.map((stream) => stream.status));
  if (statuses.size === 1 && statuses.has("waiting")) return "waiting";
  if (statuses.has("waiting") || statuses.has("reading")) return "reading";
  return statuses.has("partial") ? "partial" : "complete";
}

/**
 * @param {number} records
 * @param {number | null} total
 * @param {string} status
 */
function fractionOf(records, total, status) {
  if (status === "waiting") return 0;
  return total ? Math.min(1, records / total) : null;
}

/**
 * The whole export, from 0 to 1: every category counts the same, and one whose total is not known counts when it is
 * done. The files of records, where they come too, count as one more. So it never goes back.
 *
 * @param {CategoryProgress[]} categories
 * @param {MediaProgress | null} [media]
 */
export function overall(categories, media = null) {
  if (categories.length === 0) return 0;
  const sum = categories.reduce((sum, category) => sum + (category.fraction ?? 0), 0);
  return media ? (sum + mediaFraction(categories, media)) / (categories.length + 1) : sum / categories.length;
}

/**
 * Nothing before all records are there: until then nobody knows how many files they tell of.
 *
 * @param {CategoryProgress[]} categories
 * @param {MediaProgress} media
 */
function mediaFraction(categories, { files, waiting, failed }) {
  if (!categories.every(({ status }) => status === "complete" || status === "partial")) return 0;
  return waiting > 0 ? (files + failed) / (files + failed + waiting) : 1;
}
