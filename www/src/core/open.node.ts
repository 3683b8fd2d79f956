// How Node opens addresses: `model` and `wasm` may also be paths or file: URLs, which `fetch` cannot open.
import { readFile } from "node:fs/promises";
import { addressText } from "./shape.js";
import { openUrl } from "./source.js";

/** Anything else that looks like a scheme is part of a name: a drive's letter, as in `C:\shop`, or `shop:v2.safetensors`. */
const ADDRESS = /^\s*(https?|file|data|blob):/i;

/** What is no address is taken for a path. */
export async function openFile(where: string | URL, signal?: AbortSignal): Promise<Response | Uint8Array> {
  const text = addressText(where);
  const scheme = ADDRESS.exec(text)?.[1]?.toLowerCase();
  if (scheme !== undefined && scheme !== "file") return openUrl(where, signal);
  return readFile(scheme === undefined ? text : new URL(text), { signal });
}
