// The demo shop's pages are documents of their own, and the session goes on from one to the next: what the first paint of a list
// shows is what an engine in Node makes of the same session. In Chromium and in Firefox, also out of the back/forward cache.
import assert from "node:assert/strict";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { loadReranker } from "../../www/dist/index.node.js";
import { agree, data, follow, idsOf, oneKind, openBrowser, productPath, ready, saved, startDemo } from "./demo.mjs";

let server;
let shop;

before(async () => {
  server = await startDemo();
  shop = server.shop;
});
after(() => server?.close());

/**
 * Runs before a document's scripts: writes down each order in which a list stands in the document, the first one included, with
 * the session as it is at that moment.
 */
function watchLists() {
  window.drawn = {};
  window.returns = 0;
  addEventListener("pageshow", ({ persisted }) => (window.returns += persisted ? 1 : 0));
  const look = () => {
    for (const list of document.querySelectorAll("[data-reshelf-list]")) {
      const order = [...list.children].map((tile) => tile.dataset.reshelfItem);
      const orders = (window.drawn[list.dataset.reshelfList] ??= []);
      if (order.length === 0 || String(orders.at(-1)?.order) === String(order)) continue;
      const session = [...(window.reranker?.snapshot() ?? [])];
      orders.push({ order, session, at: performance.now() });
    }
  };
  new MutationObserver(look).observe(document, { childList: true, subtree: true });
}

const drawn = (page, list) => page.evaluate((name) => window.drawn[name] ?? [], list);

/** The order that an engine in Node gives a page's list for a session. */
async function reference(address, list, session) {
  const { page, products } = shop.page(new URL(address, "http://shop")).data;
  const byId = new Map(products.map((product) => [product.id, product]));
  const reranker = await loadReranker({ model: path.join(data, "model.safetensors") });
  assert.ok(reranker.restore(new Uint8Array(session)), "the session is read in Node");
  const ranked = reranker.rerank(page[list].map((id) => byId.get(id)));
  const { events } = reranker.info();
  reranker.dispose();
  return { server: page[list], order: ranked.map(({ candidate }) => candidate.id), events };
}

for (const name of ["Chromium", "Firefox"]) {
  describe(name, () => {
    let browser;
    before(async () => {
      browser = await openBrowser(name);
    });
    after(() => browser?.close());

    /** A shopper who has agreed, on the home page. */
    async function shopper() {
      const page = await browser.open();
      await page.first(watchLists);
      await page.goto(server.url, { waitUntil: "load" });
      await ready(page);
      await agree(page);
      return page;
    }

    test("the first paint of the next page has its list in the order of the clicks on the pages before, and keeps it", async () => {
      const page = await shopper();
      const clicked = oneKind(shop).ids.slice(0, 3);
      for (const id of clicked) {
        await follow(page, productPath(id));
        // A product's own page counts the look at it before its list is drawn.
        const [also] = await drawn(page, "also");
        const expected = await reference(productPath(id), "also", also.session);
        assert.equal(expected.events.at(-1).id, id);
        assert.deepEqual(also.order, expected.order.slice(0, also.order.length));
      }
      await follow(page, "/");
      const orders = await drawn(page, "home");
      assert.equal(orders.length, 1, "the list is drawn once");
      const [{ order, session, at }] = orders;
      const { order: wanted, server: plain, events } = await reference("/", "home", session);
      assert.deepEqual(order, wanted.slice(0, order.length));
      assert.notDeepEqual(order, plain.slice(0, order.length), "it is not the server's order");
      const views = events.filter(({ type }) => type === "view").map(({ id }) => id);
      assert.deepEqual(views, clicked, "each look counts once");
      // On a busy machine a page is read before it is painted.
      const painted = await page.evaluate(
        () =>
          new Promise((done) =>
            new PerformanceObserver((list) => {
              const paint = list.getEntriesByName("first-contentful-paint")[0];
              if (paint) done(paint.startTime);
            }).observe({ type: "paint", buffered: true }),
          ),
      );
      assert.ok(at <= painted, `drawn at ${at}, and first painted at ${painted}`);

      // Another page, another list of it.
      const slug = Object.keys(shop.lists.category)[0];
      await follow(page, `/category/${slug}`);
      const [category] = await drawn(page, `category/${slug}`);
      const expected = await reference(`/category/${slug}`, "list", category.session);
      assert.deepEqual(category.order, expected.order.slice(0, category.order.length));
      await page.close();
    });

    test("out of the back/forward cache, what was seen stays and the rest follows what was done meanwhile", async () => {
      const page = await shopper();
      const before = await idsOf(page, "home");
      // Tiles that the shopper has seen, as far as the list tells: a fifth of a tile is enough.
      const seen = await page.evaluate(
        () =>
          [...document.querySelectorAll('[data-reshelf-list="home"] > li')].filter((tile) => {
            const { top, height } = tile.getBoundingClientRect();
            return (innerHeight - top) / height >= 0.2;
          }).length,
      );
      assert.ok(seen > 0 && seen < before.length, `${seen} of ${before.length} are on the screen`);
      const { ids } = oneKind(shop);
      for (const id of ids.slice(0, 2)) await follow(page, productPath(id));
      await saved(page);
      await back(page, productPath(ids[0]));
      await back(page, "/");
      assert.equal(await page.evaluate(() => window.returns), 1, "the page was in the cache");
      await page.waitForFunction(() => window.drawn.home.length > 1);
      const [first, { order, session }, ...rest] = await drawn(page, "home");
      assert.deepEqual(first.order, before);
      assert.equal(rest.length, 0, "it moves once");
      const ranked = await reference("/", "home", session);
      // A page between that was not kept is loaded anew, and looked at once more.
      assert.deepEqual(new Set(ranked.events.map(({ id }) => id)), new Set(ids.slice(0, 2)));
      const kept = new Set(before.slice(0, seen));
      const expected = [...before.slice(0, seen), ...ranked.order.filter((id) => !kept.has(id))];
      assert.deepEqual(order, expected.slice(0, order.length));
      await page.close();
    });

    test("the next page knows what was passed over, which is told as the page is left; and how long a product was looked at", async () => {
      const page = await shopper();
      await page.evaluate(() => document.querySelector('[data-reshelf-list="home"]').scrollIntoView());
      await page.waitForFunction(() => window.reranker.info().shown.impressions > 1);
      const [x, y] = await page.evaluate(() => {
        const { left, top } = document.querySelector('[data-reshelf-list="home"] > li').getBoundingClientRect();
        return [left + 40, top + 40];
      });
      await page.mouse.click(x, y);
      await page.waitForFunction(() => location.pathname.startsWith("/product/"));
      await ready(page);
      const { shown } = await page.evaluate(() => window.reranker.info());
      assert.ok(shown.skips > 0 && shown.skips < shown.impressions, `${shown.skips} of ${shown.impressions}`);
      await new Promise((done) => setTimeout(done, 1500));
      await follow(page, "/cart");
      const types = await page.evaluate(() => window.reranker.info().events.map(({ type }) => type));
      assert.deepEqual([types[0], new Set(types.slice(1))], ["view", new Set(["dwell"])]);
      await page.close();
    });

    test("without the shopper's word each page begins anew, and nothing is stored for the lists", async () => {
      const page = await browser.open();
      await page.first(watchLists);
      await page.goto(server.url, { waitUntil: "load" });
      await ready(page);
      await page.evaluate(() => document.querySelector('[data-answer="no"]').click());
      for (const id of oneKind(shop).ids.slice(0, 2)) await follow(page, productPath(id));
      const looked = await page.evaluate(() => window.reranker.info().events.map(({ id }) => id));
      assert.deepEqual(new Set(looked), new Set([oneKind(shop).ids[1]]));
      await follow(page, "/");
      const [{ order }] = await drawn(page, "home");
      assert.deepEqual(order, shop.lists.home.slice(0, order.length));
      assert.equal(await page.evaluate(() => document.querySelector(".consent").hidden), true, "it is asked once");
      const left = await page.evaluate(async () => [
        await indexedDB.databases(),
        Object.keys(localStorage),
        document.cookie,
      ]);
      assert.deepEqual(left, [[], ["shop.declined"], ""]);
      await page.close();
    });
  });
}

/** Goes back, and waits until that page is there, kept or loaded. */
async function back(page, address) {
  await page.evaluate(() => setTimeout(() => history.back()));
  for (let looks = 0; looks < 200; looks++) {
    const there = await page
      .evaluate(
        (href) => location.pathname === href && document.visibilityState === "visible" && "drawn" in window,
        address,
      )
      .catch(() => false);
    if (there) return;
    await new Promise((done) => setTimeout(done, 50));
  }
  assert.fail(`${address} does not come back`);
}
