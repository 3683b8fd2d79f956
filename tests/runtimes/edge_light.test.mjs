// reshelf/edge in the open-source runtime of Vercel's edge functions and Next's middleware, as their bundlers build it: one script,
// the modules compiled beforehand and handed in.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { test } from "node:test";
import { EdgeVM } from "@edge-runtime/vm";
import { assertPages } from "./edge_verdicts.mjs";
import { repository } from "./verdicts.mjs";

const { build } = createRequire(new URL("../../www/build/bundle.mjs", import.meta.url))("esbuild");

/** What stands for an import of a module: a global of the sandbox, as Next makes one for each. */
const modules = {
  name: "modules",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /\.wasm\?module$/ }, () => ({ path: "html", namespace: "module" }));
    onLoad({ filter: /.*/, namespace: "module" }, () => ({ contents: "export default globalThis.htmlModule;" }));
  },
};

const ENTRY = `
export { provePages } from "./tests/runtimes/edge_proof.mjs";
export { personalize } from "./www/dist/edge/index.edge-light.js";
export { loadModel } from "./www/dist/index.js";`;

test("the golden orders come out of pages in @edge-runtime/vm, where nothing may be compiled", async () => {
  const { outputFiles } = await build({
    stdin: { contents: ENTRY, resolveDir: repository },
    ...{ bundle: true, write: false, format: "iife", globalName: "built", logLevel: "error", plugins: [modules] },
  });
  const file = (path) => readFileSync(new URL(path, new URL("../../", import.meta.url)));
  const compiled = (path) => WebAssembly.compile(file(path));
  const htmlModule = await compiled("www/dist/html/reshelf_html_bg.wasm");
  const vm = new EdgeVM({ extend: (context) => Object.assign(context, { htmlModule }) });
  // As Next's sandbox has it.
  vm.evaluate("WebAssembly.compile = async () => { throw new Error('nothing may be compiled here'); };");
  vm.evaluate(`${outputFiles[0].text}; globalThis.built = built;`);
  const { provePages, personalize, loadModel } = vm.evaluate("built");
  const [sessions, descriptions] = ["golden", "descriptions"].map((name) =>
    JSON.parse(file(`tests/golden/${name}.json`)),
  );
  const model = new Uint8Array(file("tests/golden/golden.safetensors"));
  const wasm = await compiled("www/dist/engine/reshelf_bg.wasm");
  const proof = await provePages(personalize, loadModel, { model, wasm, sessions, descriptions });
  await assertPages(JSON.parse(JSON.stringify(proof))); // Arrays of this realm.
  await assert.rejects(vm.evaluate("WebAssembly.compile(new Uint8Array())"));
});
