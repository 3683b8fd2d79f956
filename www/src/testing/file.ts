// Tensors and metadata as an artifact's bytes, the same that crate/artifact/src/write.rs would write. Uses hash.
import { digits, xxh64 } from "./hash.js";

/** Bytes of an element of each type. */
const SIZES = { U8: 1, I8: 1, U16: 2, F16: 2, U32: 4, F32: 4 };

export interface Tensor {
  readonly name: string;
  readonly dtype: keyof typeof SIZES;
  readonly shape: readonly number[];
  /** Row after row; of `F16` the bits. */
  readonly values: ArrayLike<number>;
}

/** Tensors start at multiples of this many bytes. */
const ALIGNMENT = 8;
const CHECKSUM = "reshelf.checksum";
const NO_DIGITS = "0".repeat(16);

/** A whole file. Without a `reshelf.model` in the metadata it is named by its tensors' bytes. */
export function write(tensors: readonly Tensor[], metadata: Readonly<Record<string, string>>): Uint8Array<ArrayBuffer> {
  const sorted = [...tensors].sort((a, b) => SIZES[b.dtype] - SIZES[a.dtype] || (a.name < b.name ? -1 : 1));
  const places = sorted.map((tensor) => tensor.values.length * SIZES[tensor.dtype]);
  const data = new Uint8Array(places.reduce((sum, bytes) => sum + bytes, 0));
  const header: Record<string, unknown> = {};
  let begin = 0;
  sorted.forEach((tensor, at) => {
    const end = begin + (places[at] as number);
    fill(new DataView(data.buffer, begin, end - begin), tensor);
    header[tensor.name] = { data_offsets: [begin, end], dtype: tensor.dtype, shape: tensor.shape };
    begin = end;
  });
  const said = {
    "reshelf.model": `tiny-${digits(xxh64(0n, data))}`,
    ...metadata,
    [CHECKSUM]: NO_DIGITS,
  };
  header["__metadata__"] = inOrder(said);
  const json = new TextEncoder().encode(JSON.stringify(inOrder(header)));
  const length = Math.ceil(json.length / ALIGNMENT) * ALIGNMENT;
  const file = new Uint8Array(8 + length + data.length);
  new DataView(file.buffer).setUint32(0, length, true);
  file.fill(0x20, 8, 8 + length).set(json, 8);
  file.set(data, 8 + length);
  sign(file, json);
  return file;
}

/** By the names, as code units sort them: all of them are ASCII. */
function inOrder<T>(of: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(of).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function fill(view: DataView, { dtype, values }: Tensor): void {
  const size = SIZES[dtype];
  for (let at = 0; at < values.length; at++) {
    const value = values[at] as number;
    if (dtype === "F32") view.setFloat32(size * at, value, true);
    else if (size === 4) view.setUint32(size * at, value, true);
    else if (size === 2) view.setUint16(size * at, value, true);
    else view.setUint8(size * at, value);
  }
}

/**
 * Writes the checksum: of the file without its digits, seeded with the hash of what stands before them. Nothing that a caller says can
 * look like its key: it would stand behind it, and quotes in it are escaped.
 */
function sign(file: Uint8Array, json: Uint8Array): void {
  const text = String.fromCharCode(...json.subarray(0, json.length));
  const begin = 8 + text.indexOf(`"${CHECKSUM}":"`) + CHECKSUM.length + 4;
  const end = begin + NO_DIGITS.length;
  const sum = digits(xxh64(xxh64(0n, file.subarray(0, begin)), file.subarray(end)));
  file.set(new TextEncoder().encode(sum), begin);
}
