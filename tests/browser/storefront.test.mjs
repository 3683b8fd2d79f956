// The demo storefront in headless Chromium, under its own server and policy, with the engine and the demo shop's model.
// CHROMIUM names another browser; DEMO_DATA another folder with shop.json and model.safetensors.
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { cp, mkdtemp, readFile, rm } from "node:fs/promises";
import { request } from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { startServer } from "../../www/demo/server.mjs";

const repository = fileURLToPath(new URL("../../", import.meta.url));
const data = path.resolve(repository, process.env.DEMO_DATA ?? "target/demo");
const packageFolder = path.resolve(repository, process.env.RESHELF_PACKAGE ?? "www/dist");
const WIDE = { width: 1440, height: 900 };
const TABLET = { width: 900, height: 900 };
const PHONE = { width: 390, height: 844 };

let browser;
let server;
let shop;

before(async () => {
  assert.ok(
    existsSync(path.join(data, "model.safetensors")),
    `there is no demo shop in ${data}: run "make demo CHECK=1" first`,
  );
  shop = JSON.parse(await readFile(path.join(data, "shop.json"), "utf8"));
  const executablePath = process.env.CHROMIUM || "/usr/bin/chromium";
  browser = await chromium.launch({
    executablePath,
    args: ["--headless=new", "--no-sandbox", "--disable-dev-shm-usage"],
  });
  server = await startServer({ data, package: packageFolder });
});
after(async () => {
  await browser?.close();
  await server?.close();
});

/** Opens the shop and hands over the page; afterwards no error and no policy violation may have been seen. */
async function inShop(
  use,
  { viewport = WIDE, at = "/", from = server.url, engine = "ready", problems = [], ...context } = {},
) {
  const page = await browser.newPage({ viewport, reducedMotion: "reduce", ...context });
  const seen = [];
  page.on("pageerror", (error) => seen.push(String(error)));
  page.on("console", (message) => message.type() === "error" && seen.push(message.text()));
  await page.exposeFunction("reportViolation", (text) => seen.push(text));
  await page.addInitScript(() => {
    addEventListener("securitypolicyviolation", (event) =>
      window.reportViolation(`policy: ${event.violatedDirective} ${event.blockedURI}`),
    );
  });
  try {
    await page.goto(from + at);
    await page.waitForSelector(`#app[data-engine="${engine}"]`);
    await settled(page);
    await use(page);
    const unexpected = seen.filter((text) => !problems.some((pattern) => pattern.test(text)));
    assert.deepEqual(unexpected, [], "the console is clean");
  } finally {
    await page.close();
  }
}

/** Lists move once, shortly after their page is shown. */
const settled = (page) => page.waitForTimeout(400);
const idsOf = (page, list) =>
  page.$$eval(`[data-list="${list}"] > [data-id]`, (tiles) => tiles.map((tile) => tile.dataset.id));
const product = (id) => shop.products.find((entry) => entry.id === id);
const topOf = (id) => {
  let category = shop.categories.find((entry) => entry.slug === product(id).category);
  for (let above; category?.parent && (above = shop.categories.find((entry) => entry.slug === category.parent)); )
    category = above;
  return category?.slug;
};

/** The kind of product that the home list holds most of outside its first places, with some of its products. */
function oneKind(shown) {
  const kinds = new Map();
  for (const id of shop.lists.home) kinds.set(topOf(id), [...(kinds.get(topOf(id)) ?? []), id]);
  const first = new Set(shop.lists.home.slice(0, shown));
  const hidden = (ids) => ids.filter((id) => !first.has(id));
  const [kind, ids] = [...kinds].sort((a, b) => hidden(b[1]).length - hidden(a[1]).length)[0];
  return { kind, ids: hidden(ids) };
}

/** Goes to a page as a link in the shop would, without a page load. */
async function follow(page, address) {
  await page.evaluate((href) => {
    const link = Object.assign(document.createElement("a"), { href });
    document.getElementById("main").append(link);
    link.click();
  }, address);
  await settled(page);
}

async function lookAround(page, ids) {
  for (const id of ids) await follow(page, `/product/${encodeURIComponent(id)}`);
  await follow(page, "/");
}

describe("order", () => {
  test("opens in the server's order exactly, and no list but the same products", async () => {
    await inShop(async (page) => {
      const shown = await idsOf(page, "home");
      assert.ok(shown.length >= 8);
      assert.deepEqual(shown, shop.lists.home.slice(0, shown.length));
      const slug = Object.keys(shop.lists.category)[0];
      await follow(page, `/category/${encodeURIComponent(slug)}`);
      const category = await idsOf(page, `category/${slug}`);
      assert.deepEqual(category, shop.lists.category[slug].slice(0, category.length));
      assert.ok(category.length > 0);
    });
  });

  test("clicks on products of one kind bring that kind up, without a request", async () => {
    await inShop(async (page) => {
      const requests = [];
      page.on("request", (sent) => requests.push(sent.url()));
      const start = await idsOf(page, "home");
      const { kind, ids } = oneKind(start.length);
      await lookAround(page, ids.slice(0, 5));
      const now = await idsOf(page, "home");
      assert.notDeepEqual(now, start);
      const share = (list) => list.filter((id) => topOf(id) === kind).length;
      assert.ok(share(now) > share(start), `of ${kind}: ${share(start)} at first, ${share(now)} now`);
      assert.equal(new Set(now).size, now.length);
      assert.ok(now.every((id) => shop.lists.home.includes(id)));
      assert.ok((await page.locator('[data-list="home"] .tile-badge:visible').count()) > 0);

      await page.fill("#search", product(ids[0]).title.split(" ")[0]);
      await page.waitForURL(/\/search/);
      await page.locator(".tools a").click();
      await settled(page);
      assert.deepEqual(
        requests.filter((url) => !url.startsWith("data:")),
        [],
      );
    });
  });

  test("the switch compares with the server's order, the badges can be hidden", async () => {
    await inShop(async (page) => {
      const start = await idsOf(page, "home");
      await lookAround(page, oneKind(start.length).ids.slice(0, 4));
      const mine = await idsOf(page, "home");
      await page.getByLabel("Server’s order").check({ force: true });
      assert.deepEqual(await idsOf(page, "home"), start);
      await page.getByLabel("Your order").check({ force: true });
      assert.deepEqual(await idsOf(page, "home"), mine);
      await page.getByLabel("Show how far products moved up").uncheck();
      assert.equal(await page.locator(".tile-badge:visible").count(), 0);
    });
  });

  test("forgetting everything restores the server's order exactly", async () => {
    await inShop(async (page) => {
      const start = await idsOf(page, "home");
      await lookAround(page, oneKind(start.length).ids.slice(0, 4));
      assert.notDeepEqual(await idsOf(page, "home"), start);
      await page.getByRole("button", { name: "Forget everything" }).click();
      assert.deepEqual(await idsOf(page, "home"), start);
      assert.equal(await page.locator(".event").count(), 0);
      assert.equal(await page.locator(".tile-badge:visible").count(), 0);
    });
  });

  test("forgetting the events one by one does the same; what is left counts", async () => {
    await inShop(async (page) => {
      const start = await idsOf(page, "home");
      const ids = oneKind(start.length).ids.slice(0, 3);
      await lookAround(page, ids.slice(0, 1));
      const afterOne = await idsOf(page, "home");
      await lookAround(page, ids.slice(1));
      await page.locator(".event-forget").first().click();
      await page.locator(".event-forget").first().click();
      assert.equal(await page.locator(".event").count(), 1);
      assert.deepEqual(await idsOf(page, "home"), afterOne);
      await page.locator(".event-forget").first().click();
      assert.deepEqual(await idsOf(page, "home"), start);
    });
  });

  test("tiles that are being looked at stay while the shopper acts on the page", async () => {
    await inShop(async (page) => {
      await follow(page, `/product/${encodeURIComponent(oneKind(12).ids[0])}`);
      const list = await page.locator(".list [data-list]").first().getAttribute("data-list");
      await page.locator(`[data-list="${list}"] > li`).last().scrollIntoViewIfNeeded();
      await settled(page);
      const seen = await idsOf(page, list);
      await page.evaluate(() => document.querySelector('[data-action="wish"]').click());
      await page.evaluate(() => document.querySelector('[data-action="buy"]').click());
      await settled(page);
      assert.equal(await page.locator(".event").count(), 3);
      assert.deepEqual(await idsOf(page, list), seen);
    });
  });
});

describe("shop", () => {
  test("buys, changes quantities and takes out", async () => {
    await inShop(async (page) => {
      await page.locator('[data-list="home"] a').nth(1).click();
      await page.locator('[data-action="buy"]').click();
      await page.locator('[data-action="wish"]').click();
      assert.equal(await page.locator('[data-action="wish"]').getAttribute("aria-pressed"), "true");
      await page.locator(".tools a").click();
      await page.getByRole("button", { name: /^One more of/ }).click();
      assert.equal(await page.locator(".stepper output").textContent(), "2");
      assert.equal(await page.locator(".tools .count").last().textContent(), "2");
      await page.getByRole("button", { name: /^Remove/ }).click();
      assert.equal(await page.locator(".line").count(), 0);

      await page.goBack();
      await page.locator('[data-action="buy"]').click();
      await page.locator(".tools a").click();
      await page.locator('[data-action="purchase"]').click();
      assert.match(await page.locator(".cart-note").textContent(), /demo/);
      assert.match(await page.locator(".event-what").first().textContent(), /Bought/);
    });
  });

  test("every page has its own address, title, description and heading; back returns to the place", async () => {
    const top = shop.categories.find((category) => category.parent == null);
    const one = product(shop.lists.home[0]);
    for (const [at, title] of [
      [`/category/${encodeURIComponent(top.slug)}`, top.title],
      [`/product/${encodeURIComponent(one.id)}`, one.title],
      ["/cart", "Cart"],
      ["/nowhere/at/all", "Not here"],
    ]) {
      await inShop(
        async (page) => {
          assert.equal(await page.title(), `${title} · ${shop.name}`);
          assert.ok((await page.getAttribute('meta[name="description"]', "content")).includes(shop.name));
          assert.equal(await page.locator("h1").count(), 1);
        },
        { at },
      );
    }
    await inShop(async (page) => {
      const tile = page.locator('[data-list="home"] > li').last();
      await tile.scrollIntoViewIfNeeded();
      const place = await page.evaluate(() => scrollY);
      await tile.locator("a").click();
      await settled(page);
      assert.equal(await page.evaluate(() => scrollY), 0);
      assert.equal(await page.evaluate(() => document.activeElement.tagName), "H1");
      await page.goBack();
      await settled(page);
      assert.ok(Math.abs((await page.evaluate(() => scrollY)) - place) < 400);
    });
  });

  test("filters keep to the address and the server's order", async () => {
    const [slug, ids] = Object.entries(shop.lists.category).find(
      ([, list]) => new Set(list.map((id) => product(id).brand)).size > 2,
    );
    await inShop(
      async (page) => {
        const brand = product(ids[0]).brand;
        await page.getByLabel("Brand").selectOption(brand);
        assert.equal(new URL(page.url()).searchParams.get("brand"), brand);
        const shown = await idsOf(page, `category/${slug}`);
        assert.deepEqual(shown, ids.filter((id) => product(id).brand === brand).slice(0, shown.length));
      },
      { at: `/category/${encodeURIComponent(slug)}` },
    );
  });

  for (const colorScheme of ["light", "dark"]) {
    test(`nothing scrolls sideways on a phone (${colorScheme})`, async () => {
      const one = shop.lists.home[0];
      await inShop(
        async (page) => {
          const pages = [
            "/",
            `/category/${encodeURIComponent(shop.categories[0].slug)}`,
            `/product/${encodeURIComponent(one)}`,
            "/cart",
            "/search?q=a",
            "/nowhere",
          ];
          for (const address of pages) {
            await follow(page, address);
            if (address.startsWith("/product")) await page.locator('[data-action="buy"]').click();
            const over = await page.evaluate(
              () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
            );
            assert.ok(over <= 0, `${address} is ${over} px too wide`);
          }
          await page.locator(".tool[aria-controls]").click();
          assert.equal(await page.locator(".panel").getAttribute("aria-modal"), "true");
          assert.ok(
            (await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)) <=
              0,
          );
        },
        { viewport: PHONE, colorScheme },
      );
    });
  }

  test("the keyboard alone opens a product, buys it, opens the panel and forgets", async () => {
    await inShop(
      async (page) => {
        const focusIs = (selector) =>
          page.evaluate((wanted) => document.activeElement?.matches(wanted) ?? false, selector);
        const tabTo = async (selector, key = "Tab") => {
          for (let step = 0; step < 60; step++) {
            if (await focusIs(selector)) return;
            await page.keyboard.press(key);
          }
          assert.fail(`${selector} cannot be reached with ${key}`);
        };
        await page.keyboard.press("Tab");
        assert.ok(await focusIs(".skip"));
        await page.keyboard.press("Enter");
        assert.ok(await focusIs("#main"));
        await tabTo('[data-list="home"] a');
        const outline = await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle);
        assert.equal(outline, "solid", "the focus can be seen");
        await page.keyboard.press("Enter");
        await settled(page);
        assert.ok(await focusIs("h1"));
        await tabTo('[data-action="buy"]');
        await page.keyboard.press("Enter");
        assert.equal(await page.locator(".tools a .count").textContent(), "1");
        await tabTo(".tool[aria-controls]", "Shift+Tab");
        await page.keyboard.press("Enter");
        assert.ok(await focusIs("#panel-title"));
        await tabTo(".event-forget");
        await page.keyboard.press("Enter");
        assert.equal(await page.locator(".event").count(), 1);
        assert.ok(await focusIs(".event-forget"), "the focus stays in the list");
        await tabTo(".forget-all");
        await page.keyboard.press("Space");
        assert.equal(await page.locator(".event").count(), 0);
        await page.keyboard.press("Escape");
        assert.equal(await page.locator(".panel:visible").count(), 0);
        assert.ok(await focusIs(".tool[aria-controls]"), "the focus returns");
      },
      { viewport: TABLET },
    );
  });
});

describe("without the model", () => {
  /** The shop works on in the server's order and the panel says why. */
  const worksInServerOrder = (code) => async (page) => {
    const start = await idsOf(page, "home");
    assert.deepEqual(start, shop.lists.home.slice(0, start.length));
    await lookAround(page, shop.lists.home.slice(20, 23));
    assert.deepEqual(await idsOf(page, "home"), start);
    assert.match(await page.locator(".panel-status").textContent(), /server’s order/);
    assert.match(await page.locator(".status-reason code").textContent(), code);
  };

  test("a missing model", async () => {
    const folder = await mkdtemp(path.join(tmpdir(), "storefront-"));
    await cp(path.join(data, "shop.json"), path.join(folder, "shop.json"));
    const bare = await startServer({ data: folder, package: packageFolder });
    try {
      await inShop(worksInServerOrder(/^\w+\.\w+/), { from: bare.url, engine: "fallback", problems: [/404/] });
    } finally {
      await bare.close();
      await rm(folder, { recursive: true });
    }
  });

  test("WebAssembly blocked by the policy", async () => {
    const strict = await startServer({ data, package: packageFolder, wasm: false });
    try {
      await inShop(worksInServerOrder(/^wasm\./), {
        from: strict.url,
        engine: "fallback",
        problems: [/wasm-eval|WebAssembly|unsafe-eval/],
      });
    } finally {
      await strict.close();
    }
  });
});

describe("server", () => {
  /** A request as it stands: fetch would tidy the address. */
  const ask = (address, headers = {}) =>
    new Promise((resolve, reject) => {
      const { hostname, port } = new URL(server.url);
      request({ hostname, port, path: address, headers }, (response) => {
        response.resume();
        response.on("end", () => resolve(response));
      })
        .on("error", reject)
        .end();
    });

  test("stays within its folders", async () => {
    for (const address of [
      "/data/../server.mjs",
      "/data/%2e%2e/%2e%2e/Cargo.toml",
      "/..%2f..%2fCargo.toml",
      "/app/..%5cserver.mjs",
      "/data/%00",
      "/%",
    ]) {
      assert.equal((await ask(address)).statusCode, 404, address);
    }
  });

  test("answers pages with the shop, missing files with 404, and compresses", async () => {
    assert.equal((await ask("/product/anything")).statusCode, 200);
    assert.equal((await ask("/app/nothing.js")).statusCode, 404);
    for (const unpublished of ["events.csv", "model.safetensors.report.json", "nothing.json"]) {
      assert.equal((await ask(`/data/${unpublished}`)).statusCode, 404, unpublished);
    }
    assert.equal((await ask("/data/shop.json", { "accept-encoding": "gzip" })).headers["content-encoding"], "gzip");
    const plain = await ask("/data/shop.json", { "accept-encoding": "br;q=0" });
    assert.equal(plain.headers["content-encoding"], undefined);
    assert.equal((await ask("/data/shop.json", { "if-none-match": plain.headers.etag })).statusCode, 304);
    assert.match(plain.headers["content-security-policy"], /default-src 'none'/);
  });
});
