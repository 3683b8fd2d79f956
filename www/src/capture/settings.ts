// The options of `capture`, read once and made plain. The caller's getters run here, and the caller's functions through the
// readers that are made here: what they throw ends here.
import type { ItemId, Reason } from "../types.js";
import type { Refuse } from "./outbox.js";

export interface Settings {
  readonly root: Document | ShadowRoot | Element;
  readonly page: Document;
  readonly view: Window & typeof globalThis;
  /** What the clock says by which the browser tells what is in view: read once a task. */
  readonly clock: { now: number };
  readonly items: string;
  readonly lists: string;
  readonly products: string;
  /** Empty where an element has none. */
  readonly idOf: (element: Element) => ItemId;
  readonly nameOf: (list: Element) => ItemId;
  /** Empty where the page does not say. */
  readonly positionOf: (tile: Element) => ItemId;
  /** The row of an element's item, where `personalize` or the shop's server has put it there. */
  readonly rowOf: (element: Element, id: ItemId) => { readonly row: string } | null;
  /** Those that say what an element shows: a change of one has it looked at anew. */
  readonly attributes: string[];
  readonly threshold: number;
  readonly duration: number;
  readonly idle: number;
  readonly clicks: boolean;
  readonly skips: boolean;
  readonly signal: AbortSignal | null;
}

/** A selector that nothing matches. */
const NOTHING = ":not(*)";

/** Null where there is no page to watch. */
export function readSettings(given: unknown, refuse: Refuse): Settings | null {
  const wrong = (name: string) =>
    refuse({ code: `argument.${name}` as Reason["code"], message: `\`${name}\` is of the wrong kind, or threw.` });
  const options = (given ?? {}) as Record<string, unknown>;
  if (typeof options !== "object") wrong("options");
  const option = <T>(name: string, fits: (value: T) => unknown, otherwise: T): T => {
    try {
      const value = (options[name] ?? null) as T | null;
      if (value === null) return otherwise;
      if (fits(value)) return value;
    } catch {
      // As one of the wrong kind.
    }
    wrong(name);
    return otherwise;
  };

  // By what it can do: an iframe's document is of another realm.
  const root = option<Settings["root"] | null>(
    "root",
    (value) => value?.querySelectorAll,
    typeof document === "object" ? document : null,
  );
  const page = root && (root.ownerDocument ?? (root as Document));
  const view = page?.defaultView as Settings["view"] | null | undefined;
  if (!root || !page || !view?.IntersectionObserver) return null;

  /** One that cannot be read throws. */
  const isSelector = (value: string) => [page.createElement("p").matches(value)];
  const items = option("items", isSelector, "[data-reshelf-item]");
  const lists = option("lists", isSelector, "[data-reshelf-list]");
  const products =
    option<string | false>("products", (value) => value === false || isSelector(value), items) || NOTHING;

  const attributes: string[] = [];
  const reader = (name: string, attribute: string): ((element: Element) => ItemId) => {
    const by = option<string | ((element: Element) => ItemId)>(name, isA("string", "function"), attribute);
    if (typeof by === "string") attributes.push(by);
    return (element) => {
      try {
        const value = typeof by === "string" ? element.getAttribute(by) : by(element);
        if (isA("string", "number", "bigint")(value)) return value as ItemId;
      } catch {
        wrong(name);
      }
      return "";
    };
  };

  const rowsOf = new WeakMap<Element, ItemId>();
  return {
    ...{ root, page, view, items, lists, products, attributes },
    clock: { now: 0 },
    idOf: reader("id", "data-reshelf-item"),
    nameOf: reader("name", "data-reshelf-list"),
    positionOf: reader("position", "data-reshelf-position"),
    // Scripts that use a tile for another item know nothing of its row, which is then the former's.
    rowOf: (element, id) => {
      const row = element.getAttribute("data-reshelf-row");
      if (!rowsOf.has(element)) rowsOf.set(element, id);
      return row && rowsOf.get(element) === id ? { row } : null;
    },
    threshold: option("threshold", (value) => isAmount(value) && value <= 1, 0.5),
    duration: option("duration", isAmount, 1000),
    idle: option("idle", isAmount, 30_000),
    clicks: option("clicks", isA("boolean"), false),
    skips: option("skips", isA("boolean"), true),
    signal: option<AbortSignal | null>("signal", (value) => value?.addEventListener, null),
  };
}

const isA =
  (...types: string[]) =>
  (value: unknown) =>
    types.includes(typeof value);

/** Milliseconds that a browser's timer holds. */
const isAmount = (value: number) => typeof value === "number" && value >= 0 && value < 1e9;
