// The package's entry for Node: as index.ts, but a `model` or `wasm` that is no address is taken for a path.
import { loadModelFrom, loadRerankerFrom } from "./core/model.js";
import { openFile } from "./core/open.node.js";
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
