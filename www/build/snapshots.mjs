// Files that are committed and made: each is reviewed as a diff, and must be what would be made anew.
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

/** What is on one side of a comparison alone, by lines, as a review would want to see it. A null is a file that is not there. */
export function difference(committed, made) {
  const [before, now] = [committed, made].map((text) => (text ?? "").split("\n"));
  const only = (lines, others, sign) => {
    const known = new Set(others);
    return lines.filter((line) => !known.has(line)).map((line) => sign + line);
  };
  const changed = [...only(before, now, "- "), ...only(now, before, "+ ")];
  // Lines may have changed their places alone, and a file may be empty.
  return changed.length > 0 || committed === made ? changed : ["the order of lines"];
}

/** The text of a file; null where there is none. */
export const textAt = (path) => (existsSync(path) ? readFileSync(path, "utf8") : null);

/**
 * What a script does with its files, of which null is to be none: with `--update` it writes them, without it fails where one differs.
 *
 * @param {Record<string, string | null>} files texts by paths in the folder
 */
export function settle(folder, files) {
  for (const [file, made] of Object.entries(files)) {
    const path = `${folder}/${file}`;
    if (process.argv.includes("--update")) {
      mkdirSync(dirname(path), { recursive: true });
      if (made === null) rmSync(path, { force: true });
      else writeFileSync(path, made);
    }
    for (const line of difference(textAt(path), made)) {
      console.error(`${file}: ${line}`);
      process.exitCode = 1;
    }
  }
}
