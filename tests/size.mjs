// The size gate: what a page downloads for the CPU engine (module and glue), as is and compressed, against its limit.
import { readFileSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

/** Bytes of module and glue together after gzip. From the project's promise: the CPU engine stays under 60 KB. */
const LIMIT = 60 * 1000;

const folder = fileURLToPath(new URL("../www/dist/", import.meta.url));
const kilobytes = (bytes) => `${(bytes / 1000).toFixed(1)} KB`.padStart(9);
const measure = (file) => {
  const bytes = readFileSync(folder + file);
  return { file, raw: bytes.length, gzip: gzipSync(bytes, { level: 9 }).length };
};

const glue = measure("engine/reshelf.js");
// A page loads one of the two builds.
const builds = ["engine/reshelf_bg.wasm", "engine/reshelf_relaxed_bg.wasm"].map(measure);
const scripts = (under) => readdirSync(folder + under).filter((file) => file.endsWith(".js") && !file.includes(".node.")).map((file) => under + file);
const facade = [...scripts(""), ...scripts("scan/")].map(measure);
const sum = (files, key) => files.reduce((total, file) => total + file[key], 0);

console.log("size                              raw      gzip     limit (gzip)");
for (const { file, raw, gzip } of [glue, ...builds]) console.log(`${file.padEnd(30)}${kilobytes(raw)} ${kilobytes(gzip)}`);
let over = false;
for (const [name, build] of [["CPU engine, simd128", builds[0]], ["CPU engine, relaxed", builds[1]]]) {
  const files = [glue, build];
  console.log(`${name.padEnd(30)}${kilobytes(sum(files, "raw"))} ${kilobytes(sum(files, "gzip"))} ${kilobytes(LIMIT)}`);
  over ||= sum(files, "gzip") > LIMIT;
}
console.log(`${"facade (not minified)".padEnd(30)}${kilobytes(sum(facade, "raw"))} ${kilobytes(sum(facade, "gzip"))}`);
if (over) {
  console.error(`error: the CPU engine is over its limit of ${LIMIT} bytes`);
  process.exit(1);
}
