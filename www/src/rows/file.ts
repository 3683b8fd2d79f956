// A file of rows, as `reshelf rows --out FILE.rows` writes it (model_export/src/rows.rs has the layout): rows are found by their
// ids where they lie, so that a worker that starts reads nothing of it but its head. May use nothing.

/** "RSR" and the layout's version, little-endian. */
const MAGIC = 0x0152_5352;
const HEAD = 16;

export interface RowsFile {
  /** The version of the model that they are of. */
  readonly model: string;
  readonly count: number;
  /** The id of the row at this place, in the order of their bytes. */
  id(at: number): string;
  /** The row of an item; null where the model does not know it. */
  find(id: string): Uint8Array | null;
}

/** A file of rows, or null for bytes that are none. */
export function openRowsFile(bytes: Uint8Array): RowsFile | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const word = (at: number) => view.getUint32(at, true);
  if (bytes.length < HEAD || word(0) !== MAGIC) return null;
  const [count, name, length] = [word(4), word(8), word(12)];
  const idEnds = HEAD + 4 * Math.ceil(name / 4);
  const rowEnds = idEnds + 4 * count;
  const ids = rowEnds + 4 * count;
  const rows = ids + length;
  if (rows > bytes.length || rows + (count > 0 ? word(ids - 4) : 0) !== bytes.length) return null;
  const part = (ends: number, from: number, at: number) =>
    bytes.subarray(from + (at > 0 ? word(ends + 4 * at - 4) : 0), from + word(ends + 4 * at));
  return {
    model: new TextDecoder().decode(bytes.subarray(HEAD, HEAD + name)),
    count,
    id: (at) => new TextDecoder().decode(part(idEnds, ids, at)),
    find(id) {
      const wanted = new TextEncoder().encode(id);
      let [low, high] = [0, count];
      while (low < high) {
        const middle = (low + high) >>> 1;
        const order = compare(part(idEnds, ids, middle), wanted);
        if (order === 0) return part(rowEnds, rows, middle);
        if (order < 0) low = middle + 1;
        else high = middle;
      }
      return null;
    },
  };
}

/** Below 0 where the first stands before the second. */
function compare(one: Uint8Array, other: Uint8Array): number {
  for (let at = 0; at < one.length && at < other.length; at++) {
    const difference = (one[at] as number) - (other[at] as number);
    if (difference !== 0) return difference;
  }
  return one.length - other.length;
}
