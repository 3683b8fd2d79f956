// retrieve and rerankMany over a stand-in engine: what goes in, what comes out, what the filter is asked.
import assert from "node:assert/strict";
import { test } from "node:test";
import { FakeEngine, fakeReranker, rerankerOver } from "./fake.mjs";

const ids = (found) => found.map(({ id }) => id);

/** What the stand-in's model makes of a short list: seen items first, then odd rows, ties as the short list has them. */
function expected(engine, k, allowed = () => true, length = Math.max(200, k)) {
  for (; ; length *= 4) {
    engine.shortList(length);
    const rows = [...new Uint32Array(engine.memory.buffer, engine.orderAt, Math.min(length, engine.items))];
    const seen = new Set([...engine.events(false)].filter((_, i) => i % 7 === 1));
    const score = (row) => (seen.has(row) ? 1 : 0) + (row % 2) / 2;
    const order = rows.map((row, i) => [row, i]).sort(([a, i], [b, j]) => score(b) - score(a) || i - j);
    const best = order
      .map(([row]) => `item-${row}`)
      .filter(allowed)
      .slice(0, k);
    if (best.length === k || length >= engine.items) return best;
  }
}

test("the k best items come back as ids, scores and ranks", async () => {
  const { engine, reranker } = fakeReranker(1000);
  reranker.observe({ id: "item-500" });
  for (const k of [1, 3, 200, 350, 1000]) {
    const found = await reranker.retrieve({ k });
    assert.deepEqual(ids(found), expected(engine, k), `k ${k}`);
    assert.deepEqual(
      found.map(({ rank }) => rank),
      found.map((_, i) => i + 1),
    );
    found.forEach(({ score }, i) => assert.ok(i === 0 || score <= found[i - 1].score));
  }
  assert.deepEqual((await reranker.retrieve({ k: 1 }))[0], { id: "item-500", score: 1, rank: 1 });
  assert.equal(reranker.info().scan.answered, "cpu");
});

test("by similarity the short list is the answer, and the head is not asked", async () => {
  const { engine, reranker } = fakeReranker(1000);
  reranker.observe({ id: "item-500" });
  const found = await reranker.retrieve({ k: 6, by: "similarity" });
  assert.deepEqual(ids(found), ["item-499", "item-500", "item-501", "item-497", "item-498", "item-502"]);
  assert.equal(found[0].score, 1);
  assert.equal(engine.ranks, undefined);
  assert.deepEqual(
    ids(await reranker.retrieve({ k: 2, by: "similarity", filter: (id) => id !== found[0].id })),
    ids(found).slice(1, 3),
  );
});

test("an empty session gets the most popular, with their scores", async () => {
  const { reranker } = fakeReranker(300);
  const found = await reranker.retrieve({ k: 3 });
  assert.deepEqual(
    found,
    [0, 1, 2].map((row) => ({ id: `item-${row}`, score: 1 - row / 256, rank: row + 1 })),
  );
  assert.deepEqual(await reranker.retrieve({ k: 3, by: "similarity" }), found);
});

test("k is rounded down, and clamped to what there is", async () => {
  const { reranker } = fakeReranker(30);
  reranker.observe({ id: "item-7" });
  const lengths = [
    [0, 0],
    [-1, 0],
    [NaN, 0],
    [0.9, 0],
    [2.9, 2],
    [30, 30],
    [31, 30],
    [1e12, 30],
    [Infinity, 30],
    [-Infinity, 0],
    [undefined, 0],
    ["5", 0],
    [5n, 0],
  ];
  for (const [k, length] of lengths) {
    assert.equal((await reranker.retrieve({ k })).length, length, `k ${String(k)}`);
    assert.equal((await reranker.retrieve({ k, by: "similarity" })).length, length, `k ${String(k)}`);
  }
  assert.deepEqual(await reranker.retrieve(undefined), []);
  assert.equal((await fakeReranker(0).reranker.retrieve({ k: 5 })).length, 0);
});

test("the filter is asked for no more than the answer needs, best first, by the id as text", async () => {
  const { engine, reranker } = fakeReranker(1000);
  reranker.observe({ id: "item-500" });
  const asked = [];
  const found = await reranker.retrieve({ k: 10, filter: (id) => asked.push(id) > 0 });
  assert.deepEqual(asked, ids(found));
  asked.length = 0;
  const odd = (id) => (asked.push(id), Number(id.slice(5)) % 2 === 1);
  assert.deepEqual(
    ids(await reranker.retrieve({ k: 10, filter: odd })),
    expected(engine, 10, (id) => Number(id.slice(5)) % 2 === 1),
  );
  assert.equal(asked.length, 11);
});

test("the short list widens until enough items pass, or there are no more; no item is asked about twice", async () => {
  const { engine, reranker } = fakeReranker(5000);
  reranker.observe({ id: "item-500" });
  for (const [name, allowed, scans] of [
    ["one in ten", (id) => id.endsWith("0"), 1],
    ["far away", (id) => Number(id.slice(5)) >= 1000, 3],
    ["the last item", (id) => id === "item-4999", 4],
    ["none", () => false, 4],
  ]) {
    const asked = new Set();
    const filter = (id) => {
      assert.ok(!asked.has(id), `${id} asked about twice`);
      asked.add(id);
      return allowed(id);
    };
    const before = engine.scans;
    const found = await reranker.retrieve({ k: 10, filter });
    assert.equal(engine.scans - before, scans, name);
    assert.deepEqual(ids(found), expected(engine, 10, allowed), name);
    if (found.length < 10) assert.equal(asked.size, 5000, name);
  }
});

test("what the filter throws is what the promise rejects with, and nothing is broken", async () => {
  const { reranker } = fakeReranker(100);
  reranker.observe({ id: "item-50" });
  for (const thrown of [new Error("mine"), new WebAssembly.RuntimeError("the caller's own"), undefined, "text"]) {
    const rejected = await reranker
      .retrieve({
        k: 5,
        filter: () => {
          throw thrown;
        },
      })
      .then(
        () => assert.fail("resolved"),
        (error) => error,
      );
    assert.equal(rejected, thrown);
  }
  assert.equal((await reranker.retrieve({ k: 5, filter: "no function" })).length, 5);
  assert.equal(reranker.info().refused.arguments.reason.code, "argument.filter");
  assert.equal(reranker.info().status, "ready");
  assert.equal((await reranker.retrieve({ k: 5, filter: null })).length, 5);
});

test("a filter may call the reranker, and may even dispose of it", async () => {
  const { reranker } = fakeReranker(1000);
  reranker.observe({ id: "item-50" });
  const plain = ids(await reranker.retrieve({ k: 20 }));
  const busy = (id) => {
    reranker.rerank(["item-3", "item-900", id]);
    void reranker.retrieve({ k: 300 });
    return true;
  };
  assert.deepEqual(ids(await reranker.retrieve({ k: 20, filter: busy })), plain);
  let calls = 0;
  assert.deepEqual(await reranker.retrieve({ k: 20, filter: () => (calls++ === 3 && reranker.dispose(), true) }), []);
  assert.equal(calls, 4);
});

test("without a model, after dispose and when the engine traps, nothing is found and nothing rejects", async () => {
  const { engine, reranker } = fakeReranker(100);
  engine.trapNext = true;
  assert.deepEqual(await reranker.retrieve({ k: 5 }), []);
  const { status, reason, scan } = reranker.info();
  assert.deepEqual([status, reason.code, scan.backend], ["fallback", "engine.failed", "cpu"]);
  assert.deepEqual(
    await reranker.retrieve({
      k: 5,
      filter: () => {
        throw new Error("never asked");
      },
    }),
    [],
  );
  const other = fakeReranker(100).reranker;
  other.dispose();
  assert.deepEqual(await other.retrieve({ k: 5 }), []);
  assert.match(other.info().scan.why, /no catalogue/);
});

test("the id of an item crosses once", async () => {
  const { engine, reranker } = fakeReranker(500);
  let crossings = 0;
  const itemId = engine.itemId.bind(engine);
  engine.itemId = (row) => (crossings++, itemId(row));
  for (let i = 0; i < 3; i++) await reranker.retrieve({ k: 10 });
  assert.equal(crossings, 10);
});

test("rerankMany answers as rerank does, list by list, in one pass", () => {
  const random = generator(3);
  for (let round = 0; round < 300; round++) {
    const [{ engine, reranker: many }, { reranker: one }] = [fakeReranker(100), fakeReranker(100)];
    for (let i = 0; i < round % 4; i++)
      for (const reranker of [many, one]) reranker.observe({ id: `item-${(round * 7 + i * 13) % 120}` });
    const lists = Array.from({ length: Math.floor(random() * 8) }, () =>
      Array.from({ length: Math.floor(random() * 40) }, () => {
        const id = `item-${Math.floor(random() * 130)}`;
        return random() < 0.3
          ? id
          : { id, score: random() < 0.5 ? random() : undefined, title: random() < 0.2 ? "A title" : undefined };
      }),
    );
    const limit = random() < 0.5 ? undefined : Math.floor(random() * 30);
    assert.deepEqual(
      many.rerankMany(lists, { limit }),
      lists.map((list) => one.rerank(list, { limit })),
    );
    assert.equal(engine.ranks, 1);
    assert.ok(engine.crossings <= 1 + (round % 4), "ids are learnt in one crossing");
  }
});

test("rerankMany takes any iterables, keeps the caller's objects, and keeps lists whose getters throw", () => {
  const { reranker } = fakeReranker();
  reranker.observe({ id: "item-2" });
  const two = { id: "item-2" };
  const bad = {
    get id() {
      throw new Error("the caller's own");
    },
  };
  const lazy = {
    id: "not known yet",
    get title() {
      throw new Error("the caller's own");
    },
  };
  const lists = [
    ["item-1", two],
    new Set([2, "item-2"]),
    [bad, "item-2", "item-3"],
    [],
    [lazy, two],
    (function* () {
      yield two;
    })(),
    7,
    null,
  ];
  const answers = reranker.rerankMany(lists).map((ranked) => ranked.map(({ candidate }) => candidate));
  assert.deepEqual(answers, [
    [two, "item-1"],
    ["item-2", 2],
    [bad, "item-2", "item-3"],
    [],
    [two, lazy],
    [two],
    [],
    [],
  ]);
  assert.equal(reranker.info().status, "ready");
  for (const none of [[], null, undefined, 7]) assert.deepEqual(reranker.rerankMany(none), []);
});

test("rerankMany keeps the order without a model and when the engine traps", () => {
  const { engine, reranker } = fakeReranker();
  reranker.observe({ id: "item-2" });
  engine.trapNext = true;
  const lists = [
    ["item-1", "item-2"],
    ["new", "item-2"],
  ];
  const order = () =>
    reranker.rerankMany(lists, { limit: 1 }).map((ranked) => ranked.map(({ candidate }) => candidate));
  assert.deepEqual(order(), [["item-1"], ["new"]]);
  assert.equal(reranker.info().reason.code, "engine.failed");
  assert.deepEqual(order(), [["item-1"], ["new"]]);
});

test("rerank by similarity asks the engine for just that", () => {
  const engine = new FakeEngine(50);
  const hows = [];
  const rank = engine.rank.bind(engine);
  engine.rank = (count, how, ...rest) => (hows.push(how), rank(count, how, ...rest));
  const reranker = rerankerOver(engine);
  reranker.observe({ id: "item-20" });
  const list = ["item-1", "item-30", "item-21"];
  const order = (options) => reranker.rerank(list, options).map(({ candidate }) => candidate);
  assert.deepEqual(order({ by: "similarity" }), ["item-21", "item-30", "item-1"]);
  assert.deepEqual(order({ by: "similarity", limit: 1 }), ["item-21"]);
  order({ by: "model" });
  order({ by: "another word" });
  assert.deepEqual(hows, [2, 2, 0, 0]);
});

/** Numbers in 0..1 from a seed (mulberry32). */
function generator(seed) {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
