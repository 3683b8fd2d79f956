// Runtimes without a page: Node as it resolves both kinds of modules, Deno, Bun, and workerd with what wrangler would upload.
import assert from "node:assert/strict";
import { join, relative } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { withWorker } from "../runtimes/edge.mjs";
import { assertEmitted, assertNoGpu } from "./pages.mjs";
import { expected, filesIn, hasBun, hasLaterNode, project, run } from "./project.mjs";

const REPOSITORY = fileURLToPath(new URL("../../", import.meta.url));

const folder = project("node", ["node"]);
const prints = async (...command) => assert.equal((await run(await folder, command)).trim(), await expected());

test("Node, import", () => prints(process.execPath, "main.js"));
test("Node, require", () => prints(process.execPath, "main.cjs"));
test("a later Node", { skip: !hasLaterNode }, () => prints("node", "main.js"));
test("Deno", () => prints("deno", "run", "--quiet", "--no-prompt", "--no-remote", "--allow-read=.", "main.js"));
test("Bun", { skip: !hasBun }, () => prints("bun", "main.js"));

// What a function is uploaded as: one file, with nothing beside it.
for (const [format, file] of [
  ["esm", "function.mjs"],
  ["cjs", "function.cjs"],
])
  test(`esbuild for Node, ${format}`, async () => {
    const bundle = ["--bundle", "--platform=node", `--format=${format}`, "--log-override:empty-import-meta=silent"];
    await run(await folder, ["esbuild", "main.js", ...bundle, `--outfile=${file}`]);
    await prints(process.execPath, file);
  });

test("Bun's bundler", { skip: !hasBun }, async () => {
  await run(await folder, ["bun", "build", "--target=bun", "--outfile=dist/function.js", "main.js"]);
  await prints("bun", "dist/function.js");
});

test("workerd, with what wrangler would upload", { skip: !hasLaterNode }, async () => {
  const worker = await project("workerd", ["workerd"], { model: "." });
  await run(worker, ["wrangler", "deploy", "--dry-run", "--outdir=dist"]);
  const dist = join(worker, "dist");
  assertEmitted(dist, ["reshelf_bg.wasm"]);
  assertNoGpu(dist);
  const kinds = { ".js": "esModule", ".wasm": "wasm", ".safetensors": "data" };
  const modules = filesIn(dist)
    .filter((file) => kinds[file.slice(file.lastIndexOf("."))])
    .sort((a, b) => Number(b.endsWith(".js")) - Number(a.endsWith(".js")))
    .map((file) => [file, kinds[file.slice(file.lastIndexOf("."))], relative(REPOSITORY, join(dist, file))]);
  await withWorker(null, async (ask) => assert.equal((await ask("/")).join(" "), await expected()), modules);
});
