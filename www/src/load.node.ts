// `loadReranker` for Node, where `model` and `wasm` may also be paths or file: URLs, which `fetch` cannot open.
import { readFile } from "node:fs/promises";
import { loadFrom } from "./load.js";
import { addressText } from "./shape.js";
import { openUrl } from "./source.js";
import type { LoadOptions, Reranker } from "./types.js";

/** As in the browser; a `model` or `wasm` that is no address is taken for a path. */
export function loadReranker(options: LoadOptions): Promise<Reranker> {
  return loadFrom(options, openFile);
}

/** Anything else that looks like a scheme is part of a name: a drive's letter, as in `C:\shop`, or `shop:v2.safetensors`. */
const ADDRESS = /^\s*(https?|file|data|blob):/i;

async function openFile(where: string | URL, signal?: AbortSignal): Promise<Response | Uint8Array> {
  const text = addressText(where);
  const scheme = ADDRESS.exec(text)?.[1]?.toLowerCase();
  if (scheme !== undefined && scheme !== "file") return openUrl(where, signal);
  return readFile(scheme === undefined ? text : new URL(text), { signal });
}
