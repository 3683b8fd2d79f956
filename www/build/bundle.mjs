// Bundles and minifies the facade, as it ships: node bundle.mjs
//
// One file an entry, and one each for what a page loads only when it needs it (cache, doctor, prepare, retrieve, scan, session, words). The generated glue, the modules
// and those files stay outside, at the addresses that src/files.ts names. internals.js, for tests, is not published.
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { minify } from "terser";
import { declarations } from "./declarations.mjs";

const at = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url));

/** What a page loads by `import()`, when it needs it: a folder and a file each. */
const CHUNKS = ["cache", "doctor", "prepare", "retrieve", "scan", "session", "words"];

/** Entries that lie at the top, since the addresses of the package's files hold from there. */
const TOP = [
  "index.ts",
  "index.node.ts",
  "index.workerd.ts",
  "index.edge-light.ts",
  "slim.ts",
  "inline.ts",
  "service-worker.ts",
  "worker.ts",
  "worker.node.ts",
  "worker-thread.ts",
];

/** Further entries: a folder each, and the properties of its own that are renamed. */
const ENTRIES = {
  capture: [
    ...[
      "arm",
      "chosen",
      "clicked",
      "element",
      "gone",
      "idOf",
      "inView",
      "nameOf",
      "observed",
      "order",
      "item",
      "place",
    ],
    ...[
      "positionOf",
      "rowOf",
      "put",
      "last",
      "lost",
      "rest",
      "seen",
      "sent",
      "showing",
      "since",
      "skipped",
      "stale",
      "sweep",
    ],
    ...["tile", "tiles", "turn", "turned"],
  ],
  consent: [],
  edge: [],
  element: [],
  explain: [],
  hydrate: [],
  listen: [],
  privacy: [],
  profile: [],
  react: [],
  rows: [],
  sentinel: [],
  slate: [],
  testing: [],
  vue: [],
};

/** Entries that hosts have files of their own of, by their conditions in package.json. */
const HOSTS = { edge: ["index.ts", "index.node.ts", "index.workerd.ts", "index.edge-light.ts"] };

/** Properties of the facade's own, which no caller, test or host sees: they are renamed, alike in all files of the facade. */
const INTERNAL = [
  ...["closed", "excuse", "fail", "forgetIds", "guard", "ignore", "option", "refuse", "running", "seen", "settle"],
  ...["took", "usable", "buffers", "scanner", "collect", "holds", "ranked", "learn", "learnDetails"],
  ...["slot", "taken", "wantsMore", "accepts", "clock", "details", "floats", "handle", "handles", "scores", "waiting"],
  ...["words", "wrong", "keeper", "unkept", "ahead", "held", "bringFinder", "finder", "nested", "damage"],
  ...["failure", "forgetBefore", "forgotten", "inLog", "joined", "keeps", "missed", "occasions", "rewrite", "tidy"],
  ...["writeLast", "writes"],
];

/** Refuses to rename what others see by its name, in one of these files. Names of the browser's own are told by the tests alone. */
function refuseClashes(internal, files) {
  for (const file of files) {
    const declared = readFileSync(at(`src/${file}`), "utf8");
    const clash = internal.find((name) => new RegExp(`^\\s+(readonly )?${name}\\??[:(<]`, "m").test(declared));
    if (clash) throw new Error(`${clash} stands in ${file}: others see it by that name`);
  }
}
refuseClashes(INTERNAL, [
  "types.ts",
  "items.ts",
  "lists.ts",
  "findings.ts",
  "engine/reshelf.d.ts",
  "gpu/reshelf_gpu.d.ts",
]);
refuseClashes(INTERNAL, ["scan/scanner.ts", "session/keeper.ts", "prepare/index.ts", "privacy/types.ts"]);
refuseClashes(INTERNAL, ["edge/types.ts", "service-worker/types.ts", "html/reshelf_html.d.ts", "worker/types.ts"]);
for (const [name, internal] of Object.entries(ENTRIES)) {
  if (internal.length > 0) refuseClashes(internal, ["types.ts", "items.ts", "lists.ts", `${name}/types.ts`]);
}

/** Keeps what is fetched on its own out of the bundles, by the address that it has beside them. */
const outside = (top) => ({
  name: "outside",
  setup({ onResolve }) {
    const apart =
      /\/(engine\/(reshelf\.js|inline\.js|reshelf_bg\.wasm(?:\?module)?)|gpu\/reshelf_gpu\.js|html\/reshelf_html(\.js|_bg\.wasm(\?module)?))$/;
    onResolve({ filter: apart }, ({ path }) => ({ path: top + path.match(apart)[1], external: true }));
    // The slate is an entry, which workers load as they do those.
    const chunks = new RegExp(`^\\./(slate|${CHUNKS.join("|")})/index\\.js$`);
    onResolve({ filter: chunks }, ({ path }) => ({ path, external: true }));
    // The main entry, for pages in which no worker starts.
    const main = /^\.\/index(\.node)?\.js$/;
    onResolve({ filter: main }, ({ path, kind }) => (kind === "dynamic-import" ? { path, external: true } : null));
  },
});

/** What terser may do after esbuild, which bundles and renames properties: it inlines what is used once, some 5 % after gzip. */
const SECOND_PASS = { module: true, ecma: 2022, compress: { passes: 3, hoist_funs: true } };

/** What the facade's properties are called, so that a chunk calls them as the entries do. */
let names = {};

async function bundle(entryPoints, outdir, plugin, internal = INTERNAL) {
  const { outputFiles, mangleCache } = await build({
    entryPoints: entryPoints.map((entry) => at(`src/${entry}`)),
    outdir: at(outdir),
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2022",
    external: ["node:*", "react", "vue"],
    legalComments: "none",
    ...(internal.length > 0 && { mangleProps: new RegExp(`^(${internal.join("|")})$`) }),
    ...(internal === INTERNAL && { mangleCache: names }),
    logLevel: "warning",
    plugins: [plugin],
    write: false,
  });
  if (internal === INTERNAL) names = mangleCache;
  for (const { path, text } of outputFiles) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, (await minify(text, SECOND_PASS)).code);
  }
}

/** Puts back what tells users' bundlers to leave the import of a computed address alone: minifiers take it for a comment. */
function keepMarks(path) {
  const parts = readFileSync(at(path), "utf8").split(/\bimport\((?!"\.\.?\/|\))/);
  if (parts.length !== 2)
    throw new Error(`${path}: ${parts.length - 1} imports of a computed address, in place of one`);
  writeFileSync(at(path), parts.join("import(/* webpackIgnore: true */ /* @vite-ignore */ "));
}

// Nothing of an earlier build may be published with this one.
for (const name of readdirSync(at("dist")).filter((each) => !["engine", "gpu", "html"].includes(each)))
  rmSync(at(`dist/${name}`), { recursive: true });
await bundle([...TOP, "internals.ts"], "dist", outside("./"));
const text = readFileSync(at("dist/engine/reshelf_bg.wasm")).toString("base64");
writeFileSync(at("dist/engine/inline.js"), `export default "${text}";\n`);
// The schema of policies is what their checker goes by.
const { schema } = await import("../../target/facade/slate/schema.js");
mkdirSync(at("dist/slate"), { recursive: true });
writeFileSync(at("dist/slate/policy.schema.json"), `${JSON.stringify(schema(), null, 2)}\n`);
// What a `.wasm` entry is to TypeScript.
writeFileSync(
  at("dist/module.d.ts"),
  `import type { WasmModule } from "./types.js";
/** The file as the host imports it: where it imports WebAssembly, the compiled module. */
declare const module: WasmModule;
export default module;
`,
);
const chunks = CHUNKS.map((name) => `${name}/index.ts`);
// By the same names: the doctor reads a session as it is, and a sentence what belongs into it.
await bundle(chunks, "dist", outside("../"));
keepMarks("dist/scan/index.js");
for (const [name, internal] of Object.entries(ENTRIES)) {
  await bundle(
    (HOSTS[name] ?? ["index.ts"]).map((file) => `${name}/${file}`),
    `dist/${name}`,
    outside("../"),
    internal,
  );
}
// The declarations: `module.d.ts` lies there already.
const compiled = (file) => at(file === "module.d.ts" ? `dist/${file}` : `../target/facade/${file}`);
const { exports } = JSON.parse(readFileSync(at("package.json"), "utf8"));
for (const file of declarations(exports, (each) => readFileSync(compiled(each), "utf8")).files) {
  mkdirSync(dirname(at(`dist/${file}`)), { recursive: true });
  if (compiled(file) !== at(`dist/${file}`)) copyFileSync(compiled(file), at(`dist/${file}`));
}
