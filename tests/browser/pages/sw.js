// The package in a module service worker, where import() is forbidden: answers { model, backend, seen, list } like worker.js.
import { loadReranker } from "/reshelf/index.js";

addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => event.waitUntil(clients.claim()));
addEventListener("message", async ({ source, data: { model, backend, seen, list } }) => {
  const reranker = await loadReranker({ model, backend });
  for (const id of seen) reranker.observe({ id });
  await reranker.retrieve({ k: 3 });
  const { status, reason, scan } = reranker.info();
  source.postMessage({
    status,
    reason,
    scan,
    order: reranker.rerank(list).map(({ candidate, score }) => [candidate, score]),
  });
});
