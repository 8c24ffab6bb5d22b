import assert from "node:assert/strict";
import { test } from "node:test";
import { Flow } from "../panel/flow.js";
import { stateOf } from "../panel/model.js";
import { browserWith, current, settle } from "./browser.js";
import { exportIn, summary, withMedia } from "./fixtures.js";

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

test("an archive that was finished without the counter is offered once it answers again", async () => {
  const { view, files } = finished(60);
  const browser = browserWith(files);
  browser.answer = () => current({ ...view, state: "processing", interrupted: true, completed_at: undefined, available_until: undefined });
  const { flow } = await shown();
  assert.equal(stateOf(flow.model), "completed");
  assert.equal(flow.model.current.export.available_until, view.available_until);
  assert.equal(browser.files.size, 2);
  browser.files.clear();
  await flow.refresh();
  assert.equal(stateOf(flow.model), "interrupted");
});

test("an archive of an earlier run does not hide that another browser packs the export again", async () => {
  const { view, files } = finished(60);
  const browser = browserWith(files);
  browser.answer = () => current({ ...view, state: "processing", epoch: view.epoch + 1, lease_until: soon(60), available_until: undefined });
  const { flow } = await shown();
  assert.equal(stateOf(flow.model), "processing");
  assert.equal(browser.files.size, 2);
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

/** A worker that keeps what it is told. */
function workerThat() {
  const told = [];
  return { told, worker: Object.assign(new EventTarget(), { postMessage: (message) => told.push(message), terminate() {} }) };
}

test("days that cannot be asked for are refused before anybody is asked", async () => {
  const browser = browserWith();
  browser.answer = () => current();
  const { flow, told } = await shown();
  flow.choose({ from: "2025-03-02", to: "2025-03-01" });
  await flow.act("request");
  assert.equal(flow.model.notice.code, "range_reversed");
  assert.deepEqual([told, browser.asked.filter(({ method }) => method === "POST")], [["range_reversed"], []]);
  flow.choose({ to: "2025-03-03" });
  assert.equal(flow.model.notice, null);
});

test("what was chosen with the request is known after a reload, and told to the worker", async () => {
  const browser = browserWith();
  let view = null;
  browser.answer = (url, { method }) => {
    if (method === "POST") view = exportIn({ id: "e7", state: "pending" });
    return method === "POST" ? Response.json(view) : current(view);
  };
  const { flow } = await shown();
  flow.choose({ layout: "files", from: "2025-03-01", to: "2025-03-31", onlyMine: true });
  await flow.act("request");
  view = exportIn({ id: "e7", state: "confirmed", categories: ["calls"] });
  const { worker, told } = workerThat();
  const { flow: reloaded } = await shown({ createWorker: () => worker });
  await reloaded.act("start");
  const { since, until, onlyMine, layout } = told[0].options;
  const [first, next] = [new Date(2025, 2, 1), new Date(2025, 3, 1)];
  assert.deepEqual([since, until], [first.toISOString(), new Date(next.getTime() - 1).toISOString()]);
  // The catalog cannot tell whose a call is.
  assert.deepEqual([layout, onlyMine], ["files", false]);
});

test("the files and how they are written are known after a reload, and told to the worker, also by a takeover", async () => {
  for (const [state, action] of [["confirmed", "start"], ["processing", "takeover"]]) {
    const browser = browserWith();
    browser.catalog = withMedia;
    browser.answer = () => current(exportIn({ state, categories: ["messages"] }));
    const { flow } = await shown();
    flow.choose({ layout: "files", format: "ndjson", media: "files" });
    const { worker, told } = workerThat();
    const { flow: reloaded } = await shown({ createWorker: () => worker });
    await reloaded.act(action);
    const { layout, format, media, takeover } = told[0].options;
    assert.deepEqual([layout, format, media, takeover], ["files", "ndjson", "files", action === "takeover"]);
  }
});

test("what is changed before the start is kept too", async () => {
  const browser = browserWith();
  browser.answer = () => current(exportIn({ state: "confirmed" }));
  const { flow } = await shown();
  flow.choose({ from: "2025-03-01" });
  const { flow: reloaded } = await shown();
  assert.equal(reloaded.model.choice.from, "2025-03-01");
});

test("a form for another export neither changes nor takes what was chosen for the one there is", async () => {
  const browser = browserWith();
  browser.answer = () => current(exportIn({ state: "completed", reruns_left: 1 }));
  const { flow } = await shown();
  flow.choose({ from: "2025-03-01" });
  await flow.act("another");
  flow.choose({ from: "2024-01-01" });
  await flow.refresh();
  assert.equal(flow.model.choice.from, "2024-01-01");
  await flow.act("back");
  assert.equal(flow.model.choice.from, "2025-03-01");
  const { flow: reloaded } = await shown();
  assert.equal(reloaded.model.choice.from, "2025-03-01");
});

test("a browser that keeps nothing still knows, in the same tab, what was chosen", async () => {
  const browser = browserWith();
  let view = null;
  browser.answer = (url, { method }) => {
    if (method === "POST") view = exportIn({ state: "pending" });
    return method === "POST" ? Response.json(view) : current(view);
  };
  const { flow } = await shown();
  Object.defineProperty(globalThis, "localStorage", { get: () => { throw new DOMException("", "SecurityError"); }, configurable: true });
  flow.choose({ from: "2025-03-01" });
  await flow.act("request");
  await flow.refresh();
  assert.equal(flow.model.choice.from, "2025-03-01");
});

test("what was chosen is known to a panel that is taken out of the page and put back", async () => {
  const browser = browserWith();
  browser.answer = () => current(exportIn({ state: "confirmed" }));
  const { flow, panel } = await shown();
  flow.choose({ from: "2025-03-01" });
  flow.detach(panel);
  assert.equal(flow.model.choice, null);
  flow.attach(panel);
  await settle();
  assert.equal(flow.model.choice.from, "2025-03-01");
});

test("what is being typed is not taken away by the counter's next answer", async () => {
  const browser = browserWith();
  browser.answer = () => current(exportIn({ state: "confirmed" }));
  const { flow } = await shown();
  flow.choose({ from: "2025-03-01" });
  flow.choose({ from: "0202-03-01" });
  await flow.refresh();
  assert.equal(flow.model.choice.from, "0202-03-01");
});

test("what another tab asked for is known here", async () => {
  const browser = browserWith();
  let view = null;
  browser.answer = () => current(view);
  const { flow } = await shown();
  browser.stored.set("carryall:choice:e1", JSON.stringify({ layout: "files", from: "2025-03-01", to: "", onlyMine: true }));
  view = exportIn({ state: "confirmed" });
  await flow.refresh();
  assert.deepEqual(["layout", "from", "onlyMine"].map((name) => flow.model.choice[name]), ["files", "2025-03-01", true]);
});

test("what was chosen goes when the export is over, and at sign-out", async () => {
  const browser = browserWith();
  let view = exportIn({ state: "confirmed" });
  browser.answer = () => current(view);
  const { flow } = await shown();
  flow.choose({ from: "2025-03-01" });
  assert.equal(browser.stored.size, 1);
  await flow.clear();
  assert.equal(browser.stored.size, 0);
  await flow.refresh();
  flow.choose({ from: "2025-03-01" });
  view = exportIn({ state: "expired", ended_at: soon(-1) });
  await flow.refresh();
  assert.equal(browser.stored.size, 0);
});
