// The entry `reshelf/inline`: the engine's module comes as text, in a chunk of its own, and is not fetched. No part for a GPU. Importing it
// does nothing.
import type { Host } from "./core/host.js";
import { inlineEngine } from "./core/inline.js";
import { loadModelFrom, loadRerankerFrom } from "./core/reranker.js";
import { openUrl } from "./core/source.js";
import type { CandidateObject, LoadOptions, Model, Reranker } from "./types.js";

export { ReshelfError } from "./errors.js";
export type * from "./types.js";

const HOST: Host = { open: openUrl, engine: inlineEngine, scan: null };

/** As `loadReranker` of `reshelf`, without a file of the engine's. */
export function loadReranker<C = CandidateObject>(options: LoadOptions<C>): Promise<Reranker<C>> {
  return loadRerankerFrom(options, HOST);
}

/** As `loadModel` of `reshelf`, without a file of the engine's. */
export function loadModel<C = CandidateObject>(options: LoadOptions<C>): Promise<Model<C>> {
  return loadModelFrom(options, HOST);
}
