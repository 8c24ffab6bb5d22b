import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { UNFINISHED, boundsOf, dayOf, firstChoice, fromKept, isDay, layoutsOf, problemOf, recall, scopeOf, toKeep, wishFor } from "../panel/choices.js";
import { NOW, catalog, choiceOf, withMedia } from "./fixtures.js";

const zone = process.env.TZ;
afterEach(() => {
  if (zone === undefined) delete process.env.TZ;
  else process.env.TZ = zone;
});

const ranged = { ranged: ["calls"], inPart: [], whole: [], mine: [], media: [] };
const without = { ranged: [], inPart: [], whole: ["contacts"], mine: [], media: [] };
const boundsIn = (zone, from, to) => {
  process.env.TZ = zone;
  const { since, until } = boundsOf(choiceOf({ from, to }), ranged);
  return [since, until];
};

test("a range is of whole days, as this device counts them", () => {
  assert.deepEqual(boundsIn("UTC", "2025-03-01", "2025-03-31"), ["2025-03-01T00:00:00.000Z", "2025-03-31T23:59:59.999Z"]);
  assert.deepEqual(boundsIn("Asia/Kolkata", "2025-03-01", "2025-03-01"), ["2025-02-28T18:30:00.000Z", "2025-03-01T18:29:59.999Z"]);
  assert.deepEqual(boundsIn("America/Los_Angeles", "2024-12-31", "2024-12-31"), ["2024-12-31T08:00:00.000Z", "2025-01-01T07:59:59.999Z"]);
});

test("a day on which the clocks are changed has 23 or 25 hours", () => {
  assert.deepEqual(boundsIn("Europe/Berlin", "2025-03-30", "2025-03-30"), ["2025-03-29T23:00:00.000Z", "2025-03-30T21:59:59.999Z"]);
  assert.deepEqual(boundsIn("Europe/Berlin", "2025-10-26", "2025-10-26"), ["2025-10-25T22:00:00.000Z", "2025-10-26T22:59:59.999Z"]);
});

test("a day without a midnight begins with its first moment, where the day before ends", () => {
  const [, endOfSaturday] = boundsIn("America/Santiago", "2024-09-07", "2024-09-07");
  const [startOfSunday] = boundsIn("America/Santiago", "2024-09-08", "2024-09-08");
  assert.deepEqual([endOfSaturday, startOfSunday], ["2024-09-08T03:59:59.999Z", "2024-09-08T04:00:00.000Z"]);
});

test("an empty field sets no limit", () => {
  assert.deepEqual(boundsIn("UTC", "", "2025-03-31"), [null, "2025-03-31T23:59:59.999Z"]);
  assert.deepEqual(boundsIn("UTC", "2025-03-01", ""), ["2025-03-01T00:00:00.000Z", null]);
});

test("what no chosen category knows is neither asked for nor wrong", () => {
  const choice = choiceOf({ from: "2025-03-02", to: "2025-03-01", onlyMine: true });
  assert.deepEqual(boundsOf(choice, without), { since: null, until: null, onlyMine: false });
  assert.equal(problemOf(choice, without, "2026-02-28"), null);
  assert.equal(boundsOf(choice, { ...without, mine: ["messages"] }).onlyMine, true);
});

test("days that cannot be asked for are told apart", () => {
  const codeOf = (from, to) => problemOf(choiceOf({ from, to }), ranged, "2026-02-28")?.code;
  assert.equal(codeOf("", ""), undefined);
  assert.equal(codeOf("2026-02-28", "2026-02-28"), undefined);
  assert.equal(codeOf("2025-03-02", "2025-03-01"), "range_reversed");
  assert.equal(codeOf("2026-03-01", ""), "date_in_future");
  assert.equal(codeOf("2025-03-01", "2026-03-01"), "date_in_future");
  assert.equal(codeOf(UNFINISHED, ""), "date_unfinished");
  assert.equal(codeOf("", "0202-03-01"), "date_unfinished");
});

test("today is this device's day, not that of Greenwich", () => {
  const days = ["Pacific/Kiritimati", "UTC", "Pacific/Pago_Pago"].map((zone) => {
    process.env.TZ = zone;
    return dayOf(Date.parse("2026-02-28T10:30:00Z"));
  });
  assert.deepEqual(days, ["2026-03-01", "2026-02-28", "2026-02-27"]);
});

test("a day of the calendar is told from what only looks like one", () => {
  for (const day of ["2024-02-29", "1970-01-01", "9999-12-31"]) assert.equal(isDay(day), true, day);
  for (const none of ["2025-02-29", "2025-13-01", "1969-12-31", "2025-3-1", "", UNFINISHED, null, 7]) assert.equal(isDay(none), false, String(none));
});

test("a range applies to what has one, and to what is read for each of its records", () => {
  const streams = {
    contacts: [{ id: "contacts" }],
    calls: [{ id: "calls", date_range: {} }, { id: "transcripts", for_each: { stream: "calls" } }],
    notes: [{ id: "notes", date_range: {} }, { id: "tags" }],
    voices: [{ id: "voices", for_each: { stream: "transcripts" }, only_mine: {} }],
    bare: undefined,
  };
  const catalog = { title: "T", categories: Object.entries(streams).map(([id, streams]) => ({ id, title: id, streams })) };
  const scope = { ranged: ["calls", "notes", "voices"], inPart: ["notes"], whole: ["contacts", "bare"], mine: ["voices"], media: [] };
  assert.deepEqual(scopeOf(catalog, Object.keys(streams)), scope);
  // What is not chosen is not told of, and still hands its range down.
  assert.deepEqual(scopeOf(catalog, ["voices"]), { ranged: ["voices"], inPart: [], whole: [], mine: ["voices"], media: [] });
});

test("at first everything is chosen that the catalog does not leave out", () => {
  const categories = [...catalog.categories, { id: "logs", title: "Logs", default: false }];
  assert.deepEqual(firstChoice({ ...catalog, categories }), choiceOf({ layout: "document" }));
});

test("what was typed for one export is not taken for another that was asked for elsewhere", () => {
  const choice = choiceOf({ categories: new Set(["calls"]), from: "2025-03-02", to: "2025-03-01", onlyMine: true, exportId: "e1" });
  recall(choice, catalog, "e2", null);
  assert.deepEqual(choice, choiceOf({ categories: new Set(["calls"]), layout: "document", exportId: "e2" }));
});

test("what is kept comes back as it was, but for a day that was not finished", () => {
  const choice = choiceOf({ format: "csv", media: "files", from: "2025-03-01", to: UNFINISHED, onlyMine: true });
  const kept = fromKept(JSON.parse(JSON.stringify(toKeep(choice))), layoutsOf(catalog));
  assert.deepEqual(kept, { layout: "files", format: "csv", media: "files", from: "2025-03-01", to: "", onlyMine: true });
});

test("what others have written into the same place is not taken for a choice", () => {
  const odd = [null, 7, "x", [], { layout: "x", format: "xml", media: true, from: "2025-02-30", to: 7, onlyMine: "yes", categories: ["a"] }];
  for (const kept of odd) assert.deepEqual(fromKept(kept, layoutsOf(catalog)), {}, JSON.stringify(kept));
});

test("what cannot be asked for is an error with a sentence", () => {
  const known = { catalog, choice: choiceOf({ from: "2025-03-02", to: "2025-03-01" }) };
  assert.throws(() => wishFor(known, ["calls"], NOW), { code: "range_reversed", description: /first day comes after the last/ });
  assert.deepEqual(wishFor(known, ["contacts"], NOW), { layout: "files", format: "json", media: null, since: null, until: null, onlyMine: false });
});

test("an archive like those of X is offered where the catalog makes one, and is chosen first there", () => {
  const ofX = { ...catalog, archive: { layout: "x" } };
  assert.deepEqual(layoutsOf(catalog), ["files", "document"]);
  assert.deepEqual(layoutsOf(ofX), ["x", "files", "document"]);
  assert.equal(firstChoice(ofX).layout, "x");
  assert.deepEqual(fromKept({ layout: "x" }, layoutsOf(ofX)), { layout: "x" });
});

test("whether files come is the catalog's word until the person says otherwise, and then what was kept", () => {
  const choice = firstChoice({ ...withMedia, media: { ...withMedia.media, default: "files" } });
  assert.deepEqual([choice.media, firstChoice(withMedia).media, firstChoice(catalog).media], ["files", "links", "links"]);
  recall(choice, withMedia, "e1", { media: "files", format: "ndjson" });
  assert.deepEqual([choice.media, choice.format], ["files", "ndjson"]);
});

test("files can be had from categories that tell of some, where the catalog says from where", () => {
  const ids = ["contacts", "calls", "messages"];
  assert.deepEqual(scopeOf(withMedia, ids).media, ["calls", "messages"]);
  assert.deepEqual(scopeOf(withMedia, ["contacts"]).media, []);
  for (const media of [undefined, {}, { origins: [] }]) assert.deepEqual(scopeOf({ ...withMedia, media }, ids).media, []);
});

test("what is not offered is not asked for", () => {
  const wish = (chosen, fields) => wishFor({ catalog: withMedia, choice: choiceOf({ format: "csv", media: "files", ...fields }) }, chosen, NOW);
  const shape = ({ layout, format, media }) => [layout, format, media];
  assert.deepEqual(shape(wish(["messages"])), ["files", "csv", "files"]);
  assert.deepEqual(shape(wish(["contacts"], { layout: "document" })), ["document", null, null]);
});
