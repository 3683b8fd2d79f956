// The kernels in Node. Its golden replay is www/test/golden.test.mjs. Relaxed SIMD is behind a flag in Node 20.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { checkKernel, KERNELS } from "./kernel_check.mjs";
import { assertKernel, KERNEL_FOLDER, repository, SEED } from "./verdicts.mjs";

test("kernel_check_simd128.wasm agrees with the reference in Node", async () => {
  const name = "kernel_check_simd128.wasm";
  const module = await WebAssembly.compile(readFileSync(join(repository, KERNEL_FOLDER, name)));
  assertKernel(await checkKernel(module, SEED), KERNELS[name]);
});
