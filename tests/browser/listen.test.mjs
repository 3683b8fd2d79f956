// A shop's page that tells its analytics as ever, under the strict policy and with the network watched: what it says reaches the
// reranker, before and after that has loaded, and nothing else.
import assert from "node:assert/strict";
import { test } from "node:test";
import { withPage } from "./harness.mjs";

const MODEL = "/golden/golden.safetensors";

/** Runs in the page before anything else: gtag's stub, and what the page says before we load. */
function analytics() {
  window.dataLayer = window.dataLayer || [];
  window.gtag = function gtag() {
    // biome-ignore lint/complexity/noArguments: a tag manager knows commands by this.
    window.dataLayer.push(arguments);
  };
  window.gtag("js", new Date());
  window.gtag("consent", "default", { personalization_storage: "denied" });
}

/** Runs in the page: loads a reranker, listens, and leaves both in `shop` with the model's ids. */
async function open(model) {
  const { loadReranker } = await import("/reshelf/index.js");
  const { listen } = await import("/reshelf/listen/index.js");
  const { followConsent, googleConsent } = await import("/reshelf/consent/index.js");
  const reranker = await loadReranker({ model, backend: "cpu" });
  const ids = (await reranker.retrieve({ k: 30 })).map(({ id }) => id);
  const told = [];
  window.shop = { reranker, ids, told, listen };
  // What the page said before, now that it is known what the model knows.
  const items = (...places) =>
    places.map((place) => ({ item_id: `sku-${ids[place]}`, item_name: "A thing", index: place }));
  window.items = items;
  window.gtag("event", "view_item", { currency: "EUR", value: 1, items: items(7) });
  const data = document.createElement("script");
  data.type = "application/ld+json";
  data.textContent = JSON.stringify({ "@context": "https://schema.org", "@type": "Product", sku: `sku-${ids[7]}` });
  document.head.append(data);
  window.shop.listening = listen(reranker, { id: (id) => id.replace("sku-", "") });
  window.shop.stopConsent = followConsent({ consent: (choice) => told.push(choice) }, googleConsent());
  return ids;
}

/** Runs in the page: the session's events of the kinds that every engine has, and the order of a list. */
function state() {
  const { reranker, ids } = window.shop;
  const events = reranker.info().events.filter(({ type }) => ["view", "cart", "purchase"].includes(type));
  return {
    events: events.map(({ type, id }) => `${type} ${ids.indexOf(id)}`),
    order: reranker.rerank(ids).map(({ previousRank }) => previousRank),
    listening: window.shop.listening.info(),
    told: window.shop.told,
    entries: window.dataLayer.length,
    own: Object.hasOwn(window.dataLayer, "push"),
  };
}

test("what a page tells its analytics orders its lists, and nothing goes over the network", () =>
  withPage(
    async (page) => {
      await page.evaluate(open, MODEL);
      const loaded = page.requests.length;
      const first = await page.evaluate(state);
      assert.deepEqual(first.events, ["view 7"], "of gtag and of JSON-LD, once");
      assert.equal(first.listening.repeated, 1);
      const { ga4, segment, shopify, jsonld } = first.listening.sources;
      assert.deepEqual([ga4, segment, shopify, jsonld], ["found", "waiting", "waiting", "found"]);
      assert.notDeepEqual(
        first.order,
        first.order.map((_, at) => at + 1),
      );
      assert.deepEqual(first.told, []);

      await page.evaluate(() => {
        const { gtag, dataLayer, items } = window;
        gtag("event", "view_item_list", { item_list_id: "home", items: items(0, 1, 2, 3, 4, 5) });
        gtag("event", "select_item", { item_list_id: "home", items: items(4) });
        gtag("event", "view_item", { items: items(4) });
        dataLayer.push({ ecommerce: null });
        dataLayer.push({ event: "add_to_cart", ecommerce: { currency: "EUR", items: items(4) } });
        gtag("event", "search", { search_term: "lamp" });
        gtag("consent", "update", { personalization_storage: "granted" });
        for (let visit = 0; visit < 50; visit++) gtag("event", "page_view", { page_location: "/" });
        gtag("event", "purchase", { transaction_id: "T", items: items(4, 12) });
      });
      const second = await page.evaluate(state);
      assert.deepEqual(second.events, ["view 7", "view 4", "cart 4", "purchase 4", "purchase 12"]);
      assert.equal(second.listening.observed, 12);
      assert.deepEqual(second.listening.ignored, { count: 0, reason: null });
      assert.notDeepEqual(second.order, first.order);
      assert.deepEqual(second.told, [{ store: true }]);
      assert.equal(second.entries, first.entries + 58);

      await page.evaluate(() => {
        window.shop.listening.stop();
        window.shop.stopConsent();
        window.gtag("event", "purchase", { items: window.items(1) });
      });
      const third = await page.evaluate(state);
      assert.deepEqual(third.events, second.events);
      assert.deepEqual([third.entries, third.own], [second.entries + 1, true], "consent lies around listen's push");

      await page.waitForTimeout(500); // Time for a request that would come late.
      assert.deepEqual(page.requests.slice(loaded), [], "requests after loading");
      assert.deepEqual(await page.evaluate(() => window.violations), []);
      assert.deepEqual(page.problems, []);
    },
    { before: analytics },
  ));

test("ended in the order in which they began or the other way round, the page's push is its own again", () =>
  withPage(
    async (page) => {
      await page.evaluate(open, MODEL);
      const own = await page.evaluate(() => {
        window.shop.stopConsent();
        window.shop.listening.stop();
        return [Object.hasOwn(window.dataLayer, "push"), window.dataLayer.push === Array.prototype.push];
      });
      assert.deepEqual(own, [false, true]);
      assert.deepEqual(page.problems, []);
    },
    { before: analytics },
  ));

test("a tag manager that loads between them, and a frame's own entries, change nothing of it", () =>
  withPage(
    async (page) => {
      await page.evaluate(open, MODEL);
      const handled = await page.evaluate(() => {
        const { dataLayer, items } = window;
        const handled = [];
        const push = dataLayer.push;
        dataLayer.push = (...entries) => {
          const length = push.apply(dataLayer, entries);
          handled.push(...entries);
          while (dataLayer.length > 300) dataLayer.shift();
          return length;
        };
        const frame = document.createElement("iframe");
        document.body.append(frame);
        const foreign = frame.contentWindow.Array.of(...items(9));
        for (let time = 0; time < 400; time++) dataLayer.push({ event: "scroll" });
        dataLayer.push({ event: "view_item", ecommerce: frame.contentWindow.Object.assign({}, { items: foreign }) });
        window.shop.listening.stop();
        dataLayer.push({ event: "view_item", ecommerce: { items: items(10) } });
        return handled.length;
      });
      assert.equal(handled, 402);
      assert.deepEqual((await page.evaluate(state)).events, ["view 7", "view 9"]);
      assert.deepEqual(page.problems, []);
    },
    { before: analytics },
  ));
