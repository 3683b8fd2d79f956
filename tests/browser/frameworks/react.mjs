// A list drawn with React: on the server by `html`, in the page by `start`, which takes it up.
import { createElement, StrictMode, useState } from "react";
import { hydrateRoot } from "react-dom/client";
import { refresh, useObserve, useReranked } from "reshelf/react";
import { items, sessionOf } from "./items.mjs";

export function List({ reranker, more }) {
  const [all, setAll] = useState(items);
  const ranked = useReranked(all, reranker, { limit: 50 });
  const observe = useObserve(reranker);
  if (more) Object.assign(more, { observe, add: (id) => setAll([...all, { id }]) });
  return createElement(
    "ul",
    null,
    ranked.map(({ id }) => createElement("li", { key: id, "data-id": id }, id)),
  );
}

export function start(root) {
  const [reranker, more, errors] = [sessionOf(), {}, []];
  const element = createElement(StrictMode, null, createElement(List, { reranker, more }));
  const mounted = hydrateRoot(root, element, { onRecoverableError: (error) => errors.push(String(error)) });
  return { reranker, more, errors, refresh: () => refresh(reranker), stop: () => mounted.unmount() };
}
