// The same page with the engine in a worker: calls keep their order, and answers are awaited. With a bundler, import "reshelf/worker".
import { loadReranker } from "/reshelf/worker.js";

const [reranker, products] = await Promise.all([
  loadReranker({ model: "/shop.safetensors" }),
  fetch("/products.json").then((response) => response.json()), // In the server's order, each with an `id`.
]);
const list = document.querySelector("#list");

async function show() {
  const ranked = await reranker.rerank(products);
  const items = ranked.map(({ candidate }) => {
    const item = document.createElement("li");
    item.dataset.id = candidate.id;
    item.textContent = candidate.title ?? candidate.id;
    return item;
  });
  list.replaceChildren(...items);
}

list.addEventListener("click", ({ target }) => {
  reranker.observe({ type: "view", id: target.dataset.id });
  void show();
});
void show();
