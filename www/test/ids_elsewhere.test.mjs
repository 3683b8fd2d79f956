// Candidates whose id stands elsewhere, and options that are misspelt: what a page is told, and that it costs nothing else. Over the real
// engine, on the page and in a worker.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, describe, test } from "node:test";
import { loadModel } from "../dist/index.node.js";
import { endWorker, HOMES, inWords } from "./homes.mjs";

const artifact = readFileSync(new URL("../../tests/golden/golden.safetensors", import.meta.url));
const [{ events }] = JSON.parse(readFileSync(new URL("../../tests/golden/golden.json", import.meta.url)));
const EVENTS = events.filter(({ id }) => id != null);
const model = await loadModel({ model: artifact });
const ids = (await model.session().retrieve({ k: 30 })).map(({ id }) => id);
const shuffled = ids.map((_, at) => ids[(at * 7) % ids.length]);
const orderOf = (ranked) => ranked.map(({ previousRank, score }) => [previousRank, score]);

after(endWorker);

for (const [home, loadIn] of Object.entries(HOMES))
  describe(home, () => {
    // A worker takes the buffer.
    const load = (options) => loadIn({ ...options, model: new Uint8Array(artifact) });
    const expected = async () => {
      const plain = await load({});
      for (const event of EVENTS) await plain.observe(event);
      return orderOf(await plain.rerank(shuffled));
    };

    test("a field, or a function, tells ids in place of `id`; a field names the items of events, too", async () => {
      const order = await expected();
      const list = shuffled.map((sku, row) => ({ sku, id: row, nested: { sku } }));
      const byField = await load({ id: "sku" });
      const byFunction = await load({ id: ({ nested }) => nested.sku });
      for (const [at, event] of EVENTS.entries()) {
        const { id, ...rest } = event;
        assert.notEqual(await byField.observe(at % 2 ? event : { ...rest, sku: id, id: `row ${at}` }), null);
        await byFunction.observe(event);
      }
      for (const reranker of [byField, byFunction]) {
        const ranked = await reranker.rerank(list);
        assert.deepEqual(orderOf(ranked), order);
        assert.ok(ranked.every(({ candidate, previousRank }) => candidate === list[previousRank - 1]));
        assert.deepEqual(orderOf((await reranker.rerankMany([list]))[0]), order);
        assert.deepEqual(orderOf(await reranker.rerank(shuffled)), order, "bare ids are ids");
        const other = await reranker.session();
        for (const event of EVENTS) await other.observe(event);
        assert.deepEqual(orderOf(await other.rerank(list)), order);
        const { refused, lastList } = await reranker.info();
        assert.deepEqual([refused.arguments.count, refused.ids.count], [0, 0]);
        assert.deepEqual(lastList, { candidates: 30, identified: 30, known: 30 });
      }
    });

    test("prepare asks for items by that field", async () => {
      const asked = [];
      const rows = (ids) => {
        asked.push(...ids);
        return {};
      };
      const reranker = await load({ id: "sku", rows });
      await reranker.prepare([{ sku: "elsewhere", id: 1 }, { sku: shuffled[0] }, "bare"]);
      assert.deepEqual(asked, ["bare", "elsewhere"]);
    });

    test("a function that throws costs the list its order and nothing else", async () => {
      const id = () => {
        throw new Error("mine");
      };
      const reranker = await load({ id });
      assert.equal((await reranker.rerank([{ sku: 1 }, { sku: 2 }])).length, 2);
      const { refused, status } = await inWords(() => reranker.info());
      assert.equal(status, "ready");
      assert.match(refused.arguments.reason.message, /mine/);
    });

    test("info() counts what came, what had an id and what the model knows; missing ids leave a reason with the way out", async () => {
      const reranker = await load({});
      assert.equal((await reranker.info()).lastList, null);
      await reranker.rerank([...ids.slice(0, 3), "nobody", { sku: "a" }, null]);
      assert.deepEqual((await reranker.info()).lastList, { candidates: 6, identified: 4, known: 3 });
      await reranker.observe({ id: "nobody" });
      await reranker.rerankMany([["nobody"], ids.slice(0, 2)]);
      assert.deepEqual((await reranker.info()).lastList, { candidates: 3, identified: 3, known: 2 });
      await reranker.rerank(ids.map((sku) => ({ sku, price: 3 })));
      const { refused, lastList } = await inWords(() => reranker.info());
      assert.deepEqual(lastList, { candidates: 30, identified: 0, known: 0 });
      assert.equal(refused.ids.reason.code, "id.missing");
      if (home === "the page") assert.match(refused.ids.reason.message, /they have `sku`; .*load with `id: "sku"`/);
      assert.match(refused.ids.reason.message, /`id: "sku"`/);
      await reranker.forget();
      assert.equal((await reranker.info()).lastList, null);
      const hostile = new Proxy({}, { ownKeys: () => assert.fail("mine"), get: () => undefined });
      assert.equal((await reranker.rerank([hostile])).length, 1);
      assert.equal((await reranker.info()).refused.ids.reason.code, "id.missing");
    });

    test("an option of a name that is none leaves a reason that says which was meant", async () => {
      const wrong = await load({ feedbak: false, inPlace: "no", deadlineMs: "5" });
      const { arguments: first } = (await inWords(() => wrong.info())).refused;
      assert.equal(first.count, 3);
      assert.match(first.reason.message, /`feedbak` is no option here: did you mean `feedback`\?/);
      const reranker = await load({});
      const calls = [
        [() => reranker.rerank(ids, { limt: 3 }), /did you mean `limit`/],
        [() => reranker.rerankMany([ids], { by: "similarity" }), /`by` is no option here; there are limit, policy\./],
        [() => reranker.retrieve({ k: 1, fitler: () => true }), /did you mean `filter`/],
        [() => reranker.prepare(ids, { deadline: 5 }), /did you mean `deadlineMs`/],
        [() => reranker.consent({ stor: true }), /did you mean `store`/],
        [
          () => reranker.rerank(ids, { ["x".repeat(1e5)]: 3 }),
          /^`x{50}…` is no option here; there are limit, policy, by\.$/,
        ],
      ];
      for (const [call, message] of calls) {
        await call();
        const { count, reason } = (await inWords(() => reranker.info())).refused.arguments;
        assert.equal(reason.code, "argument.unknown");
        assert.match(reason.message, message);
        assert.equal(count, 1 + calls.findIndex(([each]) => each === call));
      }
    });
  });

test("options of the wrong kind, and a proxy that hides its names, are as not given", async () => {
  const load = HOMES["the page"];
  for (const id of [5, "", "  ", {}, []]) {
    const reranker = await load({ model: artifact, id });
    assert.equal(reranker.info().refused.arguments.reason.code, "argument.id");
    reranker.rerank([{ id: ids[0] }]);
    assert.equal(reranker.info().lastList.known, 1);
  }
  const hides = new Proxy({ model: artifact }, { ownKeys: () => assert.fail("mine") });
  const reranker = await load(hides);
  assert.equal(reranker.info().status, "ready");
  assert.equal(reranker.info().refused.arguments.reason.code, "argument.options");
});

for (const [home, loadIn] of Object.entries(HOMES))
  test(`an id that is told with a promise is none, and one that fails harms nobody (${home})`, async () => {
    const unhandled = [];
    const hear = (error) => unhandled.push(error);
    process.on("unhandledRejection", hear);
    // biome-ignore lint/suspicious/noThenProperty: what looks like a promise and is none is the case
    const almost = { then: null };
    for (const id of [async () => "7", () => Promise.reject(new Error("no such id")), () => almost]) {
      const onProgress = () => Promise.reject(new Error("nobody is told"));
      const reranker = await loadIn({ model: new Uint8Array(artifact), id, onProgress, quiet: true });
      const list = [{ sku: 1 }, { sku: 2 }];
      assert.deepEqual(
        (await reranker.rerank(list)).map(({ candidate }) => candidate),
        list,
      );
      await reranker.prepare(list);
      assert.equal((await reranker.info()).lastList?.identified ?? 0, 0);
      await reranker.dispose();
    }
    await new Promise((done) => setTimeout(done, 20));
    process.off("unhandledRejection", hear);
    assert.deepEqual(unhandled, []);
  });

test("one candidate that throws costs `prepare` no other; of several fields the likeliest is named", async () => {
  const reranker = await HOMES[Object.keys(HOMES)[0]]({
    ...{ model: new Uint8Array(artifact), quiet: true },
    id: ({ variant }) => variant.sku,
  });
  await reranker.prepare([{ variant: { sku: "a" } }, {}]);
  assert.equal(reranker.info().refused.arguments.reason.code, "argument.list");
  const plain = model.session();
  plain.observe(EVENTS[0]);
  plain.rerank([{ categoryId: 3, postcode: 1, productId: 2, sku: "a" }]);
  await inWords(() => plain.info());
  assert.match(plain.info().refused.ids.reason.message, /`id: "sku"`/);
  plain.rerank([{ brandCode: 1, productId: 2 }]);
  assert.match(plain.info().refused.ids.reason.message, /`id: "productId"`/);
});
