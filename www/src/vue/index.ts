// The entry `reshelf/vue`. May use bound and types.
import { type ComputedRef, computed, type MaybeRefOrGetter, onMounted, shallowRef, toValue, watchEffect } from "vue";
import { type Given, type Last, ranking, subscribe } from "../bound/index.js";
import type { CandidateObject, ItemId, RerankOptions } from "../types.js";

export { observe, refresh } from "../bound/index.js";

/**
 * The candidates in the order of the session, the very same objects. On the server, and until the component is mounted, they come as
 * they were given; without a session as well, and until one in a worker has answered for the first time.
 */
export function useReranked<T extends C | ItemId, C = CandidateObject>(
  candidates: MaybeRefOrGetter<readonly T[]>,
  reranker: MaybeRefOrGetter<Given<C>>,
  options?: MaybeRefOrGetter<RerankOptions | null | undefined>,
): ComputedRef<readonly T[]> {
  const changes = shallowRef(0);
  const mounted = shallowRef(false);
  // On a server nobody would ever end it.
  onMounted(() => {
    mounted.value = true;
    watchEffect((onCleanup) => onCleanup(subscribe(toValue(reranker), () => (changes.value += 1))));
  });
  const last: Last = { current: null };
  const ranked = computed(() => ranking(toValue(candidates), toValue(reranker), toValue(options), last));
  return computed(() => (mounted.value && changes.value >= 0 ? ranked.value() : toValue(candidates)));
}
