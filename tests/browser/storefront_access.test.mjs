// The demo storefront for those who use it by keyboard or by ear: axe-core finds nothing on any page, the focus reaches everything that
// can be used, is seen and not hidden there, is trapped nowhere, and goes through tiles in the order in which they stand.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { after, before, test } from "node:test";
import {
  agree,
  closeEyes,
  follow,
  idsOf,
  launchChromium,
  oneKind,
  PHONE,
  productPath,
  ready,
  startDemo,
  WIDE,
} from "./demo.mjs";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

let browser;
let server;
before(async () => {
  server = await startDemo();
  browser = await launchChromium();
});
after(async () => {
  await browser?.close();
  await server?.close();
});

/** A shopper's page, who has looked at products of one kind, wished for one and put it into the cart, where `reordered`. */
async function inShop(options, use, reordered = false) {
  const page = await browser.newPage({ reducedMotion: "reduce", ...options });
  await page.addInitScript(axe);
  await closeEyes(page);
  try {
    await page.goto(server.url);
    await ready(page);
    if (reordered) {
      await agree(page);
      for (const id of oneKind(server.shop).ids.slice(0, 3)) await follow(page, productPath(id));
      for (const action of ["buy", "wish"]) await page.locator(`[data-action="${action}"]`).click();
      await follow(page, "/");
    }
    await use(page);
  } finally {
    await page.close();
  }
}

const addresses = () => {
  const { lists, categories } = server.shop;
  const part = categories.find(({ parent }) => parent === null || parent === undefined).slug;
  return [
    ...["/", `/category/${part}`, `/category/${Object.keys(lists.category)[0]}`, productPath(lists.home[1])],
    ...["/search?q=lamp", "/search?q=zzzz", "/search", "/cart", "/profile", "/merchandising", "/nowhere"],
  ];
};

/** What axe-core objects to on the page as it stands. */
const objections = (page) =>
  page.evaluate(async () => {
    const { violations } = await window.axe.run(document, { resultTypes: ["violations"] });
    return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 200)}`));
  });

const isOpen = (page) => page.locator("#panel").isVisible();
const panelButton = (page) => page.locator('[aria-controls="panel"]');

for (const [name, options] of Object.entries({
  "on a phone": { viewport: PHONE, colorScheme: "light" },
  "on a phone, in the dark": { viewport: PHONE, colorScheme: "dark" },
  "on a desk": { viewport: WIDE, colorScheme: "light" },
  "on a desk, in the dark": { viewport: WIDE, colorScheme: "dark" },
}))
  for (const reordered of [false, true])
    test(`axe-core finds nothing ${name}, ${reordered ? "after" : "before"} lists are in another order`, () =>
      inShop(
        options,
        async (page) => {
          const found = {};
          const look = async (what) => {
            const here = await objections(page);
            if (here.length > 0) found[what] = here;
          };
          for (const address of addresses()) {
            await follow(page, address);
            if (await isOpen(page)) await look(`${address}, the panel beside it`);
            else {
              await look(address);
              await panelButton(page).click();
              await look(`${address}, the panel over it`);
              await page.keyboard.press("Escape");
            }
          }
          if (reordered) {
            await follow(page, "/");
            await page.locator(".tile-why:visible summary").first().click();
            await page.locator(".story").waitFor();
            await look("a reason that is open");
            await follow(page, "/merchandising");
            await page.getByRole("button", { name: "Rules that conflict" }).click();
            await page.locator(".shelf-do").nth(3).click();
            await look("rules that conflict");
            await page.fill("#policy", '{"rules":[{"id":"a","kind":"hide","match":{"brnd":"x"}}]}');
            await look("a rule with a problem");
          }
          assert.deepEqual(found, {});
        },
        reordered,
      ));

/** Runs in the page: what a walk by the keyboard needs. */
const watchFocus = () => {
  const usable = "a[href], button, input, select, textarea, summary, [tabindex], iframe";
  const shown = (each) => each.checkVisibility({ visibilityProperty: true }) && each.closest("[inert]") === null;
  const marked = (element) => {
    const { outlineStyle, outlineWidth } = getComputedStyle(element);
    return outlineStyle !== "none" && Number.parseFloat(outlineWidth) >= 1;
  };
  window.walk = {
    /** All that can be used, in the order of the document; of radio buttons the chosen one. */
    all: () =>
      [...document.querySelectorAll(usable)].filter(
        (each) => each.tabIndex >= 0 && !each.disabled && shown(each) && !(each.type === "radio" && !each.checked),
      ),
    /** What has the focus: which of all it is, whether that shows, whether something lies over it, and where its tile is. */
    async here() {
      // A style that changes by the focus is drawn a frame later.
      await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
      await Promise.allSettled(document.getAnimations().map(({ finished }) => finished));
      const element = document.activeElement;
      if (element === document.body || element === null) return null;
      // Some are drawn by what stands beside them, others by what stands around them.
      const drawn = ["radio", "file"].includes(element.type)
        ? element.nextElementSibling
        : element.matches(".filter select")
          ? element.parentElement
          : element;
      const { left, top, width, height } = drawn.getBoundingClientRect();
      const clamp = (value, most) => Math.min(Math.max(value, 1), most - 1);
      const hit = document.elementFromPoint(clamp(left + width / 2, innerWidth), clamp(top + height / 2, innerHeight));
      return {
        at: window.walk.all().indexOf(element),
        shows: marked(drawn),
        free: drawn === hit || drawn.contains(hit) || hit?.contains(drawn) === true || hit === element,
        tile: element.closest("[data-reshelf-list] > li")?.dataset.reshelfItem ?? null,
        html: element.outerHTML.slice(0, 120),
      };
    },
  };
  document.activeElement.blur();
};

/** Presses a key until the focus has gone through the page; each stop. */
async function walked(page, key) {
  const stops = [];
  for (;;) {
    await page.keyboard.press(key);
    const stop = await page.evaluate(() => window.walk.here());
    if (stop === null || stops.some(({ at }) => at === stop.at)) return stops;
    stops.push(stop);
  }
}

for (const [name, viewport] of [
  ["a phone", PHONE],
  ["a desk", WIDE],
])
  test(`on ${name} the focus reaches everything, shows, is not covered, and goes through tiles as they stand`, () =>
    inShop(
      { viewport },
      async (page) => {
        const moved = await idsOf(page, "home");
        assert.notDeepEqual(moved, server.shop.lists.home.slice(0, moved.length));
        for (const address of ["/", "/profile", "/cart", "/merchandising"]) {
          await follow(page, address);
          await page.evaluate(watchFocus);
          const count = await page.evaluate(() => window.walk.all().length);
          const forth = await walked(page, "Tab");
          assert.deepEqual(
            forth.map(({ at }) => at),
            Array.from({ length: count }, (_, at) => at),
            `${address}: everything, in the order of the page`,
          );
          const hidden = forth.filter(({ shows, free }) => !shows || !free);
          assert.deepEqual(hidden, [], `${address}: the focus is seen`);
          await page.evaluate(() => document.activeElement.blur());
          if (address !== "/") continue;
          // Of each tile the link, "I don't want this", and "Why here?" of one that moved.
          const stops = forth.map(({ tile }) => tile).filter((id) => moved.includes(id));
          assert.deepEqual([...new Set(stops)], moved);
          assert.ok(stops.length >= 2 * moved.length);
          // As they are seen: row by row, from left to right.
          const places = await page.evaluate(() =>
            [...document.querySelectorAll('[data-reshelf-list="home"] > li')].map((tile) => {
              const { left, top } = tile.getBoundingClientRect();
              return [Math.round(top + scrollY), Math.round(left)];
            }),
          );
          assert.deepEqual(
            places,
            [...places].sort((one, other) => one[0] - other[0] || one[1] - other[1]),
          );
        }
      },
      true,
    ));

test("while the consent is asked for its bar covers nothing that has the focus", () =>
  inShop({ viewport: PHONE }, async (page) => {
    await page.evaluate(watchFocus);
    const covered = (await walked(page, "Tab")).filter(({ free }) => !free);
    assert.deepEqual(covered, []);
  }));

test("a drawer takes the focus, keeps it from what lies behind, and gives it back", () =>
  inShop({ viewport: PHONE }, async (page) => {
    await page.evaluate(watchFocus);
    await panelButton(page).focus();
    await page.keyboard.press("Enter");
    const inside = () => page.evaluate(() => document.activeElement.closest("#panel") !== null);
    assert.equal(await inside(), true);
    assert.equal(await page.locator("#panel").getAttribute("role"), "dialog");
    const all = await page.evaluate(() => window.walk.all().every((each) => each.closest("#panel") !== null));
    assert.equal(all, true, "nothing behind it can be used");
    await page.keyboard.press("Escape");
    assert.equal(await isOpen(page), false);
    assert.equal(await page.evaluate(() => document.activeElement.getAttribute("aria-controls")), "panel");
  }));

test("a reader hears the page's parts by their names, each tile with its price and move, and what has changed", () =>
  inShop(
    { viewport: WIDE },
    async (page) => {
      const tree = await page.locator("body").ariaSnapshot();
      for (const part of [
        /- link "Skip to the page"/,
        /- banner:/,
        /- searchbox "Search the shop"/,
        /- navigation "Categories":/,
        /- button "What this page knows \d+ events" \[expanded\]/,
        /- link "Cart 1 piece"/,
        /- main:/,
        /- region "For you today":/,
        /- heading "Popular right now" \[level=2\]/,
        /- link "[^"]+ €[\d.,]+ Rated \d\.\d moved up \d+ places?"/,
        /button "I don’t want this: [^"]+"/,
        /- complementary "What this page knows":/,
        /- group "Order of the lists":/,
        /- radio "Your order" \[checked\]/,
        /button "Forget: looked at [^"]+"/,
        /- contentinfo:/,
      ])
        assert.match(tree, part);
      await page.getByLabel("Server’s order").check({ force: true });
      assert.match(
        await page.locator('[role="status"]').textContent(),
        /^Lists reordered, \d+ products? in a new place/,
      );
    },
    true,
  ));
