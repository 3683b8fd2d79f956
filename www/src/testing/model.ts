// A tiny model of plain data, as the bytes of an artifact that the engine loads. Uses errors and the files beside it.
import { messageOf, ReshelfError } from "../errors.js";
import type { OwnBytes } from "../types.js";
import { describe, type Plain } from "./describe.js";
import { write } from "./file.js";
import { attributesOf, tensorsOf } from "./tables.js";
import type { TinyDescription, TinyNames } from "./types.js";

const FORMAT = "3";

/**
 * A model that ranks as the description says: a few kilobytes for `loadReranker({ model })`, the same for the same description on every
 * machine. Sixty items take some milliseconds, a thousand a tenth of a second: make it once a file.
 *
 * @throws ReshelfError `testing.model`, `testing.items`, `testing.pairs` or `testing.weights`, with the place that is wrong.
 */
export function tinyModel(description: TinyDescription): OwnBytes {
  return bytesOf(read(description));
}

/** The names of that model's numbers, for `reshelf/profile`. Throws as `tinyModel`. */
export function tinyNames(description: TinyDescription): TinyNames {
  const plain = read(description);
  // The version may follow from the bytes, and stands in their header.
  const [, version = ""] = /"reshelf\.model":("(?:[^"\\]|\\.)*")/.exec(new TextDecoder().decode(bytesOf(plain))) ?? [];
  return { model: JSON.parse(version) as string, ...attributesOf(plain.items) };
}

function read(description: TinyDescription): Plain {
  try {
    return describe(description);
  } catch (error) {
    if (error instanceof ReshelfError) throw error;
    // The caller's own getters may throw anything.
    throw new ReshelfError("testing.model", `Reading the description threw (${messageOf(error)}).`, { cause: error });
  }
}

function bytesOf(plain: Plain): Uint8Array<ArrayBuffer> {
  return write(tensorsOf(plain), {
    "reshelf.card": "{}",
    "reshelf.features": [...plain.weights.keys()].join(","),
    "reshelf.format": FORMAT,
    "reshelf.ids": "text",
    "reshelf.kinds": [...plain.kinds.keys()].join(","),
    ...(plain.version === null ? null : { "reshelf.model": plain.version }),
  });
}
