// The package's entry for Node, Deno and Bun: as index.ts, but a `model` or `wasm` that is no address is taken for a path, and where
// a bundler left the engine's module behind, the one in text is.
import { readFile } from "node:fs/promises";
import { besideEngine } from "./core/beside.js";
import type { Host } from "./core/host.js";
import { inlineEngine } from "./core/inline.js";
import { loadModelFrom, loadRerankerFrom } from "./core/reranker.js";
import { addressText } from "./core/shape.js";
import { type Open, openUrl } from "./core/source.js";
import { importScan } from "./files.js";
import type { CandidateObject, LoadOptions, Model, Reranker } from "./types.js";

export { ReshelfError } from "./errors.js";
export type * from "./types.js";

/** The files beside the package, or else what a server's bundler takes along without them. */
async function serverEngine(open: Open): Promise<WebAssembly.Module> {
  try {
    return await besideEngine(open);
  } catch (error) {
    return inlineEngine(open).catch(() => {
      throw error;
    });
  }
}

const HOST: Host = { open: openFile, engine: serverEngine, scan: importScan };

/** As in the browser. */
export function loadReranker<C = CandidateObject>(options: LoadOptions<C>): Promise<Reranker<C>> {
  return loadRerankerFrom(options, HOST);
}

/** As in the browser. */
export function loadModel<C = CandidateObject>(options: LoadOptions<C>): Promise<Model<C>> {
  return loadModelFrom(options, HOST);
}

/** Anything else that looks like a scheme is part of a name: a drive's letter, as in `C:\shop`, or `shop:v2.safetensors`. */
const ADDRESS = /^\s*(https?|file|data|blob):/i;

/** What is no address is taken for a path. */
async function openFile(where: string | URL, signal?: AbortSignal): Promise<Response | Uint8Array> {
  const text = addressText(where);
  const scheme = ADDRESS.exec(text)?.[1]?.toLowerCase();
  if (scheme !== undefined && scheme !== "file") return openUrl(where, signal);
  return readFile(scheme === undefined ? text : new URL(text), { signal });
}
