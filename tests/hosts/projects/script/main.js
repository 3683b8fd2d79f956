import { loadReranker } from "/reshelf/index.js";
import { products, seen } from "./list.js";

const reranker = await loadReranker({ model: "/shop.safetensors" });
for (const id of seen) reranker.observe({ type: "view", id });
document.querySelector("output").textContent = reranker
  .rerank(products)
  .map(({ candidate }) => candidate.id)
  .join(" ");
