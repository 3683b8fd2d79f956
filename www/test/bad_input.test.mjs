// What a shop, its clock and its shoppers may hand over by mistake, over the real engine: each is an event that counts, or one that is
// ignored with a reason and counted in `info()`, and never costs the session. The odd values of every single argument are in
// interface.test.mjs, what stores hold by mistake in store.test.mjs and tests/browser/store_visits.mjs.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { ODD } from "../../tests/fuzz/values.mjs";
import { loadModel } from "../dist/index.node.js";
import { errors } from "../dist/internals.js";
import { Place } from "./fake_store.mjs";

const MODEL = new URL("../../tests/golden/golden.safetensors", import.meta.url);
const model = await loadModel({ model: new Uint8Array(readFileSync(MODEL)), backend: "cpu" });
const probe = model.session();
const ids = (await probe.retrieve({ k: 40 })).map(({ id }) => id);
const scores = (reranker) => reranker.rerank(ids).map(({ candidate, score }) => [candidate, score]);
const seen = (reranker) => reranker.info().events.map(({ id }) => id);
const DAY = 24 * 60 * 60 * 1000;
const MEGABYTE = 1_000_000;

test("a clock may jump as it likes: the order of arrival counts, and nothing is dated later than now", () => {
  const [plain, jumpy] = [model.session(), model.session()];
  const now = Date.now();
  const jumps = [now, 0, -1e15, now + 400 * DAY, now * 1000, now - 90 * DAY, 1, 8.7e15, now - 1];
  jumps.forEach((at, i) => {
    plain.observe({ id: ids[i], type: i % 3 ? "view" : "cart" });
    jumpy.observe({ id: ids[i], type: i % 3 ? "view" : "cart", at });
  });
  assert.deepEqual(seen(jumpy), ids.slice(0, jumps.length));
  assert.deepEqual(scores(jumpy), scores(plain));
  const { events, ignored, refused } = jumpy.info();
  assert.ok(events.every(({ at }) => at <= Date.now()));
  assert.deepEqual([ignored.count, refused.arguments.count], [0, 0]);
  // A time that is none leaves a reason, and the event.
  for (const at of [NaN, Infinity, "1e999", "12:00", {}, []]) assert.notEqual(jumpy.observe({ id: ids[20], at }), null);
  assert.deepEqual(
    [jumpy.info().refused.arguments.count, jumpy.info().refused.arguments.reason.code],
    [6, "argument.at"],
  );
  assert.equal(jumpy.forget({ from: now - 60_000, to: now + 1e12 }), 1 + 3 + 1 + 6, "what the shopper did this minute");
});

test("a store whose clock jumps, ahead and back, has the session of its days", async () => {
  const place = new Place();
  place.now = Date.now();
  const first = await place.load();
  first.consent({ store: true });
  first.observe({ id: ids[0] });
  // The clock is set to 1970, and the page writes on.
  place.now = 1000;
  first.observe({ id: ids[1] });
  await place.settle();
  const second = await place.load();
  second.observe({ id: ids[2], at: place.now });
  await place.settle();
  assert.deepEqual([seen(second), second.info().store.reason], [ids.slice(0, 3), null]);
  // It is put right: what is dated 1970 is of no day that counts, what was written then is too old as a whole.
  first.dispose();
  second.dispose();
  await place.settle();
  place.now = Date.now();
  const third = await place.load();
  assert.deepEqual([seen(third), third.info().store.kind, place.kept], [[], "memory", null]);
  third.consent({ store: true });
  third.observe({ id: ids[3] });
  await place.settle();
  assert.deepEqual(seen(await place.load()), [ids[3]]);
});

test("events in the shapes of others are ignored and counted, and those around them count", () => {
  const reranker = model.session();
  const foreign = [
    { event: "view_item", ecommerce: { items: [{ item_id: ids[0], item_name: "A mug" }] } },
    ["event", "add_to_cart", { items: [{ item_id: ids[0] }] }],
    { type: "track", event: "Product Viewed", properties: { product_id: ids[0] } },
    { name: "product_viewed", data: { productVariant: { id: ids[0] } } },
    { "@type": "Product", sku: ids[0] },
    { type: "view", ID: ids[0] },
    { type: "view", id: { value: ids[0] } },
    { type: "view", id: [ids[0]] },
    new Event("click"),
    new Map([["id", ids[0]]]),
    JSON.stringify({ id: ids[0] }),
    { type: "search", q: "mug" },
    { type: "mute", department: "home" },
  ];
  for (const event of foreign) {
    assert.notEqual(reranker.observe({ id: ids[1] }), null);
    assert.equal(reranker.observe(event), null, JSON.stringify(event));
  }
  const { events, ignored, status } = reranker.info();
  assert.deepEqual([events.length, ignored.count, status], [foreign.length, foreign.length, "ready"]);
  assert.equal(ignored.reason.code, "event.missing_subject");
  // Words of others for what was done are no reason to lose it.
  for (const type of ["view_item", "Product Viewed", "ADD_TO_CART", "…", "constructor", "__proto__"])
    assert.notEqual(reranker.observe({ id: ids[2], type }), null);
  assert.deepEqual(
    reranker
      .info()
      .events.slice(-6)
      .map(({ type }) => type),
    ["view", "other", "cart", "other", "other", "other"],
  );
});

test("texts of a megabyte are cut or refused, and cost the session and its store nothing", async () => {
  const place = new Place();
  const reranker = await place.load();
  reranker.consent({ store: true });
  reranker.observe({ id: ids[0] });
  const long = "é😀x".repeat(MEGABYTE / 4);
  for (const query of [long, `?q=${"%F0%9F%98%80".repeat(MEGABYTE / 12)}`, "\0".repeat(MEGABYTE), " ".repeat(MEGABYTE)])
    reranker.observe({ type: "search", query });
  const searches = reranker.info().events.filter(({ about }) => about === "query");
  assert.deepEqual(
    searches.map(({ id }) => id.length <= 256),
    [true, true],
  );
  assert.deepEqual([reranker.info().ignored.count, reranker.info().ignored.reason.code], [2, "event.missing_query"]);
  reranker.observe({ type: "mute", category: long });
  reranker.observe({ id: ids[1], type: long, list: long, title: long, category: long, brand: long });
  reranker.observe({ id: "new", title: long, category: long, brand: long });
  assert.equal(reranker.observe({ id: long }), null);
  assert.equal(reranker.info().ignored.reason.code, "id.long");
  assert.equal(reranker.info().events.length, 6);
  reranker.rerank([{ id: long }, ...ids, { id: "newer", title: long, row: long }]);
  assert.deepEqual(scores(reranker).length, ids.length);
  await place.settle();
  assert.equal(reranker.info().store.saved, true);
  assert.ok(place.text.length < 100_000, `${place.text.length} bytes are stored`);
  const next = await place.load();
  assert.deepEqual([seen(next), scores(next)], [seen(reranker), scores(reranker)]);
});

test("a hundred thousand impressions and skips push out no click, and take no more memory than a thousand", () => {
  const reranker = model.session();
  const clicks = ids.slice(0, 12);
  for (const id of clicks) reranker.observe({ id });
  const scroll = (count) => {
    for (let at = 0; at < count; at++)
      reranker.observe({
        id: ids[at % 40],
        type: at % 2 ? "impression" : "skip",
        list: `list ${at % 50}`,
        position: at,
      });
    reranker.rerank(ids);
  };
  scroll(3000);
  const { length } = reranker.snapshot();
  scroll(97_000);
  assert.deepEqual(seen(reranker), clicks);
  assert.deepEqual(reranker.info().shown, { impressions: 512, skips: 512 });
  assert.equal(reranker.snapshot().length, length);
  assert.equal(reranker.info().ignored.count, 0);
});

test("objects that fight back are ignored or read as far as they go, and the log is whole", () => {
  const reranker = model.session();
  reranker.observe({ id: ids[0] });
  let taken = 1;
  let ignored = 0;
  const give = (event) => {
    const number = reranker.observe(event);
    if (number === null) ignored += 1;
    else taken += 1;
  };
  for (const make of Object.values(ODD)) {
    give(make());
    give({ id: make(), type: make(), at: make(), row: make(), seconds: make(), list: make(), position: make() });
    give({ id: ids[1], type: make(), at: make(), category: make(), brand: make(), price: make(), title: make() });
    give({ type: "search", query: make() });
    give({ type: "mute", category: make(), brand: make() });
    give({ id: ids[1], type: "dwell", seconds: make(), at: make() });
  }
  const { events, ignored: told, status } = reranker.info();
  assert.equal(status, "ready");
  assert.equal(told.count, ignored);
  assert.equal(events.length, taken);
  assert.ok(taken > 100 && ignored > 100, `${taken} taken, ${ignored} ignored`);
  assert.equal(events[0].id, ids[0]);
  const other = model.session();
  assert.equal(other.restore(reranker.snapshot()), true);
  assert.deepEqual(seen(other), seen(reranker));
});

test("what is thrown may look like the package's own errors", () => {
  const { reasonFrom } = errors;
  const throws = {
    get secret() {
      throw new Error("no");
    },
  };
  const hostile = new Proxy({}, { ownKeys: () => assert.fail("read") });
  for (const facts of [hostile, throws, { a: Symbol("b") }, { a: { toString: null } }, null, "text", 7, () => 0]) {
    const reason = reasonFrom({ code: "model.http", message: "", facts }, "model.unusable");
    assert.equal(reason.code, "model.http");
    assert.deepEqual({ ...reason.facts }, {});
  }
  const { facts } = reasonFrom({ code: "model.http", message: "", facts: { status: "404", at: 3 } }, "model.unusable");
  assert.deepEqual(facts, { status: "404" });
});
