// The demo shop for the tests: its server, and a page of it in Chromium (playwright's, with a back/forward cache) or in Firefox
// (puppeteer's). DEMO_DATA names another folder with shop.json, model.safetensors and names.json.
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import puppeteer from "puppeteer-core";
import { startServer } from "../../www/demo/server.mjs";
import { BROWSERS } from "./puppeteer.mjs";

const repository = fileURLToPath(new URL("../../", import.meta.url));
export const data = path.resolve(repository, process.env.DEMO_DATA ?? "target/demo");
export const packageFolder = path.resolve(repository, process.env.RESHELF_PACKAGE ?? "www/dist");
const { chromium: executablePath, args } = JSON.parse(readFileSync(`${repository}.tools/browser.json`, "utf8"));

export const WIDE = { width: 1440, height: 900 };
export const TABLET = { width: 900, height: 900 };
export const PHONE = { width: 390, height: 844 };

/** Starts the shop's server, whose pages wait for the session however busy the machine is; what the shop has is in its `shop`. */
export function startDemo(options) {
  assert.ok(
    existsSync(path.join(data, "model.safetensors")),
    `there is no demo shop in ${data}: run "make demo CHECK=1" first`,
  );
  return startServer({ data, package: packageFolder, patience: 60_000, ...options });
}

/** Without this playwright has no back/forward cache. */
const NO_CACHE = "--disable-back-forward-cache";

export const launchChromium = () =>
  chromium.launch({ executablePath: process.env.CHROMIUM || executablePath, args, ignoreDefaultArgs: [NO_CACHE] });

/** Opens pages of one shopper in either browser: `page.first(script)` is run before the scripts of each document. */
export async function openBrowser(name) {
  if (name === "Chromium") {
    const browser = await launchChromium();
    const open = async () => {
      const page = await (await browser.newContext({ viewport: WIDE, reducedMotion: "reduce" })).newPage();
      return Object.assign(page, { first: (script) => page.addInitScript(script) });
    };
    return { open, close: () => browser.close() };
  }
  const browser = await puppeteer.launch({ ...BROWSERS[name], headless: true, timeout: 120_000 });
  const open = async () => {
    const page = await (await browser.createBrowserContext()).newPage();
    await page.setViewport(WIDE);
    return Object.assign(page, { first: (script) => page.evaluateOnNewDocument(script) });
  };
  return { open, close: () => browser.close() };
}

/** Leaves the shopper's eyes out (playwright): what they rest on meanwhile would count, where two orders are to be the same. */
export const closeEyes = (page) =>
  page.route("**/reshelf/capture/index.js", (route) =>
    route.fulfill({ contentType: "text/javascript", body: "export const capture = () => undefined;" }),
  );

/** Until the page is drawn and watched, with this outcome. */
export const ready = (page, engine = "ready") => page.waitForSelector(`#app[data-engine="${engine}"]`);

export const idsOf = (page, list) =>
  page.evaluate(
    (name) =>
      [...document.querySelectorAll(`[data-reshelf-list="${name}"] > li`)].map((tile) => tile.dataset.reshelfItem),
    list,
  );

/** Goes to an address as a link of the page does, and waits until its page is drawn. */
export async function follow(page, address, engine = "ready") {
  await page.evaluate((href) => {
    const link = Object.assign(document.createElement("a"), { href });
    document.getElementById("main").append(link);
    // A page that is left says so: what is waited for is the next one.
    delete document.getElementById("app").dataset.engine;
    link.click();
  }, address);
  await page.waitForFunction(
    ([href, outcome]) =>
      location.pathname + location.search === href && document.getElementById("app")?.dataset.engine === outcome,
    ...argumentsFor(page, [address, engine]),
  );
}

/** Playwright's waitForFunction takes the argument second, puppeteer's behind its options. */
const argumentsFor = (page, value) => ("context" in page ? [value] : [{}, value]);

/** The shopper agrees that the session is kept, and it is. */
export async function agree(page) {
  await page.evaluate(() => document.querySelector('[data-answer="yes"]').click());
  await saved(page);
}

/** Until all that was noted is written. */
export const saved = (page) => page.waitForFunction(() => window.reranker.info().store.saved);

export const productPath = (id) => `/product/${encodeURIComponent(id)}`;

/** The kind of product that the home list holds most of outside its first places, with some of its products. */
export function oneKind(shop, shown = 12) {
  const department = new Map(shop.products.map(({ id, category }) => [id, category.split("/")[0]]));
  const first = new Set(shop.lists.home.slice(0, shown));
  const hidden = new Map();
  for (const id of shop.lists.home.filter((each) => !first.has(each)))
    hidden.set(department.get(id), [...(hidden.get(department.get(id)) ?? []), id]);
  const [kind, ids] = [...hidden].sort((a, b) => b[1].length - a[1].length)[0];
  return { kind, ids, of: (id) => department.get(id) };
}
