// What a release publishes, as two snapshots to be reviewed: the tarball's files (pack.snap), and the package's whole API as its
// declarations without their comments, entry by entry (api.snap).
//   node www/build/published.mjs            fails where one has changed
//   node www/build/published.mjs --update   takes what there is for the new ones
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { declarations } from "./declarations.mjs";

const www = fileURLToPath(new URL("../", import.meta.url));
const read = (path) => readFileSync(www + path, "utf8");

/** The paths of the files in the tarball, sorted. */
export function packed() {
  const pack = ["pack", "--dry-run", "--json", "--offline"];
  const quiet = { cwd: www, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] };
  const [{ files }] = JSON.parse(execFileSync("npm", pack, quiet));
  return files.map(({ path }) => path).sort();
}

/** The package's API in one text. */
export function api() {
  const inDist = (file) => read(`dist/${file}`);
  const { entries, files } = declarations(JSON.parse(read("package.json")).exports, inDist);
  const names = entries.map(([name, file]) => `${name}: ${file}\n`);
  const texts = files.map((file) => `\n# ${file}\n${withoutComments(inDist(file))}`);
  return [...names, ...texts].join("");
}

/** Of what the compiler writes: comments stand on lines of their own. */
const withoutComments = (text) => text.replace(/^\s*\/\*\*[^]*?\*\/\n/gm, "").replace(/^\s*\/\/.*\n/gm, "");

/** Each snapshot's file, and what is to stand in it. */
export const SNAPSHOTS = { "pack.snap": () => packed().join("\n") + "\n", "api.snap": api };

/** What is on one side of a comparison alone, by lines, as a review would want to see it. */
export function difference(file) {
  const [before, now] = [read(file), SNAPSHOTS[file]()].map((text) => text.split("\n"));
  const only = (lines, others, sign) => lines.filter((line) => !others.includes(line)).map((line) => sign + line);
  const changed = [...only(before, now, "- "), ...only(now, before, "+ ")];
  // Lines may have changed their places alone.
  return changed.length > 0 || before.join() === now.join() ? changed : ["the order of lines"];
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const [file, make] of Object.entries(SNAPSHOTS)) {
    if (process.argv.includes("--update")) writeFileSync(www + file, make());
    for (const line of difference(file)) {
      console.error(`www/${file}: ${line}`);
      process.exitCode = 1;
    }
  }
}
