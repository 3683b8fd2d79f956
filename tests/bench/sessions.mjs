// What one more session on a loaded model costs, in Node: node tests/bench/sessions.mjs [MODEL]
//
// Makes sessions as an edge worker does, one a request, each with three events and one list, and lets them go. Collection is
// left to the host: the line of memory shows how far the module's went. Then as many that all stay alive, each with one event and
// one list: what one costs does not depend on how many there are.
import { fileURLToPath } from "node:url";
import { loadModel } from "../../www/dist/index.node.js";
import { quantile } from "./quantile.mjs";

const GOLDEN = fileURLToPath(new URL("../golden/golden.safetensors", import.meta.url));
const SESSIONS = 10_000;
const LIST = 48;

const memories = [];
const { instantiate } = WebAssembly;
WebAssembly.instantiate = async (...given) => {
  const instance = await instantiate(...given);
  if (instance.exports.memory) memories.push(instance.exports.memory);
  return instance;
};
const path = process.argv[2] ?? GOLDEN;
const model = await loadModel({ model: path, backend: "cpu" });
WebAssembly.instantiate = instantiate;
const list = (await model.session().retrieve({ k: LIST })).map(({ id, score }) => ({ id, score }));

const times = {
  "model.session()": [],
  "first observe": [],
  "two more": [],
  "rerank of 48, ids new to the session": [],
};
const parts = Object.keys(times);
const before = memories[0].buffer.byteLength;
for (let made = 0; made < SESSIONS; made++) {
  const marks = [performance.now()];
  const session = model.session();
  marks.push(performance.now());
  session.observe({ id: list[made % LIST].id });
  marks.push(performance.now());
  for (const step of [1, 2]) session.observe({ id: list[(made + step) % LIST].id });
  marks.push(performance.now());
  session.rerank(list);
  marks.push(performance.now());
  parts.forEach((part, i) => times[part].push(marks[i + 1] - marks[i]));
  if (made % 10 === 0) await new Promise((done) => setImmediate(done));
}
console.log(`${path}: ${model.info().model.items} items, ${SESSIONS} sessions, milliseconds`);
for (const [part, each] of Object.entries(times)) {
  const [p50, p99] = [0.5, 0.99].map((q) => quantile(each, q).toFixed(4).padStart(9));
  console.log(`  ${part.padEnd(40)} p50 ${p50}  p99 ${p99}`);
}
const bytesOf = () => memories[0].buffer.byteLength;
const megabytes = (bytes) => `${(bytes / 2 ** 20).toFixed(1)} MB`;
console.log(`  memory ${megabytes(before)} before, ${megabytes(bytesOf())} at the most`);

const live = [];
for (let part = 1; part <= 5; part++) {
  const [begin, bytes] = [performance.now(), bytesOf()];
  for (let made = 0; made < SESSIONS / 5; made++) {
    const session = model.session();
    session.observe({ id: list[made % LIST].id });
    session.rerank(list);
    live.push(session);
  }
  const each = ((performance.now() - begin) / (SESSIONS / 5)).toFixed(3);
  console.log(`  ${live.length} live: ${each} ms each, memory ${megabytes(bytes)} to ${megabytes(bytesOf())}`);
}
