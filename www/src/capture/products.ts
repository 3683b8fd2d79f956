// For how long products' own pages are looked at: in view, in a tab that is not hidden, by a shopper who is not idle.
import type { ItemId } from "../types.js";
import type { Outbox } from "./outbox.js";
import type { Settings } from "./settings.js";

/** The most seconds that one look at a product counts. */
const MOST = 3600;

/** The fewest seconds that are told: while the look goes on, and where it ends or may end. */
const STEP = 10;
const LEAST = 1;

/** What a shopper who is there does now and then. */
const INPUT = ["pointerdown", "pointermove", "keydown", "scroll"];

export interface Product {
  /** Another one where the page was made anew. */
  element: Element;
  readonly id: ItemId;
  readonly key: string;
  readonly showing: null;
  inView: boolean;
  /** Seconds that were sent, and those that wait. Before the end no fewer go than were sent before: an hour is a dozen events. */
  sent: number;
  rest: number;
  /** When the rest was last added to; null while no time counts. */
  since: number | null;
}

export type Products = ReturnType<typeof makeProducts>;

export function makeProducts({ page, view, clock, idle, rowOf }: Settings, { put }: Outbox, turn: Outbox["turn"]) {
  const products = new Set<Product>();
  let lastInput = 0;

  /** Adds what has passed: up to now, or to when the shopper fell idle. */
  function settle(): void {
    const until = Math.min(clock.now, lastInput + idle);
    for (const product of products) {
      const { inView, sent, rest, since } = product;
      if (since !== null) product.rest = Math.min(MOST - sent, rest + Math.max(0, until - since) / 1000);
      product.since = inView && !page.hidden ? clock.now : null;
    }
  }

  /** Tells what has grown to a step; returns for how many milliseconds the next may wait. */
  function step(): number {
    let next = Infinity;
    settle();
    for (const product of products) {
      // A tab that is hidden may never come back.
      tell(product, Math.max(page.hidden ? LEAST : STEP, product.sent));
      // While the shopper is idle nothing grows: input goes on from there.
      if (product.since !== null && clock.now < lastInput + idle) next = STEP * 1000;
    }
    return next;
  }

  /** Tells the rest, if it is enough. */
  function tell(product: Product, least: number): void {
    const seconds = Math.round(product.rest);
    if (seconds < least) return;
    product.sent += seconds;
    product.rest -= seconds;
    put({ type: "dwell", id: product.id, ...rowOf(product.element, product.id), seconds });
  }

  /** The shopper does something, after having been idle or elsewhere; or leaves the tab. */
  function wake(): void {
    settle();
    lastInput = clock.now;
  }

  function onInput(): void {
    const now = view.performance.now();
    if (now < lastInput + idle) lastInput = now;
    else turn(wake);
  }

  /** Input is listened to only where there is a product: lists scroll without it. */
  function listen(way: "addEventListener" | "removeEventListener"): void {
    for (const type of INPUT) view[way](type, onInput, { capture: true });
  }

  return {
    step,
    wake,

    /** A look goes on in an element that takes the place of one that is gone. */
    add(element: Element, id: ItemId, key: string): Product {
      if (products.size === 0) {
        lastInput = clock.now;
        listen("addEventListener");
      }
      const before = [...products].find((other) => other.key === key && !other.element.isConnected);
      if (before) before.element = element;
      const product = before ?? { element, id, key, showing: null, inView: false, sent: 0, rest: 0, since: null };
      products.add(product);
      return product;
    },

    remove(product: Product): void {
      settle();
      tell(product, LEAST);
      products.delete(product);
      if (products.size === 0) listen("removeEventListener");
    },

    /** What the observer says of a product's element. */
    entry(product: Product, { intersectionRatio }: IntersectionObserverEntry): void {
      settle();
      product.inView = intersectionRatio > 0;
    },
  };
}
