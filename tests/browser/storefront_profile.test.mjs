// The demo shop's profile page in headless Chromium: what it shows, and that each correction does what it says.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";
import {
  agree,
  closeEyes,
  data,
  follow,
  idsOf,
  launchChromium,
  oneKind,
  productPath,
  ready,
  saved,
  startDemo,
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

/** A shopper who looked at some products of one kind, on their profile. */
async function onProfile(use) {
  const page = await browser.newPage({ viewport: WIDE, reducedMotion: "reduce" });
  const problems = [];
  page.on("pageerror", (error) => problems.push(String(error)));
  page.on("console", (message) => message.type() === "error" && problems.push(message.text()));
  await closeEyes(page);
  try {
    await page.goto(`${server.url}/profile`);
    await ready(page);
    await agree(page);
    const looked = oneKind(shop).ids.slice(0, 3);
    await page.evaluate((ids) => ids.map((id) => window.reranker.observe({ id })), looked);
    await saved(page);
    await follow(page, "/profile");
    await page.waitForSelector(".interest");
    await use(page, looked);
    assert.deepEqual(problems, []);
  } finally {
    await page.close();
  }
}

const category = (id) => shop.products.find((product) => product.id === id)?.category ?? "";
const told = (page) => page.evaluate(() => window.reranker.info().events);
const press = (page, selector) => page.locator(selector).first().click();

test("it names what the session leans towards, with the stage and why, and the names are those of the model", async () => {
  await onProfile(async (page, looked) => {
    const shown = await page
      .locator('.interest[data-kind="category"]')
      .evaluateAll((rows) =>
        rows.map(({ dataset, textContent }) => [dataset.name, Number.parseInt(/(\d+) %/.exec(textContent)[1], 10)]),
      );
    assert.deepEqual(new Set(shown.map(([name]) => name)), new Set(looked.map(category)));
    const sum = shown.reduce((total, [, weight]) => total + weight, 0);
    assert.ok(sum > 95 && sum < 105, `${sum} %`);
    assert.equal(await page.getAttribute(".stage", "data-stage"), "browsing");
    await follow(page, productPath(looked[0]));
    await page.locator('[data-action="buy"]').click();
    await follow(page, "/profile");
    assert.equal(await page.getAttribute(".stage", "data-stage"), "buying");
    const title = shop.products.find(({ id }) => id === looked[0]).title;
    await page.waitForFunction((wanted) => document.querySelector("#stage").textContent.includes(wanted), title);
    const names = JSON.parse(readFileSync(path.join(data, "names.json"), "utf8"));
    assert.equal(names.model, await page.evaluate(() => window.reranker.info().model.version));
  });
});

test("no more of a category changes the list at once, and all pages after; taken back, all is as it was", async () => {
  await onProfile(async (page, looked) => {
    const muted = category(looked[0]).split("/")[0];
    const places = (list) => list.flatMap((id, place) => (category(id).startsWith(muted) ? [place] : []));
    const mean = (list) => places(list).reduce((sum, place) => sum + place, 0) / Math.max(1, places(list).length);
    const whole = () =>
      page.evaluate(
        (products) => window.reranker.rerank(products).map(({ candidate }) => candidate.id),
        shop.lists.home.map((id) => ({ id })),
      );
    const [list, before] = [await idsOf(page, "profile"), await whole()];
    await press(page, `.interest[data-kind="department"][data-name="${muted}"] button`);
    assert.notDeepEqual(await idsOf(page, "profile"), list);
    const after = await whole();
    assert.ok(mean(after) > mean(before), `${muted} stood at ${mean(before)}, and at ${mean(after)} once muted`);
    assert.equal(await page.locator(".muted-list .chip").count(), 1);
    await saved(page);
    await follow(page, "/");
    const home = await idsOf(page, "home");
    assert.deepEqual(home, after.slice(0, home.length), "the next page has it so");

    await follow(page, "/profile");
    await page.waitForSelector(".muted-list .chip");
    await press(page, '#history .event[data-type="mute"] .event-forget');
    assert.equal(await page.locator(".muted-list .chip").count(), 0);
    assert.deepEqual(await whole(), before);
    // Any category or brand may be chosen, and allowed again.
    await page.locator("#interests select").selectOption({ index: 2 });
    await press(page, '[data-action="mute"]');
    await press(page, ".muted-list .chip");
    assert.deepEqual(
      (await told(page)).slice(-2).map(({ type }) => type),
      ["mute", "unmute"],
    );
  });
});

test("one thing, the last hour and everything can be forgotten, on all pages", async () => {
  await onProfile(async (page, looked) => {
    await press(page, "#history .event-forget");
    assert.deepEqual(
      (await told(page)).map(({ id }) => id),
      looked.slice(0, 2),
    );
    const old = Date.now() - 3 * 60 * 60 * 1000;
    await page.evaluate(([id, at]) => window.reranker.observe({ id, at }), [looked[2], old]);
    await press(page, '[data-forget="hour"]');
    assert.deepEqual(
      (await told(page)).map(({ id, at }) => [id, at]),
      [[looked[2], old]],
    );
    await press(page, '[data-forget="all"]');
    assert.deepEqual(await told(page), []);
    assert.equal(await page.locator("#history .event").count(), 0);
    assert.equal(await page.locator(".interest").count(), 0);
    const list = await idsOf(page, "profile");
    assert.deepEqual(list, shop.lists.home.slice(0, list.length));
    await saved(page);
    await follow(page, "/");
    const home = await idsOf(page, "home");
    assert.deepEqual(home, shop.lists.home.slice(0, home.length));
  });
});

test("the shopper's data goes out as readable JSON and comes back as it was", async () => {
  await onProfile(async (page, looked) => {
    const file = async () => {
      const [download] = await Promise.all([page.waitForEvent("download"), press(page, '[data-action="export"]')]);
      return download.path();
    };
    const plain = (events) => events.map(({ type, about, id, at }) => ({ type, about, id, at }));
    const before = plain(await told(page));
    const saved = await file();
    const text = readFileSync(saved, "utf8");
    assert.deepEqual(
      JSON.parse(text).events.map(({ type, item }) => [type, item]),
      looked.map((id) => ["view", id]),
    );
    await page.locator("#data summary").click();
    // The text is put there when it is opened, which a page hears of in a task of its own.
    await page.waitForFunction(() => document.querySelector("#data textarea").value !== "");
    assert.equal(await page.inputValue("#data textarea"), text);
    await press(page, '[data-forget="all"]');
    await page.setInputFiles("#import", saved);
    await page.waitForSelector("#history .event");
    assert.deepEqual(plain(await told(page)), before);
    assert.equal(readFileSync(await file(), "utf8"), text);
    await page.setInputFiles("#import", { name: "x.json", mimeType: "application/json", buffer: Buffer.from("[1]") });
    await page.waitForFunction(() =>
      document.querySelector("#data .card-note").textContent.includes("1 could not be read"),
    );
    assert.deepEqual(plain(await told(page)), before, "what is none changes nothing");
  });
});

test("the shopper sees where the session is kept, and withdraws it from there", async () => {
  await onProfile(async (page) => {
    const kept = () => page.getAttribute("[data-kept]", "data-kept");
    assert.equal(await kept(), "device");
    await press(page, '[data-action="withdraw"]');
    assert.equal(await kept(), "memory");
    await page.waitForFunction(async () => (await indexedDB.databases()).length === 0);
    await follow(page, "/profile");
    assert.deepEqual(await told(page), []);
    assert.equal(await page.locator(".consent:visible").count(), 0, "it is not asked again");
    await press(page, '[data-action="keep"]');
    await saved(page);
    await follow(page, productPath(shop.lists.home[0]));
    await follow(page, "/profile");
    assert.equal((await told(page)).length, 1);
  });
});

test("a token is drawn only once it is allowed to be, stays in the page, and the ledger keeps account of it", async () => {
  await onProfile(async (page) => {
    const ledgers = () =>
      page.evaluate(async () => (await indexedDB.databases()).filter(({ name }) => name.includes("ledger")).length);
    assert.deepEqual([await page.isChecked("#token input"), await ledgers()], [false, 0]);
    const requests = [];
    page.on("request", (request) => requests.push(new URL(request.url()).pathname));
    await page.check("#token input");
    await page.waitForSelector(".token-ledger");
    const clusters = await page.evaluate(() => window.reranker.cluster()?.clusters);
    const [drawn, ledger, text] = [
      await page.locator(".token-drawn").count(),
      await page.locator(".token-ledger").textContent(),
      await page.locator("#token").textContent(),
    ];
    if (clusters) assert.ok(drawn === 1 && ledger.includes("3 of 12"), ledger);
    else assert.ok(drawn === 0 && text.includes("token.clusters"), text);
    await page.uncheck("#token input");
    assert.equal(await page.evaluate(() => window.reranker.info().consent.share), false);
    assert.equal(await page.locator(".token-ledger").count(), 0);
    assert.deepEqual(requests, ["/reshelf/privacy/index.js"]);
  });
});
