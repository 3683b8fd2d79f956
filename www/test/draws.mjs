/** Whole numbers below what is asked, the same ones for a seed in every run (a linear congruential generator). */
export function draws(seed) {
  let state = seed >>> 0;
  return (end) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * end);
  };
}
