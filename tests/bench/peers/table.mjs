// The one table that all engines get: the item codes of a Reshelf artifact, and what a peer needs around them.
// Runs in the page.

const NAME_LENGTH_BYTES = 8;
/** Sample artifacts number their items so (crate/src/synthetic.rs). */
export const idOf = (row) => String(7 + 3 * row);

/** Reads the item table out of an artifact (a safetensors file): codes, scales, and which way the first state points. */
export function readTable(artifact) {
  const view = new DataView(artifact);
  const headerLength = Number(view.getBigUint64(0, true));
  const start = NAME_LENGTH_BYTES + headerLength;
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(artifact, NAME_LENGTH_BYTES, headerLength)));
  const tensor = (name, Type) => {
    const [begin, end] = header[name]?.data_offsets ?? [0, 0];
    return new Type(artifact.slice(start + begin, start + end));
  };
  const half = tensor("items.scales", Uint16Array);
  const rows = half.length;
  const scales = Float32Array.from(half, fromHalf);
  const dimension = (header["items.codes"] ?? header["items.codes4"]).shape[1] * (header["items.codes"] ? 1 : 2);

  const codes = new Int8Array(rows * dimension);
  const [whole, packed, isWide] = [
    tensor("items.codes", Int8Array),
    tensor("items.codes4", Uint8Array),
    tensor("items.wide", Uint8Array),
  ];
  const allWide = !header["items.codes4"];
  let [atWhole, atPacked] = [0, 0];
  for (let row = 0; row < rows; row++) {
    const wide = allWide || (header["items.codes"] && (isWide[row >> 3] >> (row & 7)) & 1);
    if (wide) {
      codes.set(whole.subarray(atWhole, atWhole + dimension), row * dimension);
      atWhole += dimension;
    } else {
      for (let at = 0; at < dimension; at += 2, atPacked++) {
        codes[row * dimension + at] = (packed[atPacked] << 28) >> 28;
        codes[row * dimension + at + 1] = (packed[atPacked] << 24) >> 28;
      }
    }
  }
  // The first event is a view, the first kind there is.
  const direction = Math.sign(tensor("state.recency", Float32Array)[0] * tensor("state.kinds", Float32Array)[0]);
  return new Table(codes, scales, dimension, direction);
}

class Table {
  #vectors;

  constructor(codes, scales, dimension, direction) {
    Object.assign(this, { codes, scales, dimension, rows: scales.length, direction });
  }

  /** The rows in full precision, for those who need them so. */
  get vectors() {
    this.#vectors ??= Float32Array.from(this.codes, (code, at) => code * this.scales[(at / this.dimension) | 0]);
    return this.#vectors;
  }

  /** From an item's id to its row, as a shop's page would keep it. A new one for each engine: it is part of its start. */
  numbers() {
    const numbers = new Map();
    for (let row = 0; row < this.rows; row++) numbers.set(idOf(row), row);
    return numbers;
  }

  forgetVectors() {
    this.#vectors = undefined;
  }

  /** The state of a session in which one item was viewed, coded as the engine codes it (crate/kernels/src/math/quantize.rs). */
  session(row) {
    const own = this.codes.subarray(row * this.dimension, (row + 1) * this.dimension);
    let [square, most] = [0, 0];
    for (const code of own) [square, most] = [square + code * code, Math.max(most, Math.abs(code))];
    const codes = Int8Array.from(own, (code) => Math.round((63 * this.direction * code) / most));
    const scale = most / Math.sqrt(square) / 63;
    return { row, codes, vector: Float32Array.from(codes, (code) => code * scale) };
  }

  /** What is right: the rows with the largest exact product times their scale, ties to the lower row. */
  best(session, rows, count) {
    const key = (row) => {
      let product = 0;
      for (let at = 0; at < this.dimension; at++) product += session.codes[at] * this.codes[row * this.dimension + at];
      return Math.fround(product * this.scales[row]);
    };
    const keys = Float32Array.from(rows, key);
    const threshold = Float32Array.from(keys).sort().at(-Math.min(count, keys.length));
    const pairs = [];
    keys.forEach((value, at) => value >= threshold && pairs.push([value, rows[at]]));
    return pairs
      .sort((a, b) => b[0] - a[0] || a[1] - b[1])
      .slice(0, count)
      .map(([, row]) => idOf(row));
  }
}

function fromHalf(bits) {
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  const size = exponent === 0 ? fraction * 2 ** -24 : (1 + fraction / 1024) * 2 ** (exponent - 15);
  return bits >> 15 ? -size : size;
}
