// The entry `reshelf/worker`: the main entry's interface, with the engine in a worker. Importing it does nothing.
import { loadWith } from "./worker/load.js";
import type { WorkerLoadOptions, WorkerReranker } from "./worker/types.js";

export type * from "./types.js";
export type * from "./worker/types.js";

/**
 * As `loadReranker` of `reshelf`, with the engine in a worker, where `fetch`, parsing and ranking keep nobody waiting. Where no worker
 * starts it runs in place (`info().home`). A model that is passed as a buffer is handed over: it is empty afterwards.
 */
export function loadReranker(options: WorkerLoadOptions): Promise<WorkerReranker> {
  // Bundlers recognise this form and publish the worker with the page.
  const start = () => new Worker(new URL("./worker-thread.js", import.meta.url), { type: "module" });
  return loadWith({ start, here: () => import("./index.js") }, options);
}
