import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { loadCatalog, safeLink, textIn } from "../catalog.js";
import { Counter } from "../counter.js";

const realFetch = globalThis.fetch;
afterEach(() => (globalThis.fetch = realFetch));

/** Answers in turn; what was asked is kept. */
function answering(...answers) {
  const asked = [];
  globalThis.fetch = async (url, request) => {
    asked.push({ url, method: request.method, headers: Object.fromEntries(request.headers), body: request.body, redirect: request.redirect });
    const answer = answers.shift();
    if (answer instanceof Error) throw answer;
    return new Response(JSON.stringify(answer.body), { status: answer.status ?? 200, headers: answer.headers ?? {} });
  };
  return asked;
}

/** Lets everything go on that waits for no timer. */
async function settled(until = () => true) {
  do await new Promise((resolve) => setImmediate(resolve));
  while (!until());
}

const authorize = ({ refresh }) => ({ Authorization: refresh ? "Bearer new" : "Bearer old" });

test("a change carries the intent header and JSON; a look does not", async () => {
  const asked = answering({ body: {} }, { body: {} });
  const counter = new Counter("/carryall", authorize);
  await counter.current();
  await counter.request({ categories: ["calls"], locale: "de" });
  assert.equal(asked[0].headers["x-carryall"], undefined);
  assert.equal(asked[1].headers["x-carryall"], "1");
  assert.equal(asked[1].headers["content-type"], "application/json");
  assert.equal(asked[1].url, "/carryall/v1/exports");
  assert.equal(asked[1].redirect, "error");
  assert.deepEqual(JSON.parse(asked[1].body), { categories: ["calls"], locale: "de" });
});

test("a session that has run out is refreshed once and the call repeated", async () => {
  const asked = answering({ status: 401, body: {} }, { body: { now: "x" } });
  assert.deepEqual(await new Counter("/c", authorize).current(), { now: "x" });
  assert.deepEqual(asked.map(({ headers }) => headers.authorization), ["Bearer old", "Bearer new"]);
});

test("a second 401 is the answer", async () => {
  const asked = answering({ status: 401, body: {} }, { status: 401, body: { code: "unauthenticated", detail: "Sign in." } });
  await assert.rejects(new Counter("/c", authorize).current(), { code: "unauthenticated", description: "Sign in.", status: 401 });
  assert.equal(asked.length, 2);
});

test("a refusal keeps its reason, its date and its contact", async () => {
  const body = { code: "cooldown", detail: "Wait.", retry_at: "2026-03-01T12:00:00Z", contact: "mailto:a@b.example" };
  answering({ status: 429, body });
  await assert.rejects(new Counter("/c", authorize).request({ categories: ["calls"] }), {
    code: "cooldown",
    retryAt: "2026-03-01T12:00:00Z",
    contact: "mailto:a@b.example",
  });
});

test("a call too many waits as long as it is told to and is made again", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const refused = { status: 429, body: { code: "too_many_requests", detail: "Wait." }, headers: { "retry-after": "7" } };
  const asked = answering(refused, { body: { now: "x" } });
  const current = new Counter("/c", authorize).current();
  await settled(() => asked.length === 1);
  t.mock.timers.tick(6_999);
  await settled();
  assert.equal(asked.length, 1, "it did not wait");
  t.mock.timers.tick(1);
  assert.deepEqual(await current, { now: "x" });
});

test("a network that asks too often for long is told so in the end, and a cooldown at once", async () => {
  const refused = { status: 429, body: { code: "too_many_requests", detail: "Wait." }, headers: { "retry-after": "0" } };
  const asked = answering(refused, refused, refused);
  await assert.rejects(new Counter("/c", authorize).current(), { code: "too_many_requests" });
  assert.equal(asked.length, 3);
});

test("a counter that does not answer is unreachable", async () => {
  answering(new TypeError("failed"));
  await assert.rejects(new Counter("/c", authorize).current(), { code: "counter_unreachable", status: 0 });
  answering({ status: 502, body: "<html>" });
  await assert.rejects(new Counter("/c", authorize).current(), { code: "counter_unreachable", status: 502 });
});

test("an id is one path segment", async () => {
  const asked = answering({ body: {} });
  await new Counter("/c", authorize).cancel("a/../b");
  assert.equal(asked[0].url, "/c/v1/exports/a%2F..%2Fb");
});

test("what is no catalog is told apart from what cannot be reached", async () => {
  const category = { id: "calls", title: "Calls" };
  const bad = ["", "<!doctype html>", "{", "null", "[]", "{}", '{"categories":[]}', '{"categories":{}}', '{"categories":[null]}'];
  const twisted = [
    { categories: [{ title: "Calls" }] },
    { categories: [{ ...category, title: null }] },
    { categories: [{ ...category, description: { en: 7 } }] },
    { categories: [{ ...category, streams: {} }] },
    { categories: [{ ...category, streams: [null] }] },
    { categories: [{ ...category, streams: [{ id: "calls", for_each: null }] }] },
    { categories: [{ ...category, streams: [{ id: "calls", attachments: {} }] }] },
    { categories: [{ ...category, streams: [{ id: "calls", attachments: [{ note: 7 }] }] }] },
    { categories: [category], media: [] },
    { categories: [category], media: { origins: "https://media.example" } },
    { categories: [category], unavailable: 7 },
    { categories: [category], unavailable: [null] },
  ];
  for (const text of [...bad, ...twisted.map((catalog) => JSON.stringify(catalog))]) {
    globalThis.fetch = async () => new Response(text);
    await assert.rejects(loadCatalog("/catalog.json"), { code: "catalog_invalid" }, text);
  }
  globalThis.fetch = async () => new Response("{}", { status: 404 });
  await assert.rejects(loadCatalog("/catalog.json"), { code: "catalog_unreachable" });
  globalThis.fetch = async () => Response.json({ categories: [category] });
  assert.equal((await loadCatalog("/catalog.json")).categories.length, 1);
});

test("a text falls back to English, then to any", () => {
  assert.equal(textIn({ en: "Calls", de: "Anrufe" }, "de-AT"), "Anrufe");
  assert.equal(textIn({ en: "Calls", de: "Anrufe" }, "fr"), "Calls");
  assert.equal(textIn({ en: "Calls", de: "Anrufe" }, "de_AT"), "Anrufe");
  assert.equal(textIn({ de: "Anrufe" }, "fr"), "Anrufe");
  assert.equal(textIn("Calls", "de"), "Calls");
});

test("only https and mailto are followed", () => {
  assert.equal(safeLink("mailto:a@b.example"), "mailto:a@b.example");
  assert.equal(safeLink("https://a.example/x"), "https://a.example/x");
  for (const bad of ["javascript:1", "http://a.example", "/relative", "", null, "data:text/html,x"]) assert.equal(safeLink(bad), null);
});
