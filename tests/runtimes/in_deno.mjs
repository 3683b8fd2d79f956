// Runs in Deno: prints the proof or the check as JSON. Arguments: `golden FOLDER ENTRY [ENGINE]`, `pages FOLDER ENTRY` or
// `kernel MODULE SEED`, folder and files as addresses.
import { explain } from "../../www/dist/explain/index.js";
import { policy } from "../../www/dist/slate/index.js";
import { provePages } from "./edge_proof.mjs";
import { checkKernel } from "./kernel_check.mjs";
import { prove } from "./proof.mjs";

async function golden(folder, entry, engine) {
  const { loadReranker } = await import(entry);
  return prove(loadReranker, { ...(await files(folder)), wasm: engine && new URL(engine) }, { policy, explain });
}

async function pages(folder, entry) {
  const { loadModel, personalize } = await import(entry);
  return provePages(personalize, loadModel, await files(folder));
}

async function files(folder) {
  const file = (name) => new URL(`${folder}/${name}`);
  const json = async (name) => JSON.parse(await Deno.readTextFile(file(name)));
  const [sessions, descriptions] = [await json("golden.json"), await json("descriptions.json")];
  return { model: file("golden.safetensors"), sessions, descriptions };
}

async function kernel(module, seed) {
  return checkKernel(await WebAssembly.compile(await Deno.readFile(new URL(module))), Number(seed));
}

const [job, ...rest] = Deno.args;
console.log(JSON.stringify(await { golden, kernel, pages }[job](...rest)));
