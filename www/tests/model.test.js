import assert from "node:assert/strict";
import { test } from "node:test";
import { byCategory, emptyModel, keptExport, nextPoll, overall, stateOf } from "../panel/model.js";
import { NOW, at, exportIn, modelWith } from "./fixtures.js";

const trouble = (status, code) => ({ code, description: "", status, retryAt: null, contact: null });
const cooldown = { type: "", title: "", status: 429, detail: "", code: "cooldown", retry_at: at(3) };

test("every answer of the counter has its state", () => {
  const states = [
    [{}, "ready"],
    [{ refusal: cooldown }, "refused"],
    [{ view: exportIn({ state: "pending" }) }, "pending"],
    [{ view: exportIn({ state: "confirmed" }) }, "confirmed"],
    [{ view: exportIn({ state: "processing" }) }, "processing"],
    [{ view: exportIn({ state: "processing", interrupted: true }) }, "interrupted"],
    [{ view: exportIn({ state: "processing" }), abandoned: true }, "interrupted"],
    [{ view: exportIn({ state: "completed" }) }, "missing"],
    [{ view: exportIn({ state: "completed" }), archive: {}, refusal: cooldown }, "completed"],
    [{ view: exportIn({ state: "expired" }) }, "expired"],
    [{ view: exportIn({ state: "failed" }) }, "failed"],
    [{ view: exportIn({ state: "cancelled" }) }, "cancelled"],
    [{ view: exportIn({ state: "expired" }), refusal: cooldown }, "refused"],
  ];
  for (const [known, state] of states) assert.equal(stateOf(modelWith(known)), state, JSON.stringify(known));
});

test("a run of this page outweighs what the counter last said", () => {
  const run = { exportId: "e1", progress: null, stopping: false };
  assert.equal(stateOf(modelWith({ view: exportIn({ state: "confirmed" }), run })), "running");
});

test("without an answer it loads, is unreachable, or is refused", () => {
  assert.equal(stateOf(emptyModel()), "loading");
  assert.equal(stateOf({ ...emptyModel(), trouble: trouble(0, "counter_unreachable") }), "unreachable");
  assert.equal(stateOf({ ...emptyModel(), trouble: trouble(503, "unavailable") }), "unreachable");
  assert.equal(stateOf({ ...emptyModel(), trouble: trouble(401, "unauthenticated") }), "refused");
});

test("a lost connection does not hide what is known", () => {
  assert.equal(stateOf(modelWith({ view: exportIn({ state: "pending" }), trouble: trouble(0, "counter_unreachable") })), "pending");
});

test("a new export may be asked for while one is available only where the counter allows it", () => {
  const view = exportIn({ state: "completed" });
  assert.equal(stateOf(modelWith({ view, another: true })), "ready");
  assert.equal(stateOf(modelWith({ view, another: true, refusal: cooldown })), "missing");
});

test("only the bytes of an export that still counts are kept", () => {
  const kept = (state) => keptExport(modelWith({ view: exportIn({ state }) }).current);
  assert.equal(kept("processing"), "e1");
  assert.equal(kept("completed"), "e1");
  for (const state of ["expired", "failed", "cancelled"]) assert.equal(kept(state), undefined);
  assert.equal(keptExport(modelWith().current), undefined);
});

test("the counter is asked again at the next date it named, and never while this page runs the export", () => {
  assert.equal(nextPoll(modelWith({ refusal: cooldown }), NOW), 3500);
  assert.equal(nextPoll(modelWith({ view: exportIn({ state: "pending", confirm_by: at(86_400) }) }), NOW), 4000);
  assert.equal(nextPoll(modelWith({ run: { exportId: "e1", progress: null, stopping: false } }), NOW), null);
});

const stream = (category, status, records, total) => ({ category, stream: category, status, records, total });

test("a category's total is told only where every stream's is", () => {
  const [calls] = byCategory([stream("calls", "complete", 10, 10), stream("calls", "reading", 3, null)]);
  assert.deepEqual(calls, { category: "calls", records: 13, total: null, status: "reading", fraction: null });
});

test("a category is complete only when every stream is, and partial when one is", () => {
  const statusOf = (...statuses) => byCategory(statuses.map((status) => stream("calls", status, 1, 1)))[0].status;
  assert.equal(statusOf("waiting", "waiting"), "waiting");
  assert.equal(statusOf("complete", "waiting"), "reading");
  assert.equal(statusOf("complete", "complete"), "complete");
  assert.equal(statusOf("complete", "partial"), "partial");
});

test("the whole is never done before every category is", () => {
  const rows = byCategory([stream("a", "complete", 5, 5), stream("b", "reading", 99, null), stream("c", "reading", 1, 4)]);
  assert.equal(overall(rows), (1 + 0 + 0.25) / 3);
  assert.equal(overall(byCategory([stream("a", "reading", 9, 4)])), 1);
  assert.equal(overall([]), 0);
});

test("files count as one category more, from the moment on that all of them are known", () => {
  const reading = byCategory([stream("a", "complete", 5, 5), stream("b", "reading", 9, null)]);
  const read = byCategory([stream("a", "complete", 5, 5), stream("b", "partial", 9, null)]);
  const media = (files, waiting, failed = 0) => ({ files, bytes: 1, waiting, failed });
  assert.equal(overall(reading, media(9, 0)), 1 / 3);
  assert.equal(overall(read, media(2, 2)), (2 + 0.5) / 3);
  assert.equal(overall(read, media(2, 0, 2)), 1);
  assert.equal(overall(read, media(0, 0)), 1);
  assert.equal(overall(read, null), 1);
});
