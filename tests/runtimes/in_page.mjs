// What the tests call in a page of any browser: fetches what proof.mjs and kernel_check.mjs need and runs them.
import { checkKernel } from "./kernel_check.mjs";
import { prove } from "./proof.mjs";

/** The proof of the golden files at that address, with the engine of that name; null: with the one that the package chooses. */
export async function golden(files, engine) {
  const { loadReranker } = await import("/reshelf/index.js");
  const json = async (name) => (await fetch(files + name)).json();
  const sessions = await json("golden.json");
  const descriptions = await json("descriptions.json");
  const wasm = engine === null ? undefined : `/reshelf/engine/${engine}`;
  return prove(loadReranker, { model: `${files}golden.safetensors`, wasm, sessions, descriptions });
}

/** The check of one kernel's module in `/kernels/`. */
export async function kernel(name, seed) {
  return checkKernel(await WebAssembly.compileStreaming(fetch(`/kernels/${name}`)), seed);
}
