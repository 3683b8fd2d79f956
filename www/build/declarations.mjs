// Which declarations the package ships: those of its entries, and what they refer to.
import { posix } from "node:path";

/**
 * @param {Record<string, { types?: string }>} exports as in package.json
 * @param {(file: string) => string} read gives a file of `dist` by its path in it
 * @returns {{ entries: [name: string, file: string][], files: string[] }} each entry's file, and all files
 */
export function declarations(exports, read) {
  const entries = Object.entries(exports)
    .filter(([, { types }]) => types)
    .map(([name, { types }]) => [posix.join("reshelf", name), posix.relative("dist", types)]);
  const files = new Set(entries.map(([, file]) => file));
  // A set goes on with what is added while it is walked.
  for (const file of files)
    for (const [, target] of read(file).matchAll(/(?:from|import\() ?"(\.\.?\/[^"]+)"/g))
      files.add(posix.join(posix.dirname(file), target.replace(/\.js$/, ".d.ts")));
  return { entries, files: [...files].sort() };
}
