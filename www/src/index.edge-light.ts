// The package's entry for edge-light, which compiles nothing at run time: as index.ts, with the engine's module imported, and no part for a GPU.
import type { Host } from "./core/host.js";
import { loadModelFrom, loadRerankerFrom } from "./core/reranker.js";
import { openUrl } from "./core/source.js";
import wasm from "./engine/reshelf_bg.wasm?module";
import type { CandidateObject, LoadOptions, Model, Reranker } from "./types.js";

export { ReshelfError } from "./errors.js";
export type * from "./types.js";

const HOST: Host = { open: openUrl, engine: async () => wasm, scan: null };

/** As in index.ts. */
export function loadReranker<C = CandidateObject>(options: LoadOptions<C>): Promise<Reranker<C>> {
  return loadRerankerFrom(options, HOST);
}

/** As in index.ts. */
export function loadModel<C = CandidateObject>(options: LoadOptions<C>): Promise<Model<C>> {
  return loadModelFrom(options, HOST);
}
