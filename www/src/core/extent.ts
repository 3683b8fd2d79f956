// Where a model's file ends, told by its own header while the bytes arrive: a response that goes on for ever must not fill
// the page's memory.
import { LONGEST_HEADER } from "../engine/numbers.js";

/** A safetensors file begins with the length of its header, 8 bytes, and with `{`. */
const PREFIX = 8;
const BRACE = 0x7b;

/** Models of more bytes than this do not fit into a module's memory. */
export const LARGEST_MODEL = 2 ** 31;

/** What the first bytes of a file say of its end. */
export type Extent =
  /** So many bytes must be there before more can be told. */
  | { readonly needs: number }
  /** The file has so many bytes. */
  | { readonly end: number }
  /** This is no model: further bytes are of no use. */
  | "foreign";

export function extentOf(head: Uint8Array): Extent {
  if (head.length <= PREFIX) return { needs: PREFIX + 1 };
  const length = Number(new DataView(head.buffer, head.byteOffset).getBigUint64(0, true));
  if (length > LONGEST_HEADER || head[PREFIX] !== BRACE) return "foreign";
  if (head.length < PREFIX + length) return { needs: PREFIX + length };
  try {
    const header: unknown = JSON.parse(new TextDecoder().decode(head.subarray(PREFIX, PREFIX + length)));
    let end = 0;
    for (const entry of Object.values(header as Record<string, { data_offsets?: readonly number[] }>)) {
      end = Math.max(end, Number(entry.data_offsets?.[1] ?? 0));
    }
    return Number.isSafeInteger(end) ? { end: PREFIX + length + end } : "foreign";
  } catch {
    return "foreign";
  }
}
