// Makes a function of the glue that `wasm-bindgen --target web` generates: node glue.mjs GLUE.js OUT.js
//
// As generated, the glue holds one instance for ever, and makes decoders, encoders and a finalizer when it is imported. As a
// function it does nothing before it is called, and one that is called again serves another instance after a trap. What
// fetches and compiles is left out: the package does that itself.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

const [from, to] = process.argv.slice(2);
let glue = readFileSync(from, "utf8");

/** Replaces what must be there exactly once. */
function replace(pattern, replacement) {
  const found = glue.match(new RegExp(pattern, "gm"))?.length ?? 0;
  if (found !== 1)
    throw new Error(`${from}: ${pattern} is there ${found} times; wasm-bindgen's glue has changed, and glue.mjs must`);
  glue = glue.replace(pattern, () => replacement);
}

replace(/^async function __wbg_load\([^]*(?=^export \{)/m, "");
replace(/^export \{ initSync, __wbg_init as default \};$/m, "");
const names = [...glue.matchAll(/^export (?:class|function) (\w+)/gm)].map(([, name]) => name);
glue = glue.replace(/^export (?=(class|function) )/gm, "");
replace(/^let wasmModule, wasmInstance, wasm;$/m, "let wasm;");
replace(/^ *wasmInstance = instance;\n/m, "");
replace(/^ *wasmModule = module;\n/m, "");
replace(/^function __wbg_finalize_init\(instance, module\)/m, "function __wbg_finalize_init(instance)");
// What the module exports: the thing itself where it is one.
replace(/^ *return wasm;\n/m, `    return ${names.length === 1 ? names[0] : `{ ${names.join(", ")} }`};\n`);
// Texts are short, and no page decodes the two gigabytes of them after which Safari wants another decoder: neither a loop of our own
// for ASCII nor what old browsers lack is worth what a page downloads for it.
replace(
  /^function passStringToWasm0\([^]*?^}$/m,
  "function passStringToWasm0(arg, malloc) {\n    return passArray8ToWasm0(cachedTextEncoder.encode(arg), malloc);\n}",
);
replace(/^if \(!\('encodeInto' in cachedTextEncoder\)\) \{[^]*?^}$/m, "");
replace(/^const MAX_SAFARI_DECODE_BYTES[^]*?^}$/m, "");
replace(/^cachedTextDecoder\.decode\(\);$/m, "");
replace(/\bdecodeText\(/, "cachedTextDecoder.decode(");
// Where an argument cannot be written, the module is out of memory or has trapped, and its instance is given up with all that it holds.
glue = glue.replace(/^( *let ptr0\b.*;\n) *try \{\n([^]*?) *\} catch \(e\) \{\n[^]*? throw e;\n *\}\n/gm, "$1$2");
if (/\b(import\.meta|fetch|export)\b/.test(glue.replace(/\/\*[^]*?\*\//g, "")))
  throw new Error(`${from}: something is left that glue.mjs should have taken out`);

mkdirSync(dirname(to), { recursive: true });
writeFileSync(
  to,
  `export default function (FinalizationRegistry) {\n${glue}\nreturn { imports: __wbg_get_imports, start: __wbg_finalize_init };\n}\n`,
);
