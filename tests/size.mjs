// The size gate: what a page downloads for the CPU engine, and for the GPU module if it uses it (module and glue), as is and compressed, against its limit.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

/** Bytes of module and glue together after gzip. From the project's promise: the CPU engine stays under 60 KB, and so does the GPU module. */
const LIMIT = 60 * 1000;

const folder = fileURLToPath(new URL("../www/dist/", import.meta.url));
const kilobytes = (bytes) => `${(bytes / 1000).toFixed(1)} KB`.padStart(9);
const measure = (file) => {
  const bytes = readFileSync(folder + file);
  return { file, raw: bytes.length, gzip: gzipSync(bytes, { level: 9 }).length };
};

const engine = ["engine/reshelf_bg.wasm", "engine/reshelf.js"].map(measure);
const gpu = ["gpu/reshelf_gpu_bg.wasm", "gpu/reshelf_gpu.js"].map(measure);
const facade = ["index.js", "load.js", "source.js", "wasm.js", "errors.js", "reranker.js", "ids.js", "candidates.js", "order.js", "session.js"].map(measure);
const sum = (files, key) => files.reduce((total, file) => total + file[key], 0);

console.log("size                        raw      gzip     limit (gzip)");
for (const { file, raw, gzip } of engine) console.log(`${file.padEnd(22)}${kilobytes(raw)} ${kilobytes(gzip)}`);
console.log(`${"CPU engine".padEnd(22)}${kilobytes(sum(engine, "raw"))} ${kilobytes(sum(engine, "gzip"))} ${kilobytes(LIMIT)}`);
for (const { file, raw, gzip } of gpu) console.log(`${file.padEnd(22)}${kilobytes(raw)} ${kilobytes(gzip)}`);
console.log(`${"GPU module".padEnd(22)}${kilobytes(sum(gpu, "raw"))} ${kilobytes(sum(gpu, "gzip"))} ${kilobytes(LIMIT)}`);
console.log(`${"facade (not minified)".padEnd(22)}${kilobytes(sum(facade, "raw"))} ${kilobytes(sum(facade, "gzip"))}`);
if (sum(engine, "gzip") > LIMIT) {
  console.error(`error: the CPU engine is over its limit of ${LIMIT} bytes`);
  process.exit(1);
}
if (sum(gpu, "gzip") > LIMIT) {
  console.error(`error: the GPU module is over its limit of ${LIMIT} bytes`);
  process.exit(1);
}
