// As much of a browser as the flow needs: files, a document, timers that a test fires, and a counter that answers.
import { catalog, policy } from "./fixtures.js";

/** Longer waits are kept for the test to fire; shorter ones are the retries of deletions, and pass at once. */
const LONGEST_RETRY_MILLIS = 2000;

/** Lets everything happen that waits for nothing. */
export async function settle() {
  for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

/**
 * @param {Record<string, unknown>} files by name; what is no string lies there as JSON
 */
export function browserWith(files = {}) {
  const kept = new Map(Object.entries(files).map(([name, content]) => [name, typeof content === "string" ? content : JSON.stringify(content)]));
  const browser = { files: kept, stored: new Map(), locked: new Set(), waits: new Map(), asked: [], addresses: new Set(), catalog, answer: null };
  const directory = {
    keys: async function* () {
      yield* [...kept.keys()];
    },
    getFileHandle: async (name) => {
      if (!kept.has(name)) throw new DOMException("", "NotFoundError");
      return { getFile: async () => new File([kept.get(name)], name) };
    },
    removeEntry: async (name) => {
      if (browser.locked.has(name)) throw new DOMException("", "NoModificationAllowedError");
      kept.delete(name);
    },
  };
  const navigator = {
    storage: { getDirectory: async () => ({ getDirectoryHandle: async () => directory }) },
    locks: { query: async () => ({ held: [] }) },
  };
  Object.defineProperty(globalThis, "navigator", { value: navigator, configurable: true });
  Object.defineProperty(globalThis, "localStorage", { value: storageOver(browser.stored), configurable: true });
  globalThis.document = { hidden: false, baseURI: "https://app.example/", createElement: () => ({ click() {} }) };
  URL.createObjectURL = () => {
    const href = `blob:${Math.random()}`;
    browser.addresses.add(href);
    return href;
  };
  URL.revokeObjectURL = (href) => browser.addresses.delete(href);
  globalThis.setTimeout = (callback, millis = 0) => {
    if (millis <= LONGEST_RETRY_MILLIS) return setImmediate(callback);
    const id = {};
    browser.waits.set(id, { callback, millis });
    return id;
  };
  globalThis.clearTimeout = (id) => browser.waits.delete(id);
  globalThis.fetch = async (url, request) => {
    browser.asked.push({ url, method: request.method ?? "GET", body: request.body, headers: new Headers(request.headers), signal: request.signal });
    if (url.endsWith("catalog.json")) return Response.json(browser.catalog);
    if (!browser.answer) throw new TypeError("offline");
    return browser.answer(url, request);
  };
  return browser;
}

/** @param {Map<string, string>} stored */
function storageOver(stored) {
  return {
    get length() {
      return stored.size;
    },
    key: (index) => [...stored.keys()][index] ?? null,
    getItem: (key) => stored.get(key) ?? null,
    setItem: (key, value) => stored.set(key, value),
    removeItem: (key) => stored.delete(key),
  };
}

/** The counter's answer to "where does it stand?". */
export function current(view = null, refusal = null) {
  return Response.json({ now: new Date().toISOString(), policy, export: view, refusal });
}
