// Ranks away from the page's thread, as suits a page with a huge catalogue: `retrieve` scans on the thread that calls it.
import { loadReranker } from "/reshelf/index.js";

const reranker = await loadReranker({ model: "/shop.safetensors" });
const products = await (await fetch("/products.json")).json();

const answer = () => postMessage(reranker.rerank(products).map(({ candidate }) => candidate.id));
self.addEventListener("message", ({ data }) => {
  reranker.observe(data);
  answer();
});
answer();
