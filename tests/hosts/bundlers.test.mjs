// Pages built by the bundlers that shops use, each with no more of a setting than its line in docs/hosts.md says: the list comes in order
// under the strict policy, the output has each module once, and nothing of a GPU is in the first load.
import { cpSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { assertBuilt, assertEmitted, assertPage, OF_A_PAGE } from "./pages.mjs";
import { INSTALLED, project, run, serving } from "./project.mjs";

test("Vite", async () => {
  const folder = await project("vite", ["page"]);
  await run(folder, ["vite", "build"]);
  assertEmitted(join(folder, "dist"), OF_A_PAGE);
  await assertBuilt(folder);
});

test("Vite's dev server", async () => {
  const folder = await project("vite-dev", ["page"]);
  await serving(folder, ["vite", "--port=0"], (address) => assertPage(`${address}/`));
});

test("Vite, in a worker", async () => {
  const folder = await project("vite-worker", ["page", "worker"]);
  await run(folder, ["vite", "build"]);
  assertEmitted(join(folder, "dist"), OF_A_PAGE);
  await assertBuilt(folder, "dist", { inWorker: true });
});

test("webpack", async () => {
  const folder = await project("webpack", ["page"]);
  await run(folder, ["webpack", "--entry=./main.js", "--mode=production"]);
  assertEmitted(join(folder, "dist"), OF_A_PAGE);
  await assertBuilt(folder, "dist", { page: "index.html" });
});

test("webpack, in a worker", async () => {
  const folder = await project("webpack-worker", ["page", "worker"]);
  await run(folder, ["webpack", "--entry=./main.js", "--mode=production"]);
  assertEmitted(join(folder, "dist"), OF_A_PAGE);
  await assertBuilt(folder, "dist", { page: "index.html" });
});

test("Vite, off the page's thread", async () => {
  const folder = await project("vite-off-thread", ["page", "off-thread"]);
  await run(folder, ["vite", "build"]);
  assertEmitted(join(folder, "dist"), OF_A_PAGE);
  await assertBuilt(folder, "dist", { inWorker: true });
});

test("webpack, off the page's thread", async () => {
  const folder = await project("webpack-off-thread", ["page", "off-thread"]);
  await run(folder, ["webpack", "--entry=./main.js", "--mode=production"]);
  assertEmitted(join(folder, "dist"), OF_A_PAGE);
  await assertBuilt(folder, "dist", { page: "index.html" });
});

test("Rollup", async () => {
  const folder = await project("rollup", ["page", "rollup"]);
  await run(folder, ["rollup", "--config"]);
  assertEmitted(join(folder, "dist"), OF_A_PAGE);
  await assertBuilt(folder, "dist", { page: "index.html" });
});

test("esbuild", async () => {
  const folder = await project("esbuild", ["page"]);
  await run(folder, ["esbuild", "main.js", "--bundle", "--splitting", "--format=esm", "--minify", "--outdir=dist"]);
  assertEmitted(join(folder, "dist"), []);
  cpSync(join(INSTALLED, "dist/engine"), join(folder, "dist/engine"), { recursive: true });
  await assertBuilt(folder, "dist", { page: "index.html" });
});

test("Parcel", async () => {
  const folder = await project("parcel", ["page"]);
  await run(folder, ["parcel", "build", "index.html", "--cache-dir=.parcel-cache"]);
  assertEmitted(join(folder, "dist"), OF_A_PAGE);
  await assertBuilt(folder, "dist", { inLine: true });
});

test("Parcel, off the page's thread", async () => {
  // Parcel reads its settings where it finds a lock file: what is this project's own must not be looked for two folders up.
  const manifest = { private: true, type: "module", "@parcel/resolver-default": { packageExports: true } };
  const files = { "package.json": JSON.stringify(manifest), "package-lock.json": "{}" };
  const folder = await project("parcel-off-thread", ["page", "off-thread"], { files });
  await run(folder, ["parcel", "build", "index.html", "--cache-dir=.parcel-cache"]);
  assertEmitted(join(folder, "dist"), OF_A_PAGE);
  await assertBuilt(folder, "dist", { inLine: true, inWorker: true });
});

test("a script tag without a bundler", async () => {
  const folder = await project("script", ["page", "script"]);
  await assertBuilt(folder, ".", { mounts: { "/reshelf/": "tests/hosts/node_modules/reshelf/dist" } });
});
