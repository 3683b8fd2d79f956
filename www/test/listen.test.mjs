// reshelf/listen: what a page tells its analytics against the events that are to come of it.
import assert from "node:assert/strict";
import { test } from "node:test";
import { listen } from "../dist/listen/index.js";
import {
  brief,
  bus,
  GA4,
  GA4_OTHERS,
  item,
  JSONLD,
  pageWith,
  SEGMENT,
  SHOPIFY,
  segmentLibrary,
  segmentSnippet,
  shop,
  tagManager,
  viewed,
} from "./pushes.mjs";

for (const [name, parameters, expected] of GA4) {
  test(`GA4: ${name}, by gtag and as an object, before and after`, () => {
    for (const push of [
      (page) => page.gtag("event", name, parameters),
      (page) => page.scope.dataLayer.push({ ecommerce: null }, { event: name, ecommerce: parameters }),
      (page) => page.scope.dataLayer.push({ event: name, ...parameters }),
    ]) {
      const before = shop();
      push(before);
      const early = before.start();
      assert.deepEqual(before.events, expected);
      const after = shop();
      const late = after.start();
      push(after);
      assert.deepEqual(after.events, expected);
      for (const { info } of [early, late]) {
        const { observed, repeated, ignored, sources } = info();
        assert.deepEqual([observed, repeated, ignored], [expected.length, 0, { count: 0, reason: null }]);
        assert.equal(sources.ga4, "found");
      }
      early.stop();
      late.stop();
    }
  });
}

test("GA4: what is no event of ours is passed over, and is nothing to complain of", () => {
  const { gtag, scope, events, start } = shop();
  const { info, stop } = start();
  for (const given of GA4_OTHERS) gtag(...given);
  scope.dataLayer.push(
    { event: "gtm.js", "gtm.start": 1 },
    { ecommerce: null },
    () => {},
    null,
    "event",
    7,
    ["event"],
    [],
  );
  assert.deepEqual(events, []);
  assert.equal(info().ignored.count, 0);
  stop();
});

for (const [name, properties, expected] of SEGMENT) {
  test(`Segment: ${name}, in the library, and in the queue before it came`, () => {
    const there = shop({ dataLayer: undefined });
    const library = segmentLibrary(there.scope);
    const listening = there.start();
    library.track(name, properties, {});
    assert.deepEqual(there.events, expected);
    assert.equal(listening.info().sources.segment, "found");
    listening.stop();
    assert.deepEqual(library.heard, []);

    const queue = shop({ dataLayer: undefined });
    const analytics = segmentSnippet(queue.scope);
    analytics.track(name, properties);
    const early = queue.start();
    assert.deepEqual(queue.events, expected);
    early.stop();
  });
}

test("Segment: what the queue held counts once when the library tells it again, however late it comes", (t) => {
  t.mock.timers.enable({ apis: ["Date", "setTimeout"] });
  const { scope, events, start } = shop({ dataLayer: undefined });
  const analytics = segmentSnippet(scope);
  analytics.track("Product Viewed", { product_id: "a" });
  const { info, stop } = start();
  analytics.track("Product Added", { product_id: "a" });
  analytics.track("Product Added", { product_id: "a" });
  assert.deepEqual(brief(events), ["view a", "cart a", "cart a"]);
  t.mock.timers.tick(600_000);
  const library = segmentLibrary(scope);
  assert.deepEqual(brief(events), ["view a", "cart a", "cart a"]);
  assert.equal(info().repeated, 3);
  library.track("Product Added", { product_id: "a" });
  assert.deepEqual(brief(events), ["view a", "cart a", "cart a", "cart a"]);
  stop();
  assert.deepEqual(library.heard, []);
});

test("Segment: a library that never comes is not waited for by anyone else", (t) => {
  t.mock.timers.enable({ apis: ["Date", "setTimeout"] });
  const { scope, events, start, gtag } = shop();
  const analytics = segmentSnippet(scope);
  analytics.track("Product Viewed", { product_id: "a" });
  const { stop } = start();
  t.mock.timers.tick(60_000);
  gtag("event", "view_item", { items: [item("a")] });
  assert.deepEqual(brief(events), ["view a", "view a"]);
  stop();
  assert.equal(Object.hasOwn(analytics, "push"), false);
});

test("Shopify: standard events, of pixels and of Hydrogen", () => {
  for (const place of ["Shopify", "analytics"]) {
    const { subscribe, say, heard } = bus();
    const globals = place === "Shopify" ? { Shopify: { analytics: { subscribe } } } : { analytics: { subscribe } };
    for (const [name, payload, expected] of SHOPIFY) {
      const { events, start } = shop(globals);
      const { info, stop } = start();
      say(name, payload);
      say("cart_viewed", payload);
      assert.deepEqual(events, expected);
      assert.equal(info().sources.shopify, "found");
      stop();
    }
    assert.equal(heard.length, SHOPIFY.length * 7, "unsubscribing is asynchronous, as what subscribe returns may be");
  }
});

test("Shopify: what subscribe returned ends it, also as a promise", async () => {
  for (const wrap of [(end) => end, async (end) => end, async () => Promise.reject(new Error("no"))]) {
    const ended = [];
    const { subscribe, say } = bus();
    const page = shop({
      Shopify: { analytics: { subscribe: (...given) => (subscribe(...given), wrap(() => ended.push(1))) } },
    });
    const { stop } = page.start();
    stop();
    say("product_viewed", SHOPIFY[0][1]);
    assert.deepEqual(page.events, []);
    await new Promise((done) => setImmediate(done));
    assert.ok(ended.length === 7 || ended.length === 0);
  }
});

for (const [name, texts, expected] of JSONLD) {
  test(`JSON-LD: ${name}`, () => {
    const document = pageWith(texts);
    const { events, start } = shop({ document, location: { pathname: "/de/p/boot" } });
    const { info, stop } = start();
    assert.deepEqual(events, expected);
    const ignored = { "several products": 1, "malformed JSON beside a product": 1 }[name] ?? 0;
    assert.equal(info().ignored.count, ignored);
    assert.equal(info().sources.jsonld, expected.length > 0 ? "found" : "absent");
    stop();
  });
}

test("JSON-LD: a page that is still loading is read once it is there, and not after the end", (t) => {
  t.mock.timers.enable({ apis: ["Date", "setTimeout"] });
  const [, texts, expected] = JSONLD[0];
  for (const ended of [false, true]) {
    const document = pageWith(texts, "loading");
    const { events, start } = shop({ document });
    const { info, stop } = start();
    assert.deepEqual(events, []);
    assert.equal(info().sources.jsonld, "waiting");
    if (ended) stop();
    document.readyState = "interactive";
    for (let look = 0; look < 5; look++) t.mock.timers.tick(50);
    assert.deepEqual(events, ended ? [] : expected);
    stop();
  }
});

test("order is kept, of what was said before, after and within a push", () => {
  const { scope, events, start, gtag } = shop();
  const layer = scope.dataLayer;
  layer.push(viewed("a"), viewed("b"));
  tagManager(layer);
  const { stop } = start();
  layer.push({ ...viewed("c"), eventCallback: () => gtag("event", "view_item", { items: [item("d")] }) }, viewed("e"));
  layer.push(viewed("f"));
  assert.deepEqual(brief(events), ["view a", "view b", "view c", "view e", "view d", "view f"]);
  stop();
});

test("the page's push works on, whoever wrapped it before or after, and is put back where it is still ours", () => {
  const { scope, events, start } = shop();
  const layer = scope.dataLayer;
  const bare = start();
  assert.equal(layer.push(viewed("a"), viewed("b")), 2);
  assert.equal(layer.length, 2);
  bare.stop();
  assert.equal(Object.hasOwn(layer, "push"), false);
  layer.push(viewed("unheard"));

  const handled = tagManager(layer);
  const its = layer.push;
  const around = start();
  layer.push(viewed("c"));
  around.stop();
  assert.equal(layer.push, its);

  const inside = start();
  const later = tagManager(layer);
  layer.push(viewed("d"));
  inside.stop();
  layer.push(viewed("unheard"));
  assert.deepEqual(brief(events), [
    ...["view a", "view b"],
    ...["view a", "view b", "view unheard", "view c"],
    ...["view a", "view b", "view unheard", "view c", "view d"],
  ]);
  assert.deepEqual(handled.slice(-3), later.slice(-3).toSpliced(0, 1, viewed("c")));
  assert.deepEqual(layer.at(-1), viewed("unheard"));
});

test("two that listen on one page end in any order, and push is the page's own again or only passes on", () => {
  for (const firstEnds of [true, false]) {
    const { scope, events, start } = shop();
    const [first, second] = [start(), start()];
    (firstEnds ? first : second).stop();
    scope.dataLayer.push(viewed("a"));
    assert.deepEqual(brief(events), ["view a"]);
    (firstEnds ? second : first).stop();
    scope.dataLayer.push(viewed("b"));
    assert.deepEqual(brief(events), ["view a"]);
    assert.equal(scope.dataLayer.length, 2);
    if (!firstEnds) assert.equal(Object.hasOwn(scope.dataLayer, "push"), false);
  }
});

test("what the page's push returns and throws is its own", () => {
  const { scope, start } = shop();
  scope.dataLayer.push = (entry) => {
    if (entry === "throw") throw new TypeError("the page's own");
    return entry;
  };
  const { stop } = start();
  assert.equal(scope.dataLayer.push("back"), "back");
  assert.throws(() => scope.dataLayer.push("throw"), /the page's own/);
  stop();
});

test("a frozen dataLayer gives what it held, and says that it cannot be followed", () => {
  const { events, start } = shop({ dataLayer: Object.freeze([viewed("a")]) });
  const { info, stop } = start();
  assert.deepEqual(brief(events), ["view a"]);
  assert.equal(info().sources.ga4, "held");
  stop();
});

test("what two voices tell within ten seconds counts once for each time that it happened", (t) => {
  t.mock.timers.enable({ apis: ["Date", "setTimeout"] });
  const document = pageWith([{ "@type": "Product", sku: "a" }]);
  const { scope, events, start, gtag } = shop({ document });
  gtag("event", "view_item", { items: [item("a")] });
  const library = segmentLibrary(scope);
  const { info, stop } = start();
  assert.deepEqual(brief(events), ["view a"], "GA4 and JSON-LD of one page");
  library.track("Product Viewed", { product_id: "a" });
  gtag("event", "select_item", { items: [item("a")] });
  scope.dataLayer.push(viewed("a"));
  assert.deepEqual(brief(events), ["view a"]);
  assert.equal(info().repeated, 4);

  const add = () => gtag("event", "add_to_cart", { items: [item("a")] });
  add();
  add();
  for (let time = 0; time < 3; time++) library.track("Product Added", { product_id: "a" });
  assert.deepEqual(brief(events), ["view a", "cart a", "cart a", "cart a"]);
  gtag("event", "search", { search_term: "boots" });
  gtag("event", "view_search_results", { search_term: "boots" });
  assert.equal(brief(events).filter((event) => event === "search boots").length, 1);

  t.mock.timers.tick(9_999);
  scope.dataLayer.push({ event: "search", search_term: "boots" });
  assert.equal(brief(events).filter((event) => event === "search boots").length, 1, "still within ten seconds");
  t.mock.timers.tick(1);
  scope.dataLayer.push({ event: "view_search_results", search_term: "boots" });
  assert.equal(brief(events).filter((event) => event === "search boots").length, 2);
  stop();
});

test("ids are the shop's to map, from the event's own object, and null passes an item over", () => {
  const { events, start, gtag, scope } = shop();
  const library = segmentLibrary(scope);
  const seen = [];
  const id = (text, of, event) => {
    seen.push([text, of.item_name ?? of.name, event]);
    if (text === "variant" || event === "select_item") return null;
    if (text === "") return of.custom_id;
    return text === "7" ? 7n : `shop-${text.split("-")[0]}`;
  };
  const { info, stop } = start({ id });
  gtag("event", "view_item", { items: [item("a-1", { item_name: "A" })] });
  gtag("event", "purchase", { items: [item("variant"), item(7), { custom_id: 12 }, { item_name: "nothing" }] });
  library.track("Product Viewed", { product_id: "b-2", name: "B" });
  assert.deepEqual(
    events.map(({ id }) => id),
    ["shop-a", 7n, 12, "shop-b"],
  );
  gtag("event", "select_item", { items: [item("a-1")] });
  assert.equal(events.length, 4);
  assert.deepEqual(seen[0], ["a-1", "A", "view_item"]);
  assert.deepEqual(seen.at(-2), ["b-2", "B", "Product Viewed"]);
  assert.deepEqual([info().ignored.count, info().ignored.reason.code], [1, "listen.id"], "an item without any id");
  stop();
});

test("sources picks, scope says where, and an unknown name is told", () => {
  const { events, start, scope } = shop({ document: pageWith([{ "@type": "Product", sku: "p" }]) });
  segmentLibrary(scope);
  const { info, stop } = start({ sources: ["jsonld"] });
  scope.dataLayer.push(viewed("a"));
  assert.deepEqual(brief(events), ["view p"]);
  assert.deepEqual(info().sources, { ga4: "off", segment: "off", shopify: "off", jsonld: "found" });
  stop();
  const other = start({ sources: ["ga4", "ga3"], scope: { dataLayer: [viewed("b")] } });
  assert.deepEqual(brief(events), ["view p", "view b"]);
  assert.equal(other.info().ignored.reason.code, "listen.option");
  other.stop();
  const none = start({ sources: "ga4", id: 7, signal: {}, scope });
  assert.equal(none.info().ignored.reason.code, "listen.option");
  assert.equal(none.info().sources.segment, "found");
  none.stop();
});

test("what comes after us is looked for: for 51 seconds, and not after the end", (t) => {
  t.mock.timers.enable({ apis: ["Date", "setTimeout"] });
  const { scope, events, start } = shop({ dataLayer: undefined });
  const { info, stop } = start();
  assert.equal(info().sources.ga4, "waiting");
  for (let tenth = 0; tenth < 300; tenth++) t.mock.timers.tick(100);
  scope.dataLayer = [viewed("a")];
  for (let tenth = 0; tenth < 300; tenth++) t.mock.timers.tick(100);
  assert.deepEqual(brief(events), ["view a"]);
  assert.deepEqual(info().sources, { ga4: "found", segment: "absent", shopify: "absent", jsonld: "absent" });
  stop();
  assert.deepEqual(info().sources, { ga4: "off", segment: "off", shopify: "off", jsonld: "off" });

  const gone = shop({ dataLayer: undefined });
  gone.start().stop();
  gone.scope.dataLayer = [viewed("a")];
  for (let tenth = 0; tenth < 600; tenth++) t.mock.timers.tick(100);
  assert.deepEqual(gone.events, []);
});

test("a signal ends it, and one that has ended begins nothing", () => {
  const { scope, events, start } = shop();
  const controller = new AbortController();
  const { info } = start({ signal: controller.signal });
  scope.dataLayer.push(viewed("a"));
  controller.abort();
  scope.dataLayer.push(viewed("b"));
  assert.deepEqual(brief(events), ["view a"]);
  assert.equal(Object.hasOwn(scope.dataLayer, "push"), false);
  assert.equal(info().sources.ga4, "off");
  start({ signal: AbortSignal.abort() });
  assert.deepEqual(brief(events), ["view a"]);
});

test("what ends it in the middle of an event, early or late, ends it there", (t) => {
  t.mock.timers.enable({ apis: ["Date", "setTimeout"] });
  for (const late of [false, true]) {
    const scope = {};
    const dataLayer = [viewed("a"), viewed("b")];
    if (!late) scope.dataLayer = dataLayer;
    const stopper = new AbortController();
    const seen = [];
    const observe = ({ id }) => (seen.push(id), stopper.abort());
    const { info } = listen({ observe }, { scope, signal: stopper.signal });
    scope.dataLayer = dataLayer;
    t.mock.timers.tick(50);
    dataLayer.push(viewed("c"));
    assert.deepEqual(seen, ["a"]);
    assert.equal(Object.hasOwn(dataLayer, "push"), false);
    assert.equal(info().sources.ga4, "off");
  }
});
