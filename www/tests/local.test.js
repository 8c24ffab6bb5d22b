import assert from "node:assert/strict";
import { test } from "node:test";
import { deleteArchives, deleteEveryArchive, deleteExpired, keepChoice, keptChoice } from "../local.js";
import { browserWith } from "./browser.js";
import { NOW, at } from "./fixtures.js";

const marker = (available_until) => ({ archiveBytes: 1, export: { available_until } });

test("an archive whose own marker says that its time is over goes without the counter", async () => {
  const browser = browserWith({ "over.json": marker(at(-1)), "over.zip": "x", "over.segments": "x", "live.json": marker(at(1)), "live.zip": "x" });
  assert.equal(await deleteExpired(NOW), true);
  assert.deepEqual([...browser.files.keys()], ["live.json", "live.zip"]);
});

test("what has no marker that can be read is an interrupted run and stays", async () => {
  const browser = browserWith({ "run.zip": "x", "run.segments": "x", "torn.json": "{", "torn.zip": "x" });
  await deleteExpired(NOW);
  assert.equal(browser.files.size, 4);
});

test("an archive that is kept stays, every other goes", async () => {
  const browser = browserWith({ "a.zip": "x", "b.zip": "x" });
  assert.equal(await deleteArchives("a"), true);
  assert.deepEqual([...browser.files.keys()], ["a.zip"]);
});

test("what another tab holds is not passed over in silence", async () => {
  const browser = browserWith({ "a.zip": "x", "b.zip": "x" });
  browser.locked.add("a.zip");
  await assert.rejects(deleteEveryArchive(), { code: "not_deleted", description: /other tabs of this site and sign out again/ });
  assert.deepEqual([...browser.files.keys()], ["a.zip"]);
});

test("what was chosen for an export is kept as long as its archive would be, and nothing else of the host's is touched", async () => {
  const browser = browserWith();
  browser.stored.set("host", "1");
  keepChoice("a", { from: "2025-03-01" });
  keepChoice("b", { from: "" });
  await deleteArchives("a");
  assert.deepEqual([keptChoice("a"), keptChoice("b")], [{ from: "2025-03-01" }, null]);
  await deleteEveryArchive();
  assert.deepEqual([...browser.stored.keys()], ["host"]);
});

test("a browser that keeps nothing, or holds what was never written, is no error", async () => {
  const browser = browserWith();
  browser.stored.set("carryall:choice:a", "{");
  assert.equal(keptChoice("a"), null);
  Object.defineProperty(globalThis, "localStorage", { get: () => { throw new DOMException("", "SecurityError"); }, configurable: true });
  keepChoice("a", {});
  assert.equal(keptChoice("a"), null);
  assert.equal(await deleteArchives("a"), true);
});
