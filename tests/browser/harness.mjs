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

/**
 * Opens a page of a fresh browser under the strict policy and hands it to `use`; closes everything afterwards. `args` are further
 * flags of the browser; `before` runs in the page before its own scripts.
 * `page.requests` lists every address that was asked for, `page.problems` every error of the page.
 */
export async function withPage(
  use,
  { mounts = MOUNTS, policy, isolated, viewport, args: more = [], before, path = "/" } = {},
) {
  const server = await serve(mounts, { policy, isolated });
  const browser = await chromium.launch({ executablePath, args: [...args, ...more] });
  try {
    // A context of its own: `page.context().newPage()` is another tab of the same shopper.
    const page = await (await browser.newContext(viewport ? { viewport } : {})).newPage();
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
    await browser.close();
    await server.close();
  }
}

/** Milliseconds for which a shared browser waits for its next user. */
const LINGER = 300;

/**
 * What several tests in a row use, made by `open` for the first of them: returns it as a promise, and what gives it back. It is closed
 * where nobody wants it for a while.
 */
export function sharing(open) {
  let opened = null;
  let users = 0;
  let timer;
  const release = () => {
    users -= 1;
    if (users > 0) return;
    timer = setTimeout(() => {
      // One that could not be opened failed its tests.
      opened.then((last) => last.close()).catch(() => undefined);
      opened = null;
    }, LINGER);
  };
  return () => {
    users += 1;
    clearTimeout(timer);
    opened ??= open();
    return { browser: opened, release };
  };
}

/** A browser with a back/forward cache, in which each test has a context of its own: another shopper. */
const acquire = sharing(() => chromium.launch({ executablePath, args, ignoreDefaultArgs: [NO_CACHE] }));

/**
 * The same for what several pages of one shopper do, in a shared browser: `use` gets `open(path)`, which opens a further tab, the
 * address, and what all tabs asked for (`requests`) and complained of (`problems`).
 */
export async function withTabs(use, { mounts = MOUNTS, policy, before } = {}) {
  const server = await serve(mounts, { policy });
  const { browser, release } = acquire();
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
    release();
    await server.close();
  }
}
