// reshelf/listen: what is too much, and what breaks those who read it carelessly.
import assert from "node:assert/strict";
import { test } from "node:test";
import vm from "node:vm";
import { listen } from "../dist/listen/index.js";
import { brief, item, pageWith, shop, viewed } from "./pushes.mjs";

test("texts are bounded: a query of a megabyte counts with its first 256 characters, whole ones", () => {
  const { events, start, gtag } = shop();
  const { info, stop } = start();
  gtag("event", "search", { search_term: "boot ".repeat(200_000) });
  gtag("event", "search", { search_term: `${"x".repeat(255)}😀` });
  gtag("event", "search", { search_term: 4711 });
  assert.equal(events[0].query, "boot ".repeat(52).slice(0, 256).trim());
  assert.equal(events[1].query, "x".repeat(255));
  assert.equal(events[2].query, "4711");
  const long = "y".repeat(1_000_000);
  gtag("event", "view_item_list", {
    item_list_id: long,
    items: [item("a", { item_name: long, price: "12,50 €", index: -1 })],
  });
  assert.deepEqual(events[3], {
    type: "impression",
    id: "a",
    list: "y".repeat(256),
    position: 0,
    title: "y".repeat(1024),
  });
  gtag("event", "view_item", { items: [item(long)] });
  for (const empty of ["", "   ", null, {}, ["boots"]]) gtag("event", "search", { search_term: empty });
  assert.deepEqual([events.length, info().ignored.count], [4, 6]);
  stop();
});

/** An array that counts how often it is read, in `reads`. */
function counted(array) {
  let reads = 0;
  return new Proxy(array, { get: (of, name) => (name === "reads" ? reads : (reads++, Reflect.get(of, name))) });
}

test("an id that is a number beyond exact ones is the reranker's to refuse, and a price in words is none", () => {
  const { events, start, gtag } = shop();
  const { stop } = start();
  gtag("event", "view_item", { items: [item(Number("12345678901234567890")), item(42, { price: "0x10" })] });
  assert.deepEqual(
    events.map(({ id, price }) => [id, price]),
    [
      [Number("12345678901234567890"), undefined],
      ["42", undefined],
    ],
  );
  stop();
});

test("a push of a million items costs 200 events, and the rest is counted", () => {
  const { events, start, gtag, scope } = shop();
  const { info, stop } = start();
  const items = counted(Array.from({ length: 1_000_000 }, (_, at) => item(`i${at}`)));
  gtag("event", "view_item_list", { items });
  assert.ok(items.reads < 205, `${items.reads} reads of it`);
  assert.deepEqual([events.length, info().ignored.count, info().ignored.reason.code], [200, 999_800, "listen.many"]);
  assert.equal(events[199].position, 199);
  scope.dataLayer.push(...Array.from({ length: 1000 }, (_, at) => viewed(`v${at}`)));
  assert.deepEqual([events.length, events.at(-1).id, info().ignored.count], [500, "v999", 1_000_500]);
  assert.equal(scope.dataLayer.length, 1001);
  stop();
});

test("of a million earlier pushes the newest 300 are taken in", () => {
  const dataLayer = counted(Array.from({ length: 1_000_000 }, (_, at) => viewed(`v${at}`)));
  const { events, start } = shop({ dataLayer });
  const { info, stop } = start();
  assert.ok(dataLayer.reads < 310, `${dataLayer.reads} reads of it`);
  assert.deepEqual([events.length, events[0].id, events[299].id], [300, "v999700", "v999999"]);
  assert.equal(info().ignored.count, 999_700);
  stop();
});

/** Things that break what reads them carelessly. */
const bad = () => {
  throw new Error("hostile");
};
const revoked = () => {
  const { proxy, revoke } = Proxy.revocable([], {});
  revoke();
  return proxy;
};
const THEN = "then";
const HOSTILE = [
  () => new Proxy({}, { get: bad, has: bad, ownKeys: bad, getOwnPropertyDescriptor: bad, getPrototypeOf: bad }),
  () => new Proxy([], { get: bad, set: bad }),
  () => new Proxy(() => {}, { apply: bad, get: bad }),
  revoked,
  () => Object.defineProperty({}, "item_id", { get: bad, enumerable: true }),
  () => ({ toString: bad, valueOf: bad, [Symbol.toPrimitive]: bad }),
  () => Object.create(null),
  () => Object.freeze({}),
  () => Symbol("hostile"),
  () => 12n,
  () => NaN,
  () => -1,
  () => "",
  () => "\ud800",
  () => null,
  () => undefined,
  () => true,
  () => [],
  () => [[]],
  () => new Array(5),
  () => Object.assign([1], { length: 2 ** 32 - 1 }),
  () => new Proxy([item("x")], { get: (list, name) => (name === "length" ? Infinity : list[name]) }),
  () => new Proxy([item("x")], { get: (list, name) => (name === "length" ? Symbol("length") : list[name]) }),
  () => vm.runInNewContext("({ items: [{ item_id: 'foreign' }], item_id: 'foreign', product_id: 'foreign' })"),
  () => new Date(NaN),
  () => new Map([["items", []]]),
  () => Object.defineProperty({}, THEN, { get: bad }),
  () => ({ [THEN]: bad }),
  () => Promise.resolve({}),
];

test("hostile globals that come late break nothing either", (t) => {
  t.mock.timers.enable({ apis: ["Date", "setTimeout"] });
  for (const make of HOSTILE) {
    for (const late of [
      (scope) => (scope.dataLayer = make()),
      (scope) => (scope.analytics = Object.assign(make() ?? {}, {})),
      (scope) => Object.defineProperty(scope, "analytics", { get: bad }),
      (scope) =>
        ([scope.document, scope.location] = [
          pageWith([[{ "@type": "Product" }, { "@type": "Product", sku: "a" }]]),
          make(),
        ]),
    ]) {
      const { scope, start } = shop({ dataLayer: undefined, document: { readyState: "loading" } });
      const { stop } = start();
      try {
        late(scope);
      } catch {
        continue; // What cannot even be made.
      }
      t.mock.timers.tick(50);
      t.mock.timers.tick(100);
      stop();
    }
  }
});

test("hostile shapes at every place of a push cost no more than themselves, and the page's push gets them as they are", () => {
  const { events, start, gtag, scope } = shop();
  const layer = scope.dataLayer;
  const { stop } = start();
  let pushed = 0;
  for (const make of HOSTILE) {
    for (const entry of [
      make(),
      { event: make() },
      { event: "view_item", ecommerce: make() },
      { event: "view_item", ecommerce: { items: make() } },
      { event: "view_item_list", ecommerce: { items: [make()], item_list_id: make() } },
      { event: "purchase", items: [item(make())] },
      { event: "search", search_term: make() },
      {
        event: "view_item_list",
        items: [
          item("fine", { index: make(), price: make(), item_name: make(), item_category: make(), item_brand: make() }),
        ],
      },
    ]) {
      layer.push(entry);
      assert.ok(Object.is(layer.at(-1), entry));
      pushed += 1;
    }
    for (const given of [
      [make()],
      ["event", make()],
      ["event", "view_item", make()],
      ["event", "view_item", { items: make() }],
    ]) {
      gtag(...given);
      pushed += 1;
    }
    const fine = brief(events.splice(0)).filter((event) => event === "impression fine");
    assert.equal(fine.length, 1, String(make));
    layer.push(viewed("after"));
    pushed += 1;
    assert.deepEqual(brief(events.splice(0)), ["view after"]);
  }
  assert.equal(layer.length, pushed);
  stop();
});

test("hostile globals, options and rerankers break nothing", async () => {
  for (const make of HOSTILE) {
    for (const globals of [
      { dataLayer: make() },
      { analytics: make() },
      { analytics: { track: bad, on: make() } },
      { analytics: Object.assign([["track"], make(), ["track", make(), make()]], { track: bad, on: bad }) },
      { analytics: { subscribe: make() } },
      { Shopify: make() },
      { Shopify: { analytics: { subscribe: () => make() } } },
      { document: make() },
      { document: { querySelectorAll: make } },
      { document: { querySelectorAll: () => [{ textContent: make() }] }, location: make() },
    ]) {
      const { start } = shop(globals);
      const { info, stop } = start();
      info();
      stop();
    }
    for (const options of [
      make(),
      { sources: make() },
      { id: make() },
      { signal: make() },
      { scope: make() },
      { sources: [make()] },
    ]) {
      const { info, stop } = listen({ observe: () => {} }, options);
      info();
      stop();
    }
    for (const reranker of [make(), { observe: make() }, { observe: () => make() }]) {
      const { scope } = shop({ dataLayer: [viewed("a")] });
      const { info, stop } = listen(reranker, { scope });
      const { observed, ignored } = info();
      assert.equal(observed + ignored.count, 1);
      stop();
    }
    const { events, start } = shop({ dataLayer: [viewed("a"), viewed("b")] });
    const { info, stop } = start({ id: () => make() });
    assert.equal(events.length + info().ignored.count, make() === null ? 0 : 2);
    stop();
  }
  await new Promise((done) => setImmediate(done)); // A rejection that nobody hears would end the process.
});

test("a reranker that throws or fails is counted, and one behind a worker's promise is as good", async () => {
  const { scope } = shop({ dataLayer: [viewed("a")] });
  const thrown = listen({ observe: bad }, { scope });
  assert.deepEqual([thrown.info().observed, thrown.info().ignored.reason.code], [0, "listen.observe"]);
  const failing = listen({ observe: async () => bad() }, { scope });
  await new Promise((done) => setImmediate(done));
  assert.equal(failing.info().ignored.reason.code, "listen.observe");
  class Own {
    #events = [];
    observe(event) {
      this.#events.push(event);
      return this.#events.length;
    }
    get count() {
      return this.#events.length;
    }
  }
  const own = new Own();
  const plain = listen(own, { scope });
  assert.equal(own.count, 1, "its own `this`");
  for (const { stop } of [thrown, failing, plain]) stop();
});

test("a long script of JSON-LD is not parsed, and a page full of scripts is not read to its end", () => {
  const long = JSON.stringify({ "@type": "Product", sku: "a", description: "x".repeat(600_000) });
  const { events, start } = shop({ document: pageWith([long]) });
  const { info, stop } = start();
  assert.deepEqual([events.length, info().ignored.reason.code], [0, "listen.many"]);
  stop();
  const many = shop({ document: pageWith([...Array(40).fill("{}"), { "@type": "Product", sku: "a" }]) });
  many.start().stop();
  assert.deepEqual(many.events, []);
});

test("importing it does nothing, and without a page it waits for one", () => {
  const { info, stop } = listen({ observe: () => {} });
  assert.deepEqual(info().sources, { ga4: "waiting", segment: "waiting", shopify: "waiting", jsonld: "absent" });
  stop();
});
