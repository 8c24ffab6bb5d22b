import assert from "node:assert/strict";
import { test } from "node:test";
import { deleteArchives, deleteEveryArchive, deleteExpired } from "../local.js";
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
