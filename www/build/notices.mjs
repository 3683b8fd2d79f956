// Writes the licence texts of the crates that are in the modules: node notices.mjs OUT
//
// The licences ask for their text with every copy. Which crates there are Cargo says, and their own packages have the texts;
// of a crate that may be had under Apache-2.0 or another licence the other one is chosen, which is shorter by far.
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const repository = fileURLToPath(new URL("../../", import.meta.url));
const TARGET = "wasm32-unknown-unknown";
const MODULES = ["reshelf-web", "reshelf-gpu-web", "reshelf-html-web"];

const cargo = (...args) => execFileSync("cargo", args, { cwd: repository, encoding: "utf8", maxBuffer: 1 << 28 });

/** Names and versions of the crates that the modules are linked from, all of them together. */
function linked() {
  const tree = ["tree", "--locked", ...MODULES.flatMap((name) => ["--package", name]), "--target", TARGET];
  const lines = cargo(...tree, "--edges", "normal,no-proc-macro", "--prefix", "none", "--format", "{p}").split("\n");
  const names = lines
    .map((line) => /^(\S+ v\S+)/.exec(line)?.[1])
    .filter((name) => name && !name.startsWith("reshelf"));
  return [...new Set(names)].sort();
}

/** The licence texts in a crate's package. */
function texts(folder) {
  const files = readdirSync(folder)
    .filter((name) => /^(licen[cs]e|copying|notice|unlicense)/i.test(name))
    .sort();
  const others = files.filter((name) => !/apache/i.test(name));
  return (others.length > 0 ? others : files).map((name) => tidy(readFileSync(join(folder, name), "utf8")));
}

const tidy = (text) =>
  text
    .replace(/\r/g, "")
    .replace(/[ \t]+$/gm, "")
    .trim();

const { packages } = JSON.parse(cargo("metadata", "--locked", "--format-version", "1", "--filter-platform", TARGET));
const byName = new Map(packages.map((each) => [`${each.name} v${each.version}`, each]));
const holders = new Map();
const note = (text, holder) => holders.set(text, [...(holders.get(text) ?? []), holder]);
for (const name of linked()) {
  const { manifest_path, license, authors, repository: home } = byName.get(name);
  const found = existsSync(manifest_path) ? texts(dirname(manifest_path)) : [];
  if (found.length === 0)
    note(
      `Its package holds no licence text. It is by ${authors.join(", ") || "its authors"}, ${home}.`,
      `${name} (${license})`,
    );
  for (const text of found) note(text, `${name} (${license})`);
}
const ours = readFileSync(join(repository, "LICENSE-MIT"), "utf8");
note(
  tidy(ours.replace(/^Copyright .*$/m, "Copyright (c) The Rust Project Contributors")),
  "the Rust standard library (MIT OR Apache-2.0)",
);

const sections = [...holders].map(([text, names]) => `${names.join("\n")}\n\n${text}\n`);
const line = `\n${"-".repeat(80)}\n\n`;
writeFileSync(
  process.argv[2],
  `The WebAssembly modules of Reshelf hold code of these projects, under these licences.\n${line}${sections.join(line)}`,
);
