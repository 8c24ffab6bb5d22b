// @ts-check
/**
 * The page's calls to the counter: ask for an export, see where it stands, end it. Start, heartbeat, complete and
 * fail are the worker's. **Nothing is decided here**: a refusal becomes a {@link CarryallError} with its reason, its
 * date and the contact for a formal request.
 *
 * @typedef {(request: { refresh: boolean }) => Promise<import("./protocol.js").Headers>} Authorize
 * @typedef {import("./protocol.js").Current} Current
 * @typedef {import("./protocol.js").ExportView} ExportView
 * @typedef {import("./protocol.js").Problem} Problem
 * @typedef {import("./protocol.js").RequestExport} RequestExport
 *
 * @typedef {object} More what some calls carry beside the session
 * @property {RequestExport} [body]
 * @property {Record<string, string>} [headers]
 * @property {AbortSignal} [signal]
 */
import { CarryallError } from "./errors.js";

const PATIENCE_MILLIS = 20_000;
/** How long the counter is asked to wait for news: it may answer sooner, and has to before our patience ends. */
const WAIT_SECONDS = 15;
/** How often a call is made where too many came from this network: it says nothing about the export. */
const TRIES = 3;
/** The longest wait before the next try. */
const MAX_WAIT_MILLIS = 60_000;

/**
 * The entity tag that came with an answer.
 *
 * @type {WeakMap<Current, string>}
 */
const tags = new WeakMap();

export class Counter {
  /** @type {string} */ #url;
  /** @type {Authorize} */ #authorize;

  /**
   * @param {string} url where the counter is mounted, absolute, without a trailing slash
   * @param {Authorize} authorize
   */
  constructor(url, authorize) {
    this.#url = url;
    this.#authorize = authorize;
  }

  /** @returns {Promise<Current>} */
  async current() {
    return tagged(await this.#call("GET", "/v1/exports/current"));
  }

  /**
   * Waits until where things stand differs from what is known; for some seconds at most.
   *
   * @param {Current} known
   * @param {AbortSignal} signal
   * @returns {Promise<Current | null>} null where nothing has changed, or the counter is one that cannot tell
   */
  async changed(known, signal) {
    const tag = tags.get(known);
    if (!tag) return null;
    const headers = { "if-none-match": tag, prefer: `wait=${WAIT_SECONDS}` };
    const response = await this.#call("GET", "/v1/exports/current", { headers, signal });
    return response.status === 304 ? null : tagged(response);
  }

  /**
   * @param {RequestExport} wanted
   * @returns {Promise<ExportView>}
   */
  async request(wanted) {
    return (await this.#call("POST", "/v1/exports", { body: wanted })).json();
  }

  /**
   * Cancels an active export; ends the window of a finished one early.
   *
   * @param {string} id
   * @returns {Promise<ExportView>}
   */
  async cancel(id) {
    return (await this.#call("DELETE", `/v1/exports/${encodeURIComponent(id)}`)).json();
  }

  /**
   * A session that has run out is refreshed once. A call too many is made again when the counter says.
   *
   * @param {string} method
   * @param {string} path
   * @param {More} [more]
   */
  async #call(method, path, more = {}) {
    for (let tries = 1; ; tries += 1) {
      let response = await this.#send(method, path, more, false);
      if (response.status === 401) response = await this.#send(method, path, more, true);
      if (response.ok || response.status === 304) return response;
      const error = await refusal(response);
      if (error.code !== "too_many_requests" || tries === TRIES) throw error;
      await waited(response);
    }
  }

  /**
   * @param {string} method
   * @param {string} path
   * @param {More} more
   * @param {boolean} refresh
   */
  async #send(method, path, { body, headers: own, signal }, refresh) {
    const headers = new Headers(await this.#authorize({ refresh }));
    for (const [name, value] of Object.entries(own ?? {})) headers.set(name, value);
    headers.set("accept", "application/json, application/problem+json");
    if (method !== "GET") {
      headers.set("content-type", "application/json");
      headers.set("x-carryall", "1");
    }
    /** @type {RequestInit} */
    const request = {
      method,
      headers,
      credentials: "same-origin",
      cache: "no-store",
      redirect: "error",
      referrerPolicy: "no-referrer",
      signal: withPatience(signal),
    };
    if (method !== "GET") request.body = JSON.stringify(body ?? {});
    try {
      return await fetch(this.#url + path, request);
    } catch {
      throw new CarryallError("counter_unreachable", "The counter cannot be reached; check the connection and try again.");
    }
  }
}

/**
 * Ends by itself, and with the signal given where the browser can join the two.
 *
 * @param {AbortSignal | undefined} signal
 */
function withPatience(signal) {
  const patience = AbortSignal.timeout(PATIENCE_MILLIS);
  return signal && "any" in AbortSignal ? AbortSignal.any([patience, signal]) : patience;
}

/**
 * @param {Response} response
 * @returns {Promise<Current>}
 */
async function tagged(response) {
  const current = await response.json();
  const tag = response.headers.get("etag");
  if (tag) tags.set(current, tag);
  return current;
}

/**
 * @param {Response} response
 * @returns {Promise<CarryallError>}
 */
async function refusal(response) {
  const problem = await problemOf(response);
  const retryAt = problem.retry_at ?? retryAfter(response);
  return new CarryallError(
    problem.code ?? "counter_unreachable",
    problem.detail ?? `The counter answered with status ${response.status}; try again later.`,
    {
      status: response.status,
      ...(retryAt && { retryAt }),
      ...(problem.contact && { contact: problem.contact }),
    },
  );
}

/**
 * Waits as long as the answer says.
 *
 * @param {Response} response
 * @returns {Promise<void>}
 */
function waited(response) {
  const seconds = Number(response.headers.get("retry-after") ?? 5);
  const millis = Number.isFinite(seconds) ? Math.min(seconds * 1000, MAX_WAIT_MILLIS) : MAX_WAIT_MILLIS;
  return new Promise((resolve) => setTimeout(resolve, millis));
}

/**
 * @param {Response} response
 * @returns {Promise<Partial<Problem>>}
 */
async function problemOf(response) {
  try {
    const body = await response.json();
    return typeof body?.code === "string" ? body : {};
  } catch {
    return {};
  }
}

/**
 * `Retry-After` as a moment: seconds or an HTTP date (RFC 9110, section 10.2.3).
 *
 * @param {Response} response
 * @returns {string | undefined}
 */
function retryAfter(response) {
  const value = response.headers.get("retry-after");
  if (!value) return undefined;
  const at = /^\d+$/.test(value) ? Date.now() + Number(value) * 1000 : Date.parse(value);
  return Number.isNaN(at) ? undefined : new Date(at).toISOString();
}
