// `loadReranker`: fetches model and module side by side, and turns whatever goes wrong into a reranker that keeps order.
import { isObject } from "./arguments.js";
import type { Engine } from "./engine/reshelf.js";
import { isTrap, missing, ReshelfError, reasonFrom } from "./errors.js";
import { ModelReranker } from "./reranker.js";
import { Verdicts } from "./scan/choice.js";
import { assertGpu, platformHost } from "./scan/host.js";
import { loadGpuModule } from "./scan/module.js";
import type { ScanSetting } from "./scan/scanner.js";
import { isSignal, kindOf } from "./shape.js";
import { type Open, openUrl, readModel } from "./source.js";
import type { LoadOptions, Progress, Reason, Reranker } from "./types.js";
import { engineModule, poison } from "./wasm.js";

/**
 * Loads a model. The promise always resolves, except that an aborted `signal` rejects it with the signal's reason:
 * if the model or the engine cannot be used, the reranker keeps the server's order and `info().reason` says why.
 */
export function loadReranker(options: LoadOptions): Promise<Reranker> {
  return loadFrom(options, openUrl);
}

/** `loadReranker`, with the way in which this platform opens addresses. */
export async function loadFrom(options: LoadOptions, open: Open): Promise<Reranker> {
  const clock = { fetch: 0, compile: 0, parse: 0 };
  let signal: AbortSignal | undefined;
  let engine: Engine | null = null;
  try {
    const given = readOptions(options);
    ({ signal } = given);
    if (signal?.aborted) throw signal.reason;
    assertHost();
    const begin = performance.now();
    // The module compiles while the model arrives: only what is left of it after that counts as compiling.
    const modelArrives = readModel(given.model, open, signal, (progress) => report(given, progress));
    const moduleStarts = engineModule(given.wasm, open);
    moduleStarts.catch(() => undefined); // Awaited below; should the model fail first, nobody waits for it.
    const model = await abortable(modelArrives, signal);
    const arrived = performance.now();
    clock.fetch = arrived - begin;

    const bytes = model.byteLength;
    report(given, { stage: "engine", loaded: bytes, total: bytes });
    let module = await abortable(moduleStarts, signal);
    // Another load's model may have made it trap while this one's arrived.
    while (module.broken) module = await abortable(engineModule(given.wasm, open), signal);
    const running = performance.now();
    clock.compile = running - arrived;

    try {
      engine = new module.Engine(model);
    } catch (error) {
      if (!isTrap(error)) throw error;
      poison();
      const { message } = reasonFrom(error, "");
      throw new ReshelfError(
        "engine.failed",
        `The engine stopped while it read the model (${message}): please report it.`,
        { cause: error },
      );
    }
    clock.parse = performance.now() - running;
    report(given, { stage: "ready", loaded: bytes, total: bytes });
    if (signal?.aborted) throw signal.reason;
    return ModelReranker.ready(
      { engine, memory: module.memory, bytes, scan: scanSetting(given, open) },
      clock,
      given.wrong,
    );
  } catch (error) {
    if (signal?.aborted) {
      engine?.free();
      throw signal.reason;
    }
    return ModelReranker.fallback(reasonFrom(error, "model.unusable"), clock);
  }
}

/** The options, each read once; null is "not given". */
interface Given {
  readonly model: LoadOptions["model"] | undefined;
  readonly wasm: LoadOptions["wasm"];
  readonly backend: LoadOptions["backend"];
  readonly gpu: LoadOptions["gpu"];
  readonly signal: AbortSignal | undefined;
  readonly onProgress: LoadOptions["onProgress"];
  /** Why some of what was passed counts as not given. */
  readonly wrong: readonly Reason[];
}

const BACKENDS: readonly unknown[] = ["auto", "cpu", "gpu"];

function readOptions(options: LoadOptions): Given {
  if (typeof options !== "object" || options === null) {
    const kind = kindOf(options);
    throw new ReshelfError(
      "load.options",
      `Pass an object with the model, \`loadReranker({ model: "/shop.safetensors" })\`, not of the kind ${kind}.`,
    );
  }
  try {
    const { model, wasm, backend, gpu, signal, onProgress } = options;
    const wrong: Reason[] = [];
    const only = <T>(name: string, value: T, fits: boolean, wanted: string): T | undefined => {
      if (!fits && value != null)
        wrong.push({ code: `argument.${name}`, message: `\`${name}\` is ${wanted}: it counts as not given.` });
      return fits ? value : undefined;
    };
    return {
      model: model ?? undefined,
      wasm: wasm ?? undefined,
      backend: only("backend", backend, BACKENDS.includes(backend), '"auto", "cpu" or "gpu"'),
      gpu: only("gpu", gpu, isObject(gpu), "an object with `glue` and `wasm`"),
      signal: only("signal", signal, isSignal(signal), "an AbortSignal") ?? undefined,
      onProgress: only("onProgress", onProgress, typeof onProgress === "function", "a function"),
      wrong,
    };
  } catch (error) {
    throw new ReshelfError(
      "load.options",
      `An option of loadReranker cannot be read (${reasonFrom(error, "").message}).`,
      { cause: error },
    );
  }
}

/** What the package needs of every host beyond the language. */
function assertHost(): void {
  const host = globalThis as Record<string, unknown>;
  const lacking = ["performance", "TextDecoder", "TextEncoder"].filter((name) => host[name] === undefined);
  if (lacking.length > 0) throw missing(lacking);
}

// All rerankers of a page share what was measured. Set by the first load, never at import.
let verdicts: Verdicts | undefined;

function scanSetting({ backend, gpu }: Given, open: Open): ScanSetting {
  verdicts ??= new Verdicts();
  return {
    backend: backend ?? "auto",
    host: platformHost(),
    load: async () => {
      await assertGpu();
      return loadGpuModule(gpu ?? undefined, open);
    },
    verdicts,
  };
}

/** Tells the caller how far it is. An error in the caller's own function must not cost the page its model. */
function report({ signal, onProgress }: Given, progress: Progress): void {
  if (signal?.aborted) return;
  try {
    onProgress?.(progress);
  } catch (error) {
    console.error("reshelf: onProgress threw", error);
  }
}

/** `promise`, or the signal's reason as soon as it aborts. */
async function abortable<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise;
  promise.catch(() => undefined); // Nobody waits for it once the signal has aborted.
  if (signal.aborted) throw signal.reason;
  let stop: (() => void) | undefined;
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason);
    signal.addEventListener("abort", stop, { once: true });
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    if (stop) signal.removeEventListener("abort", stop);
  }
}
