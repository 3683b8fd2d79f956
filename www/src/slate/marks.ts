// Why a rule's candidate stands where it does, in a word, for whoever explains the list.
import type { RankMark } from "../types.js";
import type { Case } from "./case.js";
import type { SoundRule } from "./check.js";
import { meantBy } from "./match.js";
import type { Pin } from "./pins.js";
import { firstOf } from "./score.js";

/**
 * The marks of candidates, by their places in the list as it came: those at their pins; of those that stand higher than by the model's
 * score alone, who has a better rank by what rules added, or fills a minimum (`rule`), and who has not (`diversity`, where that is asked for).
 */
export function marksOf(
  of: Case,
  rules: readonly SoundRule[],
  left: readonly number[],
  values: Float32Array,
  pins: readonly Pin[],
  order: readonly number[],
): ReadonlyMap<number, RankMark> {
  const marks = new Map<number, RankMark>();
  const minimums = rules.filter((rule) => rule.kind === "minimum").map(({ match }) => meantBy(match));
  const isDiverse = (firstOf(rules, "diversify")?.amount ?? 0) > 0;
  const own = placesBy(left, (place) => of.base[left[place] as number] as number);
  const ruled = placesBy(left, (place) => values[place] as number);
  const placeOf = new Map(left.map((at, place) => [at, place]));
  order.forEach((at, rank) => {
    const place = placeOf.get(at) as number;
    if (rank >= (own[place] as number)) return;
    if ((ruled[place] as number) < (own[place] as number) || minimums.some((meant) => meant(of.columns, at)))
      marks.set(at, "rule");
    else if (isDiverse) marks.set(at, "diversity");
  });
  for (const { candidate, place } of pins) {
    const at = left[candidate] as number;
    if (order[place] === at) marks.set(at, "pinned");
  }
  return marks;
}

/** The rank of each place by a value, the highest first, ties as they came. */
function placesBy(left: readonly number[], value: (place: number) => number): Uint32Array {
  const ranks = new Uint32Array(left.length);
  Array.from(left.keys())
    .sort((a, b) => value(b) - value(a) || a - b)
    .forEach((place, rank) => {
      ranks[place] = rank;
    });
  return ranks;
}
