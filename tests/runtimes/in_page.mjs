// What the tests call in a page of any browser: fetches what proof.mjs and kernel_check.mjs need and runs them.
import { checkKernel } from "./kernel_check.mjs";
import { prove } from "./proof.mjs";

/** The golden proof with the engine of that file name; null: with the one that the package chooses. */
export async function golden(engine) {
  const { loadReranker } = await import("/reshelf/index.js");
  const json = async (address) => (await fetch(address)).json();
  const sessions = await json("/golden/golden.json");
  const descriptions = await json("/golden/descriptions.json");
  const wasm = engine === null ? undefined : `/reshelf/engine/${engine}`;
  return prove(loadReranker, { model: "/golden/golden.safetensors", wasm, sessions, descriptions });
}

/** The check of one kernel's module in `/kernels/`. */
export async function kernel(name, seed) {
  return checkKernel(await WebAssembly.compileStreaming(fetch(`/kernels/${name}`)), seed);
}
