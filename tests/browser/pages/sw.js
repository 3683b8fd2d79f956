// The package in a module service worker, where import() is forbidden: answers { model, backend, seen, list } like worker.js, and
// says what the entry for pages gives here.
import { loadReranker as loadForPages } from "/reshelf/index.js";
import { loadReranker } from "/reshelf/service-worker.js";

addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => event.waitUntil(clients.claim()));
addEventListener("message", async ({ source, data: { model, backend, seen, list } }) => {
  const reranker = await loadReranker({ model, backend });
  for (const id of seen) reranker.observe({ id });
  await reranker.retrieve({ k: 3 });
  const { status, reason, scan } = reranker.info();
  const plain = await loadForPages({ model });
  const found = await plain.retrieve({ k: 3 });
  source.postMessage({
    status,
    reason,
    scan,
    plain: [found, plain.info().refused.arguments.reason],
    order: reranker.rerank(list).map(({ candidate, score }) => [candidate, score]),
  });
});
