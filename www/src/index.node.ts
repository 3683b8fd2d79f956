// The package's entry for Node: as index.ts, but a `model` or `wasm` that is no address is taken for a path.
import { readFile } from "node:fs/promises";
import { loadModelFrom, loadRerankerFrom } from "./core/reranker.js";
import { addressText } from "./core/shape.js";
import { openUrl } from "./core/source.js";
import type { LoadOptions, Model, Reranker } from "./types.js";

export { ReshelfError } from "./errors.js";
export type * from "./types.js";

/** As in the browser. */
export function loadReranker(options: LoadOptions): Promise<Reranker> {
  return loadRerankerFrom(options, openFile);
}

/** As in the browser. */
export function loadModel(options: LoadOptions): Promise<Model> {
  return loadModelFrom(options, openFile);
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
