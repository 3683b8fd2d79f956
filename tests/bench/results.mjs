// Where the benchmarks keep what they need and what they measured: target/bench, one JSON file for each part.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** A path of the repository, wherever the command was called from. */
export const repository = (path) => fileURLToPath(new URL(`../../${path}`, import.meta.url));

export const FOLDER = "target/bench";

/** Sample artifacts by their number of items; the Makefile has them made. */
export const artifact = (items) => `${FOLDER}/sample-${items}.safetensors`;

/** Keeps a part's results; `tests/bench/report.mjs` reads them all. */
export function keep(part, value) {
  mkdirSync(repository(FOLDER), { recursive: true });
  writeFileSync(repository(`${FOLDER}/${part}.json`), JSON.stringify(value, null, 1) + "\n");
}

/** A part's results, or undefined where it was not measured. */
export function kept(part) {
  const file = repository(`${FOLDER}/${part}.json`);
  return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : undefined;
}
