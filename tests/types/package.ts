// The package as its users' compilers see it.
import { loadReranker, type Ranked, type Reranker } from "../../www/dist/index.js";

interface Product {
  id: string;
  title: string;
  score?: number;
}

export async function rank(products: Product[]): Promise<string[]> {
  using reranker: Reranker = await loadReranker({ model: "/shop.safetensors" });
  reranker.observe({ type: "view", id: "a" });
  reranker.observe({ type: "a shop's own word", id: 7 });
  const ranked: Ranked<Product>[] = reranker.rerank(products, { limit: 10 });
  const bare: Ranked<number>[] = reranker.rerank([1, 2, 3]);
  reranker.forget({ item: bare[0]?.candidate ?? "a" });
  // @ts-expect-error: a candidate needs an id
  reranker.rerank([{ title: "nameless" }]);
  return ranked.map(({ candidate }) => candidate.title);
}
