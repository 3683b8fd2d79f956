// What instructions the built modules hold: relaxed ones other than the dot product may differ from machine to machine.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const path = (file) => fileURLToPath(new URL(`../${file}`, import.meta.url));

for (const [file, expected] of [
  ["dist/engine/reshelf_relaxed_bg.wasm", ["i32x4.relaxed_dot_i8x16_i7x16_add_s"]],
  ["dist/engine/reshelf_bg.wasm", []],
  ["dist/gpu/reshelf_gpu_bg.wasm", []],
  ["dist/html/reshelf_html_bg.wasm", []],
]) {
  test(`${file} holds no relaxed instruction but the exact one`, () => {
    const text = execFileSync(path("node_modules/binaryen/bin/wasm-dis"), ["--all-features", path(file)], {
      maxBuffer: 1 << 28,
    });
    const found = new Set(text.toString().match(/\b\w+\.relaxed_\w+/g));
    assert.deepEqual([...found], expected);
  });
}
