// The public faces of a session and of a model: functions that need no `this`, so that they work behind any proxy, destructured
// and as callbacks. This is the face of core, too, which has all that every page needs: entries begin here. Core may use engine,
// base64, door, errors, files and types, and by import() what a page needs only sometimes (cache, doctor, prepare, retrieve, scan, session, words).
import { ASK, ROW_OF, type RowOf } from "../door.js";
import type { Engine } from "../engine/reshelf.js";
import { field } from "../errors.js";
import type { LoadOptions, LoadTimings, Model, ModelStatus, Reason, Reranker, RerankerInfo } from "../types.js";
import { within } from "../waiting.js";
import { cluster, forget, leaningsOf, observe, restore, snapshot, snapshotText, toldOf } from "./events.js";
import { examine } from "./examine.js";
import type { Host } from "./host.js";
import { consent, keep } from "./keep.js";
import { load } from "./load.js";
import { prepare } from "./prepare.js";
import { tell } from "./reasons.js";
import { askOf, rerank, rerankMany } from "./rerank.js";
import { retrieve, scanOf } from "./retrieve.js";
import { type Loaded, modelDisposed, Session, stopped } from "./session.js";

// Runtimes without `Symbol.dispose` get the same key that polyfills use.
const dispose: typeof Symbol.dispose = /* @__PURE__ */ (() =>
  Symbol.dispose ?? Symbol.for("Symbol.dispose"))() as typeof Symbol.dispose;

const NO_LOAD: LoadTimings = { fetch: 0, compile: 0, parse: 0 };

/** `loadReranker`, in the way of this host. */
export async function loadRerankerFrom<C>(options: LoadOptions<C>, host: Host): Promise<Reranker<C>> {
  let keeps: ReturnType<typeof keep>;
  const [session, clock, signal] = await load(options, host, (store) => (keeps = keep(store, host.keepers)));
  try {
    if (keeps) await within(keeps(session), signal);
  } catch (reason) {
    session.dispose();
    throw reason;
  }
  if (field(options, "debug") === true) examine(session, () => info(session, clock), true);
  return begun<C>(session, clock);
}

/** The same for `loadModel`. */
export async function loadModelFrom<C>(options: LoadOptions<C>, host: Host): Promise<Model<C>> {
  // The session that came with the model stays empty: it is what further ones are made of.
  const [first, clock] = await load(options, host);
  const ends = () => {
    if (first.loaded) first.loaded.disposed = true;
    first.dispose(modelDisposed);
  };
  const info = (): ModelStatus => ({
    ...stateOf(first),
    refused: first.refused.arguments.seen,
    timings: { ...clock },
  });
  return { session: () => another<C>(first), info, dispose: ends, [dispose]: ends };
}

/** A reranker of a session's own. */
export function readyReranker<C>(loaded: Loaded, engine: Engine): Reranker<C> {
  return begun<C>(new Session(null, loaded, engine));
}

function begun<C>(session: Session, load?: LoadTimings): Reranker<C> {
  session.guard(session.begin);
  return face<C>(session, load);
}

/** A reranker that keeps the server's order. */
function fallbackReranker<C>(reason: Reason): Reranker<C> {
  return face(new Session(reason, null));
}

function face<C>(session: Session, load: LoadTimings = NO_LOAD): Reranker<C> {
  const rowOf: RowOf = (id) => session.guard(() => session.usable()?.ids.row(id));
  return {
    ...{ [ROW_OF]: rowOf, [ASK]: askOf(session) },
    observe: (event) => observe(session, event),
    rerank: (candidates, ...options) => rerank(session, candidates, unlessMapping(options)),
    rerankMany: (lists, ...options) => rerankMany(session, lists, unlessMapping(options)),
    prepare: (list, options) => prepare(session, list, options),
    retrieve: (options) => retrieve(session, options),
    forget: (what) => forget(session, what),
    consent: (choice) => consent(session, choice),
    info: () => info(session, load),
    doctor: () => examine(session, () => info(session, load)),
    leanings: () => leaningsOf(session),
    cluster: () => cluster(session),
    snapshot: () => snapshot(session),
    snapshotText: () => snapshotText(session),
    restore: (bytes) => restore(session, bytes),
    session: () => another<C>(session),
    dispose: () => session.dispose(),
    [dispose]: () => session.dispose(),
  };
}

function info(session: Session, load: LoadTimings): RerankerInfo {
  const { refused } = session;
  return {
    ...stateOf(session),
    scan: scanOf(session),
    ...toldOf(session),
    store: session.keeper?.info() ?? {
      ...session.unkept,
      reason: session.unkept.reason && tell(session.unkept.reason),
    },
    consent: { ...session.choice },
    lastList: copyOf(session.last),
    ignored: session.ignored.seen,
    refused: { arguments: refused.arguments.seen, ids: refused.ids.seen, rows: refused.rows.seen },
    timings: { ...load, ...session.timings },
  };
}

/** How a session is, and of what model. */
function stateOf(session: Session): Pick<RerankerInfo, "status" | "reason" | "backend" | "model"> {
  session.settle();
  const { loaded, status, reason } = session;
  return {
    status,
    reason: reason && tell(reason),
    backend: loaded && status === "ready" ? loaded.backend : "none",
    model: copyOf(loaded?.info),
  };
}

/** What the caller may write to. */
function copyOf<T extends object>(of: T | null | undefined): T | null {
  return of ? { ...of } : null;
}

/** A new session on the same model. */
function another<C>(session: Session): Reranker<C> {
  const made = session.guard(() => {
    const { engine, loaded } = session;
    if (!engine || !loaded) return null;
    return loaded.module.broken
      ? fallbackReranker<C>(stopped("in another session"))
      : readyReranker<C>(loaded, engine.session());
  });
  return made ?? fallbackReranker(session.excuse);
}

/** Options, but for the number that `lists.map(rerank)` passes in their place: it passes the lists behind it. */
function unlessMapping([options, lists]: readonly unknown[]): unknown {
  return typeof options === "number" && Array.isArray(lists) ? null : options;
}
