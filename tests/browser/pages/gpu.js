// Drives the GPU module as it is, without the package around it: what the page and the worker of the GPU tests share.
import init, { GpuCatalogue } from "/reshelf/gpu/reshelf_gpu.js";

export { GpuCatalogue };

/** Fetches the module; its exports, among them its memory. */
export const ready = init();

/** A table drawn from a seed. Few different rows, so that there are many ties. */
export function table({ rows, dimension, narrow, seed = 1 }) {
  let state = seed;
  const below = (end) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * end);
  };
  const most = narrow ? 7 : 127;
  const values = new Int8Array(rows * dimension);
  for (let row = 0; row < rows; row++) {
    const copied = row > 0 && below(3) === 0 ? below(row) : -1;
    for (let at = 0; at < dimension; at++) {
      values[row * dimension + at] = copied < 0 ? below(2 * most + 1) - most : values[copied * dimension + at];
    }
  }
  const scales = Float32Array.from({ length: rows }, () => [0, 0.0078125, 0.010009765625][below(3)]);
  let codes = new Uint8Array(values.buffer);
  if (narrow) {
    codes = new Uint8Array(values.length / 2);
    for (let at = 0; at < codes.length; at++) codes[at] = (values[2 * at] & 15) | ((values[2 * at + 1] & 15) << 4);
  }
  const session = (count) => Uint8Array.from({ length: count * dimension }, () => below(128));
  return { rows, dimension, narrow, values, codes, scales, session };
}

/** All products, in plain JavaScript. */
export function products({ rows, dimension, values }, session) {
  const sums = new Int32Array((session.length / dimension) * rows);
  for (let at = 0; at < sums.length; at++) {
    const [s, row] = [Math.floor(at / rows), at % rows];
    for (let i = 0; i < dimension; i++) sums[at] += (session[s * dimension + i] - 64) * values[row * dimension + i];
  }
  return sums;
}

/** The nearest rows, in plain JavaScript: pairs of a row and the bits of its key. */
export function nearest(of, session, k) {
  const all = products(of, session);
  const pairs = [];
  for (let s = 0; s < session.length / of.dimension; s++) {
    const keys = Float32Array.from(of.scales, (scale, row) => all[s * of.rows + row] * scale + 0);
    const bits = new Uint32Array(keys.buffer);
    const order = Array.from(keys.keys()).sort((a, b) => keys[b] - keys[a] || a - b);
    for (const row of order.slice(0, k)) pairs.push(row, bits[row]);
  }
  return pairs;
}

const same = (a, b) => a.length === b.length && a.every((value, at) => value === b[at]);

/** Opens a catalogue and compares what it gives with plain JavaScript; returns what it says of itself, and differences. */
export async function compare(shape, sessionRows, counts, options) {
  await ready;
  const of = table(shape);
  const catalogue = await GpuCatalogue.open(of.dimension, of.narrow, of.codes, of.scales, options);
  const differences = [];
  const session = of.session(sessionRows);
  if (!same(await catalogue.multiply(session), products(of, session))) differences.push("multiply");
  // All at once: calls must take turns.
  const found = await Promise.all(counts.map((k) => catalogue.nearest(session, k)));
  for (const [at, k] of counts.entries()) {
    if (!same(found[at], nearest(of, session, k))) differences.push(`nearest ${k}`);
  }
  const { adapter, kernel, lost, parts } = catalogue;
  catalogue.free();
  return { adapter, kernel, lost, parts, differences };
}
