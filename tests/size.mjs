// The size gates: what a page downloads, as is and compressed, for the CPU engine (glue and one of its two builds) and for the
// GPU module if it uses one.
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

/** Bytes of module and glue together after gzip. From the project's promise: 60 KB for the engine, as much for the GPU. */
const LIMIT = 60 * 1000;

const folder = fileURLToPath(new URL("../www/dist/", import.meta.url));
const kilobytes = (bytes) => `${(bytes / 1000).toFixed(1)} KB`.padStart(9);
const measure = (file) => {
  const bytes = readFileSync(folder + file);
  return { raw: bytes.length, gzip: gzipSync(bytes, { level: 9 }).length };
};
const scripts = (under) =>
  readdirSync(folder + under)
    .filter((file) => file.endsWith(".js") && !file.includes(".node."))
    .map((file) => under + file);

const parts = [
  ["CPU engine, simd128", ["engine/reshelf_bg.wasm", "engine/reshelf.js"], LIMIT],
  ["CPU engine, relaxed SIMD", ["engine/reshelf_relaxed_bg.wasm", "engine/reshelf.js"], LIMIT],
  ["GPU module", ["gpu/reshelf_gpu_bg.wasm", "gpu/reshelf_gpu.js"], LIMIT],
  ["facade (not minified)", [...scripts(""), ...scripts("scan/")], null],
];
console.log("size                              raw      gzip     limit (gzip)");
for (const [name, files, limit] of parts) {
  const sizes = files.map(measure);
  const [raw, gzip] = ["raw", "gzip"].map((key) => sizes.reduce((total, size) => total + size[key], 0));
  console.log(`${name.padEnd(28)}${kilobytes(raw)} ${kilobytes(gzip)} ${limit ? kilobytes(limit) : ""}`);
  if (limit && gzip > limit) {
    console.error(`error: ${name} is over its limit of ${limit} bytes`);
    process.exitCode = 1;
  }
}
