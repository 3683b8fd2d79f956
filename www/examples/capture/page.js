// A page with one list: which of its items were seen, and which were passed over, goes to the reranker by itself. With a bundler,
// import "reshelf" and "reshelf/capture" instead.
import { capture } from "/reshelf/capture/index.js";
import { loadReranker } from "/reshelf/index.js";

const reranker = await loadReranker({ model: "/shop.safetensors" });
const products = await (await fetch("/products.json")).json(); // In the server's order, each with an `id`.
const items = reranker.rerank(products).map(({ candidate }) => {
  const item = document.createElement("li");
  item.dataset.reshelfItem = candidate.id;
  item.textContent = candidate.title ?? candidate.id;
  return item;
});
document.querySelector("#list").replaceChildren(...items);

const { info } = capture(reranker);
setInterval(() => {
  const { impression, skip } = info().told;
  document.querySelector("#told").value = `${impression} seen, ${skip} passed over`;
}, 500);
