// The demo storefront in headless Chromium, under its own server and policy, with the engine and the demo shop's model: what its
// pages do. storefront_pages has the session from page to page, storefront_profile the profile, storefront_egress the network.
// CHROMIUM names another browser; DEMO_DATA another folder with shop.json, model.safetensors and names.json.
import assert from "node:assert/strict";
import { cp, mkdtemp, rm } from "node:fs/promises";
import { request } from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import {
  agree,
  closeEyes,
  data,
  follow,
  idsOf,
  launchChromium,
  oneKind,
  PHONE,
  productPath,
  ready,
  saved,
  startDemo,
  TABLET,
  WIDE,
} from "./demo.mjs";

let browser;
let server;
let shop;

before(async () => {
  server = await startDemo();
  shop = server.shop;
  browser = await launchChromium();
});
after(async () => {
  await browser?.close();
  await server?.close();
});

/** Opens the shop and hands over the page; afterwards no error and no policy violation may have been seen. */
async function inShop(
  use,
  {
    viewport = WIDE,
    at = "/",
    from = server.url,
    engine = "ready",
    keep = true,
    eyes = true,
    problems = [],
    ...context
  } = {},
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
  if (!eyes) await closeEyes(page);
  try {
    await page.goto(from + at);
    await ready(page, engine);
    if (keep && engine === "ready") await agree(page);
    await use(page);
    const unexpected = seen.filter((text) => !problems.some((pattern) => pattern.test(text)));
    assert.deepEqual(unexpected, [], "the console is clean");
  } finally {
    await page.close();
  }
}

const product = (id) => shop.products.find((entry) => entry.id === id);
const missing = [/404/];

async function lookAround(page, ids, engine) {
  for (const id of ids) await follow(page, productPath(id), engine);
  await follow(page, "/", engine);
}

describe("order", () => {
  test("opens in the server's order exactly, and each list has the same products", async () => {
    await inShop(async (page) => {
      const shown = await idsOf(page, "home");
      assert.ok(shown.length >= 8);
      assert.deepEqual(shown, shop.lists.home.slice(0, shown.length));
      const slug = Object.keys(shop.lists.category)[0];
      await follow(page, `/category/${slug}`);
      const category = await idsOf(page, `category/${slug}`);
      assert.deepEqual(category, shop.lists.category[slug].slice(0, category.length));
      assert.ok(category.length > 0);
    });
  });

  test("looks at products of one kind bring that kind up; the switch compares, for all pages, and badges can be hidden", async () => {
    await inShop(
      async (page) => {
        const start = await idsOf(page, "home");
        const { kind, ids, of } = oneKind(shop, start.length);
        await lookAround(page, ids.slice(0, 3));
        const mine = await idsOf(page, "home");
        const share = (list) => list.filter((id) => of(id) === kind).length;
        assert.ok(share(mine) > share(start), `of ${kind}: ${share(start)} at first, ${share(mine)} now`);
        assert.equal(new Set(mine).size, mine.length);
        assert.ok(mine.every((id) => shop.lists.home.includes(id)));
        assert.ok((await page.locator('[data-reshelf-list="home"] .tile-badge:visible').count()) > 0);

        await page.getByLabel("Server’s order").check({ force: true });
        assert.deepEqual(await idsOf(page, "home"), start);
        await follow(page, "/cart");
        assert.deepEqual((await idsOf(page, "cart"))[0], shop.lists.home[0], "it is remembered");
        await follow(page, "/");
        assert.deepEqual(await idsOf(page, "home"), start);
        await page.getByLabel("Your order").check({ force: true });
        assert.deepEqual(await idsOf(page, "home"), mine);
        await page.getByLabel("Show how far products moved up").uncheck();
        assert.equal(await page.locator(".tile-badge:visible").count(), 0);
      },
      { eyes: false },
    );
  });

  test("forgetting everything restores the server's order exactly, and so does forgetting one thing after another", async () => {
    await inShop(
      async (page) => {
        const start = await idsOf(page, "home");
        const { ids } = oneKind(shop, start.length);
        await lookAround(page, ids.slice(0, 1));
        await lookAround(page, ids.slice(1, 3));
        assert.notDeepEqual(await idsOf(page, "home"), start);
        for (const left of [2, 1, 0]) {
          await page.locator(".panel .event-forget").first().click();
          assert.equal(await page.locator(".panel .event").count(), left);
        }
        await saved(page);
        await follow(page, "/");
        assert.deepEqual(await idsOf(page, "home"), start);

        await lookAround(page, ids.slice(0, 2));
        await page.getByRole("button", { name: "Forget everything" }).click();
        assert.deepEqual(await idsOf(page, "home"), start);
        assert.equal(await page.locator(".panel .event").count(), 0);
        assert.equal(await page.locator(".tile-badge:visible").count(), 0);
      },
      { eyes: false },
    );
  });

  test("nothing moves while the shopper acts on the page, and each thing done counts once", async () => {
    await inShop(async (page) => {
      await follow(page, productPath(oneKind(shop).ids[0]));
      const seen = await idsOf(page, "also");
      await page.locator('[data-action="wish"]').click();
      await page.locator('[data-action="buy"]').click();
      await page.waitForFunction(() => document.querySelectorAll(".panel .event").length >= 3);
      assert.deepEqual(await idsOf(page, "also"), seen);
      const events = await page.evaluate(() => window.reranker.info().events.map(({ type }) => type));
      assert.deepEqual(
        events.filter((type) => type !== "dwell"),
        ["view", "wish", "cart"],
      );
    });
  });
});

describe("shop", () => {
  test("buys, changes quantities and takes out; the cart is there on every page", async () => {
    await inShop(async (page) => {
      const [first] = await idsOf(page, "home");
      await page.locator('[data-reshelf-list="home"] a').first().click();
      await page.waitForURL(/\/product\//);
      await ready(page);
      assert.equal(new URL(page.url()).pathname, productPath(first));
      await page.locator('[data-action="buy"]').click();
      await page.locator('[data-action="wish"]').click();
      assert.equal(await page.locator('[data-action="wish"]').getAttribute("aria-pressed"), "true");
      await follow(page, "/cart");
      await page.getByRole("button", { name: /^One more of/ }).click();
      assert.equal(await page.locator(".stepper output").textContent(), "2");
      assert.equal(await page.locator(".tools .count").last().textContent(), "2");
      await page.getByRole("button", { name: /^Remove/ }).click();
      assert.equal(await page.locator(".line").count(), 0);

      await follow(page, productPath(first));
      assert.equal(await page.locator('[data-action="wish"]').getAttribute("aria-pressed"), "true");
      await page.locator('[data-action="buy"]').click();
      await follow(page, "/cart");
      await page.locator('[data-action="purchase"]').click();
      assert.match(await page.locator(".cart-note").textContent(), /demo/);
      const types = await page.evaluate(() => window.reranker.info().events.map(({ type }) => type));
      assert.deepEqual(
        types.filter((type) => type !== "dwell"),
        ["view", "cart", "wish", "remove", "view", "cart", "purchase"],
      );
    });
  });

  test("every page is a document with its own address, title, description, heading and part of the shop", async () => {
    const top = shop.categories.find((category) => category.parent == null);
    const one = product(shop.lists.home[0]);
    await inShop(
      async (page) => {
        for (const [at, title] of [
          [`/category/${top.slug}`, top.title],
          [productPath(one.id), one.title],
          ["/cart", "Cart"],
          ["/profile", "Your profile"],
          ["/merchandising", "Merchandising"],
          ["/nowhere/at/all", "Not here"],
        ]) {
          const answer = await page.goto(server.url + at);
          await ready(page);
          assert.equal(answer.status(), title === "Not here" ? 404 : 200);
          assert.equal(await page.title(), `${title} · ${shop.name}`);
          assert.ok((await page.getAttribute('meta[name="description"]', "content")).includes(shop.name));
          assert.equal(await page.locator("h1").count(), 1);
          const { length } = Buffer.from(await answer.body());
          assert.ok(length < 300_000, `${at} has ${length} bytes`);
        }
      },
      { problems: missing },
    );
  });

  test("the search is a page, and so is each choice of filters; both keep to the server's order", async () => {
    const [slug, ids] = Object.entries(shop.lists.category).find(
      ([, list]) => new Set(list.map((id) => product(id).brand)).size > 2,
    );
    await inShop(
      async (page) => {
        const brand = product(ids[0]).brand;
        await page.getByLabel("Brand").selectOption(brand);
        await page.waitForURL(/brand=/);
        await ready(page);
        assert.equal(new URL(page.url()).search, `?${new URLSearchParams({ brand })}`);
        assert.equal(await page.getByLabel("Brand").inputValue(), brand);
        const shown = await idsOf(page, `category/${slug}`);
        assert.deepEqual(shown, ids.filter((id) => product(id).brand === brand).slice(0, shown.length));

        const word = product(ids[0]).title.split(" ")[0];
        await page.fill("#search", word);
        await page.keyboard.press("Enter");
        await page.waitForURL(/\/search/);
        await ready(page);
        assert.equal(await page.inputValue("#search"), word);
        const found = (await idsOf(page, "search")).map(product);
        assert.ok(found.length > 0 && found.some(({ title }) => title.includes(word)));
        const heard = await page.evaluate(() => window.reranker.info().events.map(({ type, id }) => [type, id]));
        assert.deepEqual(heard, [["search", word]]);
        await page.fill("#search", "nothing is called so");
        await page.keyboard.press("Enter");
        await page.waitForURL(/nothing/);
        await ready(page);
        assert.ok((await idsOf(page, "search")).length === 0 && (await idsOf(page, "search-popular")).length > 0);
      },
      { at: `/category/${slug}`, keep: false },
    );
  });

  test("nothing scrolls sideways on a phone", async () => {
    await inShop(
      async (page) => {
        const width = () =>
          page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
        const one = shop.lists.home[0];
        const category = `/category/${shop.categories[0].slug}`;
        for (const address of [
          "/",
          category,
          productPath(one),
          "/cart",
          "/search?q=a",
          "/profile",
          "/merchandising",
          "/nowhere",
        ]) {
          await follow(page, address);
          if (address.startsWith("/product"))
            await page.evaluate(() => document.querySelector('[data-action="buy"]').click());
          const over = await width();
          assert.ok(over <= 0, `${address} is ${over} px too wide`);
        }
        await page.locator(".tool[aria-controls]").click();
        assert.equal(await page.locator(".panel").getAttribute("aria-modal"), "true");
        assert.ok((await width()) <= 0);
      },
      { viewport: PHONE, keep: false, problems: missing },
    );
  });

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
        await page.evaluate(() => document.activeElement?.blur());
        await page.keyboard.press("Tab");
        await tabTo(".skip", "Shift+Tab");
        await page.keyboard.press("Enter");
        assert.ok(await focusIs("#main"));
        await tabTo('[data-reshelf-list="home"] a');
        const outline = await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle);
        assert.equal(outline, "solid", "the focus can be seen");
        await page.keyboard.press("Enter");
        await page.waitForURL(/\/product\//);
        await ready(page);
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
      { viewport: TABLET, eyes: false },
    );
  });
});

describe("without the model", () => {
  /** The shop works on in the server's order and the panel says why. */
  const worksInServerOrder = (code) => async (page) => {
    const start = await idsOf(page, "home");
    assert.deepEqual(start, shop.lists.home.slice(0, start.length));
    await lookAround(page, shop.lists.home.slice(20, 21), "fallback");
    assert.deepEqual(await idsOf(page, "home"), start);
    assert.match(await page.locator(".panel-status").textContent(), /server’s order/);
    assert.match(await page.locator(".status-reason code").textContent(), code);
    await follow(page, "/profile", "fallback");
    // The page has the profile a moment after it knows how the engine is.
    await page.waitForFunction(() => /\w+\.\w+/.test(document.getElementById("interests").textContent));
  };

  test("a missing model", async () => {
    const folder = await mkdtemp(path.join(tmpdir(), "storefront-"));
    for (const file of ["shop.json", "names.json"]) await cp(path.join(data, file), path.join(folder, file));
    const bare = await startDemo({ data: folder });
    try {
      await inShop(worksInServerOrder(/^\w+\.\w+/), { from: bare.url, engine: "fallback", problems: missing });
    } finally {
      await bare.close();
      await rm(folder, { recursive: true });
    }
  });

  test("WebAssembly blocked by the policy", async () => {
    const strict = await startDemo({ wasm: false });
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

  test("a session that is not there in time: the server's order at first, of which nothing that was seen moves", async () => {
    const hasty = await startDemo({ patience: 0 });
    const page = await browser.newPage({ viewport: WIDE, reducedMotion: "reduce" });
    try {
      await page.goto(hasty.url);
      await ready(page);
      await agree(page);
      await follow(page, productPath(oneKind(shop).ids[0]));
      // The model comes once the page was looked at.
      let release;
      await page.route("**/model.safetensors", async (route) => {
        await new Promise((done) => (release = done));
        await route.continue();
      });
      await page.goto(hasty.url);
      await page.waitForSelector('[data-reshelf-list="home"] > li');
      const first = await idsOf(page, "home");
      assert.deepEqual(first, shop.lists.home.slice(0, first.length));
      await page.waitForTimeout(300);
      const seen = await page
        .locator('[data-reshelf-list="home"] > li')
        .evaluateAll(
          (tiles) =>
            tiles.filter((tile) => (innerHeight - tile.getBoundingClientRect().top) / tile.offsetHeight > 0.2).length,
        );
      assert.ok(seen > 0 && seen < first.length, `${seen} of ${first.length} tiles were seen`);
      release();
      await ready(page);
      const then = await idsOf(page, "home");
      assert.deepEqual(then.slice(0, seen), first.slice(0, seen));
      assert.notDeepEqual(then, first, "what nobody has seen yet follows");
    } finally {
      await page.close();
      await hasty.close();
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
      const { statusCode, headers } = await ask(address);
      assert.deepEqual([statusCode, headers["content-type"]], [404, "text/plain; charset=utf-8"], address);
    }
  });

  test("answers pages with their part of the shop, missing ones with 404, and compresses", async () => {
    assert.equal((await ask(productPath(shop.lists.home[0]))).statusCode, 200);
    assert.equal((await ask("/product/anything")).statusCode, 404);
    assert.equal((await ask("/app/nothing.js")).statusCode, 404);
    for (const unpublished of ["shop.json", "events.csv", "model.safetensors.report.json", "nothing.json"]) {
      assert.equal((await ask(`/data/${unpublished}`)).statusCode, 404, unpublished);
    }
    for (const address of ["/", "/data/titles.json", "/app/main.js"]) {
      assert.equal((await ask(address, { "accept-encoding": "gzip" })).headers["content-encoding"], "gzip");
      const plain = await ask(address, { "accept-encoding": "br;q=0" });
      assert.equal(plain.headers["content-encoding"], undefined);
      assert.equal((await ask(address, { "if-none-match": plain.headers.etag })).statusCode, 304);
      assert.match(plain.headers["content-security-policy"], /default-src 'none'/);
    }
  });
});
