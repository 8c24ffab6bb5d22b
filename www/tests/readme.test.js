import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { readmeTexts } from "../readme.js";

const original = globalThis.fetch;
afterEach(() => {
  globalThis.fetch = original;
});

/** Answers every request so, and remembers the files asked for. */
function serving(answer) {
  const asked = [];
  globalThis.fetch = async (url) => {
    asked.push(url.pathname.split("/").slice(-3).join("/"));
    return answer();
  };
  return asked;
}

test("the texts come in the person's language, whatever its region, and else in English", async () => {
  const asked = serving(() => new Response("{}"));
  for (const locale of ["de", "DE-at", "en-GB", "fr", "den", "constructor", "", null]) await readmeTexts(locale);
  const [en, de] = ["www/archive/readme.en.json", "www/archive/readme.de.json"];
  assert.deepEqual(asked, [de, de, en, en, en, en, en, en]);
});

test("texts that are not served, cannot be reached or break off end the export before it begins, and name the file", async () => {
  const broken = new Response(new ReadableStream({ pull: (controller) => controller.error(new Error("cut")) }));
  const answers = [() => new Response("", { status: 404 }), () => Promise.reject(new TypeError("offline")), () => broken];
  for (const answer of answers) {
    serving(answer);
    await assert.rejects(readmeTexts("de"), { code: "package_incomplete", description: /www\/archive\/readme\.de\.json is served/ });
  }
});
