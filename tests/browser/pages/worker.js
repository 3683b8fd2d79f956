// Runs the package in a dedicated module worker: answers { model, seen, list } with the new order.
import { loadReranker } from "/reshelf/index.js";

self.onmessage = async ({ data: { model, seen, list } }) => {
  const reranker = await loadReranker({ model });
  for (const id of seen) reranker.observe({ id });
  const { status, reason, backend } = reranker.info();
  postMessage({
    status,
    reason,
    backend,
    order: reranker.rerank(list).map(({ candidate, score }) => [candidate, score]),
  });
};
