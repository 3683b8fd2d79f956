// A page whose analytics say already what the shopper does: with a bundler, import "reshelf" and "reshelf/listen" instead.
import { loadReranker } from "/reshelf/index.js";
import { listen } from "/reshelf/listen/index.js";

const reranker = await loadReranker({ model: "/shop.safetensors" });
listen(reranker, { id: (id) => id.replace("SKU-", "") }); // The model knows items by what stands behind the prefix.

const products = await (await fetch("/products.json")).json();
const list = document.querySelector("#list");

function show() {
  const items = reranker.rerank(products).map(({ candidate }) => {
    const item = document.createElement("li");
    item.dataset.id = candidate.id;
    item.textContent = candidate.id;
    return item;
  });
  list.replaceChildren(...items);
}

list.addEventListener("click", show);
show();
