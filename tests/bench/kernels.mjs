// The kernels against the limit: native ones beside loops by hand and memory, and the builds of the browser's engine beside
// the native ones.
//   node tests/bench/kernels.mjs [--wasm]
// The second part runs native code and a page in turn, since two cores that are shared are never the same for long.
// With --wasm only that part. What was measured goes to target/bench/kernels.json.
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { parseArgs } from "node:util";
import { MOUNTS, withPage } from "../browser/harness.mjs";
import { KERNEL_FOLDER } from "../runtimes/verdicts.mjs";
import { quantile } from "./quantile.mjs";
import { keep, kept, repository } from "./results.mjs";

/** The kernel inside the browser's two builds, alone: crate/kernel-check. */
const MODULES = { simd128: "kernel_check_simd128.wasm", relaxed: "kernel_check_relaxed.wasm" };
const FOLDER = KERNEL_FOLDER;
/** Turns of native and page, one after the other. */
const TURNS = 5;
const ROWS = 1000;
const SESSIONS = [1, 12];
const BITS = [8, 4];

const { values: flags } = parseArgs({ options: { wasm: { type: "boolean", default: false } } });
const native = flags.wasm ? (kept("kernels")?.native ?? []) : nativeBench();
for (const { name, bits, rows, sessions, nanoseconds } of native) {
  console.log(
    `${name.padEnd(26)}${bits} bits ${String(rows).padStart(9)} rows ${String(sessions).padStart(3)} sessions ${nanoseconds.toFixed(2).padStart(9)} ns`,
  );
}
const wasm = await beside();
for (const { build, sessions, bits, nanoseconds, avx2 } of wasm) {
  const ratio = avx2 === null ? "" : `, ${(nanoseconds / avx2).toFixed(2)} times AVX2`;
  console.log(
    `wasm ${build.padEnd(21)}${bits} bits ${String(ROWS).padStart(9)} rows ${String(sessions).padStart(3)} sessions ${nanoseconds.toFixed(2).padStart(9)} ns${ratio}`,
  );
}
keep("kernels", { native, wasm });

/** Every line that crate/kernels/benches/kernels.rs prints. */
function nativeBench(...rows) {
  const command = ["bench", "--quiet", "--package", "reshelf-kernels", "--bench", "kernels", "--", ...rows];
  const output = execFileSync("cargo", command, {
    cwd: repository("."),
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  });
  return output
    .split("\n")
    .filter((line) => line.split("\t").length === 5)
    .map((line) => {
      const [name, ...numbers] = line.split("\t");
      const [bits, rows, sessions, nanoseconds] = numbers.map(Number);
      return { name, bits, rows, sessions, nanoseconds };
    });
}

/** Nanoseconds for one candidate in each build and natively, measured in turn. */
async function beside() {
  const builds = Object.entries(MODULES).filter(([, file]) => existsSync(repository(`${FOLDER}/${file}`)));
  if (builds.length === 0) {
    console.log(`no ${FOLDER}/kernel_check_*.wasm: the builds for the browser were not measured`);
    return [];
  }
  const shapes = SESSIONS.flatMap((sessions) =>
    BITS.map((bits) => ({ sessions, bits, avx2: [], times: Object.fromEntries(builds.map(([build]) => [build, []])) })),
  );
  await withPage(
    async (page) => {
      for (let turn = 0; turn < TURNS; turn++) {
        for (const { name, bits, sessions, nanoseconds } of nativeBench(String(ROWS))) {
          const shape = shapes.find((one) => one.sessions === sessions && one.bits === bits);
          if (/AVX2/.test(name) && !/by hand/.test(name)) shape?.avx2.push(nanoseconds);
        }
        for (const { sessions, bits, times } of shapes) {
          for (const [build, file] of builds) {
            times[build].push(
              ...(await page.evaluate(timeModule, { address: `/kernels/${file}`, rows: ROWS, sessions, bits })),
            );
          }
        }
      }
    },
    { mounts: { ...MOUNTS, "/kernels/": FOLDER }, isolated: true },
  );
  const median = (values) => (values.length > 0 ? quantile(values, 0.5) : null);
  return builds.flatMap(([build]) =>
    shapes.map(({ sessions, bits, avx2, times }) => ({
      build,
      sessions,
      bits,
      nanoseconds: median(times[build]),
      avx2: median(avx2),
    })),
  );
}

/** In the page: `bench_multiply(rows, sessions, narrow, repeats)` also sets itself up, so two lengths are taken from each other. */
async function timeModule({ address, rows, sessions, bits }) {
  const { instance } = await WebAssembly.instantiateStreaming(fetch(address), {});
  const multiply = (repeats) => {
    const begin = performance.now();
    instance.exports.bench_multiply(rows, sessions, bits === 4 ? 1 : 0, repeats);
    return performance.now() - begin;
  };
  let repeats = 100;
  for (let warm = 0; warm < 20; warm++) multiply(repeats);
  while (multiply(repeats) < 5) repeats *= 2;
  return Array.from({ length: 15 }, () => {
    const short = multiply(repeats);
    return ((multiply(2 * repeats) - short) * 1e6) / (repeats * rows);
  });
}
