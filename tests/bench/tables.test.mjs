// The tables and the chart of docs/performance.md: node --test tests/bench/*.test.mjs
import assert from "node:assert/strict";
import { test } from "node:test";
import { chart } from "./chart.mjs";
import { KEYS } from "./names.mjs";
import { quantile } from "./quantile.mjs";
import { figure, PART, TABLES } from "./tables.mjs";

const measured = (key, p50) => ({
  key,
  variant: "a",
  tried: [
    { variant: "a", time: p50 },
    { variant: "b", error: "refused" },
  ],
  p50,
  p99: 3 * p50,
  cold: 2 * p50,
});
const size = (count, job) => ({ count, job, results: KEYS.map((key, at) => measured(key, ((at + 1) * count) / 1e5)) });
const timed = { p50: 0.0312, p99: 0.2, calls: 2000, tick: 0.005 };
const lists = { backend: "wasm simd128", results: { 200: timed, 1000: { ...timed, p50: 0.1234 } } };
const results = {
  peers: {
    sizes: [size(200, "list"), size(1000, "list"), size(1_000_000, "scan")],
    first: { "reshelf relaxed": 20, onnxruntime: 300 },
    download: { "reshelf relaxed": 60_000, onnxruntime: 3_700_000 },
  },
  runtimes: {
    chromium: lists,
    workerd: { ...lists, results: { 200: { ...timed, p99: null, tick: null }, 1000: { ...timed, p99: null } } },
    retrieve: { backend: "cpu", results: { 100000: timed } },
  },
  edge: {
    workerd: {
      ...{ passed: { p50: 1.2, p99: 3 }, added: { p50: 2.5, p99: 9.9 }, load: 1.04 },
      cold: { added: { cpu: 49, clock: 60 } },
    },
    node: { passed: { p50: 0.4, p99: 3 }, added: { p50: 2, p99: 8 }, load: 1 },
  },
  kernels: {
    native: [
      { name: "AVX2", bits: 8, rows: 1000, sessions: 1, nanoseconds: 1.5 },
      { name: "sum", bits: 4, rows: 1_000_000, sessions: 1, nanoseconds: 0.5 },
    ],
    wasm: [{ build: "relaxed", sessions: 1, bits: 8, nanoseconds: 2, avx2: 1.6 }],
  },
  profile: {
    backend: "wasm relaxed-simd",
    calls: [{ name: "rerank", microseconds: 40, shipped: 38, samples: 100, groups: { head: 0.25, features: 0.05 } }],
  },
  choice: [{ items: 100000, cpu: 0.5, gpu: 300, auto: 0.51, chosen: "cpu", adapter: "swiftshader", decided: 6000 }],
  speed: [{ name: "rerank", p50: 0.0312, p99: 0.2 }],
};

test("tables have as many cells in each row as columns, and say when there is nothing", () => {
  assert.deepEqual(Object.keys(PART).sort(), Object.keys(TABLES).sort());
  for (const [name, make] of Object.entries(TABLES)) {
    const lines = make(results).split("\n");
    assert.ok(lines.length >= 3, name);
    const cells = lines.map((line) => line.split("|").length);
    assert.ok(
      cells.every((count) => count === cells[0]),
      `${name}: ${cells}`,
    );
    assert.doesNotMatch(lines.join("\n"), /undefined|NaN|null/, name);
    assert.match(make({}), /Not measured yet/);
  }
});

test("figures and ratios read as they should", () => {
  assert.deepEqual([0.0312, 1.234, 12.34, 1234.5, null].map(figure), ["0.031", "1.23", "12.3", "1,235", ""]);
  assert.match(TABLES.peers(results), /onnxruntime-web, wasm \| 0.010 \/ 0.030 \(5.0x\) \|/);
  assert.match(TABLES.start(results), /onnxruntime-web, wasm \| 300 \| 15.0x \| 3,700 \| 61.7x/);
  assert.match(
    TABLES.margin(results),
    /\| 1,000,000 \| onnxruntime-web, wasm \| 50.0 \| Reshelf, relaxed SIMD \| 10.0 \| 0.20x \| 0.5x \|/,
  );
  assert.match(TABLES.margin(results), /\| 200 \| plain JavaScript \|/);
  assert.match(
    TABLES.start({ peers: { first: { onnxruntime: 2_345, "reshelf relaxed": 1 }, download: results.peers.download } }),
    /\| 2,345x \|/,
  );
  assert.match(TABLES.job(results), /workerd .* timed from outside/);
  assert.match(TABLES.builds(results), /\| wasm relaxed \| 8 \| 1 \| 2.00 \| 1.60 \| 1.3x \| 1.5x \|/);
  assert.match(
    TABLES.profile(results),
    /\| features \| 2.00 \(5.0 %\) \|\n\| head \| 10.0 \(25 %\) \|\n\| all \| 40.0 \|/,
  );
  assert.match(
    TABLES.choice(results),
    /\| 100,000 \| swiftshader \| 0.500 \| 300 \| 0.510 \| cpu \| 1.02x \| 1.10x \| 6.00 \|/,
  );
});

test("the chart names every engine once and keeps its labels apart", () => {
  const svg = chart(results.peers.sizes);
  const labels = [...svg.matchAll(/<text x="674" y="([\d.]+)"/g)]
    .map((match) => Number(match[1]))
    .sort((a, b) => a - b);
  assert.equal(labels.length, KEYS.length);
  labels.slice(1).forEach((label, at) => assert.ok(label - labels[at] >= 17.9, `${labels}`));
  assert.doesNotMatch(svg, /NaN|undefined/);
  assert.equal(svg.match(/<polyline/g).length, 2 * KEYS.length, "lists and catalogues are drawn apart");
});

test("quantiles", () => {
  assert.equal(quantile([3, 1, 2], 0.5), 2);
  assert.equal(quantile([3, 1, 2], 1), 3);
});
