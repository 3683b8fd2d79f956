// What callers pass in the wrong form, over a stand-in engine: it costs a reason, never a throw, a candidate or the engine.
import assert from "node:assert/strict";
import { test } from "node:test";
import { runInNewContext } from "node:vm";
import { fakeReranker } from "./fake.mjs";
import { inWords } from "./homes.mjs";

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

test("a text that a getter throws is no code of the engine's", () => {
  const { reranker } = withSession();
  for (const each of ["shop.example is down", "row.id of line 3\nand more", "boom"]) {
    reranker.rerank(LIST, {
      get limit() {
        throw each;
      },
    });
    assert.equal(reranker.info().refused.arguments.reason.code, "argument.limit", each);
    reranker.observe({
      get id() {
        throw each;
      },
    });
    assert.equal(reranker.info().ignored.reason.code, "argument.id", each);
  }
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
    { event: event + 2 ** 53 },
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

test("a snapshot comes back from any bytes; anything else leaves an empty session and says what it wants", async () => {
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
    "no base64!",
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
    assert.equal(reranker.info().ignored.reason.code, "snapshot.type");
    assert.match((await inWords(reranker.info)).ignored.reason.message, /bytes or text.*empty/);
  }
  for (const each of ["text", ""]) {
    reranker.restore(snapshot);
    assert.equal(reranker.restore(each), false);
    assert.deepEqual(reranker.info().events, []);
    assert.match(reranker.info().ignored.reason.code, /^snapshot\.(foreign|damaged)$/);
  }
  reranker.restore(snapshot);
  const text = reranker.snapshotText();
  assert.deepEqual(new Uint8Array(Buffer.from(text, "base64")), reranker.snapshot());
  reranker.forget();
  assert.equal(reranker.restore(text), true);
  assert.equal(reranker.info().events[0].id, "item-5");
  assert.equal(reranker.restore(new Uint8Array(140_000_000)), false);
  assert.equal(reranker.info().ignored.reason.code, "snapshot.length");
  assert.equal(reranker.info().status, "ready");
});

test("an error that is no trap costs a reason, a trap the engine, which is then not even freed", async () => {
  const { engine, reranker } = withSession();
  for (const [name, call] of [
    ["rank", () => reranker.rerank(LIST)],
    ["rankMany", () => reranker.rerankMany([LIST])],
    ["forget", () => reranker.forget("item-5")],
    ["snapshot", () => reranker.snapshot()],
    ["cluster", () => reranker.cluster()],
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
