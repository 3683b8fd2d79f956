// reshelf/testing: assertions and matchers for orders and reasons, and the page for headless browsers.
import assert from "node:assert/strict";
import { test } from "node:test";
import { loadReranker } from "../dist/index.node.js";
import {
  assertBefore,
  assertBeginsWith,
  assertOrder,
  assertReason,
  assertRefused,
  assertServerOrder,
  fixtureShop,
  matchers,
  serveFixture,
  tinyModel,
} from "../dist/testing/index.js";

const model = tinyModel({ items: ["a", "b", "c"], together: [["a", "c"]] });
const load = () => loadReranker({ model, backend: "cpu" });
const fails = (call, expected, actual) =>
  assert.throws(call, (error) => {
    assert.equal(error.code, "ERR_ASSERTION");
    assert.deepEqual([error.expected, error.actual], [expected, actual]);
    return true;
  });

test("an order is read of rankings, candidates, ids and elements", async () => {
  const reranker = await load();
  const element = (id) => ({ getAttribute: (name) => (name === "data-id" ? id : null), id: "not this one" });
  const lists = [
    reranker.rerank(["a", "b"]),
    reranker.rerank([{ id: "a" }, { id: " b " }]),
    await reranker.retrieve({ k: 2 }),
    new Set(["a", "b"]),
    [{ id: "a", candidate: "a" }, { id: "b" }],
  ];
  for (const list of lists) assertOrder(list, ["a", "b"]);
  assertOrder([element("a"), element(null), element("b")], ["a", "b"], { attribute: "data-id" });
  assertOrder([7, 8n], ["7", 8]);
  for (const wrong of [null, 5, "ab", {}, [null], [{}], [true]])
    assert.throws(() => assertOrder(wrong, []), { name: "ReshelfError", code: "testing.order" });
});

test("assertions hold, or say what was wanted and what there is", async () => {
  const reranker = await load();
  const list = ["a", "b", "c"];
  assertServerOrder(reranker.rerank(list));
  reranker.observe({ id: "a" });
  const ranked = reranker.rerank(list);
  assertOrder(ranked, ["c", "a", "b"]);
  assertBeginsWith(ranked, ["c"]);
  assertBefore(ranked, "c", "b");
  assertReason(reranker, null);
  fails(() => assertOrder(ranked, ["c", "a"]), ["c", "a"], ["c", "a", "b"]);
  fails(() => assertBeginsWith(ranked, ["a", "c"]), ["a", "c"], ["c", "a"]);
  fails(() => assertBefore(ranked, "b", "c"), ["b", "c"], ["c", "b"]);
  fails(() => assertBefore(ranked, "c", "x"), ["c", "x"], ["c"]);
  fails(() => assertServerOrder(ranked), ["a", "b", "c"], ["c", "a", "b"]);
  fails(() => assertReason(reranker, "artifact.empty"), "artifact.empty", null);
  fails(() => assertRefused(reranker, "argument.limit"), "argument.limit", []);
  reranker.rerank(list, { limit: "x" });
  assertRefused(reranker, "argument.limit");
  reranker.observe({});
  assertRefused(reranker.info(), "event.missing_id");
  assert.throws(() => assertServerOrder(["a"]), { code: "testing.order" });
  assert.throws(() => assertReason({}, null), { code: "testing.order" });
  const broken = await loadReranker({ model: new Uint8Array(), backend: "cpu" });
  assertReason(broken, "artifact.empty");
  fails(() => assertReason(broken, null), null, "artifact.empty");
});

test("matchers give the same verdicts, and words for both ways round", async () => {
  const reranker = await load();
  reranker.observe({ id: "a" });
  const ranked = reranker.rerank(["a", "b", "c"]);
  const { toHaveOrder, toBeginWith, toRankBefore, toKeepServerOrder, toHaveReason, toHaveRefused } = matchers;
  assert.equal(toHaveOrder(ranked, ["c", "a", "b"]).pass, true);
  assert.equal(toBeginWith(ranked, ["c"]).pass, true);
  assert.equal(toRankBefore(ranked, "c", "a").pass, true);
  assert.equal(toKeepServerOrder(ranked).pass, false);
  assert.equal(toHaveReason(reranker, null).pass, true);
  assert.equal(toHaveRefused(reranker, "id.unsafe").pass, false);
  assert.match(toHaveOrder(ranked, ["c"]).message(), /expected the order\n {2}c\nbut there is\n {2}c, a, b/);
  assert.match(toHaveOrder(ranked, ["c", "a", "b"]).message(), /^expected not the order\n {2}c, a, b\n$/);
});

/** A locator whose list changes with every look at it. */
const locator = (...looks) => ({
  asked: 0,
  async evaluateAll(read, attribute) {
    const ids = looks[Math.min(this.asked++, looks.length - 1)];
    return read(
      ids.map((id) => ({ getAttribute: (name) => (name === attribute ? id : null) })),
      attribute,
    );
  },
});

test("a locator is looked at until it is as wanted", async () => {
  const timeout = 60_000;
  const late = locator(["a", "b"], ["a", "b"], ["b", null, "a"]);
  assert.equal((await matchers.toHaveOrder.call({ timeout }, late, ["b", "a"])).pass, true);
  assert.equal(late.asked, 3);
  const leaves = locator(["a", "b"], ["b", "a"]);
  const result = await matchers.toBeginWith.call({ isNot: true }, leaves, ["a"], { timeout, attribute: "data-id" });
  assert.deepEqual([result.pass, leaves.asked], [false, 2]);
  const never = await matchers.toRankBefore.call({}, locator(["a", "b"]), "b", "a", { timeout: 0 });
  assert.deepEqual([never.pass, never.actual], [false, ["a", "b"]]);
});

test("a fixture page has its lists in the server's order, whatever they are named", () => {
  const lists = { 'new "&<': [{ id: "<b>", title: "a < b", score: 2 }, 7, 8n], "": [] };
  const shop = fixtureShop({ model, lists, title: "A & B" });
  assert.deepEqual(Object.keys(shop), ["/", "/shop.js", "/model.safetensors"]);
  const page = shop["/"].body;
  assert.match(page, /<title>A &amp; B<\/title>/);
  assert.match(
    page,
    /<ul data-reshelf-list="new &quot;&amp;&lt;">\s*<li data-reshelf-item="&lt;b&gt;"><button>a &lt; b</,
  );
  const [, data] = /id="lists">(.*?)<\/script>/.exec(page);
  assert.ok(!data.includes("<"));
  assert.deepEqual(JSON.parse(data)['new "&<'], [{ id: "<b>", title: "a < b", score: 2 }, { id: "7" }, { id: "8" }]);
  assert.match(shop["/"].headers["content-security-policy"], /script-src 'self' 'wasm-unsafe-eval'/);
  assert.ok(Buffer.isBuffer(shop["/model.safetensors"].body));
  for (const wrong of [
    { lists },
    { model: "x", lists },
    { model, lists: { home: "a" } },
    { model, lists: { home: [null] } },
    { model, lists: { home: [{ id: "a", title: 5 }] } },
    { model },
    { model, lists, title: 5 },
    { model, lists: { home: ["a", "a"] } },
  ])
    assert.throws(() => fixtureShop(wrong), { name: "ReshelfError", code: "testing.page" });
});

test("a fixture's origin answers with its own files, the package's, and nothing else", async () => {
  const shop = fixtureShop({ model, lists: { home: ["a"] } });
  let handler;
  await serveFixture({ route: async (_, handle) => (handler = handle) }, shop, "http://shop.test/");
  const ask = (address) => {
    const told = {};
    handler({
      request: () => ({ url: () => address }),
      fulfill: (answer) => Object.assign(told, answer),
      abort: (why) => Object.assign(told, { why }),
    });
    return told;
  };
  assert.equal(ask("http://shop.test/").body, shop["/"].body);
  assert.equal(ask("http://shop.test/toString").status, 404);
  assert.ok(ask("http://shop.test/reshelf/engine/reshelf.js").path.endsWith("/dist/engine/reshelf.js"));
  assert.ok(ask("http://shop.test/reshelf/../../etc/passwd").status === 404);
  assert.equal(ask("http://shop.test/reshelf/..%2f..%2fetc/passwd").status, 404);
  assert.equal(ask("http://shop.test/reshelf/%zz").status, 404);
  assert.equal(ask("http://elsewhere.test/").why, "blockedbyclient");
});
