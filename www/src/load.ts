// `loadReranker`: fetches model and module side by side, and turns whatever goes wrong into a reranker that keeps order.
import type { Engine } from "./engine/reshelf.js";
import { reasonFrom } from "./errors.js";
import { ModelReranker } from "./reranker.js";
import { Verdicts } from "./scan/choice.js";
import { platformHost } from "./scan/host.js";
import { loadGpuModule } from "./scan/module.js";
import type { ScanSetting } from "./scan/scanner.js";
import { type Open, openUrl, readModel } from "./source.js";
import type { LoadOptions, Progress, Reranker } from "./types.js";
import { compile, start } from "./wasm.js";

/**
 * Loads a model. The promise always resolves, except that an aborted `signal` rejects it with the signal's reason:
 * if the model or the engine cannot be used, the reranker keeps the server's order and `info().reason` says why.
 */
export function loadReranker(options: LoadOptions): Promise<Reranker> {
  return loadFrom(options, openUrl);
}

/** `loadReranker`, with the way in which this platform opens addresses. */
export async function loadFrom(options: LoadOptions, open: Open): Promise<Reranker> {
  const { signal } = options;
  signal?.throwIfAborted();
  const clock = { fetch: 0, compile: 0, parse: 0 };
  let engine: Engine | null = null;
  try {
    const begin = performance.now();
    // The module compiles while the model arrives: only what is left of it after that counts as compiling.
    const modelArrives = readModel(options.model, open, signal, (progress) => report(options, progress));
    const moduleCompiles = compile(options.wasm, open, signal);
    moduleCompiles.catch(() => undefined); // Awaited below; should the model fail first, nobody waits for it.
    const model = await abortable(modelArrives, signal);
    const arrived = performance.now();
    clock.fetch = arrived - begin;

    const bytes = model.byteLength;
    report(options, { stage: "engine", loaded: bytes, total: bytes });
    const module = await abortable(moduleCompiles.then(start), signal);
    const running = performance.now();
    clock.compile = running - arrived;

    engine = new module.Engine(model);
    clock.parse = performance.now() - running;
    report(options, { stage: "ready", loaded: bytes, total: bytes });
    signal?.throwIfAborted();
    return ModelReranker.ready({ engine, memory: module.memory, bytes, scan: scanSetting(options, open) }, clock);
  } catch (error) {
    if (!signal?.aborted) return ModelReranker.fallback(reasonFrom(error, "model.unusable"), clock);
    engine?.free();
    throw signal.reason;
  }
}

// All rerankers of a page share what was measured. Set by the first load, never at import.
let verdicts: Verdicts | undefined;

function scanSetting({ backend, gpu }: LoadOptions, open: Open): ScanSetting {
  verdicts ??= new Verdicts();
  return {
    backend: backend === "cpu" || backend === "gpu" ? backend : "auto",
    host: platformHost(),
    load: () => loadGpuModule(gpu, open),
    verdicts,
  };
}

/** Tells the caller how far it is. An error in the caller's own function must not cost the page its model. */
function report(options: LoadOptions, progress: Progress): void {
  if (options.signal?.aborted) return;
  try {
    options.onProgress?.(progress);
  } catch (error) {
    console.error("reshelf: onProgress threw", error);
  }
}

/** `promise`, or the signal's reason as soon as it aborts. */
async function abortable<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise;
  signal.throwIfAborted();
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
