/** What every page and component is handed: the page's part of the shop, the session, the cart, and a voice. */
import type { Cart } from "./cart.js";
import type { Session } from "./session.js";
import type { Shop } from "./shop.js";
import type { Why } from "./why.js";

export interface App {
  readonly shop: Shop;
  readonly session: Session;
  readonly cart: Cart;
  readonly why: Why;
  /** Tells assistive technology, politely. */
  announce(message: string): void;
  /** A short message at the edge of the screen, with an optional link or button. */
  toast(message: string, offer?: Offer): void;
  openPanel(): void;
}

/** What a message offers: somewhere to go, or something to do. */
export type Offer =
  | { readonly text: string; readonly href: string }
  | { readonly text: string; readonly act: () => void };

/** A list of products on the page. */
export interface List {
  /** Puts the tiles on the page in the current order. */
  draw(): void;
  /** Ranks anew, all tiles or those that nobody has seen yet. @returns how many on the page changed places. */
  refresh(reach: "all" | "unseen"): number;
}

export interface Page {
  readonly element: HTMLElement;
  readonly lists: readonly List[];
  /** Brings the page's own parts (not its lists) up to date after the session or the cart changed. */
  readonly update?: () => void;
}
