// The same list drawn with Vue.
import { observe, refresh, useReranked } from "reshelf/vue";
import { createSSRApp, h, ref, shallowRef } from "vue";
import { items, sessionOf } from "./items.mjs";

export const listOf = (given, more) => ({
  setup() {
    const all = shallowRef(items);
    // Behind a proxy of Vue's own.
    const reranker = ref(given);
    const ranked = useReranked(all, reranker, () => ({ limit: 50 }));
    if (more)
      Object.assign(more, {
        observe: (event) => observe(given, event),
        add: (id) => (all.value = [...all.value, { id }]),
      });
    return () =>
      h(
        "ul",
        ranked.value.map(({ id }) => h("li", { key: id, "data-id": id }, id)),
      );
  },
});

export function start(root) {
  const [reranker, more] = [sessionOf(), {}];
  const app = createSSRApp(listOf(reranker, more));
  app.mount(root);
  return { reranker, more, errors: [], refresh: () => refresh(reranker), stop: () => app.unmount() };
}
