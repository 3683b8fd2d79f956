// The options of a load, each read once; and how the caller hears how far it is.

import { isObject, textOf, wrong as wrongOption } from "../arguments.js";
import { messageOf, Refusal } from "../errors.js";
import type { LoadOptions, Progress, Reason } from "../types.js";
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
  if (!isObject(options)) throw new Refusal("load.options", { kind: kindOf(options) });
  try {
    const { model, wasm, backend, gpu, store, feedback, rows, signal, onProgress, integrity, cache, quiet } = options;
    const wrong: Reason[] = [];
    const only = <T>(name: string, value: T, fits: boolean): T | undefined => {
      if (!fits && value != null) wrong.push(wrongOption(name));
      return fits ? value : undefined;
    };
    return {
      model: model ?? undefined,
      wasm: wasm ?? undefined,
      backend: only("backend", backend, BACKENDS.includes(backend)),
      gpu: only("gpu", gpu, isObject(gpu)),
      store: only("store", store, STORES.includes(store)),
      feedback: only("feedback", feedback, typeof feedback === "boolean"),
      rows: only("rows", rows, isAddress(rows) || typeof rows === "function"),
      signal: only("signal", signal, isSignal(signal)) ?? undefined,
      integrity, // Whatever it is: what is no hash must not switch the check off.
      cache: only("cache", cache, typeof cache === "boolean" || Boolean(textOf(cache))),
      quiet: only("quiet", quiet, typeof quiet === "boolean"),
      onProgress: only("onProgress", onProgress, typeof onProgress === "function"),
      wrong,
    };
  } catch (error) {
    throw new Refusal("load.options", { why: messageOf(error) });
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
