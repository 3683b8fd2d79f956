// A browser and a server for the tests and benchmarks of this folder.
import { readFileSync } from "node:fs";
import { chromium } from "playwright-core";
import { serve } from "../serve.mjs";

const { chromium: executablePath, args } = JSON.parse(
  readFileSync(new URL("../../.tools/browser.json", import.meta.url)),
);

/** WebGPU on the CPU, so that no machine needs a GPU. */
export const GPU_ARGS = ["--enable-unsafe-webgpu", "--use-webgpu-adapter=swiftshader"];

/** Without this playwright has no back/forward cache. */
const NO_CACHE = "--disable-back-forward-cache";

/** Folders that the test page reaches. */
export const MOUNTS = {
  "/": "tests/browser/pages",
  "/reshelf/": "www/dist",
  "/golden/": "tests/golden",
};

/** Milliseconds for which a shared browser waits for its next user. */
const LINGER = 300;

/** Browsers that several tests share, by their flags: each test has a context of its own, which is another shopper. */
const shared = new Map();

/** A browser with these flags, to be given back by `release`. */
function acquire(options) {
  const name = JSON.stringify(options);
  const entry = shared.get(name) ?? { browser: chromium.launch({ executablePath, ...options }), users: 0 };
  shared.set(name, entry);
  entry.users += 1;
  clearTimeout(entry.timer);
  const release = async () => {
    entry.users -= 1;
    if (entry.users > 0) return;
    // The next test begins at once, if there is one.
    entry.timer = setTimeout(async () => {
      shared.delete(name);
      await (await entry.browser).close();
    }, LINGER);
  };
  return { browser: entry.browser, release };
}

/**
 * Opens a page under the strict policy and hands it to `use`; closes everything afterwards. `args` are further flags of the
 * browser; `before` runs in the page before its own scripts; `share` takes a browser that others use, too, in place of a fresh one.
 * `page.requests` lists every address that was asked for, `page.problems` every error of the page.
 */
export async function withPage(
  use,
  { mounts = MOUNTS, policy, isolated, viewport, args: more = [], before, path = "/", share = false } = {},
) {
  const server = await serve(mounts, { policy, isolated });
  const options = { args: [...args, ...more] };
  const { browser, release } = share
    ? acquire(options)
    : { browser: chromium.launch({ executablePath, ...options }), release: async () => (await browser).close() };
  let context;
  try {
    // A context of its own: `page.context().newPage()` is another tab of the same shopper.
    context = await (await browser).newContext(viewport ? { viewport } : {});
    const page = await context.newPage();
    if (before) await page.addInitScript(before);
    page.requests = [];
    page.problems = [];
    page.on("request", (request) => page.requests.push(request.url().replace(server.address, "")));
    page.on("websocket", (socket) => page.requests.push(socket.url()));
    page.on("pageerror", (error) => page.problems.push(String(error)));
    page.on("console", (message) => message.type() === "error" && page.problems.push(message.text()));
    await page.goto(server.address + path, { waitUntil: "load" });
    return await use(page, server.address);
  } finally {
    if (share) await context?.close();
    await release();
    await server.close();
  }
}

/**
 * The same for what several pages of one shopper do, in a shared browser: `use` gets `open(path)`, which opens a further tab, the
 * address, and what all tabs asked for (`requests`) and complained of (`problems`).
 */
export async function withTabs(use, { mounts = MOUNTS, policy, before } = {}) {
  const server = await serve(mounts, { policy });
  const { browser, release } = acquire({ args, ignoreDefaultArgs: [NO_CACHE] });
  const [requests, problems] = [[], []];
  let context;
  try {
    context = await (await browser).newContext();
    if (before) await context.addInitScript(before);
    context.on("request", (request) => requests.push(request.url().replace(server.address, "")));
    context.on("weberror", (error) => problems.push(String(error.error())));
    context.on("console", (message) => message.type() === "error" && problems.push(message.text()));
    const open = async (path = "/") => {
      const page = await context.newPage();
      await page.goto(server.address + path, { waitUntil: "load" });
      return page;
    };
    return await use({ open, context, address: server.address, requests, problems });
  } finally {
    await context?.close();
    await release();
    await server.close();
  }
}
