// What the packaging tests look at in a page and in what a bundler wrote: the order that the page shows under the strict policy, what it
// complains of, and what its first load brings.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { cpSync, readFileSync } from "node:fs";
import { basename, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { sharing } from "../browser/harness.mjs";
import { POLICY, serve } from "../serve.mjs";
import { expected, filesIn, INSTALLED } from "./project.mjs";

const REPOSITORY = fileURLToPath(new URL("../../", import.meta.url));
const { chromium: executablePath, args } = JSON.parse(readFileSync(join(REPOSITORY, ".tools/browser.json")));
// The policy is put on pages on their way, which then count as being of no network: Vite's socket would be refused.
const ON_ITS_WAY = "--disable-features=LocalNetworkAccessChecks";
const acquire = sharing(() => chromium.launch({ executablePath, args: [...args, ON_ITS_WAY] }));

/** What tells a part of the package in a file, however it was renamed and minified, and a file that has it. */
const MARKS = {
  "what decides for a GPU": [/\brequestAdapter\b/, "scan/index.js"],
  "the GPU's glue": [/gpucatalogue_/, "gpu/reshelf_gpu.js"],
  "a module as text": [/AGFzbQEAAAA/, null],
};
for (const [part, [mark, file]] of Object.entries(MARKS))
  if (file !== null) assert.match(readFileSync(join(INSTALLED, "dist", file), "utf8"), mark, `nothing tells ${part}`);

const holds = (text, part) => MARKS[part][0].test(text);
const contentOf = (bytes) => createHash("sha256").update(bytes).digest("base64");
const nameOf = Object.fromEntries(
  filesIn(join(INSTALLED, "dist"))
    .filter((file) => file.endsWith(".wasm"))
    .map((file) => [contentOf(readFileSync(join(INSTALLED, "dist", file))), basename(file)]),
);

/**
 * Holds what a bundler wrote for a page or a worker: each of the package's modules at most once, none as text, and the GPU's glue in no
 * other file.
 * @param {string} folder
 * @param {string[]} modules those that are to be there, sorted
 */
export function assertEmitted(folder, modules) {
  const files = filesIn(folder);
  const emitted = files
    .filter((file) => file.endsWith(".wasm"))
    .map((file) => nameOf[contentOf(bytesOf(folder, file))]);
  assert.deepEqual(emitted.sort(), modules);
  for (const file of files.filter((each) => /\.[cm]?js$/.test(each))) {
    const text = String(bytesOf(folder, file));
    assert.ok(!holds(text, "a module as text"), `${file} has a module in it`);
    // The glue stands alone: it asks for an adapter, too, and nothing of the shop's is with it.
    if (holds(text, "the GPU's glue"))
      assert.ok(!text.includes("shop.safetensors"), `${file} has the GPU's glue in it`);
  }
}

/** Holds an output for a host without a GPU: nothing of one is in it. */
export function assertNoGpu(folder) {
  for (const file of filesIn(folder).filter((each) => /\.[cm]?js$/.test(each)))
    for (const part of ["what decides for a GPU", "the GPU's glue"])
      assert.ok(!holds(String(bytesOf(folder, file)), part), `${file} has ${part} in it`);
}

const bytesOf = (folder, file) => readFileSync(join(folder, file));

/** All modules of a page: the engine's two builds and the GPU's. */
export const OF_A_PAGE = ["reshelf_bg.wasm", "reshelf_gpu_bg.wasm", "reshelf_relaxed_bg.wasm"];

/**
 * Opens the page under the strict policy and holds it to what every page must show: the order, no complaint, one module, and nothing of
 * a GPU in what was loaded. `inLine` lets the page's own scripts and styles in its HTML through, which frameworks write there: scripts by
 * their hashes.
 * @param {{ inLine?: boolean, inWorker?: boolean, server?: boolean, dev?: boolean }} [more] `inWorker` has one script with all that may
 *   be needed in it; `server` has the page show the order of its server, too; `dev` lets through what React and an overlay of errors need
 */
export async function assertPage(address, { inLine = false, inWorker = false, server = false, dev = false } = {}) {
  const { browser, release } = acquire();
  let context;
  try {
    context = await (await browser).newContext();
    const page = await context.newPage();
    const [loaded, problems] = [[], []];
    page.on("response", (response) => loaded.push(response));
    page.on("pageerror", (error) => problems.push(String(error)));
    page.on("console", (message) => message.type() === "error" && problems.push(message.text()));
    await page.route("**/favicon.ico", (route) => route.fulfill({ status: 204 }));
    await page.route(address, (route) => underPolicy(route, inLine, dev));
    await page.goto(address, { waitUntil: "load" });
    await page.waitForFunction(() => document.querySelector("output")?.textContent);
    assert.equal(await page.textContent("output"), await expected());
    if (server) assert.equal(await page.textContent("#server"), await expected());
    assert.deepEqual(problems, []);
    await assertFirstLoad(loaded, inWorker);
  } finally {
    await context?.close();
    release();
  }
}

async function underPolicy(route, inLine, dev) {
  const response = await route.fetch();
  const html = await response.text();
  const hashes = [...html.matchAll(/<script(?![^>]*\ssrc=)[^>]*>([^]*?)<\/script>/g)].map(
    ([, text]) => `'sha256-${contentOf(text)}'`,
  );
  const scripts = ["script-src", ...(inLine ? hashes : []), ...(dev ? ["'unsafe-eval'"] : [])].join(" ");
  const styles = inLine ? "style-src 'unsafe-inline'" : "style-src";
  const fonts = dev ? "; font-src 'self'" : "";
  const policy = POLICY.replace("script-src", scripts).replace("style-src", styles) + fonts;
  await route.fulfill({ response, body: html, headers: { ...response.headers(), "content-security-policy": policy } });
}

async function assertFirstLoad(loaded, inWorker) {
  const ends = (end) => loaded.filter((response) => new URL(response.url()).pathname.endsWith(end));
  const modules = await Promise.all(ends(".wasm").map(async (each) => nameOf[contentOf(await each.body())]));
  assert.deepEqual(modules, ["reshelf_relaxed_bg.wasm"], "the modules of the first load");
  for (const script of loaded.filter((each) => /javascript/.test(each.headers()["content-type"] ?? ""))) {
    const text = await script.text();
    assert.ok(!holds(text, "the GPU's glue"), `${script.url()} has the GPU's glue in it`);
    if (!inWorker)
      assert.ok(!holds(text, "what decides for a GPU"), `${script.url()} has what decides for a GPU in it`);
  }
}

/** Serves what a bundler wrote, with the model and, where the bundler wrote no page, with the project's, and looks at the page. */
export async function assertBuilt(folder, dist = "dist", { page = null, mounts = {}, ...more } = {}) {
  const built = join(folder, dist);
  cpSync(join(folder, "public/shop.safetensors"), join(built, "shop.safetensors"));
  if (page !== null) cpSync(join(folder, page), join(built, page));
  const server = await serve({ "/": relative(REPOSITORY, built), ...mounts });
  try {
    await assertPage(`${server.address}/`, more);
  } finally {
    await server.close();
  }
}
