// k-ary randomised response (Warner 1965; Kairouz, Bonawitz and Ramage 2016): the own value with a probability of
// e^epsilon / (e^epsilon + k - 1), and otherwise each of the other k - 1 alike. In whole numbers: a draw from a row of
// `own + (k - 1) * OTHER` places, of which the own value has the first. Its weight is rounded down, so that the ratio of two
// likelihoods, own / OTHER, is never above e^epsilon. Uses nothing.

/** The places of each other value. */
export const OTHER = 2 ** 40;
/** Binary places of the series' terms. An epsilon of 0.1 or more has fewer than 64 itself, and is exact. */
const PLACES = 64n;
/** Numbers that are drawn: all of which a double is exact. */
const DRAWN = 2 ** 53;
/** At least half of all draws count, so that this many in a row fail for a broken generator alone. */
const MOST_TRIES = 128;

export interface Weights {
  readonly clusters: number;
  /** The places of the own value, of which e^epsilon times `OTHER` are allowed. */
  readonly own: number;
}

/** Fills an array with random bits. */
export type Random = (words: Uint32Array<ArrayBuffer>) => unknown;

/**
 * The weights of an epsilon from 0.1 to 8. The series of e^epsilon has positive terms alone: its beginning, with each term
 * rounded down, lies below, by less than one of `OTHER` parts.
 */
export function weightsOf(epsilon: number, clusters: number): Weights {
  const exponent = BigInt(epsilon * 2 ** 64);
  let sum = 0n;
  let term = 1n << PLACES;
  for (let n = 1n; term > 0n; n++) {
    sum += term;
    term = (term * exponent) / (n << PLACES);
  }
  return { clusters, own: Number(sum >> 24n) };
}

/** A value in place of the own one. */
export function respond({ clusters, own }: Weights, cluster: number, random: Random): number {
  const place = below(own + (clusters - 1) * OTHER, random);
  if (place < own) return cluster;
  const other = Math.floor((place - own) / OTHER);
  return other < cluster ? other : other + 1;
}

/** A number below `end`, each as likely as any other: draws from the last, broken round of `end` numbers do not count. */
function below(end: number, random: Random): number {
  const words = new Uint32Array(2);
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    random(words);
    const [high = 0, low = 0] = words;
    const drawn = (high & 0x1fffff) * 2 ** 32 + low;
    if (drawn < DRAWN - (DRAWN % end)) return drawn % end;
  }
  throw new Error("the random numbers are none");
}
