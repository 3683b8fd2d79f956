// The entry `reshelf/react`. May use bound and types.
import { useCallback, useMemo, useRef, useSyncExternalStore } from "react";
import { type Given, type Last, type Observed, type Observing, observe, ranking, subscribe } from "../bound/index.js";
import type { CandidateObject, ItemId, RerankOptions, ShopEvent } from "../types.js";

export { refresh } from "../bound/index.js";

/**
 * The candidates in the order of the session, the very same objects, so that keys stay theirs. On the server, and while a page is taken
 * up, they come as they were given; without a session as well, and until one in a worker has answered for the first time. Pass an array
 * that stays the same while its items do, and so a policy.
 */
export function useReranked<T extends C | ItemId, C = CandidateObject>(
  candidates: readonly T[],
  reranker: Given<C>,
  options?: RerankOptions | null,
): readonly T[] {
  const { limit, by, policy } = options ?? {};
  const listen = useCallback((changed: () => void) => subscribe(reranker, changed), [reranker]);
  const last: Last = useRef<Last["current"]>(null);
  const ranked = useMemo(
    () => ranking(candidates, reranker, { limit, by, policy }, last),
    [candidates, reranker, limit, by, policy],
  );
  return useSyncExternalStore(listen, ranked, () => candidates);
}

/** Tells the session of an event; every list that is drawn by it is drawn anew. */
export function useObserve<Of extends Observing>(reranker: Of): (event: ShopEvent) => Observed<Of> {
  return useCallback((event: ShopEvent) => observe(reranker, event), [reranker]);
}
