// A page with one list: what the shopper looks at moves like things up. With a bundler, import "reshelf" instead.
import { loadReranker } from "/reshelf/index.js";

const reranker = await loadReranker({ model: "/shop.safetensors" });
const products = await (await fetch("/products.json")).json(); // In the server's order, each with an `id`.
const list = document.querySelector("#list");

function show() {
  const items = reranker.rerank(products).map(({ candidate }) => {
    const item = document.createElement("li");
    item.dataset.id = candidate.id;
    item.textContent = candidate.title ?? candidate.id;
    return item;
  });
  list.replaceChildren(...items);
}

list.addEventListener("click", ({ target }) => {
  reranker.observe({ type: "view", id: target.dataset.id });
  show();
});
show();
