// Pages that come in order through `reshelf/edge`, in browsers: the order is the engine's native one, the page's own script comes to
// the same one, and nothing in sight moves.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { loadModel } from "../../www/dist/index.node.js";
import { standing, told, VISITS, withShop } from "./cached_shop.mjs";
import { takeUp } from "./hydrate_cases.mjs";

const path = fileURLToPath(new URL("../golden/golden.safetensors", import.meta.url));
const model = await loadModel({ model: path, backend: "cpu" });
after(() => model.dispose());

const edge = (number) => ({ model, context: { item: VISITS[number].item }, hydrate: true });

/** Chromium tells how far a page has shifted; Firefox does not. */
const STILL = { shifts: [], violations: [] };

for (const browser of ["Chromium", "Firefox"]) {
  test(`in ${browser} a page comes in the native order, and its own script changes nothing`, () =>
    withShop(
      browser,
      async ({ page, go, problems, shop }) => {
        for (const [number, { item, list, native }] of VISITS.slice(0, 3).entries()) {
          await go(`/list/${number}?seen=${item}`);
          assert.deepEqual(await standing(page), native);
          assert.notDeepEqual(native, list);
          const settled = { tiles: 30, moved: 0, kept: 0, reason: null };
          assert.deepEqual(await told(page), { settled, changes: [], ...STILL });
        }
        assert.deepEqual(problems, []);
        assert.equal(shop.reports.length, 3);
      },
      { edge },
    ));

  test(`in ${browser} without scripts the order is the edge's`, () =>
    withShop(
      browser,
      async ({ page, shop }) => {
        // Firefox's driver cannot switch JavaScript off: there the page's policy forbids it.
        if (browser === "Chromium") await page.setJavaScriptEnabled(false);
        await page.goto(`${shop.address}/list/0`, { waitUntil: "load" });
        // What is asked of the page runs in it all the same.
        assert.equal(await page.evaluate(() => window.shop), undefined);
        assert.deepEqual(await standing(page), VISITS[0].native);
      },
      { edge, ...(browser === "Firefox" && { policy: "script-src 'none'" }) },
    ));

  test(`in ${browser} a list is taken up from the server's order, and only what nobody has seen moves`, () =>
    withShop(browser, async ({ page, go, problems }) => {
      await go("/list/0");
      await takeUp(page);
      assert.deepEqual(problems, []);
    }));

  test(`in ${browser} a page that knows more moves only what was not on screen, and nothing shifts`, () =>
    withShop(
      browser,
      async ({ page, go, problems }) => {
        const [{ item, native }, { item: other }] = VISITS;
        // The edge went by the page's item; this shopper looked at another one.
        await go(`/list/0?seen=${other}`);
        const after = await standing(page);
        const { settled, changes, ...still } = await told(page);
        assert.deepEqual(still, STILL);
        assert.ok(settled.moved > 0 && settled.kept > 0, JSON.stringify(settled));
        assert.ok(changes.length > 0);
        const above = await page.evaluate(
          () =>
            [...document.querySelectorAll("li")].filter((each) => each.getBoundingClientRect().top < innerHeight)
              .length,
        );
        assert.ok(above >= 6 && above < 30, `${above} tiles above the fold`);
        assert.deepEqual(after.slice(0, above), native.slice(0, above));
        assert.deepEqual([...after].sort(), [...native].sort());
        // Those below are in the order of the page's own session.
        const [order, server] = await page.evaluate(
          async (first) => {
            const { serverOrder } = await import("/reshelf/hydrate/index.js");
            const list = document.querySelector("[data-reshelf-list]");
            const ids = serverOrder(list).map(({ id }) => id);
            const ranked = window.shop.reranker.rerank(ids).map(({ candidate }) => candidate);
            return [ranked.filter((id) => !first.includes(id)), ids];
          },
          after.slice(0, above),
        );
        assert.deepEqual(after.slice(above), order);
        // The note was put right: the server's order is still known.
        assert.deepEqual(server, VISITS[0].list);
        assert.notEqual(item, other);
        assert.deepEqual(problems, []);
      },
      { edge },
    ));
}
