// The entry `reshelf/slim`, for bundlers and hosts that hand the engine's module in: no address of a module is in it, and no part for
// a GPU. Importing it does nothing.
import { givenEngine } from "./core/given.js";
import type { Host } from "./core/host.js";
import { runsRelaxedSimd as runs } from "./core/probe.js";
import { loadModelFrom, loadRerankerFrom } from "./core/reranker.js";
import { openUrl } from "./core/source.js";
import type { CandidateObject, LoadOptions, Model, Reranker } from "./types.js";

export { ReshelfError } from "./errors.js";
export type * from "./types.js";

/** Options of a load that brings its own module: `reshelf/engine.wasm`, or `reshelf/engine-relaxed.wasm` where `runsRelaxedSimd()`. */
export interface SlimOptions<C = CandidateObject> extends LoadOptions<C> {
  readonly wasm: NonNullable<LoadOptions["wasm"]>;
}

/** Whether the faster build of the module runs here, and gives the same bits: the one to hand in then. */
export function runsRelaxedSimd(): boolean {
  return runs();
}

const HOST: Host = { open: openUrl, engine: givenEngine, scan: null };

/** As `loadReranker` of `reshelf`, with the module as `wasm`. */
export function loadReranker<C = CandidateObject>(options: SlimOptions<C>): Promise<Reranker<C>> {
  return loadRerankerFrom(options, HOST);
}

/** As `loadModel` of `reshelf`, with the module as `wasm`. */
export function loadModel<C = CandidateObject>(options: SlimOptions<C>): Promise<Model<C>> {
  return loadModelFrom(options, HOST);
}
