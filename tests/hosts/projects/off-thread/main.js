import { loadReranker } from "reshelf/worker";
import { products, seen } from "./list.js";

const reranker = await loadReranker({ model: "/shop.safetensors", inPlace: false });
for (const id of seen) reranker.observe({ type: "view", id });
const ranked = await reranker.rerank(products);
const { home } = await reranker.info();
document.querySelector("output").textContent =
  home.reason?.message ?? ranked.map(({ candidate }) => candidate.id).join(" ");
