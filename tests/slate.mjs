// What variety costs, on real logs: lists under diversity by several ways and amounts, measured by `reshelf evaluate --policy`, and the
// table of docs/slate.md.
//
//   node tests/slate.mjs RESHELF DATA [--models target/quality] [--out target/slate] [--only LOG,...] [--tables]
//
// Models are those that `make quality` left. What was measured is kept in OUT, one JSON file a log; --tables only writes the table anew.

import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { fill } from "./documents.mjs";
import { SLATE } from "./quality/slate.mjs";

const DOCUMENT = "docs/slate.md";
/** The logs with attributes that have a model, and the split that each is measured on. */
const LOGS = { diginetica_srgnn: "test", jdata_mkmsr_demo: "test_new_item", yoochoose_pasbr_price_cat: "test" };
/** The amounts of each way. */
const AMOUNTS = {
  mmr: [0.1, 0.2, 0.3, 0.4, 0.5],
  dpp: [0.02, 0.03, 0.04, 0.06, 0.1, 0.2],
  calibrate: [0.1, 0.15, 0.2, 0.4, 0.8],
};
/** Diversity counts in as many places as are measured. */
const FIRST = 10;

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    models: { type: "string", default: "target/quality" },
    out: { type: "string", default: "target/slate" },
    only: { type: "string" },
    tables: { type: "boolean", default: false },
  },
});
const [reshelf, data] = positionals;
if (!flags.tables) {
  if (!reshelf || !data || !existsSync(data)) {
    console.error("No logs to measure on. Say where they are: make slate DATA=...");
    process.exit(1);
  }
  mkdirSync(flags.out, { recursive: true });
  const policies = Object.entries(AMOUNTS).flatMap(([how, amounts]) => amounts.map((amount) => policy(how, amount)));
  for (const [log, split] of Object.entries(LOGS))
    if (!flags.only || flags.only.split(",").includes(log)) measure(log, split, policies);
}
const file = (log) => join(flags.out, `${log}.json`);
const results = Object.fromEntries(
  Object.keys(LOGS)
    .filter((log) => existsSync(file(log)))
    .map((log) => [log, JSON.parse(readFileSync(file(log), "utf8"))]),
);
if (Object.keys(results).length === 0) {
  console.error("Nothing was measured, so the table stays as it is.");
  process.exit(1);
}
writeFileSync(DOCUMENT, fill(readFileSync(DOCUMENT, "utf8"), SLATE, results));

function policy(how, amount) {
  const path = join(flags.out, `${how}-${amount}.policy.json`);
  const rules = [{ id: how, kind: "diversify", how, amount, first: FIRST }];
  writeFileSync(path, JSON.stringify({ name: `${how} ${amount}`, rules }));
  return path;
}

function measure(log, split, policies) {
  const model = join(flags.models, `${log}.safetensors`);
  if (!existsSync(model)) {
    console.error(`${log}: left out: there is no ${model}; make quality trains it`);
    return;
  }
  const [events, items] = ["events", "items"].map((name) => join(data, log, `${name}.parquet`));
  const lists = ["--sessions", events, "--split", split, "--items", items, "--server-lists", "100", "--k", `${FIRST}`];
  const args = ["--quiet", "evaluate", "--model", model, ...lists, "--json"];
  const run = spawnSync(reshelf, [...args, ...policies.flatMap((path) => ["--policy", path])], {
    encoding: "utf8",
    maxBuffer: 1 << 28,
  });
  if (run.status === 0) writeFileSync(join(flags.out, `${log}.json`), run.stdout);
  else console.error(`${log}: left out: ${run.stderr?.trim().split("\n").at(-1) ?? "it did not start"}`);
}
