// Reshelf beside what people use now, in one Chromium tab: the same int8 table, the same sessions, the best 20.
//   node tests/bench/peers.mjs [--only KEY,...] [--counts N,...] [--rounds N] [--log]
// Up to 10,000 candidates the job is a list, objects in and ids out, from a catalogue of 40,000; above that it is the whole
// catalogue, ids out. What was measured goes to target/bench/peers.json; tests/bench/report.mjs makes the documents.
import { copyFileSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import { parseArgs } from "node:util";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { GPU_ARGS, MOUNTS, withPage } from "../browser/harness.mjs";
import { quantile } from "./quantile.mjs";
import { artifact, FOLDER, keep, kept, repository } from "./results.mjs";

/** The peers, each with the module that it fetches beside its script. */
const PEERS = {
  onnxruntime: "onnxruntime-web/dist/ort-wasm-simd-threaded.wasm",
  tfjs: "@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm",
  voy: "voy-search/voy_search_bg.wasm",
  javascript: null,
};
/** Our builds, each with what it fetches beside the package's own script. */
const RESHELF = {
  "reshelf simd128": ["engine/reshelf_bg.wasm"],
  "reshelf relaxed": ["engine/reshelf_relaxed_bg.wasm"],
  "reshelf webgpu": ["engine/reshelf_relaxed_bg.wasm", "gpu/reshelf_gpu.js", "gpu/reshelf_gpu_bg.wasm"],
};
/** Candidates, the catalogue that they are drawn from, and how many rounds. */
const SIZES = [
  { count: 200, catalogue: 40_000, rounds: 200 },
  { count: 1000, catalogue: 40_000, rounds: 200 },
  { count: 10_000, catalogue: 40_000, rounds: 100 },
  { count: 100_000, catalogue: 100_000, rounds: 200 },
  { count: 1_000_000, catalogue: 1_000_000, rounds: 60 },
];
/** Fresh browsers for the first result. */
const STARTS = 5;

const { values: flags } = parseArgs({
  options: {
    only: { type: "string" },
    counts: { type: "string" },
    rounds: { type: "string" },
    log: { type: "boolean" },
  },
});
const listed = (flag, value) => flag === undefined || flag.split(",").includes(String(value));

const folder = `${FOLDER}/peers`;
const wanted = Object.keys({ ...PEERS, ...RESHELF }).filter((key) => listed(flags.only, key));
const options = {
  mounts: {
    ...MOUNTS,
    "/reshelf-simd128/": `${folder}/reshelf`,
    "/reshelf-relaxed/": `${folder}/reshelf`,
    "/reshelf-webgpu/": MOUNTS["/reshelf/"],
    "/peers/": folder,
    "/bench/": "tests/bench",
    "/artifacts/": FOLDER,
  },
  isolated: true,
  args: GPU_ARGS,
};
const address = (items) => `/artifacts/${basename(artifact(items))}`;

const download = await bundle();
const sizes = [];
for (const { count, catalogue, rounds } of SIZES.filter(({ count }) => listed(flags.counts, count))) {
  // A page of its own for each length: what one leaves in memory is not the next one's matter.
  sizes.push(
    await inPage("measure", {
      peers: wanted,
      artifact: address(catalogue),
      count,
      rounds: Number(flags.rounds ?? rounds),
    }),
  );
  print(sizes.at(-1));
}
const first = flags.counts ? (kept("peers")?.first ?? {}) : {};
for (const { key, variant } of sizes.find(({ job }) => job === "list")?.results ?? []) {
  const times = [];
  for (let start = 0; start < STARTS; start++)
    times.push(await inPage("firstResult", { key, variant, artifact: address(40_000) }));
  first[key] = quantile(times, 0.5);
  console.log(`first result, ${key}: ${first[key].toFixed(1)} ms, ${(download[key] / 1000).toFixed(1)} KB`);
}
// A run of some lengths replaces those and leaves the others as they were.
const others = flags.counts
  ? (kept("peers")?.sizes ?? []).filter(({ count }) => sizes.every((size) => size.count !== count))
  : [];
keep("peers", { sizes: [...sizes, ...others].sort((a, b) => a.count - b.count), first, download });

/** Calls a function of page.mjs in a new browser. */
async function inPage(name, input) {
  return withPage(async (page) => {
    if (flags.log) page.on("console", (message) => console.error(message.text()));
    return page.evaluate(async ([name, input]) => (await import("/bench/peers/page.mjs"))[name](input), [name, input]);
  }, options);
}

/** One script of each peer, as a shop's build would make it, with its module beside it. Returns bytes over the wire. */
async function bundle() {
  mkdirSync(repository(folder), { recursive: true });
  const compressed = (bytes) => gzipSync(bytes, { level: 9 }).length;
  const minified = async (entry, out) => {
    const { outputFiles } = await build({
      entryPoints: [entry],
      outfile: out,
      bundle: true,
      minify: true,
      write: out !== undefined,
      external: ["*/gpu/reshelf_gpu.js"],
      format: "esm",
      platform: "browser",
      target: "es2022",
      logLevel: "error",
      loader: { ".wasm": "empty" },
    });
    return out ? readFileSync(out) : outputFiles[0].contents;
  };
  const bytes = {};
  for (const [key, module] of Object.entries(PEERS)) {
    bytes[key] = compressed(
      await minified(repository(`tests/bench/peers/${key}.mjs`), repository(`${folder}/${key}.js`)),
    );
    if (module === null) continue;
    const from = repository(`tests/bench/node_modules/${module}`);
    copyFileSync(from, repository(`${folder}/${basename(module)}`));
    bytes[key] += compressed(readFileSync(from));
  }
  const dist = (file) => repository(`${MOUNTS["/reshelf/"]}/${file}`);
  const script = compressed(await minified(dist("index.js"), repository(`${folder}/reshelf/index.js`)));
  mkdirSync(repository(`${folder}/reshelf/engine`), { recursive: true });
  for (const [key, files] of Object.entries(RESHELF)) {
    if (!files.map(dist).every((file) => existsSync(file))) continue;
    bytes[key] = script;
    for (const file of files) {
      bytes[key] += compressed(file.endsWith(".js") ? await minified(dist(file)) : readFileSync(dist(file)));
      if (file.startsWith("engine/")) copyFileSync(dist(file), repository(`${folder}/reshelf/${file}`));
    }
  }
  return bytes;
}

function print({ count, job, results, leftOut }) {
  console.log(
    `\n${count.toLocaleString("en-US")} candidates, ${job}                    p50, ms   p99, ms  cold, ms  calls  right`,
  );
  for (const { key, variant, p50, p99, cold, calls, right } of results) {
    console.log(
      `${key.padEnd(20)}${p50.toFixed(4).padStart(10)}${p99.toFixed(4).padStart(10)}${cold.toFixed(4).padStart(10)}${String(calls).padStart(7)}${String(right).padStart(5)}  ${variant}`,
    );
  }
  for (const [key, why] of Object.entries(leftOut)) console.log(`${key.padEnd(20)}  left out: ${why}`);
}
