// The page's side: it has the same session, takes up the list as it came, and tells the session what the shopper looks at.
import { settle } from "/reshelf/hydrate/index.js";
import { loadReranker } from "/reshelf/index.js";

const list = document.querySelector("[data-reshelf-list]");
const agree = document.querySelector("#agree");

await navigator.serviceWorker?.register("/worker.js", { type: "module" });
const reranker = await loadReranker({ model: "/shop.safetensors", store: "device" });
settle(list, reranker);

list.addEventListener("click", ({ target }) => {
  const id = target.closest("[data-reshelf-item]")?.dataset.reshelfItem;
  if (id) reranker.observe({ type: "view", id });
});
// Without this the session ends with the page, and the worker has none.
agree.addEventListener("click", () => reranker.consent({ store: true }));
agree.hidden = reranker.info().consent.store;
