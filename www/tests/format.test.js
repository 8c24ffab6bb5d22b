import assert from "node:assert/strict";
import { test } from "node:test";
import { formatFor } from "../panel/format.js";
import { textsFor } from "../panel/texts.js";

const en = formatFor("en");

test("a duration is told in the largest unit that fits it exactly, days from two on", () => {
  assert.equal(en.duration(86_400), "24 hours");
  assert.equal(en.duration(7 * 86_400), "7 days");
  assert.equal(en.duration(90 * 60), "90 minutes");
  assert.equal(en.duration(20), "20 seconds");
  assert.equal(formatFor("de").duration(86_400), "24 Stunden");
});

test("what lies ahead is rounded down and never past", () => {
  assert.equal(en.ahead(23.9 * 3_600_000), "in 23 hours");
  assert.equal(en.ahead(3 * 86_400_000), "in 3 days");
  assert.equal(en.ahead(-5000), "in 0 seconds");
});

test("a day is told in words, and is the same day in every time zone", () => {
  const zone = process.env.TZ;
  for (const name of ["Pacific/Kiritimati", "Pacific/Pago_Pago", "America/Santiago"]) {
    process.env.TZ = name;
    assert.equal(en.day("2024-09-08"), "September 8, 2024", name);
    assert.equal(formatFor("de").day("2025-03-01"), "1. März 2025", name);
  }
  process.env.TZ = zone ?? "";
  if (zone === undefined) delete process.env.TZ;
});

test("a countdown counts in minutes and seconds", () => {
  assert.equal(en.countdown(75_000), "1:15");
  assert.equal(en.countdown(-1), "0:00");
});

test("sizes are powers of a thousand", () => {
  assert.equal(en.bytes(0), "0 bytes");
  assert.equal(en.bytes(999_499), "999 kB");
  assert.equal(en.bytes(12_345_678), "12.3 MB");
});

test("a language without a table is shown in English, in the direction of English", () => {
  const { texts, locale } = textsFor("ar");
  assert.deepEqual([texts.dir, locale, texts.action.request], ["ltr", "en", "Request export"]);
  assert.equal(textsFor("de-AT").locale, "de-AT");
  assert.equal(textsFor("constructor").locale, "en");
});

test("whatever a page calls its language, the locale is a valid tag that the counter takes", () => {
  const told = { en_US: "en-US", de_at: "de-AT", " de ": "de", "de_AT!": "de", "": "en", fr_FR: "en", [`de-x-${"abcdefgh-".repeat(5)}a`]: "de" };
  for (const [language, locale] of Object.entries(told)) assert.equal(textsFor(language).locale, locale, language);
});
