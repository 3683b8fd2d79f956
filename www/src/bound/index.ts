// What the entries for frameworks share: a list in the order of a session, and who is to hear that the session has changed. May use
// waiting and types.

import type { Candidate, CandidateObject, ItemId, Ranked, Reranker, RerankOptions, ShopEvent } from "../types.js";
import { answered } from "../waiting.js";

/** A session that answers with promises (`WorkerReranker`). */
export interface LateSession {
  /** As the plain session's own. */
  observe(this: void, event: ShopEvent): Promise<number | null>;
  /** As the plain session's own. */
  rerank<T extends Candidate>(
    this: void,
    candidates: Iterable<T>,
    options?: RerankOptions | null,
  ): Promise<Ranked<T>[]>;
}

/** A session on the page's thread, or one that answers with promises. */
export type Session<C = CandidateObject> = Reranker<C> | LateSession;

/** What a framework gives: nothing yet, or a session. */
export type Given<C = CandidateObject> = Session<C> | null | undefined;

/** What of a session tells it from others. */
export type Observing =
  | { observe(this: void, event: ShopEvent): number | null | Promise<number | null> }
  | null
  | undefined;

/** What `observe` of a session returns; null where there is none. */
export type Observed<Of extends Observing> = Of extends NonNullable<Observing> ? ReturnType<Of["observe"]> : null;

/** Who draws lists by a session, and how often it has changed. */
interface Watched {
  readonly listeners: Set<() => void>;
  changes: number;
}

// By a function of the session's own, which is the same behind whatever proxy a framework puts before it. Sessions that are let go
// take theirs along.
const sessions = new WeakMap<NonNullable<Observing>["observe"], Watched>();

function watched({ observe }: NonNullable<Observing>): Watched {
  let found = sessions.get(observe);
  if (!found) sessions.set(observe, (found = { listeners: new Set(), changes: 0 }));
  return found;
}

/** Calls a function whenever a list of the session may be another; returns what ends that. */
export function subscribe(reranker: Observing, listener: () => void): () => void {
  if (!reranker) return () => undefined;
  const { listeners } = watched(reranker);
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function tell({ listeners }: Watched): void {
  for (const listener of [...listeners]) listener();
}

/** To be called after the session has changed otherwise than through `observe` of these entries: lists are drawn anew. */
export function refresh(reranker: Observing): void {
  if (!reranker) return;
  const session = watched(reranker);
  session.changes += 1;
  tell(session);
}

/** Tells the session of an event, and draws its lists anew. Returns what `reranker.observe` does; null where there is no session. */
export function observe<Of extends Observing>(reranker: Of, event: ShopEvent): Observed<Of> {
  const number = reranker?.observe(event) ?? null;
  refresh(reranker);
  return number as Observed<Of>;
}

/** The order other than as given that a list was last in, and by which session: the next list of these items begins from it. */
export interface Last {
  current: { readonly session: unknown; readonly order: readonly unknown[] } | null;
}

/**
 * A function that gives the candidates in the session's order: the same array until that is another, so that a framework sees nothing new
 * where there is nothing. Where the session answers with promises, they come in the order that they last had, at first as they were given;
 * once the answer is there, whoever listens to the session hears of it.
 */
export function ranking<T extends C | ItemId, C = CandidateObject>(
  candidates: readonly T[],
  reranker: Given<C>,
  options: RerankOptions | null | undefined,
  last: Last,
): () => readonly T[] {
  if (!reranker) return () => candidates;
  const session = watched(reranker);
  let changes = -1;
  let ranked = last.current?.session === session ? asLast(candidates, last.current.order, options) : candidates;
  return () => {
    if (changes === session.changes) return ranked;
    const turn = (changes = session.changes);
    let late = false;
    answered(
      () => (reranker as Reranker<unknown>).rerank(candidates, options),
      (answer) => {
        const next = Array.isArray(answer) ? (answer as Ranked<T>[]).map(({ candidate }) => candidate) : null;
        // What was asked for since is newer; what has failed leaves the list as it is.
        if (late && (turn !== changes || next === null)) return;
        const isNew = !same(next ?? candidates, ranked);
        if (isNew) ranked = next ?? candidates;
        if (!late) return;
        last.current = same(ranked, candidates) ? null : { session, order: ranked };
        if (isNew) tell(session);
      },
    );
    late = true;
    return ranked;
  };
}

const same = (one: readonly unknown[], other: readonly unknown[]) =>
  one.length === other.length && one.every((each, at) => each === other[at]);

/** Those that were there in their order of then, the others behind them. */
function asLast<T>(
  candidates: readonly T[],
  order: readonly unknown[],
  options: RerankOptions | null | undefined,
): readonly T[] {
  const places = new Map(order.map((each, at) => [keyOf(each), at]));
  const placeOf = (each: T) => places.get(keyOf(each)) ?? places.size;
  const limit = options?.limit ?? -1;
  return [...candidates]
    .sort((one, other) => placeOf(one) - placeOf(other))
    .slice(0, limit >= 0 ? limit : candidates.length);
}

const keyOf = (candidate: unknown) => (candidate as { readonly id?: unknown } | null)?.id ?? candidate;
