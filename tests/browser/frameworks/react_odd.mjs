// Odd pages drawn with React: each case mounts one, and tells the orders that it went through.
import { createElement as h, StrictMode, Suspense, startTransition, use, useDeferredValue, useState } from "react";
import { createRoot, hydrateRoot } from "react-dom/client";
import { refresh, useReranked } from "reshelf/react";
import { items, sessionOf } from "./items.mjs";

const observe = (reranker, event) => {
  reranker.observe(event);
  refresh(reranker);
};
const draw = (ranked, keyOf = ({ id }) => id) =>
  h(
    "ul",
    null,
    ranked.map((item) => h("li", { key: keyOf(item), "data-id": item.id }, item.id)),
  );

/** Each: what is drawn, and what is done to it; `step` waits until it is drawn and notes its order. */
export const CASES = {
  async "two lists of a session in strict mode show one order at all times"({ root, step }) {
    const reranker = sessionOf();
    const torn = [];
    const List = ({ at }) => {
      const ranked = useReranked(items, reranker);
      seen[at] = ranked[0].id;
      return draw(ranked);
    };
    const seen = [];
    const Both = () => h("div", null, h(List, { at: 0 }), h(List, { at: 1 }));
    root.render(h(StrictMode, null, h(Both)));
    await step();
    startTransition(() => void observe(reranker, { id: "a" }));
    await step();
    if (seen[0] !== seen[1]) torn.push(seen);
    return torn.length;
  },
  async "a list that suspends comes in the session's order"({ root, target, step }) {
    const reranker = sessionOf();
    observe(reranker, { id: "a" });
    let come;
    const loading = new Promise((done) => (come = done));
    const List = () => draw(useReranked(use(loading), reranker));
    root.render(h(Suspense, { fallback: "wait" }, h(List)));
    await step();
    come(items);
    // What was waited for is shown only when that has stood a while.
    for (let waits = 0; target.querySelector("li") === null && waits < 500; waits++)
      await new Promise((done) => setTimeout(done, 10));
    await step();
  },
  async "items that are deferred, and others while they are"({ root, step }) {
    const reranker = sessionOf();
    let set;
    const List = () => {
      const [all, setAll] = useState(items);
      set = setAll;
      return draw(useReranked(useDeferredValue(all), reranker));
    };
    root.render(h(List));
    await step();
    startTransition(() => set(items.slice(0, 3)));
    observe(reranker, { id: "a" });
    set(items.slice(0, 2));
    await step();
  },
  async "an array that is made at every render ends all the same"({ root, step }) {
    const reranker = sessionOf();
    const List = () => draw(useReranked([...items], reranker, { limit: 50 }));
    root.render(h(StrictMode, null, h(List)));
    await step();
    observe(reranker, { id: "a" });
    await step();
    return reranker.calls.reranks < 20;
  },
  async "keys that change, and items that are others under the same key"({ root, step }) {
    const reranker = sessionOf();
    const List = ({ all, prefix }) => draw(useReranked(all, reranker), ({ id }) => prefix + id);
    root.render(h(List, { all: items, prefix: "x" }));
    await step();
    root.render(h(List, { all: items.map((item) => ({ ...item })), prefix: "y" }));
    observe(reranker, { id: "a" });
    await step();
  },
  async "a session that comes, is another, and goes"({ root, step }) {
    const [one, other] = [sessionOf(), sessionOf()];
    other.observe();
    const List = ({ reranker }) => draw(useReranked(items, reranker));
    for (const reranker of [null, one, other, undefined]) {
      root.render(h(List, { reranker }));
      await step();
    }
    observe(other, { id: "a" });
    refresh(one);
    await step();
  },
  async "a list that goes while its session changes"({ root, step }) {
    const reranker = sessionOf();
    const List = () => draw(useReranked(items, reranker));
    root.render(h(List));
    await step();
    root.render(null);
    observe(reranker, { id: "a" });
    await step();
  },
  async "a page that came in order, from the same items, is taken up without a mismatch"({ target, step }) {
    // The server, or the edge, put the items of the page's data in order as well: `reranked` is what it sent.
    const sent = [...items].reverse();
    target.innerHTML = `<ul>${sent.map(({ id }) => `<li data-id="${id}">${id}</li>`).join("")}</ul>`;
    const errors = [];
    const reranker = sessionOf();
    observe(reranker, { id: "a" });
    reranker.rerank = () => sent.map((candidate) => ({ candidate }));
    const List = () => draw(useReranked(sent, reranker));
    const mounted = hydrateRoot(target, h(List), { onRecoverableError: (error) => errors.push(String(error)) });
    await step();
    mounted.unmount();
    return errors.length;
  },
};

export const mount = (target, name) => (name.includes("taken up") ? null : createRoot(target));

// Items that are made at every render are others each time.
const List = ({ items, anew, reranker, options }) =>
  draw(useReranked(anew ? items.map((item) => ({ ...item })) : items, reranker, options));

/** Draws a list by `props`, and again by others: for what is the same in all frameworks. */
export function draws(target, props) {
  const root = createRoot(target);
  const set = (next) => root.render(h(List, (props = { ...props, ...next })));
  set();
  return { set, refresh, unmount: () => root.unmount() };
}
