// What a release publishes, as two snapshots to be reviewed: the tarball's files (pack.snap), and the package's whole API as its
// declarations without their comments, entry by entry (api.snap).
//   node www/build/published.mjs            fails where one has changed
//   node www/build/published.mjs --update   takes what there is for the new ones
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { declarations } from "./declarations.mjs";
import { settle } from "./snapshots.mjs";

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

/** What is to stand in each snapshot's file. */
export const snapshots = () => ({ "www/pack.snap": packed().join("\n") + "\n", "www/api.snap": api() });

if (process.argv[1] === fileURLToPath(import.meta.url)) settle(`${www}..`, snapshots());
