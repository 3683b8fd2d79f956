// From a profile to groups and a flame graph: node --test tests/bench/*.test.mjs
import assert from "node:assert/strict";
import { test } from "node:test";
import { flame, layout } from "./flame.mjs";
import { callTree, GROUPS, groupOf, shareOfGroups, shortName } from "./groups.mjs";

const wasm = (functionName) => ({ functionName, url: "http://localhost/modules/relaxed/reshelf_bg.wasm" });
const script = (functionName, file) => ({ functionName, url: `http://localhost/${file}` });

/** A benchmark's loop with two calls of `rerank` in it, by two routes, and what else a browser shows. */
const FRAMES = {
  1: [script("(root)", ""), [2, 8, 9]],
  2: [script("repeat", ""), [3, 10]],
  3: [script("rerank", "reshelf/reranker.js"), [4, 5]],
  4: [script("write", "reshelf/candidates.js"), []],
  5: [script("rank", "reshelf/engine/reshelf.js"), [6]],
  6: [wasm("reshelf::rank::order::Order::by_score::hceadc749dace32d1"), [7]],
  7: [wasm("reshelf::rank::best::Best::offer::haaa47cb5cf18cfe7"), []],
  8: [{ functionName: "(garbage collector)", url: "" }, []],
  9: [{ functionName: "(idle)", url: "" }, []],
  10: [script("", "bench/job.mjs"), [11]],
  11: [script("rerank", "reshelf/reranker.js"), [12]],
  12: [script("write", "reshelf/candidates.js"), []],
};
const profile = {
  nodes: Object.entries(FRAMES).map(([id, [callFrame, children]]) => ({ id: Number(id), callFrame, children })),
  // Five of sixteen samples are none of the package's.
  samples: [2, 9, 9, 9, 10, 3, 4, 4, 12, 12, 6, 6, 6, 7, 7, 8],
};
const tree = callTree(profile, { functionName: "rerank", file: "/reshelf/reranker.js" });

test("every part of the work is recognised by its functions", () => {
  const expected = {
    "dot products": [
      wasm("reshelf::kernels::relaxed::multiply_relaxed::h301d3d5c33e192b4"),
      wasm("reshelf::rank::similarity::Similarity::multiply"),
    ],
    "rows of the candidates": [wasm("reshelf::rank::similarity::Candidates::collect::hc6ade34ec67e5c77")],
    features: [wasm("reshelf::rank::features::FeatureMatrix::compute")],
    head: [wasm("reshelf::rank::head::Scorer::score")],
    order: [wasm("reshelf::rank::order::Order::by_score")],
    "short list": [wasm("reshelf::rank::nearest::Nearest::compute"), wasm("reshelf::rank::retrieve::ShortList::merge")],
    "ids and scores in (JavaScript)": [script("write", "reshelf/candidates.js"), script("known", "reshelf/ids.js")],
    "objects out (JavaScript)": [script("#places", "reshelf/candidates.js"), script("all", "reshelf/retrieve.js")],
  };
  for (const [group, frames] of Object.entries(expected)) {
    assert.ok(GROUPS.includes(group), group);
    for (const frame of frames) assert.equal(groupOf(frame), group, frame.functionName);
  }
  for (const frame of [wasm("memcpy"), wasm("reshelf::rank::best::Best::sink"), script("now", "")])
    assert.equal(groupOf(frame), undefined);
});

test("functions have short names", () => {
  assert.equal(shortName(wasm("reshelf::rank::head::Scorer::score::hf0ef12f372366e76")), "Scorer::score");
  assert.equal(
    shortName(wasm("<reshelf::kernels::Relaxed as reshelf::kernels::Kernel>::multiply::h301d3d5c33e192b4")),
    "Relaxed::multiply",
  );
  assert.equal(shortName(wasm("memcpy")), "memcpy");
  assert.equal(shortName(script("#places", "reshelf/candidates.js")), "#places");
});

test("calls by any route are one tree, and shares are of the package's own work", () => {
  assert.equal(tree.total, 1);
  const {
    "ids and scores in (JavaScript)": written,
    order,
    "garbage collector": collected,
    ...rest
  } = shareOfGroups(tree);
  assert.deepEqual(
    [written, order, collected].map((share) => Math.round(share * 11)),
    [4, 5, 1],
    "Best::offer counts as its caller's",
  );
  const sum = Object.values(rest).reduce((sum, share) => sum + share, written + order + collected);
  assert.ok(Math.abs(sum - 1) < 1e-9, `${sum}`);
  assert.equal(tree.children.filter(({ name }) => name === "write").length, 1);
  assert.equal(
    callTree({ nodes: profile.nodes, samples: [9] }, { functionName: "rerank", file: "/reshelf/reranker.js" }).total,
    0,
  );
});

test("a flame's boxes lie within their callers', side by side", () => {
  const boxes = layout(tree);
  assert.equal(boxes.length, 6);
  for (const box of boxes.filter(({ depth }) => depth > 0)) {
    const callers = boxes.filter(
      ({ depth, left, width }) =>
        depth === box.depth - 1 && left <= box.left + 1e-9 && left + width >= box.left + box.width - 1e-9,
    );
    assert.equal(callers.length, 1, box.name);
  }
  for (const depth of new Set(boxes.map(({ depth }) => depth))) {
    const row = boxes.filter((box) => box.depth === depth).sort((a, b) => a.left - b.left);
    row.slice(1).forEach(({ left }, at) => assert.ok(left >= row[at].left + row[at].width - 1e-9, `depth ${depth}`));
  }
});

test("the flame graph names its calls, its groups, and draws no box outside", () => {
  const svg = flame([
    { name: "rerank <200> & more", microseconds: 1234, tree },
    { name: "retrieve", microseconds: 2, tree },
  ]);
  assert.match(svg, /rerank &lt;200&gt; &amp; more: 1,234 µs a call/);
  for (const group of GROUPS) assert.ok(svg.includes(`>${group}</text>`), group);
  assert.doesNotMatch(svg, /NaN|undefined|var\(--g-1\)/);
  for (const group of GROUPS.keys())
    assert.equal(svg.match(new RegExp(`--g${group}: #`, "g"))?.length, 2, `a colour for each scheme: ${group}`);
  const height = Number(svg.match(/viewBox="0 0 860 (\d+)"/)[1]);
  for (const [, x, y, width] of svg.matchAll(/<rect class="box" x="([\d.]+)" y="([\d.]+)" width="([\d.]+)"/g)) {
    assert.ok(Number(x) >= 24 && Number(x) + Number(width) <= 836.2 && Number(y) + 22 <= height, `${x} ${y} ${width}`);
  }
});
