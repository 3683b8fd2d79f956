// What the entries for frameworks share: a list in the order of a session, and who is to hear that the session has changed. May use
// types.
import type { CandidateObject, ItemId, Reranker, RerankOptions, ShopEvent } from "../types.js";

/** What a framework gives: nothing yet, or a session. */
export type Given<C = CandidateObject> = Reranker<C> | null | undefined;

/** What of a session tells it from others. */
type Observed = Pick<Reranker, "observe">;

/** Who draws lists by a session, and how often it has changed. */
interface Watched {
  readonly listeners: Set<() => void>;
  changes: number;
}

// By a function of the session's own, which is the same behind whatever proxy a framework puts before it. Sessions that are let go
// take theirs along.
const sessions = new WeakMap<Reranker["observe"], Watched>();

function watched({ observe }: Observed): Watched {
  let found = sessions.get(observe);
  if (!found) sessions.set(observe, (found = { listeners: new Set(), changes: 0 }));
  return found;
}

/** Calls a function whenever the session is told to have changed; returns what ends that. */
export function subscribe(reranker: Observed | null | undefined, listener: () => void): () => void {
  if (!reranker) return () => undefined;
  const { listeners } = watched(reranker);
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** To be called after the session has changed otherwise than through `observe` of these entries: lists are drawn anew. */
export function refresh(reranker: Observed | null | undefined): void {
  if (!reranker) return;
  const found = watched(reranker);
  found.changes += 1;
  for (const listener of [...found.listeners]) listener();
}

/** Tells the session of an event, and draws its lists anew. Returns what `reranker.observe` does; null where there is no session. */
export function observe(reranker: Observed | null | undefined, event: ShopEvent): number | null {
  const number = reranker?.observe(event) ?? null;
  refresh(reranker);
  return number;
}

/**
 * A function that gives the candidates in the session's order: the same array until the session has changed, so that a framework sees
 * nothing new where there is nothing.
 */
export function ranking<T extends C | ItemId, C = CandidateObject>(
  candidates: readonly T[],
  reranker: Given<C>,
  options?: RerankOptions | null,
): () => readonly T[] {
  if (!reranker) return () => candidates;
  const session = watched(reranker);
  let changes = -1;
  let ranked: readonly T[] = candidates;
  return () => {
    if (changes === session.changes) return ranked;
    changes = session.changes;
    const answer = reranker.rerank(candidates, options);
    // A promise, of a session that ranks elsewhere, comes too late for what is being drawn.
    if (!Array.isArray(answer)) return (ranked = candidates);
    const next = answer.map(({ candidate }) => candidate);
    const same = next.length === ranked.length && next.every((candidate, at) => candidate === ranked[at]);
    return same ? ranked : (ranked = next);
  };
}
