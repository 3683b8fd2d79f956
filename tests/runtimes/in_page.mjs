// What the tests call in a page of any browser: fetches what proof.mjs and kernel_check.mjs need and runs them.
import { provePages } from "./edge_proof.mjs";
import { checkKernel } from "./kernel_check.mjs";
import { prove } from "./proof.mjs";

/** The proof of the golden files at that address, with the engine of that name; null: with the one that the package chooses. */
export async function golden(files, engine) {
  const { loadReranker } = await import("/reshelf/index.js");
  const wasm = engine === null ? undefined : `/reshelf/engine/${engine}`;
  const [{ policy }, { explain }] = [
    await import("/reshelf/slate/index.js"),
    await import("/reshelf/explain/index.js"),
  ];
  return prove(loadReranker, { ...(await goldenFiles(files)), wasm }, { policy, explain });
}

/** The golden orders out of pages, as a service worker puts them in order: its entry is handed the HTML module. */
export async function pages(files) {
  const { loadModel } = await import("/reshelf/index.js");
  const { personalize } = await import("/reshelf/edge/index.js");
  const html = () => fetch("/reshelf/html/reshelf_html_bg.wasm");
  return provePages(personalize, loadModel, { ...(await goldenFiles(files)), html });
}

async function goldenFiles(files) {
  const json = async (name) => (await fetch(files + name)).json();
  const [sessions, descriptions] = [await json("golden.json"), await json("descriptions.json")];
  return { model: `${files}golden.safetensors`, sessions, descriptions };
}

/** The check of one kernel's module in `/kernels/`. */
export async function kernel(name, seed) {
  return checkKernel(await WebAssembly.compileStreaming(fetch(`/kernels/${name}`)), seed);
}
