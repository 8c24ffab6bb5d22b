import assert from "node:assert/strict";
import { test } from "node:test";
import { view } from "../panel/view.js";
import { at, catalog, choiceOf, exportIn, findAll, modelWith, sceneOf, textOf } from "./fixtures.js";

const draw = (model, language) => view(sceneOf(modelWith(model), language));
const narrowing = (root) => findAll(root, ({ props }) => props.class === "narrow")[0];
const fields = (root) => findAll(root, ({ tag, props }) => tag === "input" && ["from", "to", "only_mine"].includes(props.name));
const namesOf = (root) => fields(root).map(({ props }) => props.name);

const messages = { id: "messages", title: { en: "Messages", de: "Nachrichten" }, streams: [{ id: "messages", only_mine: {} }] };
const withMessages = { ...catalog, categories: [...catalog.categories, messages] };
const running = { run: { exportId: "e1", progress: null, stopping: false }, view: exportIn({ state: "processing" }) };

test("every screen before a start offers to narrow the export down, closed", () => {
  const missing = { view: exportIn({ state: "completed", completed_at: at(-9), reruns_left: 1 }) };
  const ended = { view: exportIn({ state: "failed", ended_at: at(-9) }) };
  for (const model of [{}, ended, { view: exportIn({ state: "confirmed" }) }, { view: exportIn({ state: "processing", interrupted: true }) }, missing]) {
    const root = draw(model);
    assert.deepEqual(namesOf(root), ["from", "to"], root.props["data-state"]);
    assert.equal("open" in narrowing(root).props, false);
  }
  for (const model of [{ view: exportIn({ state: "pending" }) }, running]) assert.deepEqual(namesOf(draw(model)), []);
});

test("it is offered only for what is chosen: by ticks, and once asked for by the export", () => {
  assert.equal(narrowing(draw({ choice: choiceOf({ categories: new Set(["contacts"]) }) })), undefined);
  assert.equal(narrowing(draw({ view: exportIn({ state: "confirmed", categories: ["contacts"] }) })), undefined);
  const choice = choiceOf({ categories: new Set(["contacts"]) });
  assert.deepEqual(namesOf(draw({ choice, view: exportIn({ state: "confirmed", categories: ["calls"] }) })), ["from", "to"]);
});

test("one's own is offered where the catalog can tell it", () => {
  const choice = choiceOf({ categories: new Set(["messages"]) });
  assert.deepEqual(namesOf(draw({ catalog: withMessages, choice })), ["only_mine"]);
  assert.match(textOf(draw({ catalog: withMessages, choice })), /Only what I wrote myself.*Applies to: Messages\./);
});

test("what the period does not apply to is named as exported whole", () => {
  assert.match(textOf(draw({})), /applies to: Calls\..*exported whole: Contacts\./);
  assert.match(textOf(draw({}, "de")), /gilt für: Anrufe\..*ganz exportiert: Kontakte\./);
  const partly = structuredClone(catalog);
  partly.categories[1].streams.push({ id: "tags" });
  assert.match(textOf(draw({ catalog: partly })), /applies to: Calls \(a part of it\)\./);
});

test("nothing later than today can be picked, and what is half typed is left alone", () => {
  const [from] = fields(draw({ choice: choiceOf({ from: "unfinished" }) }));
  assert.deepEqual([from.props.max, from.props.value, from.props["aria-invalid"]], ["2026-02-28", "", null]);
  // "2025" begins like this, and its browser calls that a day.
  const [typing] = fields(draw({ choice: choiceOf({ from: "0002-03-01" }) }));
  assert.deepEqual([typing.props.value, typing.props["aria-invalid"]], ["0002-03-01", null]);
});

test("what is wrong with the days stands at the fields and where they are closed", () => {
  const root = draw({ choice: choiceOf({ from: "2025-03-02", to: "2025-03-01" }) });
  const [summary] = findAll(narrowing(root), ({ tag }) => tag === "summary");
  assert.match(textOf(summary), /first day comes after the last/);
  const problem = findAll(root, ({ props }) => props.id === "range-problem")[0];
  assert.match(textOf(problem), /first day comes after the last/);
  for (const { props } of fields(root)) assert.deepEqual([props["aria-invalid"], props["aria-describedby"].split(" ")[0]], ["true", "range-problem"]);
});

test("what was chosen is said in a line, closed and while it runs", () => {
  const lineOf = (choice, language) => {
    const root = draw({ ...running, catalog: withMessages, choice, view: exportIn({ state: "processing", categories: ["calls", "messages"] }) }, language);
    return textOf(findAll(root, ({ props }) => props.class === "narrowed")[0]).replaceAll(/\s+/g, " ");
  };
  assert.equal(lineOf(choiceOf()), "");
  assert.equal(lineOf(choiceOf({ from: "2025-03-01", to: "2025-03-31" })), "Only from March 1, 2025 to March 31, 2025 Calls");
  assert.equal(lineOf(choiceOf({ from: "2025-03-01", to: "2025-03-01" })), "Only on March 1, 2025 Calls");
  assert.equal(lineOf(choiceOf({ from: "2025-03-01", onlyMine: true })), "Only from March 1, 2025 on Calls Only what you wrote yourself Messages");
  assert.equal(lineOf(choiceOf({ to: "2025-03-31" }), "de"), "Nur bis 31. März 2025 Anrufe");
  const summary = findAll(draw({ choice: choiceOf({ to: "2025-03-31" }) }), ({ tag }) => tag === "summary")[0];
  assert.match(textOf(summary), /Narrow it down.*\(Only up to March 31, 2025\)/);
});

test("a choice that no category of the export knows is not said to hold", () => {
  const view = exportIn({ state: "processing", categories: ["contacts"] });
  const root = draw({ ...running, view, choice: choiceOf({ from: "2025-03-01", onlyMine: true }) });
  assert.deepEqual(findAll(root, ({ props }) => props.class === "narrowed"), []);
});
