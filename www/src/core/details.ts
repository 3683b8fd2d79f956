// What a candidate or an event says of an item that the model does not know: its row, or its description. Reads the caller's
// own objects; what they throw ends here as a reason.

import { type Fields, numberOf, reading, textOf, wrong } from "../arguments.js";
import { fromBase64 } from "../base64.js";
import { Refusal } from "../errors.js";
import type { Reason } from "../types.js";
import { bytesOf } from "./shape.js";

/** The most bytes of a row; those of `reshelf rows` have a few hundred. */
const MOST_ROW = 65_536;

/** A copy of the bytes of a buffer or a view, of whatever realm, shared or not, or in base64; at most so many of them. */
export function copyBytes(
  value: unknown,
  most: number,
  other: Refusal,
  long: Refusal,
  noText = other,
): Uint8Array<ArrayBuffer> | Refusal {
  if (typeof value === "string") {
    try {
      return value.length > 2 * most ? long : fromBase64(value);
    } catch {
      return noText;
    }
  }
  const bytes = bytesOf(value);
  if (bytes === null) return other;
  return bytes.length > most ? long : new Uint8Array(bytes);
}

/** What a candidate or an event says of an item that the model does not know. */
export interface Details {
  /** The row, or why it is none. */
  readonly row: Uint8Array | Refusal | null;
  /** Empty texts and NaN say nothing; null where all of them are. */
  readonly description: Description | null;
}

interface Description {
  readonly category: string;
  readonly brand: string;
  readonly price: number;
  readonly title: string;
}

/**
 * What an object says; null where that is nothing. A description counts only for a model that `composes`; what of it is
 * in the wrong form counts as not given, and `refuse` hears of it.
 */
export function readDetails(object: Fields, composes: boolean, refuse: (reason: Reason) => void): Details | null {
  const read = reading("item", () => {
    const { row, category, brand, price, title } = object;
    const described = composes && (category ?? brand ?? price ?? title) != null;
    if (row == null && !described) return null;
    const texts = [category, brand, title].map(textOf) as [string, string, string];
    const number = numberOf(price);
    if (described) {
      if ([category, brand, title].some((text, at) => text != null && typeof text !== "string" && texts[at] === ""))
        refuse(wrong("description"));
      if (price != null && !Number.isFinite(number)) refuse(wrong("price"));
    }
    const description =
      described && (texts.some(Boolean) || Number.isFinite(number))
        ? { category: texts[0], brand: texts[1], price: number, title: texts[2] }
        : null;
    return row == null && description === null
      ? null
      : { row: row == null ? null : copyBytes(row, MOST_ROW, NO_ROW, LONG_ROW, NO_TEXT), description };
  });
  return read instanceof Refusal ? (refuse(read), null) : read;
}

const NO_ROW = new Refusal("row.type");
const NO_TEXT = new Refusal("row.base64");
const LONG_ROW = new Refusal("row.length");
