// Every code that an error or a reason can have, with its sentence, read from where it is made; written to docs/errors.md by
// node tests/errors.mjs
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath, pathToFileURL } from "node:url";
import { fill, table } from "./documents.mjs";

const repository = fileURLToPath(new URL("../", import.meta.url));
export const DOCUMENT = `${repository}docs/errors.md`;

/** Codes that the command alone has, besides those of the crate's errors. */
const COMMAND = "model_export";

/** All codes: `{ code, text }` of the package, the engine and the command, each in the order of the alphabet. */
export async function allCodes() {
  const { sentence, CODES } = await import("../www/dist/words/index.js");
  const words = CODES.map((code) => ({ code, text: sentence(code, NAMES) }));
  return {
    facade: unique([...words, ...read("www/src", ".ts").flatMap(codesOfScript)]),
    engine: unique(read("crate", ".rs").flatMap(codesOfRust)),
    command: unique(read(COMMAND, ".rs").flatMap(codesOfRust)),
  };
}

/** Stands for what a sentence is made of: each fact is its own name. None of them is of a file. */
const NAMES = new Proxy(
  {},
  { get: (_, name) => (["file", "threw", "text", "most", "getter"].includes(name) ? undefined : `{${String(name)}}`) },
);

function read(folder, ending) {
  return readdirSync(repository + folder, { recursive: true })
    .map((path) => `${folder}/${path}`)
    .filter(
      (path) =>
        path.endsWith(ending) && /\/src\//.test(path) && !/node_modules|\/tests?(\/|\.rs)|_tests\.rs/.test(path),
    )
    .map((path) => readFileSync(repository + path, "utf8"));
}

/** The first text of a code counts; a code without one takes that of a later mention. */
function unique(codes) {
  const found = new Map();
  for (const { code, text } of codes) if (!found.get(code)) found.set(code, text);
  return [...found].map(([code, text]) => ({ code, text })).sort((a, b) => (a.code < b.code ? -1 : 1));
}

const CODE = "[a-z_]+\\.\\w+";
const STRING = "\"(?:[^\"\\\\]|\\\\[^])*\"|'(?:[^'\\\\\\n]|\\\\.)*'|`(?:[^`\\\\]|\\\\.)*`";

export function codesOfScript(text) {
  const bare = text.replace(/^\s*(\/\/|\*|\/\*\*).*$/gm, "");
  const made = `(?:new (?:Refusal|ReshelfError)\\(\\s*|\\bcode: )"(${CODE})",?\\s*(?:message:\\s*)?((?:${STRING})(?:\\s*\\+\\s*(?:${STRING}))*)?`;
  const literal = [...bare.matchAll(new RegExp(made, "g"))].map(([, code, words]) => ({ code, text: unquoted(words) }));
  const fallback = [...bare.matchAll(new RegExp(`reasonFrom\\([^;]*?"(${CODE})"\\)`, "g"))];
  // What is read by its name has a code by that name.
  const read = /\b(?:reading|part|only|option|reader)(?:<[^()]*>)?\(\s*(?:[\w.()]+, )?"(\w+)",/g;
  const named = [...bare.matchAll(read)].map(([, name]) => ({
    code: `argument.${name}`,
    text: `\`${name}\` is of the wrong kind, or reading it threw: it counts as not given.`,
  }));
  return [...literal, ...fallback.map(([, code]) => ({ code, text: "{message}" })), ...named];
}

/** The arms of `fn code`, and what `Display` writes for the same variants. */
export function codesOfRust(text) {
  const codes = /fn code\([^]*?\n {4}\}/.exec(text)?.[0] ?? "";
  const display = /Display for \w+ \{[^]*?\n\}/.exec(text)?.[0] ?? "";
  const arms = display.split(/(?=\b(?:Self|[A-Z]\w*Error)::[A-Z])/);
  const found = [...codes.matchAll(new RegExp(`((?:\\b\\w+::\\w+[^=]*?)+)=> "(${CODE})"`, "g"))].map(
    ([, variants, code]) => {
      const [, variant] = /::(\w+)/.exec(variants);
      const words = arms
        .filter((arm) => new RegExp(`^\\w+::${variant}\\b`).test(arm))
        .map((arm) => new RegExp(STRING).exec(arm)?.[0]);
      const attribute = new RegExp(`#\\[error\\(\\s*(${STRING})[^\\]]*\\]\\s*${variant}\\b`).exec(text)?.[1];
      return { code, text: unquoted(words.find(Boolean) ?? attribute) };
    },
  );
  const made = new RegExp(`CommandError::new\\(\\s*"([\\w.]+)",\\s*(?:format!\\(\\s*)?(${STRING})?`, "g");
  // A wrong command line is told in many ways.
  const direct = [...text.matchAll(made)].map(([, code, words]) => ({
    code,
    text: code === "usage" ? "" : unquoted(words),
  }));
  // What is wrong with a policy is told with it; most of its codes are the package's.
  const told = [...text.matchAll(new RegExp(`\\bProblem::new\\(\\s*"(${CODE})",[^";]*format!\\(\\s*(${STRING})`, "g"))];
  return [...found, ...direct, ...told.map(([, code, words]) => ({ code, text: unquoted(words) }))];
}

function unquoted(words) {
  if (words === undefined) return "";
  return words
    .replace(/(["'`])\s*\+\s*(["'`])/g, "")
    .slice(1, -1)
    .replace(/\\\n\s*/g, "")
    .replace(/\$\{/g, "{")
    .replace(/\\(.)/g, "$1");
}

/** The document's tables. */
export async function documented(document) {
  const codes = await allCodes();
  const rows = (list) => () =>
    table(
      ["code", "message"],
      list.map(({ code, text }) => [`\`${code}\``, cell(text || "{message}")]),
    );
  const tables = Object.fromEntries(Object.entries(codes).map(([name, list]) => [name, rows(list)]));
  return fill(document, tables, {});
}

const cell = (text) => text.replaceAll("|", "\\|").replaceAll("\n", " ");

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href)
  writeFileSync(DOCUMENT, await documented(readFileSync(DOCUMENT, "utf8")));
