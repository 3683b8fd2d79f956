// What `reshelf/explain` takes and gives. May use types.
import type { ItemId, Ranked, Reason, Reranker } from "../types.js";

/** The part of a reranker that is needed: one of this thread. */
export type Explainable = Pick<Reranker, "rerank" | "info">;

/** Why a candidate stands where it does; `Sentences` has the words. */
export type PositionCode =
  | "pinned"
  | "sponsored"
  | "rule"
  | "diversity"
  | "your-views"
  | "your-cart"
  | "your-wishes"
  | "your-purchases"
  | "your-searches"
  | "your-events"
  | "bought-together"
  | "similar"
  | "your-taste"
  | "learned"
  | "popular"
  | "server-order";

/**
 * What a part of a score comes from: an event by its kind (`your-views` and the like); everything older, or about items that the model does
 * not know (`earlier`); what lists showed (`shown`); what clicks in lists have taught (`learned`); the server's rank and score (`server`);
 * popularity (`popular`); and what is taken so that the server's order stands among candidates that nothing else tells apart (`server-order`).
 */
export type PartCode =
  | Extract<PositionCode, `your-${string}` | "learned" | "popular" | "server-order">
  | "earlier"
  | "shown"
  | "server";

/** A part of a candidate's score. */
export interface Part {
  readonly code: PartCode;
  /** The event's number, which `forget({ event })` and `whatIf` take. */
  readonly event?: number;
  /** What the event was about: an item's id, or the text, category or brand. */
  readonly item?: string;
  /** In the unit of scores. */
  readonly value: number;
}

/** The same of the session, by the way in which it tells of the candidate; together they are what the session's parts are together. */
export interface Ways {
  /** Nearness to what was looked at. */
  readonly similar: number;
  /** What other shoppers had beside it. */
  readonly together: number;
  /** What was done with the candidate itself, and that it was shown. */
  readonly own: number;
  /** Category, brand and price. */
  readonly taste: number;
  /** The session as a whole, such as its length. */
  readonly session: number;
}

/** One place of a list, explained. */
export interface Explained<T> {
  readonly candidate: T;
  readonly rank: number;
  readonly previousRank: number;
  /** `base` and all values of `parts` add up to it. 0 where the list keeps the server's order. */
  readonly score: number;
  /** What the model gives without a session, popularity and the server. */
  readonly base: number;
  /** The strongest first, up or down. Empty where the list keeps the server's order. */
  readonly parts: readonly Part[];
  /** Null where the list keeps the server's order. */
  readonly ways: Ways | null;
  /** How far off the value of an event may be, in 95 of 100 cases; 0 where values are exact. */
  readonly bound: number;
  /** The main reason. */
  readonly code: PositionCode;
  /** The same in words. */
  readonly sentence: string;
}

/** What `explain` and `whatIf` return. */
export interface Explanation<T> {
  readonly places: readonly T[];
  /** Why nothing can be explained; null where all is well. */
  readonly reason: Reason | null;
}

/** Two texts a code: with the name of what the event was about (`{name}`), and without. */
export type Sentences = Readonly<Record<PositionCode | "without", readonly [named: string, plain: string]>>;

/** What both functions take beside the list. */
export interface WordOptions {
  /** The language of the sentences: English, and German (`de`, `de-AT`); English for any other. */
  readonly locale?: string | null | undefined;
  /** Sentences in place of those of the locale. */
  readonly sentences?: Partial<Sentences> | null | undefined;
  /** The name of an item, for sentences; they do without where it gives none. */
  readonly nameOf?: ((id: string) => string | null | undefined) | null | undefined;
}

/** What `explain` takes beside the list. */
export interface ExplainOptions<T> extends WordOptions {
  /** Places of the new order that are to be explained, counted from 1; the first 24 when left out. */
  readonly places?: Iterable<number> | null | undefined;
  /** What `rerank` answered, where that was asked with options of its own, such as a policy; asked anew when left out. */
  readonly ranked?: readonly Ranked<T>[] | null | undefined;
  /** The main reason of a place, where the page knows better: asked first. */
  readonly codeOf?: ((entry: Ranked<T>) => PositionCode | null | undefined) | null | undefined;
  /** Up to so many players values are exact, 14 at most; 8 when left out. Each doubles the time. */
  readonly exactUpTo?: number | null | undefined;
  /**
   * How many pairs of orders are drawn in longer sessions; when left out 16, and fewer of more than 12 players (8 of 24, 5 of 32), whose
   * orders are longer. Four times as many halve the bound; 256 at most.
   */
  readonly pairs?: number | null | undefined;
}

/** What would have to go. */
export type Without = { readonly event: number } | { readonly item: ItemId } | ItemId;

/** What `whatIf` takes beside the list. */
export interface WhatIfOptions extends WordOptions {
  /** An event by its number, or everything about an item by its id. */
  readonly without: Without;
}

/** A place of the list as it would be. */
export interface Would<T> extends Ranked<T> {
  /** Its place as it is, counted from 1. */
  readonly rankNow: number;
  /** "Without … it would be at place 14 in place of 2." */
  readonly sentence: string;
}
