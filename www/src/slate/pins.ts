// Who stands at a given place: what the server pinned, what rules pin, and the sponsored, in this order.
import { textOf } from "../arguments.js";
import type { Case } from "./case.js";
import type { SoundRule } from "./check.js";
import { meantBy, saysYes } from "./match.js";
import type { SponsoredRule } from "./types.js";

/** A candidate, by its place among those that are left, at a place of the answer; both from 0. */
export interface Pin {
  /** The rule, by its place among those that count; `SERVER` for the server's own. */
  readonly rule: number;
  readonly candidate: number;
  readonly place: number;
}

/** The rule that nobody wrote: what the server has pinned stays. */
export const SERVER = -1;

/** The place that the server pinned a candidate to: from 0; null where it did not. */
export function serverPin(of: Case, at: number): number | null {
  if (of.columns.first("pinned", at) === undefined) return null;
  // `true` stays where it came; `1` is a position.
  const position = of.columns.number("pinned", at);
  if (Number.isSafeInteger(position) && position >= 1) return position - 1;
  return Number.isNaN(position) && saysYes(of.columns, "pinned", at) ? at : null;
}

/** All pins of a list, those first that go before others, and the rules of those for whom there is nobody. `values` are the final scores. */
export function pinsOf(
  of: Case,
  rules: readonly SoundRule[],
  left: readonly number[],
  values: Float32Array,
): { readonly pins: readonly Pin[]; readonly missed: readonly number[] } {
  const pins: Pin[] = [];
  const missed: number[] = [];
  // Positions behind the end are the last places, in their own order.
  const behind = rules
    .flatMap((rule) => (rule.kind === "pin" && rule.position > left.length ? rule.position : []))
    .sort((a, b) => b - a);
  const pinned = new Set<number>();
  const taken = new Set<number>();
  const pin = (rule: number, candidate: number, wanted: number) => {
    // A list that is shorter has its last place in the place of those behind it.
    const last = left.length - 1;
    let place = wanted > last ? Math.max(0, last - Math.max(0, behind.indexOf(wanted + 1))) : wanted;
    if (wanted > place) while (place > 0 && taken.has(place)) place -= 1;
    pins.push({ rule, candidate, place });
    pinned.add(candidate);
    taken.add(place);
  };
  left.forEach((at, candidate) => {
    const place = serverPin(of, at);
    if (place !== null) pin(SERVER, candidate, place);
  });
  rules.forEach((rule, number) => {
    if (rule.kind !== "pin") return;
    const meant = rule.match ? meantBy(rule.match) : null;
    const item = textOf(rule.item);
    let best = -1;
    left.forEach((at, candidate) => {
      if (!meant) {
        if (best < 0 && of.columns.id(at) === item) best = candidate;
      } else if (!pinned.has(candidate) && meant(of.columns, at)) {
        if (best < 0 || (values[candidate] as number) > (values[best] as number)) best = candidate;
      }
    });
    if (best >= 0) pin(number, best, rule.position - 1);
    else missed.push(number);
  });
  rules.forEach((rule, number) => {
    if (rule.kind !== "sponsored") return;
    const free = rule.positions.map((position) => position - 1).sort((a, b) => a - b);
    const places = [...new Set(free)].filter((place) => place < left.length && !taken.has(place));
    const worth = worthOf(of, rule, left).filter(([candidate]) => !pinned.has(candidate));
    places.forEach((place, at) => {
      const next = worth[at];
      if (next) pin(number, next[0], place);
    });
  });
  return { pins, missed };
}

/** Which of the candidates, by their places in the list as it was passed in, are sponsored by a rule. */
export function isSponsored(of: Case, rule: SponsoredRule): (at: number) => boolean {
  const meant = rule.match ? meantBy(rule.match) : null;
  return (at) => of.columns.number(rule.bid ?? "bid", at) > 0 && (!meant || meant(of.columns, at));
}

/** The candidates that a sponsored place may have, the highest expected value first. */
function worthOf(of: Case, rule: SponsoredRule, left: readonly number[]): [candidate: number, worth: number][] {
  const { rank = Infinity, share = 1 } = rule.floor ?? {};
  const floor = Math.min(rank, Math.ceil(share * left.length));
  const meant = isSponsored(of, rule);
  const best = (a: number, b: number) =>
    (of.base[left[b] as number] as number) - (of.base[left[a] as number] as number);
  const relevant = Array.from(left.keys()).sort((a, b) => best(a, b) || a - b);
  return relevant
    .slice(0, floor)
    .filter((candidate) => meant(left[candidate] as number))
    .map((candidate): [number, number] => {
      const at = left[candidate] as number;
      return [candidate, (of.clicks[at] as number) * of.columns.number(rule.bid ?? "bid", at)];
    })
    .sort(([a, first], [b, second]) => second - first || a - b);
}
