// Prices in another unit than the catalogue's: cents where it has euros, or the other way round. The model tells prices apart by bands,
// the lowest and the highest of which have no end: prices in another unit all lie in one of these. May use engine and types.
import type { Engine } from "../engine/reshelf.js";
import type { Finding } from "../types.js";
import { finding, percent } from "./finding.js";

/** So many prices are looked at, the newest; fewer than so few may all be dear, or all cheap. */
const MOST_PRICES = 100;
const FEWEST_PRICES = 5;

/** So many of them lie in a band without an end, and at most so many once they are in the right unit. */
const OUTSIDE = 0.9;
const INSIDE = 0.5;

const FACTORS = [100, 1000];

/** Where a packed row has the code of its item's price. */
const PRICE_AT = 20;

/** @param engine of a session of the doctor's own: it is given items */
export function misscaled(engine: Engine, prices: readonly number[]): Finding[] {
  const newest = prices.filter((price) => price > 0).slice(-MOST_PRICES);
  if (newest.length < FEWEST_PRICES) return [];
  const bands = new Map<number, number>();
  /** The code of the band in which a price lies; NaN for one that the model has dropped. */
  const bandOf = (price: number): number => {
    // No shop's id begins with such a character.
    const band =
      bands.get(price) ?? new Int8Array(engine.row(engine.compose(`\u0001${price}`, "", "", price, "")))[PRICE_AT];
    bands.set(price, band ?? NaN);
    return band ?? NaN;
  };
  const [lowest, highest] = [bandOf(1e-6), bandOf(1e12)];
  if (Object.is(lowest, highest)) return [];
  const share = (scale: number, ...ends: number[]) =>
    newest.filter((price) => ends.some((end) => Object.is(end, bandOf(price * scale)))).length / newest.length;
  for (const factor of FACTORS) {
    for (const [end, scale, many] of [
      [highest, 1 / factor, "high"],
      [lowest, factor, "low"],
    ] as const) {
      const outside = share(1, end);
      if (outside < OUTSIDE || share(scale, lowest, highest) > INSIDE) continue;
      const unit =
        many === "high"
          ? "cents, where the catalogue has whole units, or in another currency"
          : "whole units, where the catalogue has cents, or in another currency";
      const message = `Prices are about ${factor} times too ${many} for the model's catalogue (${percent(outside, 1)} of ${newest.length} lie in its ${many}est band): in ${unit}. Pass \`price\` as the catalogue of \`reshelf train --items\` has it.`;
      return [finding("warning", "prices.scale", newest.length, message, newest.map(String))];
    }
  }
  return [];
}
