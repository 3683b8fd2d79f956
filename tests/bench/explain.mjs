// How long an explanation takes: a page of 24, and a list of 200 of which 24 are explained, in sessions of 1 to 128 events.
//   node tests/bench/explain.mjs [model.safetensors]
//
// Prints milliseconds, the median of each and (in brackets) the processor's time a call, which neighbours on the machine change less: with
// the default (exact up to 8 players), exactly up to 12, and by orders. It asserts nothing.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { explain } from "../../www/dist/explain/index.js";
import { loadReranker } from "../../www/dist/index.node.js";

const golden = fileURLToPath(new URL("../golden/golden.safetensors", import.meta.url));
const reranker = await loadReranker({ model: readFileSync(process.argv[2] ?? golden) });
const ids = (await reranker.retrieve({ k: 1000 })).map(({ id }) => id);
const item = (at) => ({ id: ids[(at * 7_919) % ids.length] });
const [page, long] = [24, 200].map((count) => Array.from({ length: count }, (_, at) => item(at + 100)));

function timed(call) {
  const times = [];
  const end = performance.now() + 400;
  const before = process.cpuUsage();
  while (times.length < 9 || (performance.now() < end && times.length < 300)) {
    const begin = performance.now();
    call();
    times.push(performance.now() - begin);
  }
  const { user, system } = process.cpuUsage(before);
  times.sort((a, b) => a - b);
  return `${times[times.length >> 1].toFixed(2)} (${((user + system) / 1000 / times.length).toFixed(2)})`;
}

console.log(`${reranker.info().model.items} items, Node ${process.version}`);
console.log("| events | rerank of 24 | page of 24 | exactly | by orders | 24 of a list of 200 |");
console.log("| --- | --- | --- | --- | --- | --- |");
for (let events = 1; events <= 128; events++) {
  reranker.observe({ ...item(events * 3), type: events % 4 === 0 ? "cart" : "view", at: events });
  if (events > 16 && ![24, 32, 64, 128].includes(events)) continue;
  const cells = [
    events,
    timed(() => reranker.rerank(page)),
    timed(() => explain(reranker, page)),
    events > 12 ? "" : timed(() => explain(reranker, page, { exactUpTo: 12 })),
    timed(() => explain(reranker, page, { exactUpTo: 0 })),
    timed(() => explain(reranker, long)),
  ];
  console.log(`| ${cells.join(" | ")} |`);
}
