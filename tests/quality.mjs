// Trains and measures on every log found in a folder, and writes the tables of docs/quality.md and of the README.
//
//   node tests/quality.mjs RESHELF DATA [--out target/quality] [--only SET,...] [--quantize SET,...] [--ablate SET,...]
//                          [--fresh] [--tables] [--floors] [--tokens] [--signals] [--cold] [--seeds 1,...]
//
// A log is a folder with events.parquet, and perhaps items.parquet; some are measured once more with the sessions of a user
// joined (JOINED). Every log gets the same defaults. What was measured is
// kept in OUT, one JSON file per log, together with models and reports: a measurement that was made on the same model file
// with the same flags is not made again, nor a model trained that is there, unless --fresh says so. After a change of the
// trainer, say --fresh. --quantize and --ablate name the logs of the two studies (`none` for none).
// --tables only writes the tables anew. Rows of logs for which OUT has nothing stay as they stand in the documents.
// --floors trains each log with floors of 1, 2 and 3 distinct sessions instead, and writes the table of docs/privacy.md from
// what the training itself measured on its held-out sessions. --tokens measures what tokens of a model's clusters are worth to
// a server instead, and writes the table of docs/tokens.md. --signals measures what is learned of kinds of events on the logs
// that have several, and of dwells and skips on a log that the demo's simulator makes, once with each of the --seeds, and
// writes those tables of docs/quality.md. --cold trains on the logs that have items with a tenth of these hidden, measures how
// the model places what it does not know, and writes the table of docs/quality.md on new items.

import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { fill } from "./documents.mjs";
import { COLD, FLOORS, SIGNALS, TABLES, TOKENS } from "./quality/tables.mjs";

const DOCUMENTS = ["README.md", "docs/quality.md"];
/** The log that `reshelf demo-data` makes. */
const SIMULATED = "simulated";
/** What is removed to see what it is worth, by log. */
const SIGNAL_PARTS = {
  jdata_mkmsr_demo: "kinds",
  rees46_oct2019_head: "kinds",
  [SIMULATED]: "signals,dwell,skips,feedback",
};
const MIN_SESSIONS = ["1", "2", "3"];
/** The part of the items that is hidden. */
const HIDDEN = "0.1";
/** The study logs unless others are named: the two that most papers use; and for the parts one with attributes and kinds. */
const QUANTIZED = "diginetica_srgnn,yoochoose1_64_srgnn";
const ABLATED = "yoochoose1_64_srgnn,jdata_mkmsr_demo";

/** How a log is parted, where it is not by a column `split` with `train` and `test`. */
const PARTS = {
  // Its `test` is `test_new_item` without the events of items that are new, so only the latter holds whole sessions.
  jdata_mkmsr_demo: { train: ["--split", "train"], test: ["--split", "test_new_item"] },
  // It has no `train`. Its sessions are windows that grow, and many users have some in both splits: those are left out.
  amazon_office_2016_18: {
    train: ["--split", "valid"],
    test: ["--split", "test", "--unshared", "user_id"],
    fit: ["--train-split", "valid"],
  },
};
/** Logs whose sessions are joined by user, named so in --only: what a session is, and how the log is parted. */
const JOINED = {
  "completejourney-by-household": {
    set: "completejourney",
    name: "completejourney, by household",
    sessions: ["--session-column", "user_id", "--session-gap", "3d"],
  },
  "jdata_mkmsr_demo-by-user": {
    set: "jdata_mkmsr_demo",
    name: "jdata_mkmsr_demo, by user",
    sessions: ["--session-column", "user_id", "--session-gap", "off"],
    // All rows of it would hold those of `test` twice.
    parts: PARTS.jdata_mkmsr_demo,
  },
  "rees46_oct2019_head-by-user": {
    set: "rees46_oct2019_head",
    name: "rees46_oct2019_head, by user",
    sessions: ["--session-column", "user_id", "--session-gap", "off"],
  },
};
const BY_COLUMN = { train: ["--split", "train"], test: ["--split", "test"] };
const BY_TIME = { train: ["--newest-test", "0.1"], test: ["--newest-test", "0.1"] };

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    out: { type: "string", default: "target/quality" },
    only: { type: "string" },
    quantize: { type: "string", default: QUANTIZED },
    ablate: { type: "string", default: ABLATED },
    fresh: { type: "boolean", default: false },
    tables: { type: "boolean", default: false },
    floors: { type: "boolean", default: false },
    tokens: { type: "boolean", default: false },
    signals: { type: "boolean", default: false },
    cold: { type: "boolean", default: false },
    seeds: { type: "string", default: "1" },
  },
});
const [reshelf, data] = positionals;
const listed = (flag, set) => flag === undefined || flag.split(",").includes(set);

if (!flags.tables) {
  if (!reshelf || !data || !existsSync(data)) {
    console.error(
      `No logs to train on${data ? `: the folder ${data} does not exist` : ""}. Say where they are: make quality DATA=...`,
    );
    process.exit(1);
  }
  mkdirSync(flags.out, { recursive: true });
  for (const set of readdirSync(data).sort()) {
    if (!existsSync(join(data, set, "events.parquet"))) continue;
    if (listed(flags.only, set)) measure(set);
    if (flags.floors || flags.tokens || flags.signals || flags.cold) continue;
    for (const [name, joined] of Object.entries(JOINED))
      if (joined.set === set && listed(flags.only, name)) measure(set, name, joined);
  }
  if (flags.signals && listed(flags.only, SIMULATED)) {
    const log = record(SIMULATED);
    const made = join(flags.out, SIMULATED);
    if (log.run(["demo-data", "--out", made, "--sessions", "20000"]).ok)
      measureSignals(SIMULATED, log, join(made, "events.csv"), join(made, "items.csv"), BY_TIME);
  }
}
const results = Object.fromEntries(
  (existsSync(flags.out) ? readdirSync(flags.out) : [])
    .filter((file) => file.endsWith(".json"))
    .map((file) => file.slice(0, -".json".length))
    .sort()
    .map((name) => [JOINED[name]?.name ?? name, JSON.parse(readFileSync(join(flags.out, `${name}.json`), "utf8"))]),
);
const study = ["floors", "tokens", "signals", "cold"].find((name) => flags[name]) ?? "catalogue";
if (!Object.values(results).some((result) => result[study])) {
  console.error("Nothing was measured, so the tables stay as they are.");
  process.exit(1);
}
const [documents, tables] = {
  floors: [["docs/privacy.md"], FLOORS],
  tokens: [["docs/tokens.md"], TOKENS],
  signals: [["docs/quality.md"], SIGNALS],
  cold: [["docs/quality.md"], COLD],
  catalogue: [DOCUMENTS, TABLES],
}[study];
// Rows of a log that was not measured here stay as they are.
const keeps = (log) => !results[log]?.[study];
for (const document of documents) writeFileSync(document, fill(readFileSync(document, "utf8"), tables, results, keeps));
for (const [name, table] of Object.entries(tables)) console.log(`${name}\n\n${table(results)}\n`);

/** Trains on one log, perhaps with sessions joined, and measures everything that has not been measured yet. */
function measure(set, name = set, joined = undefined) {
  const events = join(data, set, "events.parquet");
  const items = join(data, set, "items.parquet");
  // A Parquet file names its columns in plain text, in its footer.
  const usual = () => (readFileSync(events).subarray(-65_536).includes("split") ? BY_COLUMN : BY_TIME);
  const whole = joined ? (joined.parts ?? BY_TIME) : (PARTS[set] ?? usual());
  const { sessions = [] } = joined ?? {};
  const parts = { ...whole, train: [...whole.train, ...sessions], test: [...whole.test, ...sessions] };
  const log = record(name);
  if (flags.signals) {
    if (set in SIGNAL_PARTS) measureSignals(set, log, events, items, parts);
    return;
  }
  const train = ["train", "--events", events, ...(existsSync(items) ? ["--items", items] : []), ...parts.train];
  const path = (file) => join(flags.out, file);
  if (flags.floors) {
    const trained = MIN_SESSIONS.map((floor) => {
      const model = path(`${name}-floor-${floor}.safetensors`);
      if (!log.train(`train_floor_${floor}`, [...train, "--min-sessions", floor, "--out", model], model))
        return undefined;
      const {
        validation: { whole },
        pairs,
      } = JSON.parse(readFileSync(`${model}.report.json`, "utf8"));
      return {
        floor,
        bytes: statSync(model).size,
        validation: { recall: whole["recall@20"], mrr: whole["mrr@20"] },
        pairs,
      };
    });
    if (trained.every(Boolean)) log.keep("floors", trained);
    return;
  }
  if (flags.tokens) {
    const model = path(`${name}-tokens.safetensors`);
    if (!log.train("train_tokens", [...train, "--out", model], model)) return;
    const worth = ["tokens", "--model", model, "--events", events, ...parts.test];
    log.json("tokens", [...worth, ...(parts.fit ?? []), "--json"], [model]);
    return;
  }
  if (flags.cold) {
    if (!existsSync(items)) return;
    const model = path(`${name}-cold.safetensors`);
    if (!log.train("train_cold", [...train, "--hide-items", HIDDEN, "--out", model], model)) return;
    const places = ["evaluate", "--model", model, "--sessions", events, ...parts.test, "--items", items, "--new-items"];
    log.json("cold", [...places, "--json"], [model]);
    return;
  }
  const evaluate = (model) => ["evaluate", "--model", model, "--sessions", events, ...parts.test, "--json"];

  const model = path(`${name}.safetensors`);
  const ablations = listed(flags.ablate, name) ? path(`${name}-ablations`) : undefined;
  if (ablations) mkdirSync(ablations, { recursive: true });
  if (!log.train("train", [...train, "--out", model, ...(ablations ? ["--ablations", ablations] : [])], model)) return;
  log.json("catalogue", [...evaluate(model), "--report", path(`${name}.html`)], [model]);
  log.json("lists", [...evaluate(model), "--server-lists", "100", "--report", path(`${name}-lists.html`)], [model]);
  log.json(
    "baselines",
    ["baselines", "--events", events, ...(parts.fit ?? []), ...parts.test, "--model", model, "--json"],
    [model],
  );

  if (listed(flags.quantize, name)) {
    const full = path(`${name}-full.safetensors`);
    const packed = ["8", "mixed", "4"].map((bits) => path(`${name}-${bits}.safetensors`));
    const made =
      log.train("train_full", [...train, "--bits", "32", "--out", full], full) &&
      ["8", "mixed", "4"].every((bits, at) => log.run(["quantize", full, "--out", packed[at], "--bits", bits]).ok);
    if (made)
      log.json(
        "quantization",
        [...evaluate(full), ...packed.flatMap((other) => ["--compare", other])],
        [full, ...packed],
      );
  }
  if (ablations) {
    const variants = readdirSync(ablations)
      .filter((name) => name.endsWith(".safetensors"))
      .sort()
      .map((name) => join(ablations, name));
    log.json(
      "ablations",
      [...evaluate(model), ...variants.flatMap((other) => ["--compare", other])],
      [model, ...variants],
    );
  }
}

/** Trains with each seed, and compares with the same training without some parts. */
function measureSignals(set, log, events, items, parts) {
  const measured = flags.seeds.split(",").map((seed) => {
    const model = join(flags.out, `${set}-signals-${seed}.safetensors`);
    const folder = join(flags.out, `${set}-signals-${seed}`);
    mkdirSync(folder, { recursive: true });
    const without = ["--ablations", folder, "--without", SIGNAL_PARTS[set]];
    const train = ["train", "--events", events, "--items", items, ...parts.train, "--seed", seed];
    if (!log.train(`train_signals_${seed}`, [...train, "--out", model, ...without], model)) return undefined;
    const others = SIGNAL_PARTS[set].split(",").map((part) => join(folder, `without-${part}.safetensors`));
    const compare = others.flatMap((other) => ["--compare", other]);
    const evaluate = ["evaluate", "--model", model, "--sessions", events, ...parts.test, "--json", ...compare];
    const result = log.json(`signals_${seed}`, evaluate, [model, ...others]);
    return { seed, result, weights: JSON.parse(readFileSync(`${model}.report.json`, "utf8")).event_weights };
  });
  if (measured.every((one) => one?.result)) log.keep("signals", measured);
}

/** What is known of one log: read from its file, and written to it after every command. */
function record(set) {
  const file = join(flags.out, `${set}.json`);
  const known = existsSync(file) && !flags.fresh ? JSON.parse(readFileSync(file, "utf8")) : {};
  const digest = (path) => createHash("sha256").update(readFileSync(path)).digest("hex");
  const keep = (name, value) => {
    known[name] = value;
    writeFileSync(file, JSON.stringify(known, null, 1));
  };
  const run = (args) => {
    console.error(`${set}: reshelf ${args.join(" ")}`);
    const started = Date.now();
    const { status, stdout, stderr } = spawnSync(reshelf, ["--quiet", ...args], {
      encoding: "utf8",
      maxBuffer: 1 << 28,
    });
    const error = stderr?.trim().split("\n").at(-1) ?? "it did not start";
    if (status !== 0) console.error(`${set}: left out: ${error}`);
    return { ok: status === 0, stdout, error, seconds: (Date.now() - started) / 1000 };
  };
  return {
    run,
    keep,
    /** Trains unless the model is there and is the one that was trained with these flags; whether there is a model. */
    train(name, args, model) {
      const before = known[name];
      const same = before && JSON.stringify(before.args) === JSON.stringify(args);
      if (same && existsSync(model) && existsSync(`${model}.report.json`) && before.digest === digest(model))
        return true;
      const { ok, seconds } = run(args);
      if (ok) keep(name, { args, seconds, digest: digest(model), bytes: statSync(model).size });
      return ok;
    },
    /** What a command prints as JSON: it is not run again with these flags on these very files. */
    json(name, args, models) {
      const digests = models.map(digest);
      const key = JSON.stringify([args, digests]);
      if (known[name]?.key !== key) {
        const { ok, stdout, seconds } = run(args);
        if (!ok) return undefined;
        keep(name, { key, seconds, result: JSON.parse(stdout) });
      }
      return known[name].result;
    },
  };
}
