// The entry `reshelf/react`. May use bound and types.
import { useCallback, useMemo, useSyncExternalStore } from "react";
import { type Given, observe, ranking, subscribe } from "../bound/index.js";
import type { CandidateObject, ItemId, RerankOptions, ShopEvent } from "../types.js";

export { refresh } from "../bound/index.js";

/**
 * The candidates in the order of the session, the very same objects, so that keys stay theirs. On the server, and while a page is taken
 * up, they come as they were given; without a session as well. Pass an array that stays the same while its items do.
 */
export function useReranked<T extends C | ItemId, C = CandidateObject>(
  candidates: readonly T[],
  reranker: Given<C>,
  options?: RerankOptions | null,
): readonly T[] {
  const { limit, by } = options ?? {};
  const listen = useCallback((changed: () => void) => subscribe(reranker, changed), [reranker]);
  const ranked = useMemo(() => ranking(candidates, reranker, { limit, by }), [candidates, reranker, limit, by]);
  return useSyncExternalStore(listen, ranked, () => candidates);
}

/** Tells the session of an event; every list that is drawn by it is drawn anew. */
export function useObserve(reranker: Given<never>): (event: ShopEvent) => number | null {
  return useCallback((event) => observe(reranker, event), [reranker]);
}
