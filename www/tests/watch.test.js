import assert from "node:assert/strict";
import { test } from "node:test";
import { Flow } from "../panel/flow.js";
import { stateOf } from "../panel/model.js";
import { browserWith, current, settle } from "./browser.js";
import { exportIn } from "./fixtures.js";

const pending = exportIn({ state: "pending", matching_code: "1234", confirm_by: new Date(Date.now() + 86_400_000).toISOString() });
const confirmed = exportIn({ state: "confirmed", run_by: pending.confirm_by });

/** A flow that is shown. */
async function shown() {
  const flow = new Flow({ catalog: "/catalog.json", counter: "/counter", origins: [] });
  flow.attach({ authorize: () => ({}), createWorker: null, language: "en", draw() {}, tell() {} });
  await settle();
  return flow;
}

/** What the counter says, with its entity tag. */
function tagged(view, tag) {
  const answer = current(view);
  answer.headers.set("etag", tag);
  return answer;
}

const unchanged = () => new Response(null, { status: 304 });
const isWait = ({ headers }) => headers.has("prefer");
const looks = ({ asked }) => asked.filter(({ url }) => url.endsWith("/current"));
/** The waits that a test may fire, in milliseconds. */
const timers = ({ waits }) => [...waits.values()].map(({ millis }) => millis).filter((millis) => millis !== 10_000);

test("a pending export is waited for, and what has changed is shown at once", async () => {
  const browser = browserWith();
  let tell;
  const news = new Promise((resolve) => (tell = resolve));
  browser.answer = (url, request) => (new Headers(request.headers).has("prefer") ? news : tagged(pending, '"a"'));
  const flow = await shown();
  assert.equal(stateOf(flow.model), "pending");
  const [, wait] = looks(browser);
  assert.deepEqual([wait.headers.get("if-none-match"), wait.headers.get("prefer")], ['"a"', "wait=15"]);
  assert.deepEqual(timers(browser), [], "it polls beside waiting");
  tell(tagged(confirmed, '"b"'));
  await settle();
  assert.equal(stateOf(flow.model), "confirmed");
  assert.equal(looks(browser).length, 2, "what it was told it asks again");
  assert.deepEqual(timers(browser), [15_000], "a wait that was none is followed by a poll");
});

test("a wait without news is followed by the next, and the clock is not set back by it", async (t) => {
  const browser = browserWith();
  let clock = performance.now();
  t.mock.method(performance, "now", () => clock);
  const waits = [];
  browser.answer = (url, request) =>
    new Headers(request.headers).has("prefer") ? new Promise((resolve) => waits.push(resolve)) : tagged(pending, '"a"');
  const flow = await shown();
  const before = flow.now;
  clock += 15_000;
  waits[0](unchanged());
  await settle();
  assert.equal(looks(browser).filter(isWait).length, 2);
  assert.equal(flow.now - before, 15_000);
  assert.deepEqual(timers(browser), []);
});

test("a counter that cannot wait, or has no tags, is polled", async () => {
  for (const [tag, requests] of [['"a"', 2], ["", 1]]) {
    const browser = browserWith();
    browser.answer = (url, request) => {
      if (new Headers(request.headers).has("prefer")) return unchanged();
      return tag ? tagged(pending, tag) : current(pending);
    };
    await shown();
    assert.equal(looks(browser).length, requests, tag);
    assert.deepEqual(timers(browser), [4000], tag);
  }
});

test("a counter that cannot be asked while it is waited for is polled, and says so then", async () => {
  const browser = browserWith();
  browser.answer = (url, request) => {
    if (new Headers(request.headers).has("prefer")) throw new TypeError("offline");
    return tagged(pending, '"a"');
  };
  const flow = await shown();
  assert.deepEqual([stateOf(flow.model), flow.model.trouble, timers(browser)], ["pending", null, [4000]]);
});

test("nobody waits while nobody looks, and nothing is waited for that only this person changes", async () => {
  const browser = browserWith();
  browser.answer = (url, request) => (new Headers(request.headers).has("prefer") ? new Promise(() => {}) : tagged(pending, '"a"'));
  const flow = await shown();
  const [, wait] = looks(browser);
  assert.equal(wait.signal.aborted, false);
  flow.pause();
  assert.equal(wait.signal.aborted, true);

  const other = browserWith();
  other.answer = () => tagged(null, '"a"');
  await shown();
  assert.deepEqual([looks(other).length, timers(other)], [1, [60_000]]);
});
