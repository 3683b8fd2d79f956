// A tiny model of plain data, as the bytes of an artifact that the engine loads. Uses types and the files beside it.
import type { OwnBytes } from "../types.js";
import { describe, type Plain } from "./describe.js";
import { write } from "./file.js";
import { guarded } from "./guard.js";
import { attributesOf, tensorsOf } from "./tables.js";
import type { TinyDescription, TinyNames } from "./types.js";

const FORMAT = "3";
const PASS = "A tiny model is made of plain data: { items: [...] }.";

/**
 * A model that ranks as the description says: a few kilobytes for `loadReranker({ model })`, the same for the same description on every
 * machine. Sixty items take some milliseconds, a thousand a tenth of a second: make it once a file.
 *
 * @throws ReshelfError `testing.model`, `testing.items`, `testing.pairs` or `testing.weights`, with the place that is wrong.
 */
export function tinyModel(description: TinyDescription): OwnBytes {
  return guarded("testing.model", PASS, () => bytesOf(describe(description)));
}

/** The names of that model's numbers, for `reshelf/profile`. Throws as `tinyModel`. */
export function tinyNames(description: TinyDescription): TinyNames {
  const plain = guarded("testing.model", PASS, () => describe(description));
  // The version may follow from the bytes, and stands in their header.
  const [, version = ""] = /"reshelf\.model":("(?:[^"\\]|\\.)*")/.exec(new TextDecoder().decode(bytesOf(plain))) ?? [];
  return { model: JSON.parse(version) as string, ...attributesOf(plain.items) };
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
