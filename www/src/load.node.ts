// `loadReranker` for Node, where `model` and `wasm` may also be paths or file: URLs, which `fetch` cannot open.
import { readFile } from "node:fs/promises";
import { pathToFileURL } from "node:url";
import { loadFrom } from "./load.js";
import { openUrl } from "./source.js";
import type { LoadOptions, Reranker } from "./types.js";

/** As in the browser; a `model` or `wasm` that is no address is taken for a path. */
export function loadReranker(options: LoadOptions): Promise<Reranker> {
  return loadFrom(options, openFile);
}

async function openFile(where: string | URL, signal?: AbortSignal): Promise<Response> {
  const url = where instanceof URL ? where : URL.canParse(where) ? new URL(where) : pathToFileURL(where);
  if (url.protocol !== "file:") return openUrl(url, signal);
  return new Response(await readFile(url, { signal }));
}
