// Randomised response: its probabilities in whole numbers, and a million draws against them.
import assert from "node:assert/strict";
import { test } from "node:test";
import { respond as room } from "../dist/internals.js";

const { OTHER, respond, weightsOf } = room;
const EPSILONS = [0.1, 0.5, 1, 2, Math.LN2, 3, Math.PI, 4, 5.5, 8];

/** Random bits of a seed (sfc32), in place of the browser's. */
function seeded(seed) {
  let [a, b, c, d] = [seed, 0x9e3779b9, 0x243f6a88, 1];
  const next = () => {
    const sum = (a + b + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    return sum >>> 0;
  };
  for (let i = 0; i < 12; i++) next();
  return (words) => words.forEach((_, at) => (words[at] = next()));
}

/** Bits that make exactly these numbers below 2^53, one after the other. */
function scripted(...numbers) {
  return (words) => {
    const number = numbers.shift();
    words.set([Math.floor(number / 2 ** 32), number % 2 ** 32]);
  };
}

/** Whole numbers between which e^epsilon lies, as parts of 2^300: the series and a bound for its rest. */
function bounds(epsilon) {
  const exponent = BigInt(epsilon * 2 ** 64) << 236n;
  let [low, term, n] = [0n, 1n << 300n, 1n];
  for (; term > 0n; n++) {
    low += term;
    term = (term * exponent) / (n << 300n);
  }
  // Each of the terms was rounded down by less than one, which later ones multiplied by epsilon at most; the rest is a part of one.
  return [low, low + (n << 16n)];
}

test("no likelihood is more than e^epsilon times another, exactly, and next to nothing is given away", () => {
  let state = 5;
  const random = () => (state = (state * 48271) % 2147483647) / 2147483647;
  const epsilons = [...EPSILONS, ...Array.from({ length: 2000 }, () => 0.1 + 7.9 * random())];
  for (const epsilon of epsilons) {
    const { own } = weightsOf(epsilon, 32);
    const [low, high] = bounds(epsilon);
    // A token's likelihoods given any two clusters are own, or OTHER, places of equally many: own / OTHER is their largest ratio.
    assert.ok(BigInt(own) << 300n <= low * BigInt(OTHER), `epsilon ${epsilon}`);
    assert.ok((BigInt(own) + 2n) << 300n > high * BigInt(OTHER), `epsilon ${epsilon}: too little`);
    assert.ok(own > OTHER, "and the inverse ratio is below 1");
    assert.ok(own + 63 * OTHER < 2 ** 52, "all places are exact numbers, and at least half of all draws count");
  }
  const { own } = weightsOf(3, 32);
  assert.ok(BigInt(own + 1) << 300n > bounds(3)[0] * BigInt(OTHER), "one place more would be too many");
});

test("every cluster has exactly its places", () => {
  for (const clusters of [2, 16, 64]) {
    const weights = weightsOf(3, clusters);
    const end = weights.own + (clusters - 1) * OTHER;
    for (let cluster = 0; cluster < clusters; cluster++) {
      const at = (place) => respond(weights, cluster, scripted(place));
      assert.deepEqual([at(0), at(weights.own - 1)], [cluster, cluster]);
      const others = Array.from({ length: clusters }, (_, other) => other).filter((other) => other !== cluster);
      others.forEach((other, number) => {
        const first = weights.own + number * OTHER;
        assert.deepEqual([at(first), at(first + OTHER - 1)], [other, other]);
      });
      assert.equal(weights.own + others.length * OTHER, end, "and there are no others");
    }
  }
});

test("numbers are drawn without bias: those of the broken last round are drawn again", () => {
  const weights = weightsOf(2, 16);
  const end = weights.own + 15 * OTHER;
  const whole = 2 ** 53 - (2 ** 53 % end);
  assert.ok(whole < 2 ** 53 && whole >= 2 ** 52);
  const asked = [];
  const counting = (random) => (words) => asked.push(words.length) && random(words);
  assert.equal(
    respond(weights, 7, counting(scripted(whole, 2 ** 53 - 1, whole - 1))),
    15,
    "the last place is the last other's",
  );
  assert.deepEqual(asked, [2, 2, 2]);
  assert.throws(() => respond(weights, 7, (words) => words.fill(0xffffffff)), /random numbers are none/);
});

/** Pearson's statistic, as a deviate of the normal distribution (Wilson and Hilferty). */
function deviate(counts, expected) {
  const statistic = counts.reduce((sum, count, at) => sum + (count - expected[at]) ** 2 / expected[at], 0);
  const spread = 2 / (9 * (counts.length - 1));
  return (Math.cbrt(statistic / (counts.length - 1)) - (1 - spread)) / Math.sqrt(spread);
}

const DRAWS = 1_000_000;

for (const [epsilon, clusters, cluster] of [
  [0.1, 16, 0],
  [1, 16, 15],
  [2, 32, 9],
  [3, 32, 31],
  [4, 64, 40],
  [8, 64, 0],
]) {
  test(`a million draws at epsilon ${epsilon} of ${clusters} follow k-RR, by chi-square`, () => {
    const weights = weightsOf(epsilon, clusters);
    const random = seeded(1000 * epsilon + clusters);
    const counts = new Array(clusters).fill(0);
    for (let i = 0; i < DRAWS; i++) counts[respond(weights, cluster, random)] += 1;
    const expected = (epsilon) =>
      counts.map((_, at) => (DRAWS * (at === cluster ? Math.exp(epsilon) : 1)) / (Math.exp(epsilon) + clusters - 1));
    assert.ok(Math.abs(deviate(counts, expected(epsilon))) < 3.5, "one in two thousand is further off");
    assert.ok(deviate(counts, expected(epsilon + 0.1)) > 3.5, "another epsilon is told apart");
    const without = counts.filter((_, at) => at !== cluster);
    const even = without.reduce((sum, count) => sum + count, 0) / without.length;
    assert.ok(
      Math.abs(
        deviate(
          without,
          without.map(() => even),
        ),
      ) < 3.5,
      "all others are alike",
    );
  });
}
