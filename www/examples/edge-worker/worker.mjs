// An edge worker that puts a list in order before it reaches the shopper. The model is loaded once an isolate, and each request
// has a session of its own: POST { "seen": [ids], "candidates": [ids or objects] }.
import { loadModel } from "reshelf";
import artifact from "./shop.safetensors";

let model;

export default {
  async fetch(request) {
    const { seen, candidates } = await request.json();
    model ??= loadModel({ model: artifact });
    const reranker = (await model).session();
    try {
      for (const id of seen) reranker.observe({ type: "view", id });
      return Response.json(reranker.rerank(candidates).map(({ candidate }) => candidate));
    } finally {
      reranker.dispose();
    }
  },
};
