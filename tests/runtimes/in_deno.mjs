// Runs in Deno: prints the proof or the check as JSON. Arguments: `golden ENTRY [ENGINE]` or `kernel MODULE SEED`, the files
// as addresses.
import { checkKernel } from "./kernel_check.mjs";
import { prove } from "./proof.mjs";

const golden = (name) => new URL(`../golden/${name}`, import.meta.url);
const json = async (name) => JSON.parse(await Deno.readTextFile(golden(name)));

async function proveGolden(entry, engine) {
  const { loadReranker } = await import(entry);
  const sessions = await json("golden.json");
  const descriptions = await json("descriptions.json");
  return prove(loadReranker, { model: golden("golden.safetensors"), wasm: engine && new URL(engine), sessions, descriptions });
}

async function kernel(module, seed) {
  return checkKernel(await WebAssembly.compile(await Deno.readFile(new URL(module))), Number(seed));
}

const [job, ...rest] = Deno.args;
console.log(JSON.stringify(await (job === "golden" ? proveGolden : kernel)(...rest)));
