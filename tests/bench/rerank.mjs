// The README's figures for speed in a real browser: `rerank` of plain objects, `observe`, and the cold start.
//   node tests/bench/rerank.mjs
// What was measured goes to target/bench/speed.json.
import { basename } from "node:path";
import { MOUNTS, withPage } from "../browser/harness.mjs";
import { quantile } from "./quantile.mjs";
import { artifact, FOLDER, keep } from "./results.mjs";

const mounts = { ...MOUNTS, "/artifacts/": FOLDER };
const model = `/artifacts/${basename(artifact(40_000))}`;

/** Fresh browsers for the cold start. */
const STARTS = 9;
/** What the shopper has done before a list is ranked. */
const EVENTS = 12;

const milliseconds = (value) => value.toFixed(3).padStart(8);
const measured = [];
function row(name, values) {
  const [p50, p99] = [quantile(values, 0.5), quantile(values, 0.99)];
  measured.push({ name, p50, p99 });
  console.log(`${name.padEnd(44)}${milliseconds(p50)} ${milliseconds(p99)}`);
}

console.log("milliseconds, in headless Chromium                p50      p99");
const starts = [];
for (let i = 0; i < STARTS; i++) starts.push(await withPage(coldStart, { mounts, isolated: true }));
for (const part of ["compile", "open", "until ready", "until a first list of 48"])
  row(
    `cold start, ${part}`,
    starts.map((start) => start[part]),
  );

await withPage(
  async (page) => {
    for (const [name, count, fresh] of [
      ["rerank, 200 objects, the same each time", 200, false],
      ["rerank, 200 objects, new from JSON each time", 200, true],
      ["rerank, 1,000 objects", 1000, false],
      ["rerank, 100,000 objects", 100_000, false],
    ]) {
      row(name, await page.evaluate(rerank, { model, count, fresh, events: EVENTS }));
    }
    row("observe, and rerank one object", await page.evaluate(observe, { model }));
  },
  { mounts, isolated: true },
);
keep("speed", measured);

/** Module and model lie ready as bytes: what counts is compiling, instantiating, opening, and reading for the first list. */
async function coldStart(page) {
  return page.evaluate(async (address) => {
    const { loadReranker } = await import("/reshelf/index.js");
    const bytes = async (path) => (await fetch(path)).arrayBuffer();
    const [wasm, artifact] = [await bytes("/reshelf/engine/reshelf_bg.wasm"), await bytes(address)];
    const begin = performance.now();
    const reranker = await loadReranker({ model: artifact, wasm });
    const total = performance.now() - begin;
    const { status, reason, timings } = reranker.info();
    if (status !== "ready") throw new Error(reason.message);
    // Ids as the sample artifacts have them.
    const list = Array.from({ length: 48 }, (_, at) => ({ id: String(7 + 3 * ((at * 7919) % 40_000)) }));
    reranker.observe({ type: "view", id: "7" });
    reranker.rerank(list);
    const first = performance.now() - begin;
    return { compile: timings.compile, open: timings.parse, "until ready": total, "until a first list of 48": first };
  }, model);
}

async function rerank({ model, count, fresh, events }) {
  const { loadReranker } = await import("/reshelf/index.js");
  const reranker = await loadReranker({ model });
  const id = (i) => String(7 + 3 * ((i * 7919) % 40_000));
  for (let i = 0; i < events; i++) reranker.observe({ type: "view", id: id(i * 31) });
  const list = Array.from({ length: count }, (_, i) => ({
    id: id(i),
    title: `Product ${i}`,
    price: 10 + i,
    score: 1 / (1 + i),
  }));
  const json = JSON.stringify(list);
  const calls = count > 10_000 ? 20 : 2000;
  const times = [];
  for (let i = -calls / 4; i < calls; i++) {
    const candidates = fresh ? JSON.parse(json) : list;
    const begin = performance.now();
    const ranked = reranker.rerank(candidates);
    const time = performance.now() - begin;
    if (ranked.length !== count) throw new Error("a candidate got lost");
    if (i >= 0) times.push(time);
  }
  reranker.dispose();
  return times;
}

/** An event is folded by the first list after it, so that one object has it count. */
async function observe({ model }) {
  const { loadReranker } = await import("/reshelf/index.js");
  const reranker = await loadReranker({ model });
  const one = [{ id: "7" }];
  const times = [];
  for (let i = 0; i < 2000; i++) {
    const begin = performance.now();
    reranker.observe({ type: "view", id: String(7 + 3 * ((i * 7919) % 40_000)) });
    reranker.rerank(one);
    times.push(performance.now() - begin);
  }
  reranker.dispose();
  return times;
}
