// The public face of a session: functions that need no `this`, so that they work behind any proxy, destructured and as callbacks.
import type { Engine } from "../engine/reshelf.js";
import type { LoadTimings, Reason, Reranker, RerankerInfo } from "../types.js";
import { eventsOf, forget, observe, restore, snapshot } from "./events.js";
import { rerank, rerankMany } from "./rerank.js";
import { retrieve } from "./retrieve.js";
import { CPU_ALONE } from "./scanner.js";
import { type Loaded, Session } from "./session.js";

// Runtimes without `Symbol.dispose` get the same key that polyfills use.
export const dispose: typeof Symbol.dispose = /* @__PURE__ */ (() =>
  Symbol.dispose ?? Symbol.for("Symbol.dispose"))() as typeof Symbol.dispose;

export const NO_LOAD: LoadTimings = { fetch: 0, compile: 0, parse: 0 };

/** A reranker of a session's own. `wrong` are reasons that stand in `info().refused.arguments` from the start. */
export function readyReranker(
  loaded: Loaded,
  engine: Engine,
  load: LoadTimings = NO_LOAD,
  wrong: readonly Reason[] = [],
): Reranker {
  const session = new Session(null, loaded, engine);
  session.usable()?.scanner.start();
  wrong.forEach(session.refuse);
  return face(session, load);
}

/** A reranker that keeps the server's order. */
export function fallbackReranker(reason: Reason, load: LoadTimings = NO_LOAD): Reranker {
  return face(new Session(reason, null), load);
}

function face(session: Session, load: LoadTimings): Reranker {
  return {
    observe: (event) => observe(session, event),
    rerank: (candidates, ...options) => rerank(session, candidates, unlessMapping(options)),
    rerankMany: (lists, ...options) => rerankMany(session, lists, unlessMapping(options)),
    retrieve: (options) => retrieve(session, options),
    forget: (what) => forget(session, what),
    info: () => info(session, load),
    snapshot: () => snapshot(session),
    restore: (bytes) => restore(session, bytes),
    session: () => another(session),
    dispose: () => session.dispose(),
    [dispose]: () => session.dispose(),
  };
}

function info(session: Session, load: LoadTimings): RerankerInfo {
  const events = eventsOf(session);
  const { loaded, refused, status } = session;
  return {
    status,
    reason: session.reason,
    backend: status === "ready" && loaded ? loaded.backend : "none",
    scan: session.usable()?.scanner.info() ?? NO_SCAN,
    model: loaded?.info ?? null,
    events,
    ignored: session.ignored.seen,
    refused: { arguments: refused.arguments.seen, ids: refused.ids.seen, rows: refused.rows.seen },
    timings: { ...load, ...session.timings },
  };
}

const NO_SCAN = { ...CPU_ALONE, why: "without a model there is no catalogue to scan" };

/** A new session on the same model. */
export function another(session: Session): Reranker {
  const none = () => fallbackReranker(session.excuse);
  return session.guard(() => {
    const running = session.usable();
    const { loaded } = session;
    if (!running || !loaded) return none();
    return loaded.module.broken ? fallbackReranker(broken) : readyReranker(loaded, running.engine.session());
  }, none);
}

const broken: Reason = {
  code: "engine.failed",
  message: "The engine stopped in another session: please report it; loading the model again starts a new one.",
};

/** Options, but for the number that `lists.map(rerank)` passes in their place: it passes the lists behind it. */
function unlessMapping([options, lists]: readonly unknown[]): unknown {
  return typeof options === "number" && Array.isArray(lists) ? null : options;
}
