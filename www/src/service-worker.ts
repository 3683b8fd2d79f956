// The entry `reshelf/service-worker`: pages on their way to the shopper with their lists in order, by the session that is kept on the
// device. Importing it does nothing. It lies at the top, since the addresses of the package's files hold from there, and brings what
// keeps sessions with it: service workers forbid `import()`.
import { besideEngine } from "./core/beside.js";
import type { Host } from "./core/host.js";
import { loadRerankerFrom } from "./core/reranker.js";
import { openUrl } from "./core/source.js";
import { htmlWasm } from "./files.js";
import { openFinder } from "./retrieve/index.js";
import { handlerWith } from "./service-worker/handler.js";
import type { Handler, HandlerOptions } from "./service-worker/types.js";
import { openKeeper } from "./session/index.js";
import type { CandidateObject, LoadOptions, Reranker } from "./types.js";

export { unregister } from "./service-worker/off.js";
export type * from "./service-worker/types.js";
export type { LoadOptions, Reranker } from "./types.js";

const HOST: Host = {
  open: openUrl,
  engine: besideEngine,
  scan: null,
  keepers: async () => ({ openKeeper }),
  find: async () => ({ openFinder }),
};

/** As `loadReranker` of `reshelf`, for workers that may not `import()`: `store: "device"` is the session of the shop's pages. */
export function loadReranker<C = CandidateObject>(options: LoadOptions<C>): Promise<Reranker<C>> {
  return loadRerankerFrom(options, HOST);
}

/**
 * A handler for the worker's own `fetch` listener. It does nothing until that calls it. A page is never held up longer than
 * `deadlineMs` for what orders it, and passes as it is where anything is wrong.
 */
export function createHandler(options: HandlerOptions): Handler {
  return handlerWith(() => openUrl(htmlWasm()), options);
}
