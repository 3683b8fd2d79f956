// Two builds of the package in one run, in turns, so that the machine's mood is the same for both:
//   node tests/bench/compare.mjs BEFORE [AFTER] [--starts 9] [--only start,rerank,retrieve] [--artifacts target/bench]
// BEFORE and AFTER are folders as www/dist (AFTER's default) is one. A line a measurement: both medians in milliseconds, and
// AFTER's part of BEFORE's. docs/performance.md says how to keep one.
import { basename, resolve } from "node:path";
import { parseArgs } from "node:util";
import { MOUNTS, withPage } from "../browser/harness.mjs";
import { quantile } from "./quantile.mjs";
import { artifact, FOLDER } from "./results.mjs";

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    starts: { type: "string", default: "9" },
    only: { type: "string", default: "start,rerank,retrieve" },
    artifacts: { type: "string", default: FOLDER },
  },
});
const [before, after = "www/dist"] = positionals;
if (!before) throw new Error("say which build to compare with: node tests/bench/compare.mjs BEFORE");
const mounts = { ...MOUNTS, "/before/": resolve(before), "/after/": resolve(after), "/artifacts/": flags.artifacts };
const BUILDS = ["before", "after"];
const address = (items) => `/artifacts/${basename(artifact(items))}`;
/** Batches of each build that are measured in turns, and how long one takes at least. */
const [TURNS, BATCH_MS] = [60, 20];

const median = (values) => quantile(values, 0.5);
function row(name, times) {
  const [old, now] = BUILDS.map((build) => median(times[build]));
  console.log(
    `${name.padEnd(40)}${old.toFixed(4).padStart(10)}${now.toFixed(4).padStart(10)}${(now / old).toFixed(2).padStart(8)}`,
  );
}

console.log(
  `${"milliseconds, medians".padEnd(40)}${"before".padStart(10)}${"after".padStart(10)}${"ratio".padStart(8)}`,
);
const asked = new Set(flags.only.split(","));
if (asked.has("start")) await starts();
if (asked.has("rerank") || asked.has("retrieve")) await withPage(steady, { mounts, isolated: true });

/** A fresh browser each, with module and model ready as bytes. */
async function starts() {
  for (const items of [40_000, 1_000_000]) {
    const times = { open: { before: [], after: [] }, first: { before: [], after: [] } };
    for (let start = 0; start < Number(flags.starts); start++) {
      for (const build of start % 2 ? BUILDS : [...BUILDS].reverse()) {
        const { open, first } = await withPage((page) => page.evaluate(opening, { build, model: address(items) }), {
          mounts,
          isolated: true,
        });
        times.open[build].push(open);
        times.first[build].push(first);
      }
    }
    row(`opening ${items.toLocaleString("en")} items`, times.open);
    row(`until the first list of 48 is ranked`, times.first);
  }
}

async function opening({ build, model }) {
  const { loadReranker } = await import(`/${build}/index.js`);
  const bytes = async (path) => (await fetch(path)).arrayBuffer();
  const [wasm, artifact] = [await bytes(`/${build}/engine/reshelf_bg.wasm`), await bytes(model)];
  const reranker = await loadReranker({ model: artifact, wasm });
  const { status, reason, timings } = reranker.info();
  if (status !== "ready") throw new Error(reason.message);
  const begin = performance.now();
  reranker.observe({ type: "view", id: "7" });
  reranker.rerank(Array.from({ length: 48 }, (_, at) => ({ id: String(7 + 3 * ((at * 7919) % 40_000)) })));
  return { open: timings.parse, first: timings.parse + performance.now() - begin };
}

async function steady(page) {
  const models = { 40_000: address(40_000), 100_000: address(100_000) };
  for (const job of [
    { name: "rerank, 200 objects", items: 40_000, count: 200 },
    { name: "rerank, 1,000 objects", items: 40_000, count: 1000 },
    { name: "retrieve, 100 of 100,000 items", items: 100_000, k: 100 },
  ]) {
    if (asked.has(job.k ? "retrieve" : "rerank"))
      row(
        job.name,
        await page.evaluate(turns, { ...job, model: models[job.items], builds: BUILDS, turns: TURNS, batch: BATCH_MS }),
      );
  }
}

async function turns({ model, items, count, k, builds, turns, batch }) {
  const id = (row) => String(7 + 3 * ((row * 7919) % items));
  const calls = {};
  for (const build of builds) {
    const { loadReranker } = await import(`/${build}/index.js`);
    const reranker = await loadReranker({ model, backend: "cpu" });
    for (let event = 0; event < 12; event++) reranker.observe({ type: "view", id: id(event * 31) });
    const list = Array.from({ length: count ?? 0 }, (_, at) => ({
      id: id(at),
      title: `Product ${at}`,
      price: 10 + at,
      score: 1 / (1 + at),
    }));
    calls[build] = k ? () => reranker.retrieve({ k }) : () => reranker.rerank(list);
  }
  const times = Object.fromEntries(builds.map((build) => [build, []]));
  for (let turn = -10; turn < turns; turn++) {
    for (const build of turn % 2 ? builds : [...builds].reverse()) {
      const begin = performance.now();
      let done = 0;
      do {
        for (let call = 0; call < 10; call++) await calls[build]();
        done += 10;
      } while (performance.now() - begin < batch);
      if (turn >= 0) times[build].push((performance.now() - begin) / done);
    }
  }
  return times;
}
