// What a candidate or an event says of an item that the model does not know: its row, or its description. Reads the caller's
// own objects; what they throw ends here as a reason.
import { messageOf } from "../errors.js";
import type { Reason } from "../types.js";
import { type Fields, numberOf, Refusal, textOf } from "./arguments.js";
import { bytesOf } from "./shape.js";

/** The most bytes of a row; those of `reshelf rows` have a few hundred. */
const MOST_ROW = 65_536;

/** A copy of the bytes of a buffer or a view, of whatever realm, shared or not; at most so many of them. */
export function copyBytes(value: unknown, most: number): Uint8Array<ArrayBuffer> | "type" | "length" {
  const bytes = bytesOf(value);
  if (bytes === null) return "type";
  return bytes.length > most ? "length" : new Uint8Array(bytes);
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
  try {
    const { row, category, brand, price, title } = object;
    const described = composes && (category != null || brand != null || price != null || title != null);
    if (row == null && !described) return null;
    const description = {
      category: textOf(category),
      brand: textOf(brand),
      price: numberOf(price),
      title: textOf(title),
    };
    if (
      described &&
      [category, brand, title].some((text) => text != null && typeof text !== "string" && textOf(text) === "")
    )
      refuse(BAD_TEXT);
    if (described && price != null && !Number.isFinite(description.price)) refuse(BAD_PRICE);
    const says = description.category || description.brand || description.title || Number.isFinite(description.price);
    if (row == null && !says) return null;
    return { row: row == null ? null : rowOf(row), description: described && says ? description : null };
  } catch (error) {
    refuse(
      new Refusal(
        "argument.item",
        `A row or description could not be read (${messageOf(error)}): it counts as not given.`,
      ),
    );
    return null;
  }
}

const BAD_TEXT = new Refusal(
  "argument.description",
  'A category, brand or title is text or a number, a category with its path such as "home/kitchen/mugs": what is neither counts as not given.',
);
const BAD_PRICE = new Refusal(
  "argument.price",
  'A price is a number, or plain decimal text such as "65.90": it counts as not given.',
);

function rowOf(row: unknown): Uint8Array | Refusal {
  if (typeof row === "string") return row.length > 2 * MOST_ROW ? LONG_ROW : fromBase64(row);
  const bytes = copyBytes(row, MOST_ROW);
  if (bytes === "length") return LONG_ROW;
  return bytes === "type"
    ? new Refusal("row.type", "A row comes as a Uint8Array, an ArrayBuffer or base64 text.")
    : bytes;
}

const LONG_ROW = new Refusal(
  "row.length",
  "A row is far longer than any that `reshelf rows` writes: send it as it was written.",
);

function fromBase64(text: string): Uint8Array | Refusal {
  try {
    const binary = atob(text);
    const bytes = new Uint8Array(binary.length);
    for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i);
    return bytes;
  } catch {
    return new Refusal("row.base64", "The text of a row is not base64: encode the bytes that `reshelf rows` wrote.");
  }
}
