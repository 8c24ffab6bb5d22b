import assert from "node:assert/strict";
import { test } from "node:test";
import { view } from "../panel/view.js";
import { at, choiceOf, exportIn, findAll, modelWith, sceneOf, summary, textOf, withMedia } from "./fixtures.js";

const everything = choiceOf({ categories: new Set(["contacts", "calls", "messages"]) });
const asked = exportIn({ state: "confirmed", categories: ["contacts", "calls", "messages"] });
const draw = (model, language) => view(sceneOf(modelWith({ catalog: withMedia, choice: everything, ...model }), language));
const group = (root, name) => findAll(root, ({ tag, props }) => tag === "fieldset" && props["data-key"] === name)[0];
const radios = (root, name) => findAll(root, ({ tag, props }) => tag === "input" && props.name === name).map(({ props }) => props);
const lines = (root) => findAll(root, ({ props }) => props["data-key"] === "media").map((node) => textOf(node).replaceAll(/\s+/g, " "));

test("every screen before a start offers the files and how they are written, with what each choice means", () => {
  const missing = { view: exportIn({ ...asked, state: "completed", completed_at: at(-9), reruns_left: 1 }) };
  const interrupted = { view: exportIn({ ...asked, state: "processing", interrupted: true }) };
  for (const model of [{}, { view: exportIn({ state: "failed", ended_at: at(-9) }) }, { view: asked }, interrupted, missing]) {
    const root = draw(model);
    assert.deepEqual(radios(root, "media").map(({ value, checked }) => [value, checked]), [["links", true], ["files", false]], root.props["data-state"]);
    assert.equal(radios(root, "format").length, 3, root.props["data-state"]);
  }
  assert.match(textOf(group(draw({}), "media")), /Photos, recordings and other files.*a link can end.*takes longer and needs space.*files in: Calls, Messages\./s);
  for (const state of ["pending", "processing"]) assert.deepEqual(radios(draw({ view: exportIn({ state }) }), "media"), []);
});

test("nothing is offered where nothing that is chosen tells of files", () => {
  assert.equal(group(draw({ choice: choiceOf({ categories: new Set(["contacts"]) }) }), "media"), undefined);
  assert.equal(group(draw({ view: exportIn({ state: "confirmed", categories: ["contacts"] }) }), "media"), undefined);
  assert.equal(group(draw({ catalog: { ...withMedia, media: { origins: [] } } }), "media"), undefined);
});

test("what people should know of their files is said once, in their language, and of what is chosen only", () => {
  const notes = (chosen, language) => findAll(group(draw({ choice: choiceOf({ categories: new Set(chosen) }) }, language), "media"), ({ tag }) => tag === "li").map(textOf);
  assert.deepEqual(notes(["calls", "messages"]), ["Deleting a message deletes its file.", "Links end after a day."]);
  assert.deepEqual(notes(["calls", "messages"], "de"), ["Wer eine Nachricht löscht, löscht ihre Datei.", "Links end after a day."]);
  assert.deepEqual(notes(["calls"]), ["Deleting a message deletes its file."]);
});

test("who can only hold an archive in memory is warned of many files", () => {
  const warned = (media, staging) => /many or large files may not fit/.test(textOf(draw({ choice: { ...everything, media }, staging })));
  assert.deepEqual([warned("files", "memory"), warned("links", "memory"), warned("files", "opfs")], [true, false, false]);
});

test("every radio button is described by what it means, and no two by the same", () => {
  const root = draw({});
  const described = ["media", "layout", "format"].flatMap((name) => radios(root, name)).map((props) => props["aria-describedby"]);
  const told = findAll(root, ({ props }) => described.includes(props.id));
  assert.equal(new Set(described).size, 7);
  assert.deepEqual(told.map(({ props }) => props.id), described);
  for (const hint of told) assert.notEqual(textOf(hint), "");
});

test("how files are written is asked only where there is one for each category", () => {
  const formats = (layout) => radios(draw({ choice: { ...everything, layout, format: "csv" } }), "format").map(({ value, checked }) => [value, checked]);
  assert.deepEqual(formats("files"), [["json", false], ["ndjson", false], ["csv", true]]);
  assert.deepEqual(formats("document"), []);
  assert.deepEqual(formats("x"), []);
});

test("an archive like those of X is offered only where the catalog makes one", () => {
  const layouts = (catalog) => radios(draw({ catalog }), "layout").map(({ value }) => value);
  assert.deepEqual(layouts(withMedia), ["files", "document"]);
  assert.deepEqual(layouts({ ...withMedia, archive: { layout: "x" } }), ["x", "files", "document"]);
  assert.match(textOf(draw({ catalog: { ...withMedia, archive: { layout: "x" } } }, "de")), /Wie ein Archiv von X/);
});

test("files are counted while they come", () => {
  const lineOf = (media, language) => {
    const progress = { phase: "reading", streams: [], archiveBytes: 0, staging: "opfs", media };
    return lines(draw({ run: { exportId: "e1", progress, stopping: false } }, language));
  };
  assert.deepEqual(lineOf(null), []);
  assert.deepEqual(lineOf(undefined), []);
  assert.deepEqual(lineOf({ files: 0, bytes: 0, waiting: 0, failed: 0 }), []);
  assert.deepEqual(lineOf({ files: 1, bytes: 900_000, waiting: 0, failed: 0 }), ["1 photo, recording or other file packed (900 kB)"]);
  const many = { files: 1204, bytes: 12_345_678, waiting: 31, failed: 2 };
  assert.deepEqual(lineOf(many), ["1,204 photos, recordings and other files packed (12.3 MB) · 31 waiting · 2 could not be fetched"]);
  assert.deepEqual(lineOf(many, "de"), ["1.204 Fotos, Aufnahmen und andere Dateien gepackt (12,3 MB) · 31 warten noch · 2 nicht zu bekommen"]);
});

test("an export whose files still come is not shown as done", () => {
  const streams = [{ category: "calls", stream: "calls", records: 1, total: 1, status: "complete" }];
  const progress = { phase: "reading", streams, archiveBytes: 0, staging: "opfs", media: { files: 1, bytes: 1, waiting: 3, failed: 0 } };
  const [bar] = findAll(draw({ run: { exportId: "e1", progress, stopping: false } }), ({ props }) => props.class === "overall");
  assert.equal(bar.props.value, "0.6250");
});

const done = (media, language, complete = true) =>
  draw({ view: exportIn({ state: "completed" }), archive: { summary: { ...summary, complete, media } } }, language);

test("at the end stands how many files are inside, how many only linked, how many could not be had", () => {
  assert.deepEqual(lines(done(null)), []);
  assert.deepEqual(lines(done(undefined)), []);
  assert.deepEqual(lines(done({ kept: 0, bytes: 0, linked: 0, failed: 0 })), []);
  assert.deepEqual(lines(done({ kept: 0, bytes: 0, linked: 57, failed: 0 })), ["Only as a link: 57"]);
  const media = { kept: 1204, bytes: 12_345_678, linked: 17, failed: 3 };
  assert.deepEqual(lines(done(media)), ["In the archive: 1,204 (12.3 MB) Only as a link: 17 Could not be fetched: 3"]);
});

test("an archive whose files could not all be had is incomplete, and says where they are listed", () => {
  const media = { kept: 9, bytes: 1, linked: 0, failed: 3 };
  const words = textOf(done(media));
  assert.match(words, /This archive is incomplete.*3 photos, recordings and other files could not be fetched.*export\.json and in data\/media/s);
  assert.doesNotMatch(words, /Everything you asked for was received|not everything was received \(\)/);
  assert.match(textOf(done({ ...media, failed: 1 }, "de")), /unvollständig.*1 Foto, Aufnahme oder andere Datei war nicht zu bekommen/s);
  assert.match(textOf(done({ ...media, failed: 0, linked: 9 })), /Everything you asked for was received/);
});
