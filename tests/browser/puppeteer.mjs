// Puppeteer's tabs, in Chromium and in Firefox: for what playwright's do not have. It tells pages that they are always in front,
// so that no tab is ever hidden, and has Chromium keep no page for the way back.
import { readFileSync } from "node:fs";
import puppeteer from "puppeteer-core";
import { serve } from "../serve.mjs";
import { MOUNTS, sharing } from "./harness.mjs";

const { chromium, firefox, args } = JSON.parse(readFileSync(new URL("../../.tools/browser.json", import.meta.url)));

/** WebGPU is off by default on Linux, and Firefox's blocklist has lavapipe, which computes without a graphics card. */
const WEBGPU = { "dom.webgpu.enabled": true, "gfx.webgpu.ignore-blocklist": true };

/** What starts each browser. */
export const BROWSERS = {
  Chromium: { browser: "chrome", executablePath: chromium, args },
  Firefox: { browser: "firefox", executablePath: firefox, extraPrefsFirefox: WEBGPU },
};

/** Milliseconds until a start counts as failed: a first start on a busy machine of two cores takes a few seconds. */
const MOST_START = 120_000;

/**
 * Opens a page under the strict policy and hands it to `use`; closes everything afterwards. The page is puppeteer's, whose
 * `evaluate`, `reload` and `close` are as playwright's; `requests` and `problems` are those of harness.mjs, and `open` opens
 * another one.
 */
export function withTab(name, use, { mounts = MOUNTS, policy, isolated, path = "/" } = {}) {
  return withBrowser(name, { mounts, policy, isolated }, async (browser, address) => {
    const open = async () => {
      const [requests, problems] = [[], []];
      const page = await watched(browser, address, requests, problems);
      return Object.assign(page, { requests, problems, open });
    };
    const page = await open();
    await page.goto(address + path, { waitUntil: "load" });
    return use(page, address);
  });
}

/** Timers of tabs behind others run as in front, as they do in playwright's browsers: what shares a session works there, too. */
const IN_FRONT = { "dom.min_background_timeout_value": 4, "dom.timeout.enable_budget_timer_throttling": false };

/** A browser of each kind that several tests share, each in a context of its own. */
const acquire = Object.fromEntries(
  Object.entries(BROWSERS).map(([name, starts]) => {
    const prefs = starts.extraPrefsFirefox && { extraPrefsFirefox: { ...starts.extraPrefsFirefox, ...IN_FRONT } };
    return [name, sharing(() => launch({ ...starts, ...prefs }))];
  }),
);

/** A context of a browser that several tests share, for one shopper; without a server. */
export async function withContext(name, use) {
  const { browser, release } = acquire[name]();
  let context;
  try {
    context = await (await browser).createBrowserContext();
    return await use(context);
  } finally {
    await context?.close();
    release();
  }
}

/** What `withTabs` of harness.mjs is: `open(path)` opens another tab; all tabs together tell `requests` and `problems`. */
export async function withTabsOf(name, use, { mounts = MOUNTS, policy, before } = {}) {
  const server = await serve(mounts, { policy });
  const [requests, problems] = [[], []];
  try {
    return await withContext(name, (context) => {
      const open = async (path = "/") => {
        const page = await watched(context, server.address, requests, problems);
        if (before) await page.evaluateOnNewDocument(before);
        await page.goto(server.address + path, { waitUntil: "load" });
        return page;
      };
      return use({ open, address: server.address, requests, problems });
    });
  } finally {
    await server.close();
  }
}

const launch = (options) => puppeteer.launch({ ...options, headless: true, timeout: MOST_START });

/** A browser and a server as long as `use` takes. */
async function withBrowser(name, { mounts, ...headers }, use) {
  const server = await serve(mounts, headers);
  let browser;
  try {
    browser = await launch(BROWSERS[name]);
    return await use(browser, server.address);
  } finally {
    await browser?.close();
    await server.close();
  }
}

/** A new tab that writes what it asks for and what goes wrong in it. */
async function watched(context, address, requests, problems) {
  const page = await context.newPage();
  page.on("request", (request) => requests.push(request.url().replace(address, "")));
  page.on("pageerror", (error) => problems.push(String(error)));
  page.on("console", (message) => message.type() === "error" && problems.push(message.text()));
  return page;
}
