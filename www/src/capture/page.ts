// The page: finds tiles and products, follows what becomes of them, and hands on what the browser's observers say. Layout is
// never read: what is in view comes with the observers' entries.
import { makeItems } from "./items.js";
import { makeLists, type Tile } from "./lists.js";
import type { Outbox } from "./outbox.js";
import { makeProducts, type Product } from "./products.js";
import type { Settings } from "./settings.js";

export interface Page {
  /** Elements that are watched, as what. */
  readonly watched: ReadonlyMap<Element, Tile | Product>;
  readonly leave: () => void;
}

/** @param signal ends what is listened to */
export function watchPage(settings: Settings, outbox: Outbox, signal: AbortSignal): Page {
  const { root, page, view, clock, items: tiles, products: pages, idOf, threshold, duration, attributes } = settings;
  const selector = `${tiles},${pages}`;
  const watched = new Map<Element, Tile | Product>();
  let timer = 0;
  let due = Infinity;

  /** Does the work of a task, when all that the browser knows of what was before is taken in, and then what is due. */
  const turn = (work?: () => void, entries = views.takeRecords()) =>
    outbox.turn(() => {
      clock.now = view.performance.now();
      entries.forEach(onView);
      work?.();
      lists.fit();
      // What falls due before that waits for it, or for the next task: a task of its own would cost more than it does.
      const rest = Math.max(duration, Math.min(items.look(), products.step()));
      if (clock.now + rest >= due) return;
      due = clock.now + rest;
      view.clearTimeout(timer);
      timer = view.setTimeout(() => {
        due = Infinity;
        turn();
      }, rest);
    });
  // Elements that only touch the view, as those beside a carousel do, are not in it. Where the browser knows `delay`
  // (Chromium), it looks four times a second; else at every frame.
  const looks = { threshold: [1e-6, threshold], delay: Math.min(250, duration / 4) } as IntersectionObserverInit;
  const views = new view.IntersectionObserver((entries) => turn(undefined, entries), looks);
  const changes = new view.MutationObserver((records) => turn(() => onChanges(records)));
  const items = makeItems(settings, outbox, views);
  const lists = makeLists(settings, items, views, watched);
  const products = makeProducts(settings, outbox, turn);

  function on(target: EventTarget, type: string, work: (event: Event) => unknown): void {
    target.addEventListener(type, (event) => turn(() => work(event)), { capture: true, signal });
  }
  for (const type of ["click", "auxclick", "keydown"]) on(root, type, onClick);
  on(page, "visibilitychange", () => {
    items.turned();
    products.wake();
  });
  // A page that the browser keeps for the way back is left, and shown anew when it comes.
  on(view, "pagehide", leave);
  on(view, "pageshow", (event) => (event as PageTransitionEvent).persisted && enter());
  turn(enter);

  function enter(): void {
    changes.observe(root, { subtree: true, childList: true, attributeFilter: attributes });
    place(within(root));
  }

  function leave(): void {
    changes.disconnect();
    views.disconnect();
    view.clearTimeout(timer);
    due = Infinity;
    lists.sweep(true);
    for (const each of watched.values()) if (!each.showing) products.remove(each);
    watched.clear();
  }

  function onView(entry: IntersectionObserverEntry): void {
    const known = watched.get(entry.target);
    if (!known) lists.frame(entry);
    else if (known.showing) lists.entry(known, entry);
    else products.entry(known, entry);
  }

  function onChanges(records: MutationRecord[]): void {
    const changed = new Set<Element>();
    for (const { type, target, addedNodes, removedNodes } of records)
      for (const node of type === "attributes" ? [target] : [...addedNodes, ...removedNodes])
        if (node.nodeType === 1) for (const element of within(node as Element)) changed.add(element);
    place(changed);
    lists.sweep(false);
  }

  /** A node, and what in it may be a tile or a product. */
  function within(node: Settings["root"]): Element[] {
    return [node as Element, ...node.querySelectorAll(selector)];
  }

  /** Looks at elements anew: first at those that are there, so that they can take the place of those that are gone. */
  function place(elements: Iterable<Element>): void {
    for (const there of [true, false])
      for (const element of elements)
        if (root.contains(element) === there) look(element, there && element.matches?.(selector));
  }

  /** Watches an element, or no longer, as what it is now. */
  function look(element: Element, fits: boolean): void {
    const list = fits && listOf(element);
    const id = fits && element.matches(list ? tiles : pages) ? idOf(element) : "";
    const key = String(id);
    const showing = list && key ? lists.showing(list) : null;
    if (showing) lists.change(showing);
    const known = watched.get(element);
    if (known && known.key === key && known.showing === showing) return;
    if (known) {
      watched.delete(element);
      views.unobserve(element);
      if (known.showing) lists.remove(known);
      // A product that goes on in another element is not gone.
      else if (known.element === element) products.remove(known);
    }
    if (!key) return;
    watched.set(element, showing ? items.add(element, id, key, showing) : products.add(element, id, key));
    if (!showing) views.observe(element);
  }

  /** The list around an element; around the shadow root that it lies in, where there is none within. */
  function listOf(element: Element): Element | null | undefined {
    const { host } = root as Partial<ShadowRoot>;
    return element.parentElement?.closest(settings.lists) ?? host?.closest(settings.lists);
  }

  /** A click in a tile, of the middle button as well; or a key that stands for one: not every element makes a click of it. */
  function onClick(event: Event): void {
    const { type, button, key } = event as MouseEvent & KeyboardEvent;
    if (type === "auxclick" ? button !== 1 : type === "keydown" && key !== "Enter" && key !== " ") return;
    for (const element of event.composedPath()) {
      // What stands in a tile beside the item is no choice of it.
      if ((element as Partial<Element>).getAttribute?.("data-reshelf-aside") != null) return;
      const known = watched.get(element as Element);
      if (known?.showing) items.click(known);
    }
  }

  return { watched, leave: () => turn(leave) };
}
