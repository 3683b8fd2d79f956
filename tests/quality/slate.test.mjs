// The table of docs/slate.md: node --test tests/quality/*.test.mjs
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { SLATE } from "./slate.mjs";

const value = (value) => ({ value, low: value - 0.1, high: value + 0.1 });
const measures = (ndcg) => ({
  ndcg: value(ndcg),
  diversity: value(0.2),
  category_diversity: value(0.1),
  calibration_error: value(0.3),
  coverage: { value: 0.5, low: null, high: null },
});
const change = { ndcg: { relative: value(-0.01) }, diversity: { relative: null }, category_diversity: null };

test("a log has a row for no policy and one for each", () => {
  const policies = { none: measures(0.5), policies: [{ name: "dpp 0.1", measures: measures(0.495), change }] };
  const [, , none, dpp, ...rest] = SLATE.tradeoffs({ log: { policies } }).split("\n");
  assert.equal(none, "| log | none | 0.500 |  | 0.200 |  | 0.100 |  | 0.300 | 0.500 |");
  assert.equal(dpp, "| log | dpp 0.1 | 0.495 | -1.0 % [-11.0, +9.0] | 0.200 |  | 0.100 |  | 0.300 | 0.500 |");
  assert.deepEqual(rest, []);
  assert.equal(SLATE.tradeoffs({}), "Not measured yet.");
});

test("the document has the table", () => {
  const text = readFileSync(new URL("../../docs/slate.md", import.meta.url), "utf8");
  for (const name of Object.keys(SLATE)) assert.ok(text.includes(`<!-- table: ${name} -->`));
});
