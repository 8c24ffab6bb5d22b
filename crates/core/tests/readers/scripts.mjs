// Runs every script that the manifest lists, as X's own page does, and holds what it gives against the JSON beside it: scripts.mjs FOLDER
import { readFileSync } from "node:fs";
import { join } from "node:path";
import vm from "node:vm";
import assert from "node:assert/strict";

const folder = process.argv[2];
const read = (name) => readFileSync(join(folder, name), "utf8");
const window = { YTD: {} };
const page = vm.createContext({ window });
vm.runInContext(read("data/manifest.js"), page);
const files = Object.values(window.__THAR_CONFIG.dataTypes).flatMap((type) => type.files);
for (const { fileName, globalName, count } of files) {
  const [, type, part] = globalName.split(".");
  window.YTD[type] ??= {};
  vm.runInContext(read(fileName), page);
  const given = window.YTD[type][part];
  assert.equal(String(given.length), count, fileName);
  // As a script, a member of this name is no member: only the JSON has it.
  const json = JSON.parse(read(`${fileName}on`), (name, value) => (name === "__proto__" ? undefined : value));
  assert.equal(JSON.stringify(given), JSON.stringify(json), fileName);
}
assert.equal({}.polluted, undefined);
console.log(files.length);
