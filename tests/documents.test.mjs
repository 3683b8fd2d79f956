// The tables of the documents: node --test tests/*.test.mjs
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { DOCUMENTS as SPEED, TABLES as speed } from "./bench/tables.mjs";
import { fill, table } from "./documents.mjs";
import {
  COLD as cold,
  FLOORS as floors,
  TABLES as quality,
  SIGNALS as signals,
  TOKENS as tokens,
} from "./quality/tables.mjs";

test("every table of the documents can be made, by one script, and only those", () => {
  const read = (path) => readFileSync(new URL(`../${path}`, import.meta.url), "utf8");
  const documents = [...SPEED, "docs/quality.md", "docs/privacy.md", "docs/tokens.md"].map(read).join("");
  const names = [...documents.matchAll(/<!-- table: (\w+) -->/g)].map((match) => match[1]);
  assert.deepEqual(names.sort(), [quality, floors, tokens, signals, cold, speed].flatMap(Object.keys).sort());
});

test("only what stands between the marks of a known table changes", () => {
  const tables = { known: () => table(["a"], [["1"]]) };
  const document = "a\n<!-- table: known -->\nold\n<!-- /table -->\nb\n<!-- table: other -->\nkept\n<!-- /table -->\n";
  const filled = fill(document, tables, {});
  assert.equal(filled, document.replace("old", "| a |\n| --- |\n| 1 |"));
  assert.equal(fill(filled, tables, {}), filled);
});

test("rows of logs that were not measured stay, in the order of the logs, and only those", () => {
  const document = (...rows) => `<!-- table: known -->\n${table(["log", "value"], rows)}\n<!-- /table -->\n`;
  const before = document(["a", "1"], ["a", "2"], ["b", "3"], ["c", "4"]);
  const filled = (rows, keeps) => fill(before, { known: () => table(["log", "value"], rows) }, {}, keeps);
  assert.equal(
    filled([["b", "9"]], (log) => log !== "c"),
    document(["a", "1"], ["a", "2"], ["b", "9"]),
  );
  assert.equal(
    filled([["0", "8"]], (log) => log === "c"),
    document(["0", "8"], ["c", "4"]),
  );
  assert.equal(
    filled([], (log) => log === "b"),
    document(["b", "3"]),
    "a table for which nothing was measured",
  );
  assert.equal(
    filled([["b", "9"]], () => false),
    document(["b", "9"]),
  );
  const other = { known: () => table(["log", "other"], [["b", "9"]]) };
  assert.match(
    fill(before, other, {}, () => true),
    /other/,
    "rows of another table have no place in it",
  );
});

test("where nothing was measured the document says so", () => {
  assert.equal(table(["a", "b"], []), "Not measured yet.");
});

test("the sizes in the README are those of the snapshot, and each part has one", () => {
  const read = (path) => readFileSync(new URL(path, import.meta.url), "utf8");
  const [, paragraph] = /\*\*Size\*\*([^]*?)\n\n/.exec(read("../README.md"));
  const text = paragraph.replace(/\s+/g, " ");
  const sizes = new Map(
    read("./size.snap")
      .trim()
      .split("\n")
      .map((line) => line.split(": ")),
  );
  const said = {
    "engine, simd128": /the engine is ([\d.]+) KB, glue included/,
    facade: /and the facade ([\d.]+)\./,
    "facade, cache": /what checks and keeps models \(([\d.]+)\)/,
    "engine as text": /the engine as text \(([\d.]+)\)/,
    "facade, scan": /decides between CPU and GPU \(([\d.]+)\)/,
    "GPU module": /the GPU module \(([\d.]+)\)/,
    "HTML module": /the HTML module \(([\d.]+)\)/,
    worker: /`reshelf\/worker` \(([\d.]+)\)/,
    "worker thread": /whose script \(([\d.]+)\)/,
    "service worker": /`reshelf\/service-worker` \(([\d.]+)\)/,
    "facade, session": /in a store \(([\d.]+)\)/,
    "facade, prepare": /what brings rows \(([\d.]+)\)/,
    "facade, doctor": /what looks for mistakes \(([\d.]+)\)/,
    "facade, words": /sentences for what goes wrong \(([\d.]+)\)/,
  };
  for (const name of [
    "capture",
    "consent",
    "edge",
    "element",
    "explain",
    "hydrate",
    "inline",
    "listen",
    "privacy",
    "profile",
    "react",
    "rows",
    "sentinel",
    "slate",
    "slim",
    "testing",
    "vue",
  ])
    said[name] = new RegExp(`\`reshelf/${name}\` \\(([\\d.]+)\\)`);
  for (const [name, pattern] of Object.entries(said))
    assert.equal(pattern.exec(text)?.[1], (sizes.get(name) / 1000).toFixed(1), name);
  const unsaid = [...sizes.keys()].filter((name) => said[name] === undefined);
  assert.deepEqual(unsaid, ["engine, relaxed SIMD"], "the larger of the two builds is told");
});
