// The public types of `reshelf/testing`.
import type { CandidateObject, ItemId, Reranker, RerankOptions } from "../types.js";

/** An item of a tiny model. Written as the shop's catalogue writes it; all but the id may be left out. */
export interface TinyItem {
  /** Text without white space around it, a safe integer or a BigInt. Each once. */
  readonly id: ItemId;
  /** The path from the widest category to the narrowest: `"home/mugs"`. */
  readonly category?: string | undefined;
  readonly brand?: string | undefined;
  /** Above 0. */
  readonly price?: number | undefined;
  /** Its words are what searches and items that the model does not hold are placed by. */
  readonly title?: string | undefined;
  /** 0 to 1; 0.5 when left out. An empty session's `retrieve` goes by it. */
  readonly popularity?: number | undefined;
}

/** Two items, and how strongly they belong to each other: 0.01 to 1, which is 1 when left out. */
export type TinyPair = readonly [item: ItemId, other: ItemId, strength?: number];

/** What `tinyModel` makes a model of. */
export interface TinyDescription {
  /** Bare ids, or items with what the shop says of them; 1 to 1,000. */
  readonly items: readonly (ItemId | TinyItem)[];
  /** Pairs that other sessions have seen together, in either order. */
  readonly together?: readonly TinyPair[] | undefined;
  /** Pairs of which the second directly follows the first in other sessions. */
  readonly next?: readonly TinyPair[] | undefined;
  /** What a score adds up, by the engine's names of its features; those of docs/testing.md when left out, 0 takes one away. */
  readonly weights?: Readonly<Record<string, number>> | undefined;
  /** What kinds of events weigh (`view`, `cart`, `wish`, `purchase`, `review`, `remove`, `other`); 1 each but `remove`, which is 0. */
  readonly kinds?: Readonly<Record<string, number>> | undefined;
  /** `info().model.version`; when left out it follows from what the model holds. */
  readonly version?: string | undefined;
}

/** The names of a tiny model's numbers: what `reshelf/profile` takes. */
export interface TinyNames {
  readonly model: string;
  readonly categories: readonly string[];
  readonly departments: readonly string[];
  readonly brands: readonly string[];
  readonly prices: { readonly mean: number; readonly deviation: number } | null;
}

/** A time: milliseconds since 1970, a Date, or what `Date.parse` reads. */
export type ClockTime = number | Date | string;

/** A clock that stands still until it is told. */
export interface FakeClock extends Disposable {
  /** Milliseconds since 1970. */
  now(this: void): number;
  /** Goes on by so many milliseconds, 0 or more; returns the time. */
  advance(this: void, milliseconds: number): number;
  /** Goes to this time, which may be an earlier one; returns it. */
  set(this: void, at: ClockTime): number;
  /** Gives the host its own clock back. A second time it does nothing. */
  restore(this: void): void;
}

/** A session that is written down as it goes. */
export interface Recording<R = Reranker> {
  /** To be used in the place of the one that was passed in. */
  readonly reranker: R;
  /** What was observed and ranked so far: a line of JSON each. */
  text(this: void): string;
}

/** Something that went otherwise than it was recorded. */
export interface Difference {
  /** The line of the recording, from 1. */
  readonly line: number;
  readonly call: "observe" | "rerank" | "rerankMany" | "retrieve" | "forget" | "restore";
  /** Of a list the ids in their order. */
  readonly expected: unknown;
  readonly actual: unknown;
}

/** What became of a recording. */
export interface Replayed {
  /** Calls that were made. */
  readonly calls: number;
  /** Empty where all went as recorded. */
  readonly differences: readonly Difference[];
  /** The versions of the model that was recorded, and of the one that replayed. */
  readonly models: { readonly recorded: string | null; readonly replayed: string | null };
}

/** The part of a reranker that is recorded and replayed; `reshelf/worker` has it, too, with promises. */
export interface Recordable {
  observe(event: never): unknown;
  rerank(candidates: Iterable<never>, options?: RerankOptions | null): unknown;
  info(): unknown;
}

/** How ids are read of elements and locators. */
export interface OrderOptions {
  /** The attribute that has a tile's id; `"data-reshelf-item"` when left out. */
  readonly attribute?: string | undefined;
  /** For a locator: how many milliseconds to wait for it; what the runner says, or 5,000, when left out. */
  readonly timeout?: number | undefined;
}

/** The matchers, as their users call them: for `declare module "vitest"` and Jest's `namespace jest`. */
export interface ReshelfMatchers<R = void> {
  /** These ids in this order, and no others. */
  toHaveOrder(expected: readonly ItemId[], options?: OrderOptions): R;
  /** These ids at the front, in this order. */
  toBeginWith(expected: readonly ItemId[], options?: OrderOptions): R;
  /** Both are there, the first before the second. */
  toRankBefore(earlier: ItemId, later: ItemId, options?: OrderOptions): R;
  /** What `rerank` returned is in the order in which it was passed in. */
  toKeepServerOrder(): R;
  /** `info().reason` has this code; null: the model ranks. */
  toHaveReason(code: string | null): R;
  /** `info().ignored` or a part of `info().refused` has this code as its last. */
  toHaveRefused(code: string): R;
}

/** What `fixtureShop` makes a page of. */
export interface FixtureOptions {
  /** The model's bytes, as `tinyModel` gives them. */
  readonly model: Uint8Array;
  /** The page's lists by their names: candidates in the server's order. */
  readonly lists: Readonly<Record<string, readonly (CandidateObject | ItemId)[]>>;
  /** The page's title. */
  readonly title?: string | undefined;
}

/** A file that the page asks for, as Playwright's `route.fulfill` takes it. */
export interface FixtureFile {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Text, or bytes: a `Buffer` where the host has such. */
  readonly body: string | Uint8Array;
}

/** A page with lists, its script and its model, by their paths. The package's own files are not among them. */
export type FixtureShop = Readonly<Record<string, FixtureFile>>;

/** The part of Playwright's `Page` and `BrowserContext` that `serveFixture` needs. */
export interface Routes {
  // biome-ignore lint/suspicious/noExplicitAny: Playwright's own types, which this package does not depend on.
  route(url: RegExp, handler: (route: any) => unknown): Promise<unknown>;
}
