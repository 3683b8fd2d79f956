// The options of a load, each read once; and how the caller hears how far it is.
import { type Fields, isObject, reading, textOf, unknownIn, wrong as wrongOption } from "../arguments.js";
import { messageOf, Refusal } from "../errors.js";
import type { LoadOptions, Progress, Reason } from "../types.js";
import { isAddress, isSignal, kindOf } from "./shape.js";

/** What is null is as not given. */
export interface Given extends Omit<LoadOptions, "model" | "signal" | "cache" | "integrity"> {
  readonly model: LoadOptions["model"] | undefined;
  readonly signal: AbortSignal | undefined;
  readonly cache: LoadOptions["cache"];
  readonly integrity: LoadOptions["integrity"];
  /** Why some of what was passed counts as not given. */
  readonly wrong: readonly Reason[];
}

const isFlag = (value: unknown) => typeof value === "boolean";
const isCallable = (value: unknown) => typeof value === "function";
const isNumber = (value: unknown) => typeof value === "number" && value >= 0;
const isName = (value: unknown) => typeof value === "string" && textOf(value) !== "";
const whatever = () => true;

/** What each option must be; the last are of `reshelf/worker`. Where it is whatever, the load itself says what is wrong. */
const FITS: Readonly<Record<string, (value: unknown) => boolean>> = {
  model: whatever,
  wasm: whatever,
  id: (value) => isName(value) || isCallable(value),
  backend: (value) => /^(auto|[cg]pu)$/.test(value as string),
  gpu: isObject,
  store: (value) => /^(memory|tab|device)$/.test(value as string),
  feedback: isFlag,
  rows: (value) => isAddress(value) || isCallable(value),
  signal: isSignal,
  integrity: whatever, // What is no hash must not switch the check off.
  cache: (value) => isFlag(value) || isName(value),
  quiet: isFlag,
  debug: isFlag,
  onProgress: isCallable,
  worker: whatever,
  inPlace: isFlag,
  deadlineMs: isNumber,
};

export function readOptions(options: unknown): Given {
  if (!isObject(options)) throw new Refusal("load.options", { kind: kindOf(options) });
  const wrong: Reason[] = [];
  const given: Fields = { wrong };
  try {
    for (const [name, fits] of Object.entries(FITS)) {
      const value = options[name] ?? undefined;
      if (value === undefined || fits(value)) given[name] = value;
      else wrong.push(wrongOption(name));
    }
  } catch (error) {
    throw new Refusal("load.options", { why: messageOf(error) });
  }
  const odd = reading("options", () => unknownIn(options, Object.keys(FITS)));
  if (odd) wrong.push(odd);
  return given as unknown as Given;
}

/** Tells the caller how far it is. An error in the caller's own function must not cost the page its model. */
export function report({ signal, onProgress }: Given, progress: Progress): void {
  if (signal?.aborted) return;
  // It may well be asynchronous.
  new Promise((done) => done(onProgress?.(progress))).catch((error) =>
    console.error("reshelf: onProgress threw", error),
  );
}
