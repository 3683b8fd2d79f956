// A Firefox and a server for the tests: what harness.mjs is for Chromium, so that the same page-side code runs in both.
import { withTab } from "./puppeteer.mjs";

/**
 * Opens a page under the strict policy and hands it to `use`; closes everything afterwards (puppeteer.mjs).
 *
 * mapAsync of this Firefox answers every 100 ms only: good for correctness, no good for timing.
 */
export function withFirefoxPage(use, options) {
  return withTab("Firefox", use, options);
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
