// Arranges one list by the rules that count: what is removed, the scores, the program, and what became of each rule. The same again
// without a rule tells what that rule moved and what it cost.
import { BROKEN } from "../engine/numbers.js";
import type { RankMark } from "../types.js";
import type { Case } from "./case.js";
import type { SoundRule } from "./check.js";
import { DAY } from "./dates.js";
import { marksOf } from "./marks.js";
import { isSoldOut, type Meant, meantBy, saysYes } from "./match.js";
import { isSponsored, pinsOf, SERVER, serverPin } from "./pins.js";
import { programOf } from "./program.js";
import { scoresOf } from "./score.js";

/** Above the bit of what is broken: in which of the smallest sets it is that cannot be kept together. */
const SETS = 31;

/** What became of a rule. */
export interface Outcome {
  kept: boolean;
  broken: number;
  /** A bit for each conflicting set that it is in. */
  sets: number;
}

/** A list as it was arranged; candidates by their places in the list as it was passed in. */
export interface Laid {
  readonly order: readonly number[];
  /** The final scores, by candidate; 0 where nobody ranked. */
  readonly scores: ReadonlyMap<number, number>;
  readonly sponsored: ReadonlySet<number>;
  readonly marks: ReadonlyMap<number, RankMark>;
  /** Who is removed, and the rule that did it first. */
  readonly removed: ReadonlyMap<number, SoundRule>;
  readonly outcomes: ReadonlyMap<SoundRule | null, Outcome>;
  /** Whom the server has pinned, and the bits of the conflicting sets that this pin is in. */
  readonly served: readonly (readonly [at: number, sets: number])[];
  /** The sum of predicted clicks, each by how likely its place is looked at: 1 / log2(place + 1). */
  readonly value: number;
}

/** Days for which what was bought is filtered, where the rule does not say. */
const BOUGHT_DAYS = 30;

export function lay(of: Case, rules: readonly SoundRule[], top: number | null): Laid {
  const [removed, spared] = removedOf(of, rules);
  const left: number[] = [];
  for (let at = 0; at < of.count; at++) if (!removed.has(at)) left.push(at);
  const values = scoresOf(of, rules, left);
  const { pins, missed } = pinsOf(of, rules, left, values);
  const { words, owners } = programOf(of, rules, left, pins, top);
  const answer = of.solve(
    values,
    Uint32Array.from(left, (at) => of.handles[at] as number),
    words,
  );
  const order = answer ? Array.from(answer.subarray(0, left.length), (place) => left[place] as number) : left;
  const outcomes = new Map<SoundRule | null, Outcome>();
  rules.forEach((rule) => outcomes.set(rule, { kept: true, broken: 0, sets: 0 }));
  // Whom a pin is for may not be there, and whom the server has pinned no rule removes.
  for (const rule of [...missed.map((number) => rules[number] as SoundRule), ...spared]) {
    const outcome = outcomes.get(rule) as Outcome;
    outcome.kept = false;
    outcome.broken += 1;
  }
  const served: [at: number, sets: number][] = [];
  owners.forEach((owner, at) => {
    const rule = owner === SERVER ? null : (rules[owner] as SoundRule);
    const outcome = outcomes.get(rule) ?? { kept: true, broken: 0, sets: 0 };
    // Without an engine the list keeps the server's order, and no rule that asks for another is sure to hold.
    const status = answer?.[left.length + 2 * at] ?? BROKEN;
    if (status & BROKEN) outcome.kept = false;
    outcome.sets |= status >>> 1;
    // Pins come first in a program, in their order.
    if (rule === null) served.push([left[pins[at]?.candidate as number] as number, status >>> 1]);
    outcome.broken += answer?.[left.length + 2 * at + 1] ?? 1;
    outcomes.set(rule, outcome);
  });
  const shown = order.slice(0, of.length);
  return {
    order: shown,
    marks: answer ? marksOf(of, rules, left, values, pins, shown) : new Map(),
    scores: new Map(answer ? left.map((at, place) => [at, values[place] as number]) : []),
    sponsored: sponsoredOf(of, rules),
    removed,
    outcomes,
    served,
    value: worthOf(of, order),
  };
}

/** Who is removed, by which rule; and the rule of each whom the server has pinned, so that it stays. */
function removedOf(of: Case, rules: readonly SoundRule[]): [removed: Map<number, SoundRule>, spared: SoundRule[]] {
  const removed = new Map<number, SoundRule>();
  const spared: SoundRule[] = [];
  for (const rule of rules) {
    const goes = goesBy(of, rule);
    if (!goes) continue;
    for (let at = 0; at < of.count; at++) {
      if (removed.has(at) || !goes(of.columns, at)) continue;
      if (serverPin(of, at) === null) removed.set(at, rule);
      else spared.push(rule);
    }
  }
  return [removed, spared];
}

/** Whom a rule removes; null for one that removes nobody. */
function goesBy(of: Case, rule: SoundRule): Meant | null {
  if (rule.kind === "hide") return meantBy(rule.match);
  if (rule.kind !== "filter") return null;
  if (rule.what === "soldOut") return isSoldOut;
  if (rule.what !== "bought") return (columns, at) => saysYes(columns, rule.what, at);
  const begin = of.now - (rule.days ?? BOUGHT_DAYS) * DAY;
  return (_, at) => of.boughtAt(at) >= begin;
}

function sponsoredOf(of: Case, rules: readonly SoundRule[]): ReadonlySet<number> {
  const sponsored = new Set<number>();
  for (const rule of rules) {
    if (rule.kind !== "sponsored") continue;
    const meant = isSponsored(of, rule);
    for (let at = 0; at < of.count; at++) if (meant(at)) sponsored.add(at);
  }
  return sponsored;
}

function worthOf(of: Case, order: readonly number[]): number {
  let value = 0;
  order.slice(0, of.length).forEach((at, place) => {
    value += (of.clicks[at] as number) / Math.log2(place + 2);
  });
  return value;
}

/** The smallest sets of rules that cannot be kept together; a number is the candidate of a pin of the server's. */
export function conflictsOf({ outcomes, served }: Laid): (SoundRule | number)[][] {
  const all = [...[...outcomes].map(([rule, { sets }]) => [rule, sets] as const), ...served];
  const sets: (SoundRule | number)[][] = [];
  for (let set = 0; set < SETS; set++) {
    const inSet = all.flatMap(([each, sets]) => (each !== null && (sets >>> set) & 1 ? [each] : []));
    if (inSet.length > 0) sets.push(inSet);
  }
  return sets;
}

/** How many candidates stand elsewhere, or are there in one of the two alone. */
export function movedBetween(one: Laid, other: Laid): number {
  const places = new Map(other.order.map((at, place) => [at, place]));
  let moved = 0;
  one.order.forEach((at, place) => {
    if (places.get(at) !== place) moved += 1;
    places.delete(at);
  });
  return moved + places.size;
}
