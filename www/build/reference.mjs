// The reference of the package, docs/api: a page an entry, made of its declarations and their comments by the compiler that checks them.
//   node www/build/reference.mjs            fails where a page is not what the declarations say
//   node www/build/reference.mjs --update   writes the pages
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { posix } from "node:path";
import { fileURLToPath } from "node:url";
import { API, SymbolFlags } from "typescript/unstable/sync";
import { declarations } from "./declarations.mjs";
import { commentOf, isValue, itemText } from "./reference_item.mjs";
import { settle } from "./snapshots.mjs";

const repository = fileURLToPath(new URL("../../", import.meta.url));
const dist = `${repository}www/dist/`;
const FOLDER = "docs/api";

/** Guides of entries that have none of their own name. */
const GUIDES = {
  reshelf: "getting-started",
  slim: "hosts",
  inline: "hosts",
  modules: "hosts",
  react: "frameworks",
  vue: "frameworks",
  privacy: "tokens",
  "worker-thread": "worker",
};

/**
 * The entries: `{ names, page, items }`, those of one file together. An item is `{ name, nodes, place }`: its declarations as the compiler
 * read them, and where it stands, `{ page, anchor }`, which is on the page of the first entry that exports it. Values come before types.
 */
export function readEntries() {
  const { exports } = JSON.parse(readFileSync(`${repository}www/package.json`, "utf8"));
  const { entries } = declarations(exports, (file) => readFileSync(dist + file, "utf8"));
  const files = [...new Set(entries.map(([, file]) => file))];
  const api = new API({ cwd: repository });
  try {
    const snapshot = api.updateSnapshot({ openFiles: files.map((file) => dist + file) });
    const { program, checker } = snapshot.getDefaultProjectForFile(dist + files[0]);
    const places = new Map();
    return files.map((file) => {
      const names = entries.filter(([, of]) => of === file).map(([name]) => name);
      const page = names.length > 1 ? "modules" : posix.basename(names[0]);
      const exported = checker.getExportsOfModule(checker.getSymbolAtLocation(program.getSourceFile(dist + file)));
      const items = exported.map((symbol) => {
        const { id, declarations } = symbol.flags & SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
        return { name: symbol.name, id, nodes: declarations.map((each) => each.resolve()) };
      });
      items.sort((a, b) => isValue(b) - isValue(a) || (a.name < b.name ? -1 : 1));
      for (const item of items) {
        if (!places.has(item.id))
          places.set(item.id, { page, anchor: anchorFor(item.name, [...places.values()], page) });
        item.place = places.get(item.id);
      }
      return { names, page, items };
    });
  } finally {
    api.close();
  }
}

/** What the heading of a name is reached by: of two that differ in their case alone the second has a number. */
function anchorFor(name, places, page) {
  const anchor = name.toLowerCase();
  const before = places.filter((place) => place.page === page && place.anchor.replace(/-\d+$/, "") === anchor).length;
  return before === 0 ? anchor : `${anchor}-${before}`;
}

const address = ({ place }, from) => `${place.page === from ? "" : `${place.page}.md`}#${place.anchor}`;

function pageText({ names, page, items }) {
  const [own, others] = [true, false].map((here) => items.filter(({ place }) => (place.page === page) === here));
  const [values, types] = [own.filter(isValue), own.filter((item) => !isValue(item))];
  const links = new Map(items.map((item) => [item.name, address(item, page)]));
  const from = [...new Set(others.map(({ place }) => place.page))].map((other) => {
    const of = others
      .filter(({ place }) => place.page === other)
      .map((item) => `[${item.name}](${address(item, page)})`);
    const entry = posix.join("reshelf", other === "reshelf" ? "" : other);
    return `As [\`${entry}\`](${other}.md) does, it also exports ${of.join(", ")}.`;
  });
  const guide = GUIDES[page] ?? page;
  return [
    `# ${names.map((name) => `\`${name}\``).join(", ")}`,
    "Made of the package's declarations by `node www/build/reference.mjs --update`: not to be written by hand.",
    ...(existsSync(`${repository}docs/${guide}.md`) ? [`The guide is [docs/${guide}.md](../${guide}.md).`] : []),
    ...values.map((item) => itemText(item, links)),
    ...(types.length > 0 ? ["## Types"] : []),
    ...types.map((item) => itemText(item, links)),
    ...(from.length > 0 ? ["## Of other entries", ...from] : []),
  ]
    .join("\n\n")
    .concat("\n");
}

function indexText(entries) {
  const lines = entries.map(({ names, page, items }) => {
    const values = items.filter((item) => item.place.page === page && isValue(item));
    const told = values.map((item) => `[\`${item.name}\`](${address(item)})`);
    const named = names.map((name) => `\`${name}\``).join(", ");
    return `- [${named}](${page}.md)${told.length > 0 ? `: ${told.join(", ")}` : ""}`;
  });
  return `# Reference

Every entry of the package, what it exports, and what the declarations say of it. Made by \`node www/build/reference.mjs --update\`: not
to be written by hand. What goes wrong has [a code](../errors.md); the command has [a reference of its own](../command.md).

${lines.join("\n")}
`;
}

/** The text of every page by its path; null for one that is there, and of no entry. */
export function pages(entries = readEntries()) {
  const made = Object.fromEntries(entries.map((entry) => [`${FOLDER}/${entry.page}.md`, pageText(entry)]));
  made[`${FOLDER}/README.md`] = indexText(entries);
  const there = existsSync(repository + FOLDER) ? readdirSync(repository + FOLDER) : [];
  const stale = there.map((file) => `${FOLDER}/${file}`).filter((path) => !(path in made));
  return { ...made, ...Object.fromEntries(stale.map((path) => [path, null])) };
}

/** What is exported and has no comment: `entry name`. */
export function undocumented(entries = readEntries()) {
  const bare = ({ nodes }) => nodes.every((node) => commentOf(node) === "");
  return entries.flatMap(({ names, page, items }) =>
    items.filter((item) => item.place.page === page && bare(item)).map(({ name }) => `${names[0]} ${name}`),
  );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) settle(repository, pages());
