// Starts the engine's WebAssembly module, once per page or worker, and once more after it trapped.

// Not `import()`: service workers forbid it. The glue is a function, so that importing it does nothing.
import newGlue, { type Engine } from "../engine/reshelf.js";
import { field, messageOf, Refusal } from "../errors.js";
import type { LoadOptions } from "../types.js";
import { assertWebAssembly, compileModule } from "./compile.js";
import type { Host } from "./host.js";

/** The running module: its one memory, and the class to make engines with. */
export interface EngineModule {
  readonly memory: WebAssembly.Memory;
  readonly Engine: new (artifact: Uint8Array) => Engine;
  /** Whether it trapped: no engine may be made in it any more. */
  readonly broken: boolean;
}

/** How this host comes to the module. */
type Way = Pick<Host, "open" | "engine">;

/** Compiles `wasm`, or else what the entry brings. */
export async function compile(wasm: LoadOptions["wasm"], { open, engine }: Way): Promise<WebAssembly.Module> {
  assertWebAssembly();
  return wasm == null ? engine(open) : compileModule("engine", wasm, open);
}

/** The same for this file, which notes that it trapped. */
interface Instance extends EngineModule {
  broken: boolean;
}

/** The module of this page or worker, compiled or about to be. */
interface Shared {
  /** What the load that began it was given as `wasm`. */
  readonly wasm: LoadOptions["wasm"];
  readonly module: Promise<WebAssembly.Module>;
  /** How many loads wait for it, those included that have it by now. */
  waiting: number;
  running: Promise<Instance> | undefined;
}

// All rerankers of a page share both. Set by the first load, never at import.
let shared: Shared | undefined;
let current: Instance | undefined;

/**
 * The running module. The first call compiles and starts it; later ones, even of another `wasm`, are given the same. A start
 * that failed is not kept: a later call tries again, as does one that waited for it with another `wasm`. Nor is one that all who
 * waited for it have given up: what does not arrive must not hold later loads up.
 */
export async function engineModule(wasm: LoadOptions["wasm"], way: Way, signal?: AbortSignal): Promise<EngineModule> {
  for (;;) {
    const own = shared === undefined;
    const attempt = (shared ??= { wasm, module: compile(wasm, way), waiting: 0, running: undefined });
    const leaves = () => {
      if (--attempt.waiting === 0 && shared === attempt && !current) shared = undefined;
    };
    attempt.waiting += 1;
    signal?.addEventListener("abort", leaves, { once: true });
    try {
      return await (attempt.running ??= attempt.module.then((module) => instantiate(module, attempt)));
    } catch (error) {
      if (shared === attempt) shared = undefined;
      if (own || attempt.wasm === wasm) throw error;
    } finally {
      signal?.removeEventListener("abort", leaves);
    }
  }
}

/**
 * To be called after a trap: the state of that instance can be trusted no more, so that no further load enters it and no
 * finalizer calls into it. The next load starts a new one, without fetching or compiling again.
 * @param engine the engine that trapped; one of an instance that was given up before changes nothing
 */
export function poison(engine?: object): void {
  if (current === undefined || (engine !== undefined && !(engine instanceof current.Engine))) return;
  current.broken = true;
  current = undefined;
  if (shared !== undefined) shared.running = undefined;
}

async function instantiate(module: WebAssembly.Module, attempt: Shared): Promise<Instance> {
  try {
    if (shared !== attempt) throw new Error("nobody waits for it any more");
    const state = { broken: false };
    const glue = newGlue(finalizers(state));
    const instance = await WebAssembly.instantiate(module, glue.imports());
    const { memory } = instance.exports;
    if (memory === undefined) throw new WebAssembly.LinkError("it exports no memory");
    current = Object.assign(state, { memory: memory as WebAssembly.Memory, Engine: glue.start(instance) });
    return current;
  } catch (error) {
    throw new Refusal("wasm.start", { why: messageOf(error), name: String(field(error, "name")) });
  }
}

/**
 * The collector's way to free engines that nobody disposed of, for the glue. It leaves a broken instance alone, and throws
 * nothing, since nobody could catch it: Node would end.
 */
function finalizers(state: { broken: boolean }): typeof FinalizationRegistry | undefined {
  if (typeof FinalizationRegistry !== "function") return undefined;
  return class<T> extends FinalizationRegistry<T> {
    constructor(free: (held: T) => void) {
      super((held) => {
        try {
          if (!state.broken) free(held);
        } catch {
          state.broken = true;
          if (current === state) poison();
        }
      });
    }
  };
}
