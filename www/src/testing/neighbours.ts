// One item's neighbours, packed as crate/artifact/src/neighbours.rs reads them: item numbers as Rice-coded differences, a strength in
// four bits a channel. Uses numbers.
import { halfBits, halfValue } from "./numbers.js";

const CODE_BITS = 4;
const LARGEST_CODE = 15;
const PARAMETER_BITS = 5;
const LONGEST_RUN = 24;
/** Scales travel in this unit. */
const STORED_SCALE = 256;

export interface PackedList {
  readonly bytes: readonly number[];
  /** The bits of an `f16` a channel. */
  readonly scales: readonly number[];
}

/** Packs the neighbours of an item: for each channel the strengths by the neighbours' numbers. */
export function packList(channels: readonly ReadonlyMap<number, number>[]): PackedList {
  const scales = channels.map((strengths) =>
    halfBits((Math.max(0, ...strengths.values()) / LARGEST_CODE ** 2) * STORED_SCALE),
  );
  const numbers = [...new Set(channels.flatMap((strengths) => [...strengths.keys()]))].sort((a, b) => a - b);
  const groups = numbers.map((number, at) => ({
    difference: number - (at === 0 ? 0 : (numbers[at - 1] as number) + 1),
    codes: channels.map((strengths, channel) =>
      nearestCode(strengths.get(number) ?? 0, halfValue(scales[channel] as number) / STORED_SCALE),
    ),
  }));
  if (groups.length === 0) return { bytes: [], scales };
  const parameter = bestParameter(groups.map(({ difference }) => difference));
  const bits: number[] = [];
  const push = (value: number, count: number) => {
    for (let bit = 0; bit < count; bit++) bits.push((value >> bit) & 1);
  };
  push(parameter, PARAMETER_BITS);
  for (const { difference, codes } of groups) {
    for (let run = difference >> parameter; run > 0; run--) bits.push(1);
    bits.push(0);
    push(difference, parameter);
    for (const code of codes) push(code, CODE_BITS);
  }
  while (bits.length % 8 > 0) bits.push(1);
  const bytes = Array.from({ length: bits.length / 8 }, (_, at) =>
    bits.slice(8 * at, 8 * at + 8).reduce((byte, bit, place) => byte | (bit << place), 0),
  );
  return { bytes, scales };
}

/** The code whose square is nearest to the strength. */
function nearestCode(strength: number, scale: number): number {
  if (scale === 0) return 0;
  const square = strength / scale;
  const below = Math.floor(Math.sqrt(square));
  return Math.min(LARGEST_CODE, square > below * below + below + 0.5 ? below + 1 : below);
}

/** The Rice parameter that takes the fewest bits. */
function bestParameter(differences: readonly number[]): number {
  const fits = (parameter: number) => differences.every((difference) => difference >> parameter <= LONGEST_RUN);
  const bits = (parameter: number) =>
    differences.reduce((sum, difference) => sum + (difference >> parameter) + parameter, 0);
  const parameters = Array.from({ length: 1 << PARAMETER_BITS }, (_, parameter) => parameter).filter(fits);
  return parameters.reduce((best, parameter) => (bits(parameter) < bits(best) ? parameter : best));
}
