/**
 * Why products stand where they do, in words and in parts: the storefront's door to `reshelf/explain`. It is asked once lists are drawn,
 * and nothing waits for it.
 */
import type { Explained, Part, PositionCode } from "/reshelf/explain/index.js";
import type { Ranked, SeenEvent } from "/reshelf/index.js";
import type { Arrangement, Placed } from "./arrange.js";
import { ordinal } from "./format.js";
import type { Session } from "./session.js";
import type { Product, Shop } from "./shop.js";

type Package = typeof import("/reshelf/explain/index.js");

/** Why a product stands where it does, as a disclosure tells it. */
export interface Story {
  readonly sentence: string;
  readonly place: string;
  /** What lifts and lowers it, the strongest first, in the unit of scores. */
  readonly parts: readonly { readonly text: string; readonly value: number }[];
  /** Where it would stand without this or that. */
  readonly without: readonly string[];
}

/** Lines of a whole page are drawn from fewer orders of events than the story of one product: their order is what counts. */
const QUICK = { exactUpTo: 6, pairs: 4 };
const MOST_PARTS = 6;
const MOST_WITHOUT = 3;
/** Parts below this share of the strongest are left out. */
const LEAST = 0.02;

/** What is the shop's word, whichever way a product moved. */
const OF_THE_SHOP: readonly PositionCode[] = ["rule", "pinned", "sponsored", "diversity"];

export class Why {
  readonly #shop: Shop;
  readonly #session: Session;
  #package: Package | null = null;
  #come: () => void = () => undefined;
  /** Fulfilled once there are words, or once it is settled that there are none. */
  readonly ready = new Promise<void>((done) => (this.#come = done));

  constructor(shop: Shop, session: Session) {
    this.#shop = shop;
    this.#session = session;
  }

  /** Loads the words and the names that go into them: on every page, so that the request tells nothing. Never rejects. */
  async load(): Promise<void> {
    const [found] = await Promise.all([import("/reshelf/explain/index.js").catch(() => null), this.#shop.loadTitles()]);
    this.#package = found;
    this.#come();
  }

  /** A line for each of the placed products that moved. @param products the whole list, and @param page as `Session.order` takes them. */
  lines(products: readonly Product[], page: string | null, placed: readonly Placed[]): ReadonlyMap<Product, string> {
    const moved = new Map(placed.filter((entry) => entry.moved !== 0).map((entry) => [entry.product, entry]));
    const told = moved.size === 0 ? [] : this.#explained(products, page, (product) => moved.has(product), QUICK);
    return new Map(told.map((place) => [place.candidate, lineOf(place, moved.get(place.candidate)?.moved ?? 0)]));
  }

  /** All that there is to tell of one product; null where nothing is. */
  story(products: readonly Product[], page: string | null, product: Product): Story | null {
    const [told] = this.#explained(products, page, (each) => each === product, null);
    if (told === undefined) return null;
    const seen = new Map(this.#session.seen().map((event) => [event.event, event]));
    const strongest = Math.abs(told.parts[0]?.value ?? 0);
    const parts = told.parts.filter(({ value }) => Math.abs(value) >= LEAST * strongest).slice(0, MOST_PARTS);
    const events = parts.flatMap(({ event }) => (event === undefined ? [] : [event])).slice(0, MOST_WITHOUT);
    return {
      sentence: told.sentence,
      place: `${ordinal(told.rank)} now, ${ordinal(told.previousRank)} in the shop’s own order.`,
      parts: parts.map((part) => ({ text: this.#partText(part, seen), value: part.value })),
      without: events.flatMap((event) => this.#without(products, product, event, seen.get(event))),
    };
  }

  #explained(
    products: readonly Product[],
    page: string | null,
    wanted: (product: Product) => boolean,
    quick: typeof QUICK | null,
  ): readonly Explained<Product>[] {
    const { reranker } = this.#session;
    const arrangement = this.#session.arranged(products, page);
    if (this.#package === null || reranker === null || arrangement === null) return [];
    const { ranked } = arrangement;
    return this.#package.explain(reranker, products, {
      ...quick,
      ranked,
      places: ranked.filter(({ candidate }) => wanted(candidate)).map(({ rank }) => rank),
      codeOf: shopsWord(arrangement, ({ id }) => this.#session.pins(id, page)),
      nameOf: (id) => this.#shop.titleOf(id),
    }).places;
  }

  #without(
    products: readonly Product[],
    product: Product,
    event: number,
    seen: SeenEvent | undefined,
  ): readonly string[] {
    const { reranker } = this.#session;
    if (this.#package === null || reranker === null || seen === undefined) return [];
    const { places } = this.#package.whatIf(reranker, products, { without: { event } });
    const would = places.find(({ candidate }) => candidate === product);
    if (would === undefined) return [];
    const where = would.rank === would.rankNow ? "it would be here all the same" : `it would be ${ordinal(would.rank)}`;
    return [`Without ${this.#deed(seen)} ${where}.`];
  }

  #partText({ code, event }: Part, seen: ReadonlyMap<number, SeenEvent>): string {
    const told = event === undefined ? undefined : seen.get(event);
    return told === undefined ? (PARTS[code] ?? "What you did here") : capital(this.#deed(told));
  }

  /** What the shopper did, as something that could be without. */
  #deed({ type, about, id }: SeenEvent): string {
    const name =
      about === "item"
        ? this.#shop.titleOf(id)
        : about === "category"
          ? (this.#shop.categoryAt(id)?.title ?? id)
          : `“${id}”`;
    return (DEEDS[type] ?? "what you did with {}").replace("{}", () => name);
  }
}

const DEEDS: { readonly [type: string]: string } = {
  view: "your look at {}",
  dwell: "your long look at {}",
  browse: "your look through {}",
  cart: "{} in your cart",
  wish: "your wish for {}",
  purchase: "your purchase of {}",
  remove: "{} taken out of the cart",
  search: "your search for {}",
  dislike: "your not wanting {}",
  mute: "your “no more of” {}",
};

const PARTS: { readonly [code: string]: string } = {
  popular: "How many shoppers want it",
  server: "Its place in the shop’s order",
  "server-order": "The shop’s order where nothing else decides",
  learned: "What you click in lists",
  shown: "What lists have shown you",
  earlier: "What you did earlier",
};

const capital = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1);

/** What the shop pinned it pinned; elsewhere rules are the reason where they moved a product further than the session did. */
function shopsWord(
  { placed }: Arrangement,
  isPinned: (product: Product) => boolean,
): (entry: Ranked<Product>) => PositionCode | null {
  return ({ candidate, rank, sponsored }: Ranked<Product> & { sponsored?: true }) => {
    const { moved, byRules } = placed[rank - 1] ?? { moved: 0, byRules: 0 };
    if (sponsored === true) return "sponsored";
    if (byRules !== 0 && isPinned(candidate)) return "pinned";
    return byRules !== 0 && Math.abs(byRules) >= Math.abs(moved - byRules) ? "rule" : null;
  };
}

/** What lifts a product is no reason for having come down. */
function lineOf({ code, sentence }: Explained<Product>, moved: number): string {
  if (OF_THE_SHOP.includes(code)) return sentence;
  if (moved < 0) return "Made way for what suits you more.";
  return code === "server-order" ? "Moved up where others went down." : sentence;
}
