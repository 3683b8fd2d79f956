// The public types of `reshelf/slate`: a policy as merchandisers write it, and as it is once compiled. A definition is plain JSON;
// accessors and what a page knows of itself are options beside it.
import type { PolicyProblem, RankPolicy } from "../types.js";

export type { PolicyProblem, RankPolicy };

/** A moment: milliseconds since 1970, or ISO text (`"2026-12-24"`, `"2026-12-24T18:00:00Z"`). A date without a time is that day in UTC. */
export type Moment = string | number;

/** What a field is compared with: a value or any of several, as text or as a number; a span; whether the candidate has the field at all. */
export type Condition = string | number | boolean | readonly (string | number | boolean)[] | Span;

/** All that is given must hold. */
export interface Span {
  readonly atLeast?: number;
  readonly atMost?: number;
  readonly before?: Moment;
  readonly after?: Moment;
  readonly has?: boolean;
}

/** Which candidates a rule is about: those that meet every condition, one a field; `ids` has items by their ids. */
export interface Match {
  readonly ids?: readonly (string | number)[];
  readonly [field: string]: undefined | Condition;
}

/** What every rule may have. */
export interface RuleBase {
  /** The rule's name in reports; `"rules[3]"` for the fourth rule, if it has none. */
  readonly id?: string;
  /** For people. */
  readonly name?: string;
  /** From when on it counts. */
  readonly from?: Moment;
  /** Until when; a date without a time counts to its end. */
  readonly until?: Moment;
  /** It counts on these pages alone (`with({ page })`). */
  readonly pages?: readonly string[];
  /** It counts for shoppers of one of these segments alone (`with({ segments })`). */
  readonly segments?: readonly string[];
  /** It counts where one of these was searched for (`with({ query })`): the same words, in whatever order, case and accents. */
  readonly queries?: readonly string[];
}

/** Puts an item, or the best candidate that matches, at a position, counted from 1; the last one where the list is shorter. */
export interface PinRule extends RuleBase {
  readonly kind: "pin";
  readonly item?: string | number;
  readonly match?: Match;
  readonly position: number;
}
/** Takes candidates out of the list. */
export interface HideRule extends RuleBase {
  readonly kind: "hide";
  readonly match: Match;
}
/** Adds to the score of what matches; `by` in spreads of the list's scores (their mean absolute deviation). */
export interface BoostRule extends RuleBase {
  readonly kind: "boost";
  readonly match: Match;
  readonly by: number;
  /** A field whose number, held between 0 and 1, `by` is multiplied by: how full a group is, say. */
  readonly field?: string;
}
/** Takes from the score of what matches, as `boost` adds to it. */
export interface BuryRule extends RuleBase {
  readonly kind: "bury";
  readonly match: Match;
  readonly by: number;
  readonly field?: string;
}
/** Takes out what is sold out, hidden or age-restricted by its field, or what this session bought within so many `days` (30). */
export interface FilterRule extends RuleBase {
  readonly kind: "filter";
  readonly what: "soldOut" | "hidden" | "ageRestricted" | "bought";
  readonly days?: number;
}
/** At most so many candidates, fewer than `in`, with one value of a field in any `in` places in a row, within the `first` places. */
export interface CapRule extends RuleBase {
  readonly kind: "cap";
  readonly field: string;
  readonly most: number;
  readonly in: number;
  readonly first?: number;
}
/** At least so many candidates that match within the `first` places. */
export interface MinimumRule extends RuleBase {
  readonly kind: "minimum";
  readonly match: Match;
  readonly least: number;
  readonly first: number;
}
/** Takes `by` spreads from the score for each earlier impression in this session; at most `most` (10) of them count. */
export interface SeenDecayRule extends RuleBase {
  readonly kind: "seenDecay";
  readonly by: number;
  readonly most?: number;
}
/** How much the session's score counts, in percent: 0 is the server's order, 100 (as without the rule) the score alone. */
export interface StrengthRule extends RuleBase {
  readonly kind: "strength";
  readonly percent: number;
}
/** No candidate stands further than so many places from where it came, among those that are left. */
export interface MaxMovesRule extends RuleBase {
  readonly kind: "maxMoves";
  readonly places: number;
}
/** Adds `by` spreads to what is new, half of that at an age of `halfLifeDays`, a third at twice that: h / (h + age). */
export interface FreshnessRule extends RuleBase {
  readonly kind: "freshness";
  /** The field with the date; `"date"`. */
  readonly field?: string;
  readonly halfLifeDays: number;
  readonly by: number;
}
/** Adds `by` spreads to what ends now, half of that where `halfLifeDays` are left, a third at twice that: h / (h + left). Takes `by` from what has ended. */
export interface EndingRule extends RuleBase {
  readonly kind: "ending";
  /** The field with the date, which counts to its end where it has no time; `"ends"`. */
  readonly field?: string;
  readonly halfLifeDays: number;
  readonly by: number;
}
/** Adds up to `by` spreads, drawn for each item by its id and the seed: the same for all lists until the seed changes. */
export interface RotationRule extends RuleBase {
  readonly kind: "rotation";
  readonly by: number;
  readonly match?: Match;
  /** `"day"` (the day in UTC), `"hour"`, or a text of your own; `"day"`. */
  readonly seed?: string;
}
/**
 * Gives positions, counted from 1, to candidates with a bid, the highest expected value (predicted click x bid) first. All of them are
 * marked `sponsored: true`, wherever they stand.
 */
export interface SponsoredRule extends RuleBase {
  readonly kind: "sponsored";
  readonly positions: readonly number[];
  /** The field with the bid; `"bid"`. */
  readonly bid?: string;
  readonly match?: Match;
  /** How relevant a candidate must be: among the first `rank` by its score, or the first `share` (0..1) of the list. */
  readonly floor?: { readonly rank?: number; readonly share?: number };
}
/** Spreads what is alike over the list: by rows of the model (`"mmr"`, `"dpp"`), or to shares by a field (`"calibrate"`). */
export interface DiversifyRule extends RuleBase {
  readonly kind: "diversify";
  readonly how: "mmr" | "dpp" | "calibrate";
  /** 0 is the score alone, 1 as different as can be. */
  readonly amount: number;
  /** In how many first places; all when left out. */
  readonly first?: number;
  /** How many placed items a further one is compared with; 10. */
  readonly window?: number;
  /** Of `"calibrate"`: the field that is held to shares; `"category"`. */
  readonly field?: string;
}
/**
 * Adds up to `by` spreads to what has the words of the query (`with({ query })`) in its `fields`: the rarer a word is in the list the more it
 * counts, and an exact title goes before a longer one. Nothing where no query was told.
 */
export interface QueryRule extends RuleBase {
  readonly kind: "query";
  readonly by: number;
  /** `["title"]`. */
  readonly fields?: readonly string[];
}
/**
 * Multiplies the odds of each candidate's predicted click by a number of the server's, such as what its seller is short of exposure; what has
 * none, or 1, stays as it is. From 0.01 to 100.
 */
export interface ExposureRule extends RuleBase {
  readonly kind: "exposure";
  /** The field with the multiplier; `"exposure"`. */
  readonly field?: string;
}

/** A rule of any kind. */
export type Rule =
  | (PinRule | HideRule | BoostRule | BuryRule | FilterRule | CapRule | MinimumRule | SeenDecayRule | StrengthRule)
  | (
      | MaxMovesRule
      | FreshnessRule
      | EndingRule
      | RotationRule
      | SponsoredRule
      | DiversifyRule
      | QueryRule
      | ExposureRule
    );

/** The places of a shop that have a preset. */
export type SlotName =
  | ("home" | "category" | "search" | "product" | "cart" | "new" | "group-buy" | "sponsored" | "notes")
  | "help";

/** A policy as it is written and sent: plain JSON. */
export interface PolicyDefinition {
  readonly name?: string;
  /** A place in the shop whose preset rules count behind the definition's own. */
  readonly slot?: SlotName;
  /** What fields are called in candidates: a name, or a path with dots (`"vendor.name"`). */
  readonly fields?: Readonly<Record<string, string>>;
  /** In how many first places caps that do not say it themselves (`first`) and `maxMoves` hold; in all when left out. */
  readonly top?: number;
  readonly rules?: readonly Rule[];
}

/** What a list is for. Rules that ask for what nobody told do not count. */
export interface PolicyContext {
  readonly page?: string | null | undefined;
  readonly segments?: readonly string[] | null | undefined;
  /** Now, for dates; the clock's time when left out. */
  readonly now?: number | Date | null | undefined;
  /** What the shopper likes, by category (or the field that `calibrate` names), as weights; by predicted clicks when left out. */
  readonly taste?: Readonly<Record<string, number>> | null | undefined;
  /** What was searched for: the words that `query` rules and the `queries` of any rule go by. */
  readonly query?: string | null | undefined;
  /** Whose order the rules arrange: the model's, or the server's as if the session were empty. The model's when left out. */
  readonly order?: "model" | "server" | null | undefined;
}

/** How a field of a candidate is read: its name, a path with dots, or a function. */
export type Accessor<C> = string | ((candidate: C) => unknown);

/** What `policy` takes beside the definition. */
export interface PolicyOptions<C> extends PolicyContext {
  /** Fields by accessor, for all rules; they go before those of the definition. */
  readonly fields?: Readonly<Record<string, Accessor<C>>> | null | undefined;
}

/** A compiled policy, for `rerank(list, { policy })`. Frozen; one serves any number of lists and rerankers. */
export interface Policy extends RankPolicy {
  /** The ids of the rules that are left, those of the slot behind the definition's own. */
  readonly rules: readonly string[];
  /** The same policy for another page, shopper or time; what is left out stays as it is, and null takes it back. */
  with(this: void, context: PolicyContext): Policy;
}
