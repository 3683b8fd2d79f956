import { loadReranker } from "reshelf";
import { products, seen } from "./list.js";
import model from "./shop.safetensors";

export default {
  async fetch() {
    const reranker = await loadReranker({ model });
    for (const id of seen) reranker.observe({ type: "view", id });
    const ids = reranker.rerank(products).map(({ candidate }) => candidate.id);
    return Response.json(reranker.info().reason ?? ids);
  },
};
