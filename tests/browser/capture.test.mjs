// `reshelf/capture` in Chromium and Firefox: scripted visits whose truth is known, told by the browsers' own observers, with
// real clicks, keys, tabs and ways back. www/test/capture.test.mjs has the rest of the rules, over a stand-in.
//
// Machines may stop for seconds. What must happen is waited for; what must not, within less than a second, counts only where
// the page's own clock says that it took less, and is done again where it does not.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { BROWSERS, withTab } from "./puppeteer.mjs";

/** Milliseconds that are waited for what is due. */
const PATIENCE = 30_000;

const ids = (prefix, count, from = 0) => Array.from({ length: count }, (_, at) => `${prefix}${from + at}`);
const seen = (list, ids, from = 0) => ids.map((id, at) => `impression ${id} ${list} ${from + at}`);
const skipped = (list, ids, from = 0) => ids.map((id, at) => `skip ${id} ${list} ${from + at}`);
const pause = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

/**
 * Waits for what is expected; what is told together may come in any order. Where that is nothing, it waits until nothing is due any
 * more. What comes besides is told at the latest by the next of these, which each visit ends with.
 */
async function expectTold(page, expected, message) {
  const count = () => page.evaluate(() => shop.lines.length);
  for (const end = Date.now() + PATIENCE; (await count()) < expected.length && Date.now() < end; ) await pause(50);
  if (expected.length === 0) await pause(await page.evaluate(() => shop.quiet));
  const lines = await page.evaluate(() => shop.lines.splice(0));
  assert.deepEqual(lines.sort(), [...expected].sort(), message);
}

/** A shop of its own, with what `build` puts there. */
async function open(page, build, ...given) {
  await page.reload({ waitUntil: "load" });
  await page.waitForFunction("window.shop");
  await page.evaluate(build, ...given);
}

/** Leaves the page as a link or the way back does it; puppeteer's own ways wait for a load that does not come. */
async function go(page, path, leave) {
  await page.evaluate(leave);
  const there = () => page.evaluate((path) => location.pathname === path && document.readyState === "complete", path);
  for (const end = Date.now() + PATIENCE; !(await there().catch(() => false)); await pause(50))
    assert.ok(Date.now() < end, `${path} does not come`);
}
const away = (page) =>
  go(page, "/index.html", () => {
    location.href = "/index.html";
  });
const back = (page) => go(page, "/capture.html", () => history.back());

/** Does what has to be quick until it was; `quick` returns the milliseconds that it took in the page. */
async function quickly(most, quick) {
  for (let turn = 0; turn < 10; turn++) if ((await quick()) < most) return;
  assert.fail(`this machine is too slow to do anything within ${most} ms`);
}

const VISITS = {
  "a grid: seen, passed, flicked over, come back to, left after a click, and the way back": async (page) => {
    await quickly(700, async () => {
      await open(page, () => {
        shop.main.append(shop.list("grid", "all", shop.ids("a", 400)), shop.make("footer"));
        shop.start();
      });
      await expectTold(page, seen("all", ids("a", 12)));
      await page.evaluate(() => shop.scroll(400, 30));
      await expectTold(page, [...seen("all", ids("a", 8, 12), 12), ...skipped("all", ids("a", 8))]);
      // 28 rows are passed in less than a second: none of them is seen. Those that were seen are passed.
      return page.evaluate(() => shop.scroll(6400, 12));
    });
    await expectTold(page, [...seen("all", ids("a", 12, 128), 128), ...skipped("all", ids("a", 12, 8), 8)]);
    await page.evaluate(() => shop.scroll(0, 30));
    await page.mouse.click(300, 300);
    await expectTold(
      page,
      [],
      "what was left at the bottom is not skipped, what was seen is not seen again, a click tells nothing",
    );
    // All that was seen, and not skipped before: the page is left after a click on another item.
    await away(page);
    await back(page);
    assert.ok(await page.evaluate(() => shop.capture !== null), "the browser kept the page");
    await expectTold(page, [...skipped("all", ids("a", 12, 128), 128), ...seen("all", ids("a", 12))]);
    await away(page);
    await back(page);
    await expectTold(page, seen("all", ids("a", 12)), "without a click nothing is skipped");
  },

  "a carousel, either way round, on a page that scrolls too": async (page) => {
    for (const dir of ["ltr", "rtl"]) {
      const sign = dir === "ltr" ? 1 : -1;
      await open(
        page,
        (dir) => {
          document.documentElement.dir = dir;
          const carousel = shop.list("carousel", "row", shop.ids("c", 15));
          shop.main.append(shop.make("header"), carousel, shop.make("footer"));
          shop.start({ duration: 400 });
        },
        dir,
      );
      const roll = (to, steps) =>
        page.evaluate(
          (to, steps) => shop.scroll(to, steps, document.querySelector(".carousel"), "scrollLeft"),
          to,
          steps,
        );
      await expectTold(page, seen("row", ids("c", 3)));
      await page.evaluate(() => shop.scroll(60, 5));
      await roll(sign * 400, 20);
      await expectTold(page, [...seen("row", ids("c", 2, 3), 3), ...skipped("row", ids("c", 2))], dir);
      // At one go, as a button does it.
      await roll(sign * 1000, 1);
      await expectTold(page, [...seen("row", ids("c", 3, 5), 5), ...skipped("row", ids("c", 3, 2), 2)], dir);
      await roll(sign * 600, 1);
      await expectTold(page, [], `${dir}: c6 and c7 left towards the end`);
      await page.evaluate(() => shop.scroll(1000, 10));
      await expectTold(page, skipped("row", ids("c", 1, 5), 5), `${dir}: the page went on past what was in view`);
    }
  },

  "an infinite list in what scrolls by itself": async (page) => {
    await open(page, () => {
      shop.main.append(shop.make("header"), shop.make("scroller", {}, shop.list("grid", "all", shop.ids("a", 8))));
      shop.start({ duration: 400 });
    });
    await expectTold(page, seen("all", ids("a", 8)));
    for (let batch = 1; batch < 4; batch++) {
      await page.evaluate(async (batch) => {
        document.querySelector(".grid").append(...shop.ids("a", 8, batch * 8).map((id) => shop.tile(id)));
        await shop.scroll(batch * 400, 20, document.querySelector(".scroller"));
      }, batch);
      const from = batch * 8;
      await expectTold(page, [
        ...seen("all", ids("a", 8, from), from),
        ...skipped("all", ids("a", 8, from - 8), from - 8),
      ]);
    }
  },

  "tiles that a framework makes anew, moves, uses for others and takes away": async (page) => {
    await open(page, () => {
      shop.main.append(shop.list("grid", "all", shop.ids("a", 8)));
      shop.start({ duration: 400 });
    });
    // Every element is made anew all the time: its item is seen after a second all the same.
    await page.evaluate(async () => {
      const grid = document.querySelector(".grid");
      for (const end = performance.now() + 1500; performance.now() < end; await shop.frame())
        grid.replaceChildren(...shop.ids("a", 8).map((id) => shop.tile(id)));
    });
    await expectTold(page, seen("all", ids("a", 8)));
    await page.evaluate(() => {
      const grid = document.querySelector(".grid");
      grid.append(grid.firstElementChild);
      grid.firstElementChild.setAttribute("data-reshelf-item", "b");
      grid.append(shop.tile("x"));
    });
    await expectTold(page, ["impression b all 0", "impression x all 8"]);
    await quickly(350, () =>
      page.evaluate(async () => {
        const begin = performance.now();
        const extra = shop.tile("gone");
        document.querySelector(".grid").append(extra);
        await new Promise((done) => setTimeout(done, 200));
        extra.remove();
        await shop.frame();
        return performance.now() - begin;
      }),
    );
    await expectTold(page, []);
    // The whole list is made anew under its name, then under another.
    await page.evaluate(() => shop.main.replaceChildren(shop.list("grid", "all", shop.ids("a", 8))));
    await expectTold(page, []);
    await page.evaluate(() => document.querySelector(".grid").setAttribute("data-reshelf-list", "other"));
    await expectTold(page, seen("other", ids("a", 8)));
  },

  "clicks of all sorts": async (page) => {
    await open(page, () => {
      const grid = shop.list("grid", "all", shop.ids("a", 12));
      const put = (at, ...nodes) => grid.children[at].replaceChildren(...nodes);
      put(0, shop.make("link", { href: "#a0" }, "link"));
      put(1, shop.make("link", { href: "#a1" }, "link"));
      put(2, shop.make("link", { href: "#a2", id: "key" }, "link"));
      put(3, shop.make("div", { tabindex: 0, id: "own" }, "a key of its own"));
      const host = shop.make("div");
      host.attachShadow({ mode: "open" }).append(shop.make("link", { href: "#a4" }, "in a shadow root"));
      put(4, host);
      // A middle button opens a tab, which this test does not need.
      addEventListener("auxclick", (event) => event.preventDefault());
      addEventListener("contextmenu", (event) => event.preventDefault());
      shop.main.append(grid);
      shop.start({ duration: 400 });
    });
    await expectTold(page, seen("all", ids("a", 12)));
    const at = (place) => [(place % 4) * (innerWidth / 4) + 20, Math.floor(place / 4) * 200 + 14];
    const innerWidth = await page.evaluate(() => document.documentElement.clientWidth);
    await page.mouse.click(...at(0));
    await page.mouse.click(...at(1), { button: "middle" });
    await page.focus("#key");
    await page.keyboard.press("Enter");
    await page.focus("#own");
    await page.keyboard.press("Enter");
    await page.mouse.click(...at(4));
    await page.mouse.click(...at(5), { button: "right" });
    await page.mouse.move(...at(6));
    await page.keyboard.press("Tab");
    await expectTold(page, []);
    await page.evaluate(() => shop.main.replaceChildren());
    await expectTold(page, skipped("all", ids("a", 7, 5), 5));
  },

  "a tab behind another, panels that are not displayed, and a shadow root": async (page) => {
    await open(page, () => {
      const panel = shop.make("panel", { hidden: "" }, shop.list("carousel", "panel", shop.ids("p", 3)));
      const host = shop.make("carousel", { "data-reshelf-list": "shadow" });
      const root = host.attachShadow({ mode: "open" });
      const inner = shop.make("div");
      Object.assign(inner.style, { width: "100px", height: "100px" });
      inner.setAttribute("data-reshelf-item", "s0");
      root.append(inner);
      shop.main.append(panel, shop.list("carousel", "all", shop.ids("a", 3)), host);
    });
    const other = await page.browser().newPage();
    await other.bringToFront();
    await page.waitForFunction("document.hidden", { polling: 50 });
    await page.evaluate(() => {
      const shadow = document.querySelectorAll(".carousel")[2].shadowRoot;
      shop.start();
      shop.first = shop.capture;
      shop.start({ root: shadow });
      document.addEventListener("visibilitychange", () => (shop.back = Date.now()), { once: true });
    });
    await expectTold(page, [], "nobody sees what is behind");
    await page.bringToFront();
    await expectTold(page, [...seen("all", ids("a", 3)), "impression s0 shadow 0"]);
    assert.ok(await page.evaluate(() => shop.times.splice(0).every((at) => at - shop.back >= 990)), "a whole second");
    await other.bringToFront();
    await page.waitForFunction("document.hidden", { polling: 50 });
    await page.evaluate(() => {
      document.querySelector(".panel").hidden = false;
    });
    await page.bringToFront();
    await expectTold(page, seen("panel", ids("p", 3)));
    await page.evaluate(() => {
      document.querySelector(".panel").hidden = true;
      shop.first.stop();
      shop.capture.stop();
    });
    await expectTold(page, [], "what is hidden was not passed");
    await other.close();
  },

  "a product's page: looked at, behind another tab, and gone": async (page) => {
    await open(page, () => {
      shop.main.append(shop.make("product", { "data-reshelf-item": "p" }, "a product"));
      shop.begin = performance.now();
      shop.start();
    });
    await pause(2500);
    const other = await page.browser().newPage();
    await other.bringToFront();
    await page.waitForFunction("document.hidden", { polling: 50 });
    const looked = await page.evaluate(() => (performance.now() - shop.begin) / 1000);
    await pause(3000);
    await page.bringToFront();
    const back = await page.evaluate(async () => {
      while (document.hidden) await shop.frame();
      return performance.now();
    });
    await pause(1200);
    await page.evaluate(() => shop.main.replaceChildren());
    await pause(100);
    const after = await page.evaluate((back) => (performance.now() - back) / 1000, back);
    const lines = await page.evaluate(() => shop.lines.splice(0));
    const seconds = lines.map((line) => Number(/^dwell p (\d+)$/.exec(line)[1]));
    assert.equal(seconds.length, 2, String(lines));
    assert.ok(seconds[0] >= 2 && seconds[0] <= looked + 1, `${seconds[0]} of ${looked}`);
    assert.ok(seconds[1] >= 1 && seconds[1] <= after + 1, `${seconds[1]} of ${after}`);
    await other.close();
  },

  "2,000 tiles: few are looked at, and nothing reads layout, listens to scrolling or stays behind": async (page) => {
    await open(page, () => {
      const counts = { layout: 0, observed: 0, most: 0, entries: 0, timers: 0, listeners: [] };
      shop.counts = counts;
      const spy = (owner, name, note) => {
        const own = Object.getOwnPropertyDescriptor(owner, name);
        const wrap = (call) =>
          function (...given) {
            note(...given);
            return call.apply(this, given);
          };
        Object.defineProperty(
          owner,
          name,
          own.get ? { ...own, get: wrap(own.get) } : { ...own, value: wrap(own.value) },
        );
      };
      const reads = [
        ...["getBoundingClientRect", "getClientRects", "clientHeight", "clientTop", "scrollTop", "scrollHeight"],
      ].map((name) => [Element.prototype, name]);
      for (const name of ["offsetTop", "offsetHeight", "offsetParent"]) reads.push([HTMLElement.prototype, name]);
      for (const name of ["getComputedStyle", "innerHeight", "scrollY"]) reads.push([window, name]);
      shop.main.append(shop.list("grid", "all", shop.ids("a", 2000)));
      for (const [owner, name] of reads) spy(owner, name, () => counts.layout++);
      spy(EventTarget.prototype, "addEventListener", (type) => counts.listeners.push(type));
      spy(window, "setTimeout", () => counts.timers++);
      spy(IntersectionObserver.prototype, "observe", () => {
        counts.most = Math.max(counts.most, ++counts.observed);
      });
      spy(IntersectionObserver.prototype, "unobserve", () => counts.observed--);
      const Native = IntersectionObserver;
      window.IntersectionObserver = class extends Native {
        constructor(callback, options) {
          super((entries, self) => {
            counts.entries += entries.length;
            callback(entries, self);
          }, options);
        }
      };
      shop.start({ duration: 400 });
    });
    await expectTold(page, seen("all", ids("a", 12)));
    const start = await page.evaluate(() => ({ ...shop.counts }));
    assert.ok(start.observed < 100, `${start.observed} are looked at`);
    const { took, layout } = await page.evaluate(async () => {
      shop.counts.entries = shop.counts.timers = shop.counts.most = 0;
      let top = 0;
      const begin = performance.now();
      shop.counts.layout = 0;
      while (top < 6000) {
        scrollTo(0, (top += 20));
        await shop.frame();
      }
      return { took: performance.now() - begin, layout: shop.counts.layout };
    });
    const { entries, most, timers, listeners } = await page.evaluate(() => shop.counts);
    // 132 tiles come into view: each is looked at first, comes, is half in view, half out, and goes.
    assert.ok(entries > 100 && entries < 132 * 6 + 200, `${entries} entries`);
    assert.ok(most < 200, `${most} at most are looked at`);
    assert.ok(timers < 5 * (took / 1000) + 5, `${timers} timers in ${took} ms`);
    assert.equal(layout, 0);
    assert.deepEqual([...new Set(listeners)].sort(), [
      ...["auxclick", "click", "keydown", "pagehide", "pageshow", "visibilitychange"],
    ]);
    await page.evaluate(() => scrollTo(0, 60_000));
    await page.waitForFunction(() => shop.lines.some((line) => line.startsWith("impression a1200 ")), {
      timeout: PATIENCE,
    });
    await page.evaluate(() => {
      shop.capture.stop();
      shop.lines.splice(0);
    });
    await page.mouse.click(100, 100);
    await page.evaluate(() => scrollTo(0, 0));
    await expectTold(page, []);
    assert.equal(await page.evaluate(() => shop.capture.info().watched), 0);
  },
};

/** How many browsers of a kind go through the visits at once: most of a visit is waiting, and only one tab of a browser is in front. */
const SIDE_BY_SIDE = 2;

describe("capture", { concurrency: true }, () => {
  const parts = Object.keys(BROWSERS).flatMap((name) =>
    Array.from({ length: SIDE_BY_SIDE }, (_, part) => [name, part]),
  );
  for (const [name, part] of parts) {
    test(`${name}, ${part + 1} of ${SIDE_BY_SIDE}`, async (t) => {
      const visits = Object.entries(VISITS).filter((_, at) => at % SIDE_BY_SIDE === part);
      await withTab(
        name,
        async (first, address) => {
          for (const [visit, act] of visits) {
            await t.test(visit, async () => {
              const page = await first.open();
              await page.setViewport({ width: 800, height: 600 });
              await page.goto(`${address}/capture.html`, { waitUntil: "load" });
              await act(page);
              await expectTold(page, [], "at the end");
              assert.deepEqual(page.problems, []);
              assert.deepEqual(await page.evaluate(() => window.violations), []);
              const asked = page.requests.map((request) => request.replace(/#.*/, ""));
              const others = asked.filter(
                (request) => !/^(\/(index\.html|capture\.\w+|violations\.js|favicon\.ico)|data:,)$/.test(request),
              );
              assert.deepEqual([...new Set(others)], ["/reshelf/capture/index.js"], "nothing but the page's own files");
              await page.close();
            });
          }
        },
        { path: "/capture.html" },
      );
    });
  }
});
