// The walls between the rooms of the source: who uses whom, read from the source itself, against one table in
// docs/architecture.md. Pure but for `readTree`: everything else works on texts, so that planted violations test it.
//
// A tree is a map from a file's path in the repository to its text. A room is a folder below a `src`, or a file beside those.
import { readdirSync, readFileSync } from "node:fs";
import { posix } from "node:path";
import { fileURLToPath } from "node:url";

/** Where rooms lie: the `src` of every package of ours. */
const ROOTS = [
  /^crate\/src\//,
  /^crate\/[\w-]+\/src\//,
  /^model_export\/src\//,
  /^model_export\/[\w-]+\/src\//,
  /^www\/src\//,
  /^www\/demo\/src\//,
];
const rootOf = (path) => ROOTS.map((root) => root.exec(path)?.[0]).find(Boolean);

export function readTree() {
  const repository = fileURLToPath(new URL("../", import.meta.url));
  const tree = new Map();
  for (const folder of ["crate", "model_export", "www/src", "www/demo/src"]) {
    for (const path of readdirSync(repository + folder, { recursive: true })) {
      const file = `${folder}/${path}`;
      if (/\.(rs|ts)$/.test(file) && !/\/(node_modules|target)\//.test(file) && rootOf(file) && !isTest(file))
        tree.set(file, readFileSync(repository + file, "utf8"));
    }
  }
  return tree;
}

const isTest = (path) => /(^|\/)(tests\/.*|tests\.rs|\w+_tests\.rs)$/.test(path);

/** The room of a file; null for the root of a Rust package, which names all of its rooms. A small package is one room. */
export function roomOf(path, rules) {
  const root = rootOf(path);
  if (rules.has(root)) return root;
  const [first, ...rest] = path.slice(root.length).split("/");
  if (rest.length === 0 && /^(lib|main)\.rs$/.test(first)) return null;
  return root + (rest.length === 0 ? first.replace(/\.rs$/, "") : first);
}

/**
 * The rules of the table between `<!-- walls -->` and `<!-- /walls -->`: a row has rooms that do not know each other, and what
 * they may use, with all that those may use; circles of files that are left are listed between `<!-- circles -->`. "`x` by import()" stands for types, and for what is loaded when it is needed.
 */
export function readRules(document) {
  const rules = new Map();
  const table = between(document, "walls");
  let prefix = "";
  for (const line of table.split("\n")) {
    const [, rooms = "", uses = ""] = line.split("|").map((cell) => cell.trim());
    const named = [...rooms.matchAll(/`([^`]+)`/g)].map(([, name]) => name);
    if (named.length === 1 && named[0].endsWith("/")) {
      [prefix] = named;
      if (/^`/.test(uses)) rules.set(prefix, { may: new Set(), lazily: new Set() });
    } else
      for (const name of named) {
        const list = [...uses.matchAll(/`([^`]+)`( by import\(\))?/g)];
        rules.set(prefix + name, {
          may: new Set(list.filter(([, , lazy]) => !lazy).flatMap(([, used]) => withAll(prefix + used, rules))),
          lazily: new Set(list.filter(([, , lazy]) => lazy).map(([, used]) => prefix + used)),
        });
      }
  }
  const circlesLeft = between(document, "circles")
    .split("\n")
    .flatMap((line) => [...line.matchAll(/^- (.*)$/g)].map(([, text]) => text.replaceAll("`", "")));
  return { rules, circlesLeft };
}

const between = (document, mark) => new RegExp(`<!-- ${mark} -->\\n([^]*?)<!-- /${mark} -->`).exec(document)?.[1] ?? "";

/** A room and all that it may use; one that stands further down in the table gives nothing. */
function withAll(room, rules) {
  const rule = rules.get(room);
  return rule === undefined ? [] : [room, ...rule.may];
}

/** What is wrong with a tree, in words; empty where nothing is. */
export function violations(tree, { rules, circlesLeft = [] }) {
  const found = [];
  const known = new Set(circlesLeft);
  const files = new Map(
    [...tree].map(([path, text]) => [path, path.endsWith(".rs") ? bareRust(text) : bareScript(text)]),
  );
  const arrows = [...files].flatMap(([from, text]) =>
    (from.endsWith(".rs") ? rustArrows(from, text, files) : scriptArrows(from, text, files)).map((arrow) => ({
      from,
      ...arrow,
    })),
  );
  const rooms = new Set([...files.keys()].map((path) => roomOf(path, rules)).filter(Boolean));
  for (const room of rooms) if (!rules.has(room)) found.push(`${room}: the table does not have this room`);
  for (const room of rules.keys()) if (!rooms.has(room)) found.push(`${room}: there is no such room`);
  for (const { from, to, lazy } of arrows) {
    const [using, used] = [roomOf(from, rules), roomOf(to, rules)];
    const rule = rules.get(using);
    if (using === null || used === null || using === used || rule === undefined || rule.may.has(used)) continue;
    if (!(lazy && rule.lazily.has(used))) found.push(`${from} uses ${to}: ${using} may not use ${used}`);
  }
  for (const room of rooms) {
    const inside = arrows.filter(
      ({ from, to, lazy }) => !lazy && roomOf(from, rules) === room && roomOf(to, rules) === room,
    );
    for (const circle of circles(inside)) {
      if (!known.delete(circle)) found.push(`files that use each other: ${circle}`);
    }
  }
  for (const circle of known) found.push(`this circle is gone, and its line may go: ${circle}`);
  for (const [path, text] of files) {
    for (const { what, signs, where } of ALONE)
      if (signs.test(text) && !where.test(path)) found.push(`${path}: ${what}`);
  }
  return found;
}

/** What only some files may do, by what shows that a file does it. */
const ALONE = [
  {
    what: "only kernels has unsafe code",
    signs: /\bunsafe\b/,
    where: /\.ts$|^crate\/(src\/kernels|kernels\/src\/kernels|kernel-check\/src)\//,
  },
  {
    what: "only what faces the web knows JavaScript",
    signs: /\b(wasm_bindgen|js_sys|web_sys)\b/,
    where: /\.ts$|^crate\/[\w-]*web\//,
  },
  {
    what: "only core/source.ts, prepare/request.ts and service-worker/origin.ts, and shop.ts of the storefront, go to the network",
    signs: /\b(fetch\(|XMLHttpRequest|sendBeacon|WebSocket|EventSource|WebTransport)/,
    where: /\.rs$|\/core\/source\.ts$|\/prepare\/request\.ts$|\/service-worker\/origin\.ts$|^www\/demo\/src\/shop\.ts$/,
  },
  {
    what: "only session/tab.ts, session/device.ts, privacy/device.ts and cache/shelf.ts, and storage.ts of the storefront, store anything",
    signs: /\b(localStorage|sessionStorage|indexedDB|cookieStore|document\.cookie|caches\.)/,
    where:
      /\.rs$|\/session\/(tab|device)\.ts$|\/privacy\/device\.ts$|\/cache\/shelf\.ts$|^www\/demo\/src\/storage\.ts$/,
  },
];

/** Files that lead to each other, in groups, each in the order of the alphabet. */
function circles(arrows) {
  const next = new Map();
  for (const { from, to } of arrows) next.set(from, [...(next.get(from) ?? []), to]);
  const reached = new Map([...next.keys()].map((file) => [file, new Set()]));
  for (const [file, all] of reached) {
    const open = [file];
    for (let at = open.pop(); at !== undefined; at = open.pop())
      for (const to of next.get(at) ?? []) if (!all.has(to)) open.push((all.add(to), to));
  }
  const groups = [...reached]
    .filter(([file, all]) => all.has(file))
    .map(([, all]) =>
      [...all]
        .filter((to) => [...all].every((other) => reached.get(to)?.has(other)))
        .sort()
        .join(" "),
    );
  return [...new Set(groups)].filter(Boolean).sort();
}

// ---- TypeScript ----

/** Without comments. Texts stay: addresses of imports are among them, and no text of ours looks like an import. */
const bareScript = (text) => text.replace(/\/\*[^]*?\*\//g, "").replace(/(^|\s)\/\/.*$/gm, "");

function scriptArrows(from, text, files) {
  const arrow = ([, type, dynamic, address]) => {
    const path = posix.join(posix.dirname(from), address).replace(/\.js$/, "");
    const to = [`${path}.ts`, `${path}.d.ts`].find((file) => files.has(file));
    if (to === undefined) throw new Error(`${from} imports ${address}, which is not there`);
    return { to, lazy: Boolean(type || dynamic) };
  };
  const found = [...text.matchAll(/\b(?:(?:im|ex)port( type)?\b[^;"'(]*?(?:from )?|import(\())\s*"(\.[^"]+)"/g)];
  // A module of WebAssembly is no source of ours.
  return found.filter(([, , , address]) => !/\.wasm(\?|$)/.test(address)).map(arrow);
}

// ---- Rust ----

/** Without comments, texts and what is only there for tests. */
function bareRust(text) {
  const bare = text
    .replace(/\/\*[^]*?\*\//g, "")
    .replace(/b?r#"[^]*?"#|b?"(?:[^"\\]|\\[^])*"|'(?:[^'\\]|\\.)'|\/\/.*$/gm, (found) =>
      found[0] === "/" ? "" : '""',
    );
  const parts = bare.split(/#\[cfg\((?:all\()?test\b[^\]]*\]/);
  return parts[0] + parts.slice(1).map(afterItem).join("");
}

/** The text behind its first item, which ends at `;` or with its block. */
function afterItem(text) {
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    if (text[i] === "{") depth += 1;
    if ((text[i] === "}" && --depth === 0) || (text[i] === ";" && depth === 0)) return text.slice(i + 1);
  }
  return "";
}

function rustArrows(from, text, files) {
  const here = moduleOf(from);
  const found = new Set();
  for (const path of rustPaths(text)) {
    const to = resolve(here, path, files, 0);
    if (to !== null && to !== from) found.add(to);
  }
  // What a module's own file has is ground to the files in it, which it puts together: no circle goes through that.
  const own = (to) => /\/(mod|lib)\.rs$/.test(to) && from.startsWith(to.slice(0, -"mod.rs".length));
  return [...found].filter((to) => !own(to)).map((to) => ({ to, lazy: false }));
}

/** The package and the path of a file's module: `["crate/src/", "rank", "features"]`. */
function moduleOf(path) {
  const root = rootOf(path);
  const parts = path.slice(root.length).replace(/\.rs$/, "").split("/");
  return [root, ...(/^(mod|lib|main)$/.test(parts.at(-1)) ? parts.slice(0, -1) : parts)];
}

function fileOf([root, ...parts], files) {
  const path = root + parts.join("/");
  const candidates = parts.length === 0 ? [`${root}lib.rs`, `${root}main.rs`] : [`${path}.rs`, `${path}/mod.rs`];
  return candidates.find((file) => files.has(file)) ?? null;
}

/** All paths of a file, those of `use` written out: `use a::{b, c as d}` has `a::b` and `a::c`. */
function rustPaths(text) {
  const uses = [...text.matchAll(/\buse\s+([^;]+);/g)].flatMap(([, tree]) => spread(tree).map(({ path }) => path));
  const others = text.replace(/\buse\s+[^;]+;/g, "").match(/\b[a-z_]\w*(?:\s*::\s*\w+)+/g) ?? [];
  return [...uses, ...others.map((path) => path.split(/\s*::\s*/))];
}

/** The paths of a `use`, each with the name that it brings in. */
function spread(tree) {
  const text = tree.trim();
  const brace = text.indexOf("{");
  if (brace < 0) {
    const [path, name] = text.split(/\s+as\s+/);
    const parts = path.split("::").map((part) => part.trim());
    if (parts.at(-1) === "self") parts.pop();
    return [{ path: parts, name: name ?? parts.at(-1) }];
  }
  const before = text
    .slice(0, brace)
    .split("::")
    .map((part) => part.trim())
    .filter(Boolean);
  const branches = splitTop(text.slice(brace + 1, text.lastIndexOf("}")));
  return branches.flatMap(spread).map(({ path, name }) => {
    const whole = [...before, ...path];
    return { path: whole, name: path.length === 0 ? before.at(-1) : name };
  });
}

/** Splits at commas outside of braces. */
function splitTop(text) {
  const parts = [""];
  let depth = 0;
  for (const character of text) {
    depth += character === "{" ? 1 : character === "}" ? -1 : 0;
    if (character === "," && depth === 0) parts.push("");
    else parts[parts.length - 1] += character;
  }
  return parts.filter((part) => part.trim() !== "");
}

/** The file that a path leads to, through what a module has from others by `use`; null for another package's. */
function resolve(here, path, files, steps) {
  let [module, rest] = [here, path];
  if (rest[0] === "crate") [module, rest] = [[here[0]], rest.slice(1)];
  else if (rest[0] === "self") rest = rest.slice(1);
  else if (rest[0] !== "super" && fileOf([...here, rest[0]], files) === null) return null;
  while (rest[0] === "super") [module, rest] = [module.slice(0, -1), rest.slice(1)];
  while (rest.length > 0 && fileOf([...module, rest[0]], files) !== null) {
    module = [...module, rest[0]];
    rest = rest.slice(1);
  }
  const file = fileOf(module, files);
  if (file === null || rest.length === 0 || steps === 8) return file;
  const trees = [...files.get(file).matchAll(/\buse\s+([^;]+);/g)].flatMap(([, tree]) => spread(tree));
  const named = trees.find(({ name }) => name === rest[0]);
  return (named && resolve(module, named.path, files, steps + 1)) || file;
}
