// Trains and scores on every log found in a folder, and prints the README's quality table.
//
//   node tests/quality.mjs RESHELF DATA [OUT]
//
// A log is a folder with events.parquet (and perhaps items.parquet) whose column `split` says `train` and `test`; folders
// without one are named and left out. Models and reports are kept in OUT (target/quality), so that they can be looked at.

import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";

const [reshelf, data, out = "target/quality"] = process.argv.slice(2);
if (!reshelf || !data || !existsSync(data)) {
  console.error(`No logs to train on${data ? `: the folder ${data} does not exist` : ""}. Say where they are: make quality DATA=...`);
  process.exit(1);
}
mkdirSync(out, { recursive: true });

/** Runs the command and hands back its output; progress goes to the terminal. */
function run(...args) {
  const started = Date.now();
  const { status, stdout, stderr } = spawnSync(reshelf, args, {
    encoding: "utf8",
    maxBuffer: 1 << 28,
    stdio: ["ignore", "pipe", "pipe"],
  });
  return { ok: status === 0, stdout, error: stderr.trim().split("\n").at(-1), seconds: (Date.now() - started) / 1000 };
}

const rows = [];
for (const set of readdirSync(data).sort()) {
  const events = join(data, set, "events.parquet");
  if (!existsSync(events)) continue;
  // A Parquet file names its columns in plain text, in its footer.
  if (!readFileSync(events).subarray(-65_536).includes("split")) {
    console.error(`${set}: left out: it has no column \`split\``);
    continue;
  }
  const items = join(data, set, "items.parquet");
  const model = join(out, `${set}.safetensors`);
  const withItems = existsSync(items) ? ["--items", items] : [];
  const trained = run("train", "--events", events, ...withItems, "--split-column", "split", "--out", model);
  if (!trained.ok) {
    console.error(`${set}: left out: ${trained.error}`);
    continue;
  }
  const report = join(out, `${set}.html`);
  const scored = run(
    "evaluate", "--model", model, "--sessions", events, "--split-column", "split", "--split", "test",
    "--report", report, "--json",
  );
  if (!scored.ok) {
    console.error(`${set}: left out: ${scored.error}`);
    continue;
  }
  const { metrics, counts: { steps } } = JSON.parse(scored.stdout);
  const cell = ({ value, low, high }) => `${value.toFixed(4)} [${low.toFixed(4)}, ${high.toFixed(4)}]`;
  const [recall, mrr, ndcg] = ["recall", "mrr", "ndcg"].map((name) => cell(metrics[name]));
  const megabytes = (statSync(model).size / 1e6).toFixed(2);
  rows.push(`| ${set} | ${steps} | ${recall} | ${mrr} | ${ndcg} | ${megabytes} | ${Math.round(trained.seconds)} | ${Math.round(scored.seconds)} |`);
  console.error(rows.at(-1));
}
console.log("| log | test steps | Recall@20 | MRR@20 | NDCG@20 | MB | training, s | scoring, s |");
console.log("|---|---|---|---|---|---|---|---|");
for (const row of rows) console.log(row);
process.exit(rows.length > 0 ? 0 : 1);
