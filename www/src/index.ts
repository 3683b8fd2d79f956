// The package's entry for browsers, workers and bundlers. Importing it does nothing; loading does the work.
import { besideEngine } from "./core/beside.js";
import type { Host } from "./core/host.js";
import { loadModelFrom, loadRerankerFrom } from "./core/reranker.js";
import { openUrl } from "./core/source.js";
import { importScan } from "./files.js";
import type { CandidateObject, LoadOptions, Model, Reranker } from "./types.js";

export { ReshelfError } from "./errors.js";
export type * from "./types.js";

const HOST: Host = { open: openUrl, engine: besideEngine, scan: importScan };

/**
 * Loads a model for one session. The promise always resolves, except that an aborted `signal` rejects it with the signal's
 * reason: if the model or the engine cannot be used, the reranker keeps the server's order and `info().reason` says why.
 */
export function loadReranker<C = CandidateObject>(options: LoadOptions<C>): Promise<Reranker<C>> {
  return loadRerankerFrom(options, HOST);
}

/**
 * Loads a model for many sessions, as a worker does that serves many shoppers. Resolves and rejects as `loadReranker` does:
 * the sessions of a model that cannot be used keep the server's order.
 */
export function loadModel<C = CandidateObject>(options: LoadOptions<C>): Promise<Model<C>> {
  return loadModelFrom(options, HOST);
}
