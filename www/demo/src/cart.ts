/** The cart and the wish list of this visit, held in memory: reloading the page empties both. */
import type { Product } from "./shop.js";

export interface Line {
  readonly product: Product;
  readonly quantity: number;
}

/** The most of one product that an order may hold. */
export const MOST = 20;

/** Orders from this amount on, in the shop's currency, are delivered free. */
export const FREE_DELIVERY_FROM = 60;
const DELIVERY = 4.9;

export class Cart {
  readonly #lines = new Map<string, Line>();
  readonly #wishes = new Set<string>();
  readonly #listeners: (() => void)[] = [];

  onChange(listener: () => void): void {
    this.#listeners.push(listener);
  }

  lines(): readonly Line[] {
    return [...this.#lines.values()];
  }

  quantity(id: string): number {
    return this.#lines.get(id)?.quantity ?? 0;
  }

  /** Sets how many; none takes the product out. */
  set(product: Product, quantity: number): void {
    const rounded = Math.min(MOST, Math.max(0, Math.round(quantity)));
    if (rounded === 0) this.#lines.delete(product.id);
    else this.#lines.set(product.id, { product, quantity: rounded });
    this.#tell();
  }

  empty(): void {
    this.#lines.clear();
    this.#tell();
  }

  wished(id: string): boolean {
    return this.#wishes.has(id);
  }

  /** @returns whether the product is on the wish list now. */
  toggleWish(id: string): boolean {
    if (!this.#wishes.delete(id)) this.#wishes.add(id);
    this.#tell();
    return this.#wishes.has(id);
  }

  /** Pieces in the cart. */
  count(): number {
    return this.lines().reduce((sum, line) => sum + line.quantity, 0);
  }

  subtotal(): number {
    return this.lines().reduce((sum, line) => sum + line.quantity * line.product.price, 0);
  }

  delivery(): number {
    return this.subtotal() >= FREE_DELIVERY_FROM || this.#lines.size === 0 ? 0 : DELIVERY;
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}
