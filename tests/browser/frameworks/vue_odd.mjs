// Odd pages drawn with Vue.
import { observe, refresh, useReranked } from "reshelf/vue";
import {
  createApp,
  defineAsyncComponent,
  h,
  KeepAlive,
  reactive,
  ref,
  Suspense,
  shallowRef,
  TransitionGroup,
} from "vue";
import { items, sessionOf } from "./items.mjs";

const draw = (ranked) =>
  h(
    "ul",
    ranked.map(({ id }) => h("li", { key: id, "data-id": id }, id)),
  );

export const CASES = {
  async "a list that is kept alive out of sight"({ target, step }) {
    const reranker = sessionOf();
    const shown = ref(true);
    const List = {
      setup: () =>
        (
          (ranked) => () =>
            draw(ranked.value)
        )(useReranked(items, reranker)),
    };
    const app = createApp(() => h(KeepAlive, () => (shown.value ? h(List) : null)));
    app.mount(target);
    await step();
    shown.value = false;
    await step();
    observe(reranker, { id: "a" });
    shown.value = true;
    await step();
    app.unmount();
  },
  async "a list whose moves are shown"({ target, step }) {
    const reranker = sessionOf();
    const List = {
      setup: () => {
        const ranked = useReranked(items, reranker);
        return () =>
          h(TransitionGroup, { tag: "ul" }, () =>
            ranked.value.map(({ id }) => h("li", { key: id, "data-id": id }, id)),
          );
      },
    };
    const app = createApp(List);
    app.mount(target);
    await step();
    const nodes = [...target.querySelectorAll("li")];
    observe(reranker, { id: "a" });
    await step();
    const same = nodes.every((node) => node.isConnected);
    app.unmount();
    return same;
  },
  async "items and a session behind proxies, changed in their place"({ target, step }) {
    const reranker = shallowRef(null);
    const all = reactive(items.map((item) => ({ ...item })));
    const List = {
      setup: () =>
        (
          (ranked) => () =>
            draw(ranked.value)
        )(useReranked(() => [...all], reranker)),
    };
    const app = createApp(List);
    app.mount(target);
    await step();
    reranker.value = sessionOf();
    observe(reranker.value, { id: "a" });
    await step();
    all.pop();
    await step();
    app.unmount();
  },
  async "a list that comes later, suspended"({ target, step }) {
    const reranker = sessionOf();
    observe(reranker, { id: "a" });
    const List = {
      setup: () =>
        (
          (ranked) => () =>
            draw(ranked.value)
        )(useReranked(items, reranker)),
    };
    const Later = defineAsyncComponent(() => Promise.resolve(List));
    const app = createApp(() => h(Suspense, null, { default: () => h(Later), fallback: () => "wait" }));
    app.mount(target);
    await step();
    app.unmount();
  },
};

export const mount = () => null;

/** Draws a list by `props`, and again by others: for what is the same in all frameworks. */
export function draws(target, props) {
  const given = shallowRef(props);
  const setup = () => {
    const items = () => (given.value.anew ? given.value.items.map((item) => ({ ...item })) : given.value.items);
    const ranked = useReranked(
      items,
      () => given.value.reranker,
      () => given.value.options,
    );
    return () => draw(ranked.value);
  };
  const app = createApp({ setup });
  app.mount(target);
  const set = (next) => {
    given.value = { ...given.value, ...next };
  };
  return { set, refresh, unmount: () => app.unmount() };
}
