// What every project does: load the model, tell of what was seen, and put the list in order.
import { loadReranker } from "reshelf";
import { products, seen } from "./list.js";

/** The list's ids in their new order, or why they are not in one. */
export async function order(model) {
  const reranker = await loadReranker({ model });
  for (const id of seen) reranker.observe({ type: "view", id });
  const { status, reason } = reranker.info();
  if (status !== "ready") return `${reason.code}: ${reason.message}`;
  const ids = reranker.rerank(products).map(({ candidate }) => candidate.id);
  reranker.dispose();
  return ids.join(" ");
}
