// reshelf/testing: whatever is passed to whatever it exports, what is thrown is an error with a code of its own.
import assert from "node:assert/strict";
import { test } from "node:test";
import { loadModel } from "../dist/index.node.js";
import * as testing from "../dist/testing/index.js";

const boom = () => {
  throw new TypeError("boom");
};
/** Every question about it throws. */
const trap = new Proxy({}, Object.fromEntries(Object.getOwnPropertyNames(Reflect).map((question) => [question, boom])));
const getters = (...names) =>
  Object.defineProperties({}, Object.fromEntries(names.map((name) => [name, { enumerable: true, get: boom }])));
const loop = [];
loop.push(loop, loop);
function* endless() {
  for (;;) yield "a";
}
const hostileText = { toString: boom, valueOf: boom, [Symbol.toPrimitive]: boom };
const hostileDate = Object.assign(new Date(), { getTime: boom });

/** Made anew for each call, as an iterator is used up by one. */
const nonsense = () => ({
  null: null,
  zero: 0,
  "not a number": NaN,
  infinity: -Infinity,
  "a huge number": Number.MAX_VALUE,
  "a BigInt": 10n ** 400n,
  "empty text": "",
  text: "\ud800 nonsense",
  true: true,
  symbol: Symbol("nonsense"),
  function: boom,
  "an empty object": {},
  "an empty list": [],
  "a list of nothing": [null, undefined],
  "a list of lists": [[], [[]]],
  "a list of hostile texts": [hostileText],
  "a list of itself": loop,
  "a list with holes": new Array(2 ** 32 - 1),
  "a list without an end": { [Symbol.iterator]: endless },
  "a list that breaks off": { [Symbol.iterator]: boom },
  "a trap": trap,
  "a revoked proxy": revoked(),
  "hostile getters": getters("items", "model", "lists", "info", "route", "then", "evaluateAll", "attribute", "length"),
  "what only says it is a reranker": { info: boom, observe: boom, rerank: boom },
  "what only says it is a page": { route: boom },
  "what only says it is a locator": { evaluateAll: boom },
  "a promise of nothing": Promise.resolve(null),
  "a hostile date": hostileDate,
  "bytes of another sort": new Float64Array(3),
});

function revoked() {
  const { proxy, revoke } = Proxy.revocable([], {});
  revoke();
  return proxy;
}

const description = { items: ["a", "b"], together: [["a", "b"]] };
const tiny = testing.tinyModel(description);
const { matchers, ...functions } = testing;
const model = await loadModel({ model: tiny, backend: "cpu" });
const ranked = model.session().rerank(["a", "b"]);
const shop = testing.fixtureShop({ model: tiny, lists: { home: ["a"] } });
const recording = testing.record(model.session()).text();
const page = { route: async () => undefined };
const locator = { evaluateAll: async () => ["a", "b"] };
const refusing = model.session();
refusing.observe({});
const now = { timeout: 0 };

/** Objects without fields of their own. */
const EMPTY = ["an empty object", "a list without an end", "a list that breaks off", "a promise of nothing"];

/** What of the nonsense is none to an argument of this kind. Whether an assertion about it holds is another matter. */
const TAKEN = {
  list: ["an empty list", "bytes of another sort"],
  ids: ["an empty list"],
  id: ["zero", "a huge number", "a BigInt", "empty text", "text"],
  options: ["null", ...EMPTY],
  record: EMPTY,
  reason: ["null", "empty text", "text"],
  code: ["empty text", "text"],
  time: ["zero"],
  item: ["zero", "a BigInt"],
  pairs: ["null", "an empty list"],
  some: ["null"],
};

function onClock(use) {
  const clock = testing.fakeClock();
  try {
    return use(clock);
  } finally {
    clock.restore();
  }
}

/** A call that goes well of everything that is exported: how it is made, what is passed, and of which kind that is. */
const CALLS = {
  assertBefore: [testing.assertBefore, [ranked, "a", "b", {}], ["list", "id", "id", "options"]],
  assertBeginsWith: [testing.assertBeginsWith, [ranked, ["a"], {}], ["list", "ids", "options"]],
  assertOrder: [testing.assertOrder, [ranked, ["a", "b"], {}], ["list", "ids", "options"]],
  assertReason: [testing.assertReason, [model, null], ["", "reason"]],
  assertRefused: [testing.assertRefused, [refusing, "event.missing_id"], ["", "code"]],
  assertServerOrder: [testing.assertServerOrder, [ranked], ["ids"]],
  fakeClock: [(at) => testing.fakeClock(at).restore(), ["2026-01-01"], ["time"]],
  "fakeClock().advance": [(by) => onClock((clock) => clock.advance(by)), [5], ["time"]],
  "fakeClock().set": [(at) => onClock((clock) => clock.set(at)), [5], ["time"]],
  fixtureShop: [testing.fixtureShop, [{ model: tiny, lists: {} }], []],
  "fixtureShop of a model": [(model) => testing.fixtureShop({ model, lists: {} }), [tiny], []],
  "fixtureShop of lists": [(lists) => testing.fixtureShop({ model: tiny, lists }), [{}], ["record"]],
  "fixtureShop of a list": [(home) => testing.fixtureShop({ model: tiny, lists: { home } }), [["a"]], ["ids"]],
  "fixtureShop of an item": [(id) => testing.fixtureShop({ model: tiny, lists: { home: [id] } }), ["a"], ["id"]],
  "matchers.toBeginWith": [matchers.toBeginWith, [ranked, ["a"], now], ["list", "ids", "options"]],
  "matchers.toHaveOrder": [matchers.toHaveOrder, [ranked, ["a", "b"], now], ["list", "ids", "options"]],
  "matchers.toHaveOrder of a locator": [matchers.toHaveOrder, [locator, ["a", "b"], now], ["list", "ids", "options"]],
  "matchers.toHaveReason": [matchers.toHaveReason, [model, null], ["", "reason"]],
  "matchers.toHaveRefused": [matchers.toHaveRefused, [refusing, "event.missing_id"], ["", "code"]],
  "matchers.toKeepServerOrder": [matchers.toKeepServerOrder, [ranked], ["ids"]],
  "matchers.toRankBefore": [matchers.toRankBefore, [ranked, "a", "b", now], ["list", "id", "id", "options"]],
  record: [testing.record, [model.session()], []],
  replay: [testing.replay, [recording, model.session()], []],
  serveFixture: [testing.serveFixture, [page, shop, "http://shop.localhost"], []],
  tinyModel: [testing.tinyModel, [description], []],
  "tinyModel of items": [(items) => testing.tinyModel({ items }), [["a"]], []],
  "tinyModel of an item": [(item) => testing.tinyModel({ items: [item] }), ["a"], ["item"]],
  "tinyModel of pairs": [(pairs) => testing.tinyModel({ ...description, together: pairs }), [[["a", "b"]]], ["pairs"]],
  "tinyModel of weights": [(weights) => testing.tinyModel({ items: ["a"], weights }), [{}], ["options"]],
  "tinyModel of a version": [(version) => testing.tinyModel({ items: ["a"], version }), ["1"], ["some"]],
  tinyNames: [testing.tinyNames, [description], []],
};

/** What a call throws or rejects with; null for nothing. */
async function thrownBy(call, given) {
  try {
    await call(...given);
    return null;
  } catch (error) {
    return error;
  }
}

test("everything that is exported is in the table", () => {
  const names = [...Object.keys(functions), ...Object.keys(matchers).map((name) => `matchers.${name}`)];
  assert.deepEqual([...new Set(Object.keys(CALLS).map((name) => name.split(/\(| of /)[0]))].sort(), names.sort());
});

for (const [name, [call, good, kinds]] of Object.entries(CALLS))
  test(`${name} answers nonsense with an error of its own`, async () => {
    assert.equal(await thrownBy(call, good), null);
    for (let at = 0; at < good.length; at++) {
      const taken = [];
      for (const [what, value] of Object.entries(nonsense())) {
        const error = await thrownBy(call, good.with(at, value));
        if (error === null || error.code === "ERR_ASSERTION") taken.push(what);
        else {
          const told = `${name}, ${at}, ${what}: ${error.stack}`;
          assert.equal(error.name, "ReshelfError", told);
          assert.match(error.code, /^testing\.[a-z]+$/, told);
          assert.match(error.message, /^\S.{20,}[.)]$/s, told);
        }
      }
      assert.deepEqual(taken, TAKEN[kinds[at]] ?? [], `${name}, ${at}`);
    }
  });

test("a recording passes nonsense on, and writes down what can be replayed", async () => {
  const reranker = model.session();
  const { text, reranker: recorded } = testing.record(reranker);
  for (const call of ["observe", "rerank", "rerankMany", "retrieve", "forget", "restore"])
    for (const [what, value] of Object.entries(nonsense())) {
      // A reranker reads four million places of these, which it would take the whole test to compare.
      if (call.startsWith("rerank") && /without an end|with holes/.test(what)) continue;
      const error = await thrownBy(recorded[call], [value]);
      assert.equal(error, null, `${call}: ${what}: ${error?.stack}`);
    }
  await recorded.retrieve(Object.assign(getters("k"), { filter: () => true }));
  const { calls, differences } = await testing.replay(text(), model.session());
  assert.equal(calls, text().split("\n").length - 2);
  // A recording has no BigInt but as text, and text is a list of its letters.
  assert.deepEqual(
    differences.map(({ call }) => call),
    ["rerank", "rerankMany"],
  );
});
