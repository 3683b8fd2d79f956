/** A list as the session orders it and, where the shop has a policy, as its rules arrange that. */
import type { Ranked, RankedList, RankPolicy, Reranker } from "/reshelf/index.js";
import type { Product } from "./shop.js";

export interface Placed {
  readonly product: Product;
  /** Places up (positive) or down (negative) from the server's order, among the products that are left. */
  readonly moved: number;
  /** How many of these places the shop's rules account for; 0 without any. */
  readonly byRules: number;
}

export interface Arrangement {
  readonly placed: readonly Placed[];
  /** What `rerank` answered. */
  readonly ranked: readonly Ranked<Product>[];
  /** What became of the list and its rules; null without a policy. */
  readonly report: RankedList | null;
}

export function arrange(reranker: Reranker, products: readonly Product[], policy: RankPolicy | null): Arrangement {
  const plain = reranker.rerank(products);
  const ranked = policy === null ? plain : reranker.rerank(products, { policy });
  const report = policy === null ? null : reranker.info().lastList;
  // Where one product is taken out, all behind it would seem to have moved.
  const left = new Set(ranked.map(({ candidate }) => candidate));
  const before = placesOf(products.filter((product) => left.has(product)));
  const without = placesOf(plain.map(({ candidate }) => candidate).filter((product) => left.has(product)));
  const placed = ranked.map(({ candidate: product }, place) => ({
    product,
    moved: (before.get(product) ?? place) - place,
    byRules: (without.get(product) ?? place) - place,
  }));
  return { placed, ranked, report };
}

const placesOf = (products: readonly Product[]): ReadonlyMap<Product, number> =>
  new Map(products.map((product, place) => [product, place]));
