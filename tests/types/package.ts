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
  reranker.observe({ id: "new", category: "home/mugs", brand: "Zen", price: 12.5, title: "Blue mug" });
  reranker.rerank([{ id: "new", category: null, price: 12.5 }]);
  // @ts-expect-error: a price is a number
  reranker.rerank([{ id: "new", price: "12.50" }]);
  // @ts-expect-error: a candidate needs an id
  reranker.rerank([{ title: "nameless" }]);
  return ranked.map(({ candidate }) => candidate.title);
}
