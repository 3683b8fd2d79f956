// What callers pass in the wrong form, over a stand-in engine: it costs a reason, never a throw, a candidate or the engine.
import assert from "node:assert/strict";
import { test } from "node:test";
import { runInNewContext } from "node:vm";
import { fakeReranker } from "./fake.mjs";

const fail = () => {
  throw new Error("the caller's own");
};
const positions = (ranked) => ranked.map(({ previousRank }) => previousRank);
const withSession = (items) => {
  const both = fakeReranker(items);
  both.reranker.observe({ id: "item-5" });
  return both;
};
/** The code of the last refused argument. */
const code = ({ info }) => info().refused.arguments.reason?.code;
const LIST = ["item-1", "item-2", "item-5"];

test("null is not given, for every optional argument and option", async () => {
  const { reranker } = withSession();
  assert.deepEqual(positions(reranker.rerank(LIST, { limit: null, by: null })), [3, 1, 2]);
  assert.deepEqual(reranker.rerankMany([LIST], { limit: null }).map(positions), [[3, 1, 2]]);
  for (const options of [null, undefined]) assert.equal(reranker.rerank(LIST, options).length, 3);
  assert.equal((await reranker.retrieve({ k: 4, by: null, filter: null })).length, 4);
  reranker.observe({ id: "item-7", type: null, at: null, row: null, price: null });
  const { type, at } = reranker.info().events[1];
  assert.equal(type, "view");
  assert.ok(Math.abs(Date.now() - at) < 60_000);
  assert.equal(reranker.info().refused.arguments.count, 0);
  assert.equal(reranker.forget(null), 2);
});

test("an option of the wrong kind is as not given, and leaves a reason", async () => {
  for (const limit of ["", "2", false, NaN, 2n, Symbol("2"), {}, [2], { valueOf: fail }]) {
    const { reranker } = withSession();
    assert.deepEqual(positions(reranker.rerank(LIST, { limit })), [3, 1, 2]);
    assert.equal(code(reranker), "argument.limit");
    assert.equal(reranker.rerankMany([LIST, LIST], { limit })[1].length, 3);
    assert.equal(reranker.info().refused.arguments.count, 2);
  }
  const { reranker } = withSession();
  for (const options of [
    {
      get limit() {
        return fail();
      },
    },
    {
      get by() {
        return fail();
      },
    },
    { by: "price" },
    2,
    "limit",
  ]) {
    assert.deepEqual(positions(reranker.rerank(LIST, options)), [3, 1, 2]);
    assert.match(code(reranker), /^argument\.(limit|by|options)$/);
  }
  for (const [options, length] of [
    [
      {
        get k() {
          return fail();
        },
      },
      0,
    ],
    [{ k: "7" }, 0],
    [{ k: 7, filter: 1 }, 7],
    [{ k: 7, by: 3n }, 7],
  ]) {
    assert.equal((await reranker.retrieve(options)).length, length);
    assert.match(code(reranker), /^argument\.(k|filter|by)$/);
  }
  assert.equal(reranker.info().status, "ready");
});

test("of a list that breaks off, what was read comes back in its order", () => {
  const { reranker } = withSession();
  const { proxy, revoke } = Proxy.revocable([], {});
  revoke();
  const at = (index) => new Proxy(LIST, { get: (list, key) => (key === index ? fail() : list[key]) });
  const lists = [
    [
      (function* () {
        yield "item-1";
        yield "item-5";
        fail();
      })(),
      ["item-1", "item-5"],
    ],
    [{ [Symbol.iterator]: () => ({ next: fail }) }, []],
    [{ [Symbol.iterator]: () => 1 }, []],
    [
      {
        get [Symbol.iterator]() {
          return fail();
        },
      },
      [],
    ],
    [proxy, []],
    [at("2"), ["item-1", "item-2"]],
    [at("length"), []],
    ...[-1, 2.5, NaN, Infinity, 3n, {}].map((length) => [
      new Proxy([], { get: (list, key) => (key === "length" ? length : list[key]) }),
      [],
    ]),
  ];
  for (const [list, read] of lists) {
    assert.deepEqual(
      reranker.rerank(list).map(({ candidate, score }) => [candidate, score]),
      read.map((id) => [id, 0]),
    );
    assert.equal(code(reranker), "argument.list");
  }
  const again = (function* () {
    yield "item-1";
    yield "item-5";
    fail();
  })();
  assert.deepEqual(reranker.rerankMany([LIST, again, proxy, LIST]).map(positions), [[3, 1, 2], [1, 2], [], [3, 1, 2]]);
  const outer = (function* () {
    yield LIST;
    fail();
  })();
  assert.deepEqual(reranker.rerankMany(outer).map(positions), [[3, 1, 2]]);
  assert.equal(reranker.info().status, "ready");
});

test("a list that its own getters change is ranked as it was when it was passed", () => {
  const { reranker } = withSession();
  for (const change of [
    (list) => list.push({ id: "item-9" }),
    (list) => (list.length = 2),
    (list) => list.reverse(),
    (list) => list.shift(),
  ]) {
    const list = ["item-1", "item-3", "item-2", "item-5"].map((id) => ({ id }));
    const before = [...list];
    let once = 0;
    Object.defineProperty(list[1], "id", { get: () => (once++ === 0 && change(list), "item-3") });
    const ranked = reranker.rerank(list);
    assert.deepEqual(positions(ranked), [4, 1, 2, 3]);
    for (const { candidate, previousRank } of ranked) assert.equal(candidate, before[previousRank - 1]);
  }
});

test("a getter may call the reranker, dispose of it, or call it without end", () => {
  const calls = [
    (reranker) => reranker.rerank(["item-8"]),
    (reranker) => reranker.observe({ id: `new ${Math.random()}` }),
    (reranker) => reranker.forget(),
    (reranker) => reranker.restore(reranker.snapshot()),
    (reranker) => void reranker.retrieve({ k: 3 }),
    (reranker) => reranker.session().rerank(LIST),
    (reranker) => reranker.dispose(),
  ];
  for (const field of ["id", "score", "row", "title"]) {
    for (const call of calls) {
      const { reranker } = withSession();
      const odd = { id: "unheard of" };
      Object.defineProperty(odd, field, { enumerable: true, get: () => (call(reranker), undefined) });
      const list = [odd, ...LIST];
      for (let i = 0; i < 2; i++) assert.deepEqual(positions(reranker.rerank(list)).sort(), [1, 2, 3, 4]);
      reranker.observe(odd);
      reranker.observe({
        id: "seen",
        get title() {
          return call(reranker);
        },
      });
    }
  }
  const { engine, reranker } = withSession();
  const endless = { id: "item-1" };
  const list = [endless, "item-5"];
  Object.defineProperty(endless, "score", { get: () => (reranker.rerank(list), 1) });
  const deep = new Proxy(LIST, { get: (target, key) => (key === "length" && reranker.rerank(deep), target[key]) });
  for (const each of [list, deep]) assert.equal(new Set(positions(reranker.rerank(each))).size, each.length);
  assert.ok(engine.ranks < 1000);
  assert.deepEqual(positions(reranker.rerank(LIST)), [3, 1, 2]);
});

test("what a getter throws is a reason, whatever it is", () => {
  const { reranker } = withSession();
  const thrown = [
    null,
    undefined,
    Symbol("s"),
    Object.create(null),
    new WebAssembly.RuntimeError("not yours"),
    {
      get message() {
        return fail();
      },
    },
    new Proxy({}, { get: fail, getPrototypeOf: fail }),
  ];
  for (const each of thrown) {
    const bad = {
      get id() {
        throw each;
      },
    };
    assert.deepEqual(positions(reranker.rerank([bad, "item-5"])), [1, 2]);
    assert.equal(reranker.observe(bad), null);
    assert.equal(reranker.forget(bad), 0);
    reranker.rerank(LIST, {
      get limit() {
        throw each;
      },
    });
    assert.notEqual(
      reranker.observe({
        id: "item-5",
        get at() {
          throw each;
        },
        get type() {
          throw each;
        },
      }),
      null,
    );
  }
  assert.equal(reranker.info().status, "ready");
});

test("methods need no this: behind proxies, destructured, as callbacks", async () => {
  const { reranker } = fakeReranker();
  const deep = (value) =>
    typeof value === "object" && value !== null ? new Proxy(value, { get: (target, key) => deep(target[key]) }) : value;
  const state = deep({ reranker });
  assert.equal(state.reranker.observe({ id: "item-5" }), 1);
  assert.deepEqual(positions(state.reranker.rerank(deep(LIST.map((id) => ({ id }))))), [3, 1, 2]);
  assert.equal((await new Proxy(reranker, {}).retrieve({ k: 3 })).length, 3);
  const { rerank, observe, forget, info, snapshot, restore } = { ...reranker };
  assert.deepEqual([LIST, LIST].map(rerank).map(positions), [
    [3, 1, 2],
    [3, 1, 2],
  ]);
  [{ id: "item-6" }, { id: "item-7" }].forEach(observe);
  assert.equal(restore(snapshot()), true);
  assert.equal(info().events.length, 3);
  assert.deepEqual(["item-6", "item-5"].map(forget), [1, 1]);
  const { dispose } = Object.create(reranker);
  dispose();
  assert.equal(info().status, "disposed");
});

test("BigInt ids are exact, and unsafe numbers, halves of characters, empty and endless text name no item", () => {
  const { reranker } = fakeReranker();
  const [exact, near] = ["9007199254740995", "9007199254740996"];
  reranker.observe({ id: exact });
  assert.deepEqual(
    positions(reranker.rerank([BigInt(near), Number(near), BigInt(exact), { id: ` ${exact}\n` }])),
    [3, 4, 1, 2],
  );
  assert.equal(reranker.info().refused.ids.reason.code, "id.unsafe");
  for (const [id, why] of [
    [2 ** 53, "id.unsafe"],
    [-1e300, "id.unsafe"],
    ["\ud83d", "id.surrogate"],
    ["a\udc4db", "id.surrogate"],
    [" \t\u00a0", "event.missing_id"],
    ["é".repeat(40_000), "id.long"],
    ["x".repeat(1e6), "id.long"],
    [1n << 300n, "id.long"],
    [Infinity, "event.missing_id"],
  ]) {
    assert.equal(reranker.observe({ id }), null);
    assert.equal(reranker.info().ignored.reason.code, why);
    const { count } = reranker.info().refused.ids;
    assert.equal(reranker.rerank([id, exact])[0].candidate, exact);
    assert.deepEqual([reranker.info().refused.ids.count, reranker.info().refused.ids.reason.code], [count + 1, why]);
    assert.equal(reranker.forget({ item: id }), 0);
  }
  for (const [one, other] of [
    [17, "17"],
    [-0, "0"],
    [1.5, "1.5"],
    [18n, 18],
    ["😀", " 😀"],
    ["x".repeat(65_535), "x".repeat(65_535)],
  ]) {
    reranker.observe({ id: one });
    assert.equal(reranker.rerank(["item-0", other])[0].candidate, other);
    assert.equal(reranker.forget({ item: other }), 1);
  }
});

test("all spellings of an id follow when it gets a name, or the engine lets go of it", () => {
  const { engine, reranker } = fakeReranker();
  const spellings = ["item-0", 77, "77", 77n, " 77 "];
  reranker.rerank(spellings);
  const number = reranker.observe({ id: "\t77" });
  const found = () => reranker.rerank(spellings).filter(({ score }) => score === 1).length;
  assert.equal(found(), 4);
  reranker.forget({ event: number });
  engine.letGo(() => true);
  reranker.observe({ id: 77n });
  assert.equal(found(), 4);
});

test("numbers may come as plain decimal text, and what only looks like one says nothing", () => {
  const { engine, reranker } = fakeReranker();
  const prices = [
    ["65.90", 65.9],
    [" 7 ", 7],
    ["1e-3", 0.001],
    [".5", 0.5],
    [12n, 12],
    [-0.5, -0.5],
  ];
  prices.forEach(([price], i) => reranker.observe({ id: `new ${i}`, price }));
  assert.deepEqual(
    engine.composed.map(([, , , price]) => price),
    prices.map(([, price]) => price),
  );
  for (const price of ["12,50", "€ 5", "", "0x10", "Infinity", "1_000", true, {}, []])
    reranker.observe({ id: "odd", price });
  assert.equal(engine.composed.length, prices.length);
  assert.equal(reranker.info().refused.arguments.count, 9);
  reranker.observe({ id: "item-5" });
  const written = (scores) => {
    reranker.rerank(scores.map((score, i) => ({ id: `item-${i}`, score })));
    return [...new Float32Array(engine.memory.buffer, engine.serverScoresPointer(), scores.length)];
  };
  assert.deepEqual(written(["100", 2, "-1.5", null, 3n]), [100, 2, -1.5, NaN, 3]);
  assert.equal(code(reranker), "argument.price");
  assert.deepEqual(written(["high", {}]), [NaN, NaN]);
  assert.equal(code(reranker), "argument.score");
});

test("brands are equal as numbers and as text; long texts are cut before they cross", () => {
  const { engine, reranker } = fakeReranker();
  [5, "5", 5.0, 5n].forEach((brand, i) => reranker.observe({ id: `brand ${i}`, brand }));
  ["5\u00a0", "\u200b5 "].forEach((brand, i) => reranker.observe({ id: `padded ${i}`, brand }));
  assert.equal(engine.composed.length, 6);
  assert.deepEqual(new Set(engine.composed.map(([, , brand]) => brand)), new Set(["5"]));
  reranker.observe({ id: "long", title: `${"x".repeat(4095)}😀${"y".repeat(1e6)}`, type: "z".repeat(1e6) });
  assert.equal(engine.composed.at(-1)[4], "x".repeat(4095));
});

test("a time may be a Date of any realm, a number or its text; any other is now", () => {
  const { reranker } = fakeReranker();
  const foreign = runInNewContext("new Date(86400000)");
  [foreign, new Date(86_400_000), 86_400_000, "86400000", 86_400_000n].forEach((at) =>
    reranker.observe({ id: "item-1", at }),
  );
  assert.deepEqual(new Set(reranker.info().events.map(({ at }) => at)), new Set([86_400_000]));
  for (const at of [NaN, "yesterday", new Date(NaN), {}, Symbol("now"), { valueOf: fail }]) {
    assert.notEqual(reranker.observe({ id: "item-2", at }), null);
    assert.ok(Math.abs(Date.now() - reranker.info().events.at(-1).at) < 60_000);
    assert.equal(code(reranker), "argument.at");
  }
});

test("rows come as any bytes; one that is refused is looked at once and costs no event", () => {
  const { engine, reranker } = fakeReranker();
  const shared = new Uint8Array(new SharedArrayBuffer(4));
  const rows = [
    new Uint8Array(4),
    new ArrayBuffer(4),
    shared,
    shared.buffer,
    new DataView(new ArrayBuffer(8), 2, 4),
    new Float32Array(1),
    "AAAAAA==",
    runInNewContext("new Uint8Array(4)"),
    runInNewContext("new ArrayBuffer(4)"),
  ];
  const list = rows.map((row, i) => ({ id: `rowed ${i}`, row }));
  reranker.rerank(list);
  assert.equal(reranker.info().refused.rows.count, 0);
  for (const { id } of list) assert.ok(engine.name(id) < 50 + rows.length, id);

  let asked = 0;
  const addRow = engine.addRow.bind(engine);
  engine.addRow = (...row) => (asked++, addRow(...row));
  const bad = [
    new Uint8Array(9),
    new Uint8Array(1e6),
    { length: 5e9 },
    { [Symbol.toStringTag]: "ArrayBuffer", length: 5e9 },
    7,
    "!",
    () => 1,
    new Proxy(new Uint8Array(4), {}),
  ];
  for (let i = 0; i < 3; i++) reranker.rerank(bad.map((row, i) => ({ id: `bad ${i}`, row })));
  assert.deepEqual([asked, reranker.info().refused.rows.count], [1, bad.length]);
  reranker.observe({ id: "bad 0", row: bad[0] });
  reranker.observe({ id: "seen first", row: bad[0] });
  reranker.observe({ id: "described", row: bad[0], title: "A mug" });
  assert.deepEqual(
    reranker.info().events.map(({ id }) => id),
    ["bad 0", "seen first", "described"],
  );
  assert.equal(engine.composed.length, 1);
  assert.equal(reranker.info().refused.rows.reason.code, "row.length");
  assert.equal(reranker.info().ignored.count, 0);
  reranker.forget();
  assert.equal(reranker.info().refused.rows.count, 0);
  reranker.rerank([{ id: "bad 0", row: bad[0] }]);
  assert.equal(reranker.info().refused.rows.count, 1);
});

test("forget takes an event, an item in any dress, a bare id; what it does not know it leaves, with a reason", () => {
  const { reranker } = fakeReranker();
  const numbers = [1, 2, 3, 4, 5].map((i) => reranker.observe({ id: `item-${i}` }));
  assert.deepEqual(
    [{ event: numbers[0] }, { item: "item-2" }, { id: "item-3" }, "item-4"].map((what) => reranker.forget(what)),
    [1, 1, 1, 1],
  );
  assert.equal(reranker.forget(reranker.info().events[0]), 1);
  const event = reranker.observe({ id: "item-6" });
  const unknown = [
    {},
    [],
    0.5 + event,
    Symbol("x"),
    () => 1,
    new Event("click"),
    { event: event + 0.5 },
    { event: event + 2 ** 32 },
    { event: BigInt(event) },
    { event: String(event) },
    { event: -1 },
    { event: NaN },
    { id: {} },
    new Proxy({}, { get: fail, has: fail }),
  ];
  for (const what of unknown) assert.equal(reranker.forget(what), 0);
  assert.match(code(reranker), /^argument\.what$/);
  assert.equal(reranker.info().refused.arguments.count, unknown.length - 1, "0.5 is an item's id");
  assert.equal(reranker.info().events.length, 1);
});

test("forgetting everything forgets what was ignored and refused, too", () => {
  const { reranker } = fakeReranker();
  reranker.observe({});
  reranker.rerank([2 ** 60, { id: "x", row: 1 }], { limit: "1" });
  const { ignored, refused } = reranker.info();
  assert.deepEqual([ignored.count, refused.arguments.count, refused.ids.count, refused.rows.count], [1, 1, 1, 1]);
  reranker.forget();
  const after = reranker.info();
  const none = { count: 0, reason: null };
  assert.deepEqual([after.ignored, after.refused], [none, { arguments: none, ids: none, rows: none }]);
});

test("a snapshot comes back from any bytes; anything else leaves an empty session and says what it wants", () => {
  const { reranker } = withSession();
  const snapshot = reranker.snapshot();
  const buffer = snapshot.buffer.slice(0);
  const foreign = runInNewContext("(bytes) => Uint8Array.from(bytes)")([...snapshot]);
  const shared = new Uint8Array(new SharedArrayBuffer(snapshot.length));
  shared.set(snapshot);
  for (const each of [snapshot, buffer, new DataView(buffer), foreign, foreign.buffer, shared, shared.buffer]) {
    reranker.forget();
    assert.equal(reranker.restore(each), true);
    assert.equal(reranker.info().events[0].id, "item-5");
  }
  for (const each of [
    null,
    undefined,
    "text",
    { length: -1 },
    [1, 2],
    7n,
    new Proxy(snapshot, {}),
    {
      get length() {
        return fail();
      },
    },
    new Blob([]),
  ]) {
    reranker.restore(snapshot);
    assert.equal(reranker.restore(each), false);
    assert.deepEqual(reranker.info().events, []);
    const { code, message } = reranker.info().ignored.reason;
    assert.equal(code, "snapshot.type");
    assert.match(message, /ArrayBuffer.*empty/);
  }
  assert.equal(reranker.restore(new Uint8Array(70_000_000)), false);
  assert.equal(reranker.info().ignored.reason.code, "snapshot.length");
  assert.equal(reranker.info().status, "ready");
});

test("an error that is no trap costs a reason, a trap the engine, which is then not even freed", async () => {
  const { engine, reranker } = withSession();
  for (const [name, call] of [
    ["rank", () => reranker.rerank(LIST)],
    ["rankMany", () => reranker.rerankMany([LIST])],
    ["forgetItem", () => reranker.forget("item-5")],
    ["snapshot", () => reranker.snapshot()],
    ["shortList", () => reranker.retrieve({ k: 3 })],
    ["observe", () => reranker.observe({ id: "item-5" })],
  ]) {
    const own = engine[name];
    engine[name] = () => {
      throw Object.assign(new Error("no"), { code: "engine.no" });
    };
    await call();
    const { status, refused, ignored } = reranker.info();
    assert.deepEqual(
      [status, (name === "observe" ? ignored : refused.arguments).reason.code],
      ["ready", "engine.no"],
      name,
    );
    engine[name] = own;
  }
  assert.deepEqual(positions(reranker.rerank(LIST)), [3, 1, 2]);
  engine.trapNext = true;
  assert.deepEqual(positions(reranker.rerank(LIST)), [1, 2, 3]);
  assert.equal(reranker.info().reason.code, "engine.failed");
  reranker.dispose();
  assert.equal(engine.freed, 0);
});

test("session() is another shopper on the same model, which outlives the first", () => {
  const { engine, reranker } = withSession();
  const other = reranker.session();
  assert.deepEqual(positions(other.rerank(LIST)), [1, 2, 3]);
  other.observe({ id: "item-2" });
  assert.deepEqual(
    [positions(other.rerank(LIST)), positions(reranker.rerank(LIST))],
    [
      [2, 1, 3],
      [3, 1, 2],
    ],
  );
  assert.equal(reranker.info().events.length, 1);
  reranker.dispose();
  assert.deepEqual(positions(other.rerank(LIST)), [2, 1, 3]);
  assert.deepEqual(
    [reranker.session().info().status, reranker.session().info().reason.code],
    ["fallback", "reranker.disposed"],
  );
  assert.equal(engine.freed, 1);
});

test("lists without an end are read up to a limit, and lists past another keep their order", () => {
  const { engine, reranker } = withSession();
  let yielded = 0;
  const endless = (function* () {
    for (;;) {
      yielded += 1;
      yield "item-5";
    }
  })();
  assert.equal(reranker.rerank(endless, { limit: 3 }).length, 3);
  assert.ok(yielded < 5e6);
  assert.equal(code(reranker), "argument.list");
  const long = new Array(2 ** 20 + 1);
  assert.equal(reranker.rerank(long, { limit: 2 }).length, 2);
  assert.equal(engine.ranks, undefined);
  assert.equal(reranker.info().refused.arguments.count, 2);
});

test("lists.map(rerank) and pages.map(rerankMany) rank, and the place that map passes is no wrong argument", () => {
  const { reranker } = withSession();
  const { rerank, rerankMany, info } = reranker;
  assert.deepEqual([LIST, ["item-5"], LIST].map(rerank).map(positions), [[3, 1, 2], [1], [3, 1, 2]]);
  assert.deepEqual(
    [[LIST], [LIST, LIST]].map(rerankMany).map((page) => page.map(positions)),
    [
      [[3, 1, 2]],
      [
        [3, 1, 2],
        [3, 1, 2],
      ],
    ],
  );
  assert.equal(info().refused.arguments.count, 0);
  rerank(LIST, 2); // A limit without its name.
  assert.equal(code(reranker), "argument.options");
});

test("options that are none are counted once a call, and retrieve without any says what it misses", async () => {
  const { reranker } = withSession();
  const counts = async (call) => {
    const before = reranker.info().refused.arguments.count;
    await call();
    return reranker.info().refused.arguments.count - before;
  };
  assert.equal(await counts(() => reranker.rerank(LIST, "similarity")), 1);
  assert.equal(await counts(() => reranker.retrieve(20)), 1);
  assert.equal(code(reranker), "argument.options");
  for (const none of [undefined, null, {}]) {
    assert.equal(await counts(() => reranker.retrieve(none)), 1);
    assert.equal(code(reranker), "argument.k");
  }
});

test("a filter that answers with a promise lets items pass, and says so once a call", async () => {
  const { reranker } = withSession();
  assert.equal((await reranker.retrieve({ k: 3, filter: async () => false })).length, 3);
  assert.equal(reranker.info().refused.arguments.count, 1);
  assert.equal(code(reranker), "argument.filter");
  assert.equal((await reranker.retrieve({ k: 3, filter: (id) => ({ id }) })).length, 3);
  assert.equal(reranker.info().refused.arguments.count, 1);
});

test("text in place of a list keeps its characters' order, with a reason", () => {
  const { reranker } = withSession();
  assert.deepEqual(
    reranker.rerank("[7,5]").map(({ candidate, score }) => candidate + score),
    ["[0", "70", ",0", "50", "]0"],
  );
  assert.equal(code(reranker), "argument.list");
  const [text, list] = reranker.rerankMany(["item-5", LIST]);
  assert.deepEqual(
    [positions(text), positions(list)],
    [
      [1, 2, 3, 4, 5, 6],
      [3, 1, 2],
    ],
  );
});

test("a category, brand or title that is neither text nor a number leaves a reason", () => {
  for (const wrong of [
    { category: ["home", "mugs"] },
    { brand: NaN },
    { title: { en: "Blue mug" } },
    { category: "home", title: true },
  ]) {
    const { reranker } = withSession();
    reranker.rerank([{ id: "new", ...wrong }, "item-1"]);
    assert.equal(code(reranker), "argument.description");
  }
  const { reranker } = withSession();
  reranker.rerank([{ id: "new", category: 12n, brand: "", title: null, price: "3" }]);
  assert.equal(code(reranker), undefined);
});

test("what logs leave away around an id is no part of it in a page", () => {
  const { reranker } = withSession();
  for (const id of [
    "\ufeffitem-5",
    "item-5\u200b",
    "\u0085item-5\u0000",
    "\u200eitem-5\u2060\n",
    "\u00a0item-5\u2029",
  ]) {
    assert.deepEqual(positions(reranker.rerank(["item-1", id])), [2, 1]);
    reranker.observe({ id });
  }
  assert.equal(reranker.forget("item-5"), 6);
  reranker.observe({ id: "item\u200b-5" }); // Within it is.
  assert.equal(reranker.info().events[0].id, "item\u200b-5");
  assert.equal(reranker.observe({ id: "\u200b\u0007 " }), null);
});
