// The options of a load, each read once; and how the caller hears how far it is.
import { messageOf, Refusal, ReshelfError } from "../errors.js";
import type { ErrorCode, LoadOptions, Progress, Reason } from "../types.js";
import { isObject, textOf } from "./arguments.js";
import { isAddress, isSignal, kindOf } from "./shape.js";

/** What is null is as not given. */
export interface Given {
  readonly model: LoadOptions["model"] | undefined;
  readonly wasm: LoadOptions["wasm"];
  readonly backend: LoadOptions["backend"];
  readonly gpu: LoadOptions["gpu"];
  readonly store: LoadOptions["store"];
  readonly feedback: LoadOptions["feedback"];
  readonly rows: LoadOptions["rows"];
  readonly signal: AbortSignal | undefined;
  readonly onProgress: LoadOptions["onProgress"];
  readonly integrity: LoadOptions["integrity"];
  readonly cache: LoadOptions["cache"];
  readonly quiet: LoadOptions["quiet"];
  /** Why some of what was passed counts as not given. */
  readonly wrong: readonly Reason[];
}

const BACKENDS: readonly unknown[] = ["auto", "cpu", "gpu"];
const STORES: readonly unknown[] = ["memory", "tab", "device"];

export function readOptions(options: LoadOptions): Given {
  if (!isObject(options)) throw new ReshelfError("load.options", { kind: kindOf(options) });
  try {
    const { model, wasm, backend, gpu, store, feedback, rows, signal, onProgress, integrity, cache, quiet } = options;
    const wrong: Reason[] = [];
    const only = <T>(name: string, value: T, fits: boolean, wanted: string): T | undefined => {
      if (!fits && value != null)
        wrong.push(new Refusal(`argument.${name}` as ErrorCode, `\`${name}\` is ${wanted}: it counts as not given.`));
      return fits ? value : undefined;
    };
    return {
      model: model ?? undefined,
      wasm: wasm ?? undefined,
      backend: only("backend", backend, BACKENDS.includes(backend), '"auto", "cpu" or "gpu"'),
      gpu: only("gpu", gpu, isObject(gpu), "an object with `glue` and `wasm`"),
      store: only("store", store, STORES.includes(store), '"memory", "tab" or "device"'),
      feedback: only("feedback", feedback, typeof feedback === "boolean", "true or false"),
      rows: only("rows", rows, isAddress(rows) || typeof rows === "function", "an address or a function"),
      signal: only("signal", signal, isSignal(signal), "an AbortSignal") ?? undefined,
      integrity, // Whatever it is: what is no hash must not switch the check off.
      cache: only("cache", cache, typeof cache === "boolean" || Boolean(textOf(cache)), "true, false or a name"),
      quiet: only("quiet", quiet, typeof quiet === "boolean", "true or false"),
      onProgress: only("onProgress", onProgress, typeof onProgress === "function", "a function"),
      wrong,
    };
  } catch (error) {
    throw new ReshelfError("load.options", { why: messageOf(error) });
  }
}

/** Tells the caller how far it is. An error in the caller's own function must not cost the page its model. */
export function report({ signal, onProgress }: Given, progress: Progress): void {
  if (signal?.aborted) return;
  try {
    onProgress?.(progress);
  } catch (error) {
    console.error("reshelf: onProgress threw", error);
  }
}
