// One model, many sessions: made at once, apart from each other, and gone when they are let go. Over the real engine.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { loadModel, loadReranker } from "../dist/index.node.js";
import { fresh } from "./fresh.mjs";

const artifact = readFileSync(new URL("../../tests/golden/golden.safetensors", import.meta.url));
const wasm = readFileSync(new URL("../dist/engine/reshelf_bg.wasm", import.meta.url));
const { events: EVENTS } = JSON.parse(readFileSync(new URL("../../tests/golden/golden.json", import.meta.url)))[0];

/** 48 ids that the model knows, in an order that differs by `turn`. */
async function someIds(model, turn = 0) {
  const session = model.session();
  const found = await session.retrieve({ k: 48 });
  session.dispose();
  return found.map((_, i) => found[(i * 7 + turn * 5) % found.length].id);
}

/** A list as plain values, with every bit of the scores. */
const bits = (ranked) => ranked.map(({ candidate, score }) => [candidate, score]);

test("a model tells what it is, and its sessions rank as a reranker of its own does", async () => {
  const model = await loadModel({ model: artifact });
  const { status, reason, model: facts, timings } = model.info();
  const alone = await loadReranker({ model: artifact });
  assert.deepEqual({ status, reason, facts }, { status: "ready", reason: null, facts: alone.info().model });
  assert.equal(facts.bytes, artifact.length);
  assert.ok(timings.parse > 0);
  const ids = await someIds(model);
  const session = model.session();
  for (const each of [session, alone]) for (const [id, type, at] of EVENTS) each.observe({ id, type, at });
  assert.deepEqual(bits(session.rerank(ids)), bits(alone.rerank(ids)));
  assert.deepEqual(session.info().timings.parse, 0);
});

test("a hundred sessions at once give the bits that each gives alone", async () => {
  const model = await loadModel({ model: artifact });
  const lists = await Promise.all(Array.from({ length: 100 }, (_, turn) => someIds(model, turn)));
  const seen = (turn, step) => ({
    id: lists[turn][(turn + 3 * step) % 48],
    type: step === 2 ? "cart" : "view",
    at: 1e12 + step,
  });
  const alone = lists.map((list, turn) => {
    const session = model.session();
    for (let step = 0; step < 3; step++) session.observe(seen(turn, step));
    return bits(session.rerank(list));
  });
  const sessions = lists.map(() => model.session());
  for (let step = 0; step < 3; step++) sessions.forEach((session, turn) => session.observe(seen(turn, step)));
  assert.deepEqual(
    sessions.map((session, turn) => bits(session.rerank(lists[turn]))),
    alone,
  );
});

test("no session sees anything of another", async () => {
  const model = await loadModel({ model: artifact });
  const [first, second] = [model.session(), model.session()];
  const ids = await someIds(model);
  first.observe({ id: "only the first names this", category: "a", price: 1 });
  first.observe({ id: ids[9] });
  first.rerank([{ id: "only the first names this" }, { id: 2 ** 60 }]);
  const { events, ignored, refused } = second.info();
  assert.deepEqual([events, ignored.count, refused.ids.count, refused.arguments.count], [[], 0, 0, 0]);
  assert.deepEqual(
    second.rerank(ids).map(({ previousRank }) => previousRank),
    ids.map((_, i) => i + 1),
  );
  first.forget();
  second.observe({ id: ids[3] });
  assert.equal(first.info().events.length, 0);
  first.dispose();
  assert.equal(second.info().status, "ready");
});

test("with a model its sessions end, those of its sessions too; others do not", async () => {
  const model = await loadModel({ model: artifact });
  const other = (await loadModel({ model: artifact })).session();
  const first = model.session();
  const second = first.session();
  const ids = await someIds(model);
  for (const each of [first, second, other]) each.observe({ id: ids[20] });
  model.dispose();
  model.dispose();
  for (const each of [first, second]) {
    assert.deepEqual(
      each.rerank(ids).map(({ candidate }) => candidate),
      ids,
    );
    assert.equal(each.observe({ id: ids[0] }), null);
    assert.deepEqual(await each.retrieve({ k: 3 }), []);
    const { status, reason, events } = each.info();
    assert.deepEqual([status, reason.code, events], ["disposed", "model.disposed", []]);
  }
  assert.equal(model.info().reason.code, "model.disposed");
  assert.equal(model.session().info().reason.code, "model.disposed");
  assert.equal(other.info().events.length, 1);
});

test("a model that cannot be used gives sessions that keep the server's order, and says why", async () => {
  const model = await loadModel({ model: new Uint8Array(9), backend: "npu" });
  const session = model.session();
  assert.equal(model.info().status, "fallback");
  assert.equal(session.info().reason.code, model.info().reason.code);
  assert.deepEqual(
    session.rerank(["b", "a"]).map(({ candidate }) => candidate),
    ["b", "a"],
  );
  assert.equal((await loadModel({ model: artifact, backend: "npu" })).info().refused.reason.code, "argument.backend");
});

/** In a worker of its own: loads one address several times at once; counts requests and parsed artifacts. */
async function together({ internals, artifact, wasm, abort }) {
  const { loadModel, loadReranker, engineModule } = await import(internals);
  await loadReranker({ model: artifact, wasm });
  const module = await engineModule();
  const { Engine } = module;
  const count = { requests: 0, parses: 0, aborted: 0 };
  module.Engine = class extends Engine {
    constructor(bytes) {
      super(bytes);
      count.parses += 1;
    }
  };
  globalThis.fetch = async (_, { signal } = {}) => {
    count.requests += 1;
    signal?.addEventListener("abort", () => (count.aborted += 1));
    await new Promise((done) => setTimeout(done, 20));
    return new Response(artifact);
  };
  const stops = [0, 1, 2].map(() => new AbortController());
  const loads = stops.map(({ signal }, i) =>
    (i === 1 ? loadModel : loadReranker)({ model: "/a.safetensors", wasm, signal }),
  );
  for (const which of abort) stops[which].abort(new Error("not wanted"));
  const settled = await Promise.allSettled(loads);
  const states = settled.map(({ value, reason }) => value?.info().status ?? reason.message);
  for (const { value } of settled.filter(({ value }) => value?.observe)) value.observe({ id: "x" });
  const events = settled.map(({ value }) => value?.info().events?.length ?? null);
  settled.find(({ value }) => value)?.value.dispose();
  const after = settled.map(({ value }) => value?.info().status ?? null);
  const again = (await loadReranker({ model: "/a.safetensors", wasm })).info().status;
  return { ...count, states, events, after, again };
}

test("loads of one address at once are one request and one parse, and give up one by one", async () => {
  const run = (abort) => fresh(together, { artifact, wasm, abort });
  const all = await run([]);
  assert.deepEqual(all, {
    requests: 2,
    parses: 2, // The second of both is that of the load after them.
    aborted: 0,
    states: ["ready", "ready", "ready"],
    events: [1, null, 1],
    after: ["disposed", "ready", "ready"],
    again: "ready",
  });
  for (const abort of [[0], [1], [0, 2]]) {
    const { requests, parses, aborted, states } = await run(abort);
    assert.deepEqual([requests, parses, aborted], [2, 2, 0]);
    assert.deepEqual(
      states,
      [0, 1, 2].map((i) => (abort.includes(i) ? "not wanted" : "ready")),
    );
  }
  const none = await run([0, 1, 2]);
  assert.deepEqual([none.parses, none.aborted, none.again], [1, 1, "ready"]);
});

test("ten thousand sessions that are used and let go leave no memory behind", async () => {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc");
  const memories = new Set();
  const { instantiate } = WebAssembly;
  WebAssembly.instantiate = async (...given) => {
    const instance = await instantiate(...given);
    memories.add(instance.exports.memory);
    return instance;
  };
  const { loadModel } = await import("../dist/index.node.js?alone");
  const model = await loadModel({ model: artifact });
  WebAssembly.instantiate = instantiate;
  const [memory] = memories;
  const ids = await someIds(model);
  const sizes = [];
  for (let made = 1; made <= 10_000; made++) {
    const session = model.session();
    for (let step = 0; step < 3; step++) session.observe({ id: ids[(made + step) % 48] });
    session.rerank(ids);
    if (made % 250 > 0) continue;
    // Finalizers run between tasks, on a busy machine not before the next one.
    for (let task = 0; task < 3; task++) {
      collect();
      await new Promise((done) => setTimeout(done));
    }
    sizes.push(memory.buffer.byteLength);
  }
  // When the collector frees what was let go decides where the last page ends: 15 bytes of each session that stay would show.
  assert.ok(sizes.at(-1) - sizes[3] <= 2 * 65_536, `bytes: ${sizes.join()}`);
});
