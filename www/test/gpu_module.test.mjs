// The GPU module's files: where they are taken from, once, and what happens when they are not there.
import assert from "node:assert/strict";
import { test } from "node:test";
import { gpuCompiler } from "../dist/internals.js";
import { loadGpuModule } from "../dist/scan/index.js";

const EMPTY = new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]);

/** Glue that notes what it is started with. */
const glue = `data:text/javascript,${encodeURIComponent(`
  export default (options) => { globalThis.startedWith = [...(globalThis.startedWith ?? []), options.module_or_path]; };
  export const GpuCatalogue = { open: () => "a catalogue" };
`)}`;
const never = gpuCompiler(() => assert.fail("nothing is to be fetched"));

test("the module is fetched and started once, from where the shop says", async () => {
  // Nothing that goes wrong is kept: the next one may try again.
  await assert.rejects(loadGpuModule({ glue, wasm: new Uint8Array(3) }, never), {
    code: "wasm.compile",
    message: /^The GPU module/,
  });
  await assert.rejects(
    loadGpuModule(
      { glue, wasm: "gpu.wasm" },
      gpuCompiler(async () => new Response("", { status: 404 })),
    ),
    { code: "wasm.http" },
  );
  await assert.rejects(
    loadGpuModule({ glue: "data:text/javascript,throw new Error('no glue')", wasm: EMPTY }, never),
    /no glue/,
  );

  const asked = [];
  const compile = gpuCompiler(async (where) => (asked.push(String(where)), new Response(EMPTY)));
  await assert.rejects(loadGpuModule({ glue: "data:text/javascript,throw new Error('again')" }, compile), /again/);
  assert.match(asked[0], /\/dist\/gpu\/reshelf_gpu_bg\.wasm$/, "beside the package's own files");

  const [first, second] = await Promise.all([
    loadGpuModule({ glue: new URL(glue), wasm: EMPTY }, never),
    loadGpuModule({ glue, wasm: EMPTY }, never),
  ]);
  assert.equal(first, second);
  assert.equal(await loadGpuModule(undefined, never), first);
  assert.equal(first.GpuCatalogue.open(), "a catalogue");
  assert.equal(globalThis.startedWith.length, 1);
  assert.ok(globalThis.startedWith[0] instanceof WebAssembly.Module);
});
