// The tables of the documents: node --test tests/*.test.mjs
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { DOCUMENTS as SPEED, TABLES as speed } from "./bench/tables.mjs";
import { fill, table } from "./documents.mjs";
import { FLOORS as floors, TABLES as quality, SIGNALS as signals, TOKENS as tokens } from "./quality/tables.mjs";

test("every table of the documents can be made, by one script, and only those", () => {
  const read = (path) => readFileSync(new URL(`../${path}`, import.meta.url), "utf8");
  const documents = [...SPEED, "docs/quality.md", "docs/privacy.md", "docs/tokens.md"].map(read).join("");
  const names = [...documents.matchAll(/<!-- table: (\w+) -->/g)].map((match) => match[1]);
  assert.deepEqual(names.sort(), [quality, floors, tokens, signals, speed].flatMap(Object.keys).sort());
});

test("only what stands between the marks of a known table changes", () => {
  const tables = { known: () => table(["a"], [["1"]]) };
  const document = "a\n<!-- table: known -->\nold\n<!-- /table -->\nb\n<!-- table: other -->\nkept\n<!-- /table -->\n";
  const filled = fill(document, tables, {});
  assert.equal(filled, document.replace("old", "| a |\n| --- |\n| 1 |"));
  assert.equal(fill(filled, tables, {}), filled);
});

test("where nothing was measured the document says so", () => {
  assert.equal(table(["a", "b"], []), "Not measured yet.");
});
