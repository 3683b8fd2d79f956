/**
 * What the shop tells its analytics, as any shop does: GA4's e-commerce events on `dataLayer`. Nothing else in the storefront
 * knows that somebody listens (session.ts), and no tag manager is loaded here, so that the pushes stay in the page.
 */
import type { Product } from "./shop.js";

interface Entry {
  readonly event: string;
  readonly [field: string]: unknown;
}

const layer = globalThis as { dataLayer?: { push(entry: Entry): unknown } };

function push(entry: Entry): void {
  layer.dataLayer ??= [] as Entry[];
  layer.dataLayer.push(entry);
}

/** Five levels of categories, as GA4 has them. */
function item(product: Product, index?: number): object {
  const levels = product.category
    .split("/")
    .map((level, at) => [at === 0 ? "item_category" : `item_category${at + 1}`, level]);
  return {
    item_id: product.id,
    item_name: product.title,
    item_brand: product.brand,
    ...Object.fromEntries(levels),
    price: product.price,
    ...(index === undefined ? null : { index }),
  };
}

type ItemEvent = "view_item" | "add_to_cart" | "remove_from_cart" | "add_to_wishlist" | "purchase";

export function tellOf(event: ItemEvent, ...products: readonly Product[]): void {
  push({ event, ecommerce: { items: products.map((product) => item(product)) } });
}

/** A list that is on the page, or a product of it that was chosen. */
export function tellOfList(event: "view_item_list" | "select_item", list: string, products: readonly Product[]): void {
  push({ event, ecommerce: { item_list_id: list, items: products.map(item) } });
}

export function tellOfSearch(words: string): void {
  push({ event: "view_search_results", search_term: words });
}
