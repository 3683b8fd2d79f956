// The entry `reshelf/worker` for Node, which has no `Worker` of the web's: the engine runs in place, or in one that the caller passes.
import { loadWith } from "./worker/load.js";
import type { WorkerLoadOptions, WorkerReranker } from "./worker/types.js";

/** As in the browser. */
export function loadReranker(options: WorkerLoadOptions): Promise<WorkerReranker> {
  return loadWith({ start: null, here: () => import("./index.node.js") }, options);
}
