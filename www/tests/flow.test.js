import assert from "node:assert/strict";
import { test } from "node:test";
import { Flow } from "../panel/flow.js";
import { stateOf } from "../panel/model.js";
import { browserWith, current, settle } from "./browser.js";
import { exportIn, summary } from "./fixtures.js";

const soon = (seconds) => new Date(Date.now() + seconds * 1000).toISOString();

/** A flow with one panel that has come to it. */
async function shown(panel = {}) {
  const flow = new Flow({ catalog: "/catalog.json", counter: "/counter", origins: [] });
  const told = [];
  const full = { authorize: () => ({}), createWorker: null, language: "en", draw() {}, tell: (error) => told.push(error.code), ...panel };
  flow.attach(full);
  await settle();
  return { flow, told, panel: full };
}

/** A finished archive of the export `e1`, and what this browser holds of it. */
function finished(seconds) {
  const view = exportIn({ state: "completed", completed_at: soon(-60), available_until: soon(seconds) });
  const marker = { ...summary, archiveBytes: 3, export: view };
  return { view, files: { "e1.json": marker, "e1.zip": "zip" } };
}

test("a request carries a valid tag, whatever the page calls its language", async () => {
  const browser = browserWith();
  browser.answer = () => current();
  const { flow } = await shown({ language: "en_US" });
  await flow.act("request");
  const { body } = browser.asked.find(({ method }) => method === "POST");
  assert.equal(JSON.parse(body).locale, "en-US");
});

test("an archive whose time is over goes while the counter is down", async () => {
  const browser = browserWith(finished(-1).files);
  const { flow } = await shown();
  assert.equal(stateOf(flow.model), "unreachable");
  assert.equal(browser.files.size, 0);
});

test("an archive whose time is over goes where the person is signed out, its address with it", async () => {
  const { view, files } = finished(60);
  const browser = browserWith(files);
  browser.answer = () => current(view);
  const { flow } = await shown();
  await flow.act("save");
  assert.equal(browser.addresses.size, 1);
  browser.answer = () => new Response("{}", { status: 401 });
  flow.model.archive.summary.export.available_until = soon(-1);
  await flow.refresh();
  assert.equal(flow.model.archive, null);
  assert.equal(browser.addresses.size, 0);
});

test("an archive whose time is not over survives a counter that is down", async () => {
  const { view, files } = finished(60);
  const browser = browserWith(files);
  browser.answer = () => current(view);
  const { flow } = await shown();
  await flow.act("save");
  browser.answer = null;
  await flow.refresh();
  assert.equal(stateOf(flow.model), "completed");
  assert.deepEqual([browser.files.size, browser.addresses.size], [2, 1]);
});

test("clearing takes back the download's address and forgets the archive", async () => {
  const { view, files } = finished(60);
  const browser = browserWith(files);
  browser.answer = () => current(view);
  const { flow } = await shown();
  await flow.act("save");
  assert.equal(browser.addresses.size, 1);
  await flow.clear();
  assert.deepEqual([browser.files.size, browser.addresses.size, flow.model.archive], [0, 0, null]);
});

test("clearing fails aloud where another tab holds the archive, and forgets it nevertheless", async () => {
  const { view, files } = finished(60);
  const browser = browserWith(files);
  browser.answer = () => current(view);
  browser.locked.add("e1.zip");
  const { flow } = await shown();
  await assert.rejects(flow.clear(), { code: "not_deleted" });
  assert.equal(flow.model.archive, null);
  assert.equal(browser.files.has("e1.json"), false);
});

test("what could not be deleted is told after the deletion, even where a refusal is on the screen", async () => {
  const { view, files } = finished(60);
  const browser = browserWith(files);
  browser.answer = () => current(view);
  browser.locked.add("e1.zip");
  const { flow, told } = await shown();
  const refusal = { type: "", title: "", status: 429, detail: "", code: "cooldown", retry_at: soon(60) };
  browser.answer = () => current(null, refusal);
  await flow.act("delete-confirm");
  assert.equal(stateOf(flow.model), "refused");
  assert.equal(flow.model.notice.code, "not_deleted");
  assert.deepEqual(told, ["not_deleted"]);
});

test("nobody is asked, and nothing is told, before the page says how it authorizes", async () => {
  const browser = browserWith();
  browser.answer = () => current();
  const { flow, told, panel } = await shown({ authorize: null });
  assert.equal(stateOf(flow.model), "loading");
  assert.deepEqual([browser.asked, told], [[], []]);
  panel.authorize = () => ({});
  flow.heed(panel);
  await settle();
  assert.equal(stateOf(flow.model), "ready");
  assert.deepEqual(told, []);
});

test("a page that never says it is misconfigured, until it does", async () => {
  const browser = browserWith();
  browser.answer = () => current();
  const { flow, told, panel } = await shown({ authorize: null });
  const [patience] = [...browser.waits.values()].filter(({ millis }) => millis === 10_000);
  patience.callback();
  await settle();
  assert.equal(stateOf(flow.model), "unreachable");
  assert.deepEqual(told, ["misconfigured"]);
  panel.authorize = () => ({});
  flow.heed(panel);
  await settle();
  assert.equal(stateOf(flow.model), "ready");
});

test("an export whose worker died here is continued at once, unless somebody renews its lease", async () => {
  const browser = browserWith();
  let view = exportIn({ state: "confirmed" });
  browser.answer = () => current(view);
  /** @type {EventTarget[]} */
  const workers = [];
  const createWorker = () => {
    workers.push(Object.assign(new EventTarget(), { postMessage() {}, terminate() {} }));
    return workers.at(-1);
  };
  const { flow, told } = await shown({ createWorker });
  await flow.act("start");
  view = exportIn({ state: "processing", lease_until: soon(100) });
  workers[0].dispatchEvent(new MessageEvent("message", { data: { type: "ready", pulse: null } }));
  workers[0].dispatchEvent(new Event("error", { cancelable: true }));
  await settle();
  assert.deepEqual(told, ["worker_failed"]);
  assert.equal(stateOf(flow.model), "interrupted");
  assert.equal(flow.model.notice.code, "worker_failed");
  view = { ...view, lease_until: soon(130) };
  await flow.refresh();
  assert.equal(stateOf(flow.model), "processing");
});

test("how an export ended is said once: by its screen, not by a notice too", async () => {
  const browser = browserWith();
  let view = exportIn({ state: "confirmed" });
  browser.answer = () => current(view);
  const worker = Object.assign(new EventTarget(), { postMessage() {}, terminate() {} });
  const { flow, told } = await shown({ createWorker: () => worker });
  await flow.act("start");
  view = exportIn({ state: "failed", end_code: "storage_full", ended_at: soon(0) });
  const error = { code: "storage_full", description: "" };
  worker.dispatchEvent(new MessageEvent("message", { data: { type: "failed", error } }));
  await settle();
  assert.deepEqual(told, ["storage_full"]);
  assert.equal(stateOf(flow.model), "failed");
  assert.equal(flow.model.notice, null);
});
