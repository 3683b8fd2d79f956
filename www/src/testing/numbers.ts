// Numbers that are the same on every machine: halves, and a logarithm without the platform's own. Uses nothing.

const word = new DataView(new ArrayBuffer(4));

/** The `f16` nearest to a number that is 0, or from 2^-14 to 65,504: its bits. */
export function halfBits(value: number): number {
  if (value === 0) return 0;
  word.setFloat32(0, value);
  const bits = word.getUint32(0);
  return (bits >>> 13) + ((bits >>> 12) & 1) - ((127 - 15) << 10);
}

/** The number that these bits stand for. */
export function halfValue(bits: number): number {
  if (bits === 0) return 0;
  word.setUint32(0, (bits + ((127 - 15) << 10)) << 13);
  return word.getFloat32(0);
}

/** The natural logarithm of a number above 0, by sums and products alone: `Math.log` may differ in its last bit. */
export function ln(value: number): number {
  let [mantissa, exponent] = [value, 0];
  for (; mantissa > Math.SQRT2; mantissa /= 2) exponent += 1;
  for (; mantissa < Math.SQRT1_2; mantissa *= 2) exponent -= 1;
  const ratio = (mantissa - 1) / (mantissa + 1);
  let sum = 0;
  for (let power = ratio, n = 1; n < 40; n += 2, power *= ratio * ratio) sum += power / n;
  return exponent * Math.LN2 + 2 * sum;
}
