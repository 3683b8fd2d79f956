// Runs in Deno: prints the proof or the check as JSON. Arguments: `golden FOLDER ENTRY [ENGINE]` or `kernel MODULE SEED`,
// folder and files as addresses.
import { checkKernel } from "./kernel_check.mjs";
import { prove } from "./proof.mjs";

async function golden(folder, entry, engine) {
  const { loadReranker } = await import(entry);
  const file = (name) => new URL(`${folder}/${name}`);
  const json = async (name) => JSON.parse(await Deno.readTextFile(file(name)));
  const sessions = await json("golden.json");
  const descriptions = await json("descriptions.json");
  return prove(loadReranker, {
    model: file("golden.safetensors"),
    wasm: engine && new URL(engine),
    sessions,
    descriptions,
  });
}

async function kernel(module, seed) {
  return checkKernel(await WebAssembly.compile(await Deno.readFile(new URL(module))), Number(seed));
}

const [job, ...rest] = Deno.args;
console.log(JSON.stringify(await (job === "golden" ? golden : kernel)(...rest)));
