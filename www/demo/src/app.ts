/** What every page and component is handed: the shop, this visit's session and cart, and a voice. */
import type { Cart } from "./cart.js";
import type { ProductList } from "./components/product-list.js";
import type { Router } from "./router.js";
import type { Session } from "./session.js";
import type { Shop } from "./shop.js";

/** How a list looked when the shopper last saw it, so that coming back starts from there. */
export interface ListMemory {
  /** Product ids in the order shown. */
  readonly order: readonly string[];
  /** How many of them were on the page. */
  readonly shown: number;
}

export interface App {
  readonly shop: Shop;
  readonly session: Session;
  readonly cart: Cart;
  readonly router: Router;
  /** By list key, such as `home` or `category/lamps`. */
  readonly lists: Map<string, ListMemory>;
  /** Tells assistive technology, politely. */
  announce(message: string): void;
  /** A short message at the edge of the screen, with an optional link. */
  toast(message: string, link?: { readonly href: string; readonly text: string }): void;
  openPanel(): void;
}

export interface Page {
  /** For the title bar, without the shop's name. */
  readonly title: string;
  /** For the description in the page's head. */
  readonly description: string;
  readonly element: HTMLElement;
  readonly lists: readonly ProductList[];
  /** Brings the page's own parts (not its lists) up to date after the session or the cart changed. */
  readonly update?: () => void;
}
