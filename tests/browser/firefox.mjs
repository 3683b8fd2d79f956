// A Firefox and a server for the tests: what harness.mjs is for Chromium, so that the same page-side code runs in both.
import { readFileSync } from "node:fs";
import puppeteer from "puppeteer-core";
import { serve } from "../serve.mjs";
import { MOUNTS } from "./harness.mjs";

const { firefox: executablePath } = JSON.parse(readFileSync(new URL("../../.tools/browser.json", import.meta.url)));

/** WebGPU is off by default on Linux, and Firefox's blocklist has lavapipe, which computes without a graphics card. */
const WEBGPU = { "dom.webgpu.enabled": true, "gfx.webgpu.ignore-blocklist": true };

/** Milliseconds until a start counts as failed: a first start on a busy machine of two cores takes a few seconds. */
const MOST_START = 120_000;

/**
 * Opens a page under the strict policy and hands it to `use`; closes everything afterwards. The page is puppeteer's, whose
 * `evaluate`, `reload` and `close` are as playwright's; `requests` and `problems` are those of harness.mjs.
 *
 * mapAsync of this Firefox answers every 100 ms only: good for correctness, no good for timing.
 */
export async function withFirefoxPage(use, { mounts = MOUNTS, policy, isolated, path = "/" } = {}) {
  const server = await serve(mounts, { policy, isolated });
  let browser;
  try {
    const options = { executablePath, headless: true, timeout: MOST_START, extraPrefsFirefox: WEBGPU };
    browser = await puppeteer.launch({ browser: "firefox", ...options });
    const page = await browser.newPage();
    page.requests = [];
    page.problems = [];
    page.on("request", (request) => page.requests.push(request.url().replace(server.address, "")));
    page.on("pageerror", (error) => page.problems.push(String(error)));
    page.on("console", (message) => message.type() === "error" && page.problems.push(message.text()));
    await page.goto(server.address + path, { waitUntil: "load" });
    return await use(page, server.address);
  } finally {
    await browser?.close();
    await server.close();
  }
}

/** What `withTabs` of harness.mjs is for Chromium. */
export async function withFirefoxTabs(use, { mounts = MOUNTS, policy, before } = {}) {
  const server = await serve(mounts, { policy });
  const [requests, problems] = [[], []];
  let browser;
  try {
    browser = await puppeteer.launch({ browser: "firefox", executablePath, headless: true, timeout: MOST_START });
    const open = async (path = "/") => {
      const page = await browser.newPage();
      if (before) await page.evaluateOnNewDocument(before);
      page.on("request", (request) => requests.push(request.url().replace(server.address, "")));
      page.on("pageerror", (error) => problems.push(String(error)));
      page.on("console", (message) => message.type() === "error" && problems.push(message.text()));
      await page.goto(server.address + path, { waitUntil: "load" });
      return page;
    };
    return await use({ open, address: server.address, requests, problems });
  } finally {
    await browser?.close();
    await server.close();
  }
}
