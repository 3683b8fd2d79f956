// How long an explanation takes: a page of 24, and a list of 200 of which 24 are explained, in sessions of 1 to 16 events.
//   node tests/bench/explain.mjs [model.safetensors]
//
// Prints medians in milliseconds, with the default (exact up to 8 players), exactly up to 12 and with the sampler. It asserts nothing.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { explain } from "../../www/dist/explain/index.js";
import { loadReranker } from "../../www/dist/index.node.js";

const golden = fileURLToPath(new URL("../golden/golden.safetensors", import.meta.url));
const model = readFileSync(process.argv[2] ?? golden);

function median(call) {
  const times = [];
  const end = performance.now() + 400;
  while (times.length < 5 || (performance.now() < end && times.length < 300)) {
    const begin = performance.now();
    call();
    times.push(performance.now() - begin);
  }
  times.sort((a, b) => a - b);
  return times[times.length >> 1].toFixed(2).padStart(9);
}

const reranker = await loadReranker({ model });
const { items } = reranker.info().model;
// Ids are those of `crate/src/synthetic.rs`, or of a model that `sample_artifact` made.
const id = (at) => ({ id: String(((at * 7_919) % items) * 3 + 7) });
const lists = [24, 200].map((count) => Array.from({ length: count }, (_, at) => id(at + 11)));
console.log(`${items} items, ${process.version}; milliseconds, medians`);
console.log("events  rerank 24  default 24 exact 24 sampled 24 default 200 exact 200");
for (let events = 1; events <= 16; events++) {
  reranker.observe({ ...id(events * 3), type: events % 4 === 0 ? "cart" : "view", at: events });
  const exact = (list) => (events <= 12 ? median(() => explain(reranker, list, { exactUpTo: 12 })) : "        -");
  const row = [
    median(() => reranker.rerank(lists[0])),
    median(() => explain(reranker, lists[0])),
    exact(lists[0]),
    median(() => explain(reranker, lists[0], { exactUpTo: 0 })),
    median(() => explain(reranker, lists[1])),
    exact(lists[1]),
  ];
  console.log(`${String(events).padStart(6)}  ${row.join("  ")}`);
}
