// Plain JavaScript over typed arrays, as well as it can be written: four sums at once, and a short sorted list of the
// best that most rows never touch. Each kind of array has a loop of its own: one loop for both would be slow for both.
import { idOf } from "./table.mjs";

export const variants = { list: ["Float32Array", "Int8Array"], scan: ["Float32Array", "Int8Array"] };

export async function open(table, variant, job, count) {
  const numbers = job === "list" ? table.numbers() : null;
  return variant === "Float32Array"
    ? new Floats(table.vectors, table.rows, table.dimension, numbers, count)
    : new Codes(table.codes, table.scales, table.dimension, numbers, count);
}

class Floats {
  constructor(vectors, rows, dimension, numbers, count) {
    Object.assign(this, {
      vectors,
      rows,
      dimension,
      numbers,
      best: new Best(count),
      session: new Float32Array(dimension),
    });
  }

  setSession({ vector }) {
    this.session.set(vector);
  }

  list(candidates) {
    const { best, numbers, session, vectors, dimension } = this;
    best.clear();
    for (let at = 0; at < candidates.length; at++) {
      const key = multiplyFloats(session, vectors, numbers.get(candidates[at].id) * dimension, dimension);
      if (key > best.threshold) best.insert(key, at);
    }
    return best.map((at) => candidates[at].id);
  }

  scan() {
    const { best, session, vectors, rows, dimension } = this;
    best.clear();
    for (let row = 0; row < rows; row++) {
      const key = multiplyFloats(session, vectors, row * dimension, dimension);
      if (key > best.threshold) best.insert(key, row);
    }
    return best.map(idOf);
  }

  close() {}
}

class Codes {
  constructor(codes, scales, dimension, numbers, count) {
    Object.assign(this, {
      codes,
      scales,
      dimension,
      numbers,
      best: new Best(count),
      session: new Int32Array(dimension),
    });
  }

  setSession({ codes }) {
    this.session.set(codes);
  }

  list(candidates) {
    const { best, numbers, session, codes, scales, dimension } = this;
    best.clear();
    for (let at = 0; at < candidates.length; at++) {
      const row = numbers.get(candidates[at].id);
      const key = multiplyCodes(session, codes, row * dimension, dimension) * scales[row];
      if (key > best.threshold) best.insert(key, at);
    }
    return best.map((at) => candidates[at].id);
  }

  scan() {
    const { best, session, codes, scales, dimension } = this;
    best.clear();
    for (let row = 0; row < scales.length; row++) {
      const key = multiplyCodes(session, codes, row * dimension, dimension) * scales[row];
      if (key > best.threshold) best.insert(key, row);
    }
    return best.map(idOf);
  }

  close() {}
}

function multiplyFloats(session, rows, start, dimension) {
  let [a, b, c, d] = [0, 0, 0, 0];
  for (let at = 0; at < dimension; at += 4) {
    a += session[at] * rows[start + at];
    b += session[at + 1] * rows[start + at + 1];
    c += session[at + 2] * rows[start + at + 2];
    d += session[at + 3] * rows[start + at + 3];
  }
  return a + b + (c + d);
}

function multiplyCodes(session, rows, start, dimension) {
  let [a, b, c, d] = [0, 0, 0, 0];
  for (let at = 0; at < dimension; at += 4) {
    a = (a + Math.imul(session[at], rows[start + at])) | 0;
    b = (b + Math.imul(session[at + 1], rows[start + at + 1])) | 0;
    c = (c + Math.imul(session[at + 2], rows[start + at + 2])) | 0;
    d = (d + Math.imul(session[at + 3], rows[start + at + 3])) | 0;
  }
  return (a + b + c + d) | 0;
}

/** The best so far, best first; the first to come wins a tie. */
class Best {
  constructor(count) {
    this.keys = new Float64Array(count);
    this.places = new Int32Array(count);
    this.clear();
  }

  clear() {
    this.length = 0;
    /** A key must be larger than this to get in. */
    this.threshold = -Infinity;
  }

  insert(key, place) {
    const { keys, places } = this;
    let at = this.length < keys.length ? this.length++ : keys.length - 1;
    for (; at > 0 && keys[at - 1] < key; at--) {
      keys[at] = keys[at - 1];
      places[at] = places[at - 1];
    }
    keys[at] = key;
    places[at] = place;
    if (this.length === keys.length) this.threshold = keys[keys.length - 1];
  }

  map(toId) {
    const ids = new Array(this.length);
    for (let at = 0; at < this.length; at++) ids[at] = toId(this.places[at]);
    return ids;
  }
}
