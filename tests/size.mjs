// The size gates: what a page downloads, as is, with gzip and with Brotli, part by part.
//   node tests/size.mjs            fails where a part has changed, or is over its limit
//   node tests/size.mjs --update   takes what there is for the new snapshot
//   node tests/size.mjs --parts    the engine by module of Rust, before it is optimised (target/modules/simd128)
//
// tests/size.snap holds the bytes of each part after gzip, so that a change of size is a line of a diff.
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { partsOf } from "./wasm_parts.mjs";

const root = fileURLToPath(new URL("../", import.meta.url));
const SNAPSHOT = `${root}tests/size.snap`;

/** Files of each part, and the most bytes that they may have after gzip, from the project's promise. */
const PARTS = {
  // The snapshot holds the size; without link-time optimisation the engine takes a tenth more, so that its loss fails there.
  // Explanations are 3,500 of it, the slate is 6,850.
  "engine, simd128": { files: ["engine/reshelf_bg.wasm", "engine/reshelf.js"], limit: 60_000 },
  "engine, relaxed SIMD": { files: ["engine/reshelf_relaxed_bg.wasm", "engine/reshelf.js"], limit: 60_000 },
  "GPU module": { files: ["gpu/reshelf_gpu_bg.wasm", "gpu/reshelf_gpu.js"], limit: 60_000 },
  // The aim is 9,000. 170 are the door by which policies arrange lists.
  facade: { files: ["index.js"], limit: 12_800 },
  // The same without a module of its own, and with the module as text beside it.
  slim: { files: ["slim.js"], limit: 12_700 },
  inline: { files: ["inline.js"], limit: 12_600 },
  "engine as text": { files: ["engine/inline.js"], limit: 74_200 },
  // What checks a model's hash and keeps models.
  "facade, cache": { files: ["cache/index.js"], limit: 2_000 },
  // What looks for mistakes: pages fetch it where they ask for that.
  "facade, doctor": { files: ["doctor/index.js"], limit: 6_000 },
  // What brings rows to a page that has a model's core.
  "facade, prepare": { files: ["prepare/index.js"], limit: 3_200 },
  "facade, scan": { files: ["scan/index.js"], limit: 9_000 },
  // The aim is 5,000.
  "facade, session": { files: ["session/index.js"], limit: 7_250 },
  "facade, words": { files: ["words/index.js"], limit: 9_000 },
  profile: { files: ["profile/index.js"], limit: 2_000 },
  sentinel: { files: ["sentinel/index.js"], limit: 2_600 },
  // The aim is 4,000: events bring the rows that a page has beside its items.
  capture: { files: ["capture/index.js"], limit: 4_100 },
  // The aims are 1,500 and 3,500. A bundler takes of consent only the readers that a page uses.
  consent: { files: ["consent/index.js"], limit: 1_700 },
  listen: { files: ["listen/index.js"], limit: 4_200 },
  // For workers and servers: no page loads them. The aim is 6,500, without rows.
  edge: { files: ["edge/index.workerd.js"], limit: 6_750 },
  // With all of the facade and of edge in it; no page waits for it.
  "service worker": { files: ["service-worker.js"], limit: 19_200 },
  // What a page loads; the engine's facade is in the other, and no page waits for it. The aim is 2,000.
  worker: { files: ["worker.js"], limit: 4_900 },
  "worker thread": { files: ["worker-thread.js"], limit: 14_600 },
  hydrate: { files: ["hydrate/index.js"], limit: 1_350 },
  element: { files: ["element/index.js"], limit: 3_000 },
  react: { files: ["react/index.js"], limit: 1_000 },
  vue: { files: ["vue/index.js"], limit: 1_000 },
  "HTML module": { files: ["html/reshelf_html_bg.wasm", "html/reshelf_html.js"], limit: 340_000 },
  // Pages fetch it where they ask why.
  explain: { files: ["explain/index.js"], limit: 3_600 },
  // The aim is 2,000.
  privacy: { files: ["privacy/index.js"], limit: 2_400 },
  // What a page loads that has a policy.
  slate: { files: ["slate/index.js"], limit: 13_500 },
  rows: { files: ["rows/index.js"], limit: 1_800 },
  // For tests: no page loads it.
  testing: { files: ["testing/index.js"], limit: 12_000 },
};

/** A change by more than this is one: compressors of two versions of Node differ by a few bytes. */
const tolerance = (bytes) => Math.max(32, bytes / 400);

const kilobytes = (bytes) => `${(bytes / 1000).toFixed(2)} KB`.padStart(11);

if (process.argv.includes("--parts")) printParts();
else check(process.argv.includes("--update"));

function check(update) {
  const before = update ? {} : readSnapshot();
  const problems = [];
  const now = {};
  console.log(`${"size".padEnd(24)}        raw       gzip     Brotli  limit (gzip)`);
  for (const [name, { files, limit }] of Object.entries(PARTS)) {
    const sizes = files.map((file) => readFileSync(`${root}www/dist/${file}`)).map(measure);
    const total = (key) => sizes.reduce((sum, size) => sum + size[key], 0);
    const gzip = total("gzip");
    now[name] = gzip;
    console.log(`${name.padEnd(24)}${[total("raw"), gzip, total("brotli"), limit].map(kilobytes).join("")}`);
    if (gzip > limit) problems.push(`${name} has ${gzip} bytes, over its limit of ${limit}`);
    const difference = gzip - (before[name] ?? 0);
    if (!update && Math.abs(difference) > tolerance(gzip))
      problems.push(
        `${name} has ${gzip} bytes, ${difference > 0 ? "+" : ""}${difference}; if that is meant: node tests/size.mjs --update`,
      );
  }
  if (update)
    writeFileSync(
      SNAPSHOT,
      Object.entries(now)
        .map(([name, bytes]) => `${name}: ${bytes}\n`)
        .join(""),
    );
  for (const problem of problems) console.error(`error: ${problem}`);
  if (problems.length > 0) process.exitCode = 1;
}

function measure(bytes) {
  return { raw: bytes.length, gzip: gzipSync(bytes, { level: 9 }).length, brotli: brotliCompressSync(bytes).length };
}

function readSnapshot() {
  const lines = readFileSync(SNAPSHOT, "utf8").trim().split("\n");
  return Object.fromEntries(lines.map((line) => line.split(": ")).map(([name, bytes]) => [name, Number(bytes)]));
}

function printParts() {
  const bytes = readFileSync(`${root}target/modules/simd128/reshelf_bg.wasm`);
  for (const [name, size] of partsOf(bytes))
    console.log(`${name.padEnd(40)}${kilobytes(size)}${((100 * size) / bytes.length).toFixed(1).padStart(7)} %`);
}
