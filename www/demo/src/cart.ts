/**
 * The cart and the wish list. They lie in the browser's local storage, products and all, so that each page has them, in every tab,
 * and none has to ask the server what lies in them.
 */
import type { Product } from "./shop.js";
import { readJson, writeJson } from "./storage.js";

export interface Line {
  readonly product: Product;
  readonly quantity: number;
}

/** The most of one product that an order may hold. */
export const MOST = 20;

/** Orders from this amount on, in the shop's currency, are delivered free. */
export const FREE_DELIVERY_FROM = 60;
const DELIVERY = 4.9;

const LINES = "shop.cart";
const WISHES = "shop.wishes";

export class Cart {
  readonly #lines = new Map<string, Line>();
  readonly #wishes = new Set<string>();
  readonly #listeners: (() => void)[] = [];

  constructor() {
    this.#read();
    const again = (): void => {
      this.#read();
      this.#tell();
    };
    addEventListener("storage", again);
    addEventListener("pageshow", ({ persisted }) => persisted && again());
  }

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
    this.#write();
  }

  empty(): void {
    this.#lines.clear();
    this.#write();
  }

  wished(id: string): boolean {
    return this.#wishes.has(id);
  }

  /** @returns whether the product is on the wish list now. */
  toggleWish(id: string): boolean {
    if (!this.#wishes.delete(id)) this.#wishes.add(id);
    this.#write();
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

  #read(): void {
    const lines = readJson("browser", LINES);
    this.#lines.clear();
    for (const line of Array.isArray(lines) ? (lines as Line[]) : []) {
      if (typeof line?.product?.id === "string" && line.quantity > 0) this.#lines.set(line.product.id, line);
    }
    const wishes = readJson("browser", WISHES);
    this.#wishes.clear();
    for (const id of Array.isArray(wishes) ? wishes : []) this.#wishes.add(String(id));
  }

  #write(): void {
    writeJson("browser", LINES, this.lines());
    writeJson("browser", WISHES, [...this.#wishes]);
    this.#tell();
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}
