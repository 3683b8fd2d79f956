// The slate in the module that ships: the golden answers in every build that this Node runs, and hostile words.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { replaySlate } from "../../tests/golden/replay.mjs";
import glue from "../dist/engine/reshelf.js";

const golden = (name) => readFileSync(new URL(`../../tests/golden/${name}`, import.meta.url));
const cases = JSON.parse(golden("slate.json"));

/** An engine of a build over the golden artifact; undefined where this Node does not run that build. */
async function engineOf(build) {
  const bytes = readFileSync(new URL(`../dist/engine/${build}`, import.meta.url));
  if (!WebAssembly.validate(bytes)) return undefined;
  const { imports, start } = glue(undefined);
  const { instance } = await WebAssembly.instantiate(bytes, imports());
  const engine = new (start(instance))(new Uint8Array(golden("golden.safetensors")));
  engine.prepare();
  return engine;
}

for (const build of ["reshelf_bg.wasm", "reshelf_relaxed_bg.wasm"]) {
  test(`${build} gives the golden slates`, async (t) => {
    const engine = await engineOf(build);
    if (engine === undefined) return t.skip("relaxed SIMD is not in this Node");
    assert.ok(cases.length >= 60);
    assert.deepEqual(replaySlate(engine, cases), []);
    const swapped = cases.map(({ answer: [first, second, ...rest], ...given }) => ({
      ...given,
      answer: [second, first, ...rest],
    }));
    assert.equal(replaySlate(engine, swapped).length, cases.length, "two places must matter in every case");
  });
}

test("any words give a permutation, and the session plays no part", async () => {
  const engine = await engineOf("reshelf_bg.wasm");
  let state = 7;
  const draw = (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  for (let number = 0; number < 2_000; number++) {
    const count = draw(10);
    const word = () => [draw(8), draw(8), draw(2 ** 32), 0xffff_ffff][draw(4)];
    const scores = Float32Array.from({ length: count }, () => [draw(3), Number.NaN, -1 / draw(3)][draw(3)]);
    const program = Uint32Array.from({ length: draw(60) }, word);
    const answer = engine.arrange(scores, Uint32Array.from({ length: draw(12) }, word), program);
    assert.deepEqual(
      [...answer.subarray(0, count)].sort((a, b) => a - b),
      [...Array(count).keys()],
    );
    assert.equal((answer.length - count) % 2, 1);
  }
  engine.free();
});
