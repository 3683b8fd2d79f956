// Starts the engine's WebAssembly module, once per page or worker, and once more after it trapped.

// Not `import()`: service workers forbid it. The glue is a function, so that importing it does nothing.
import newGlue, { type Engine } from "../engine/reshelf.js";
import { field, messageOf, ReshelfError } from "../errors.js";
import { engineWasm, relaxedEngineWasm } from "../files.js";
import type { LoadOptions } from "../types.js";
import { assertWebAssembly, besidePackage, compileModule } from "./compile.js";
import type { Open } from "./source.js";

/** The running module: its one memory, and the class to make engines with. */
export interface EngineModule {
  readonly memory: WebAssembly.Memory;
  readonly Engine: new (artifact: Uint8Array) => Engine;
  /** Whether it trapped: no engine may be made in it any more. */
  readonly broken: boolean;
}

/**
 * The smallest module that tells whether relaxed SIMD's dot product, which the faster build of the engine needs, is there
 * and right. It computes four times -3 * 5, plus 7, and does not start unless that is -53:
 *
 *   (module (start 0) (func
 *     (if (i32.ne (i32.const -53) (i32x4.extract_lane 0 (i32x4.relaxed_dot_i8x16_i7x16_add_s
 *       (i8x16.splat (i32.const -3)) (i8x16.splat (i32.const 5)) (i32x4.splat (i32.const 7)))))
 *       (then (unreachable)))))
 *
 * www/test/wasm.test.mjs assembles that text and compares.
 */
// biome-ignore format: bytes in rows
export const RELAXED_SIMD_PROBE: Uint8Array<ArrayBuffer> = /* @__PURE__ */ new Uint8Array([
  0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00, // magic, version 1
  0x01, 0x04, 0x01, 0x60, 0x00, 0x00, // one type: nothing in, nothing out
  0x03, 0x02, 0x01, 0x00, // one function of that type
  0x08, 0x01, 0x00, // which runs at the start
  0x0a, 0x1d, 0x01, 0x1b, 0x00, // one body, no locals
  0x41, 0x4b, // i32.const -53
  0x41, 0x7d, 0xfd, 0x0f, // i32.const -3, i8x16.splat
  0x41, 0x05, 0xfd, 0x0f, // i32.const 5, i8x16.splat
  0x41, 0x07, 0xfd, 0x11, // i32.const 7, i32x4.splat
  0xfd, 0x93, 0x02, // i32x4.relaxed_dot_i8x16_i7x16_add_s
  0xfd, 0x1b, 0x00, 0x47, // i32x4.extract_lane 0, i32.ne
  0x04, 0x40, 0x00, 0x0b, 0x0b, // if, unreachable, end, end
]);

/**
 * Whether the relaxed build would run, and give the same bits. The probe is run, not only validated: V8 11.3 (Node 20,
 * behind a flag) loses the addend until the optimising compiler has been at work, and gives -120.
 */
export function runsRelaxedSimd(): boolean {
  try {
    return Boolean(new WebAssembly.Instance(new WebAssembly.Module(RELAXED_SIMD_PROBE)));
  } catch {
    return false; // No WebAssembly may be compiled here, or none at once: the other build will tell.
  }
}

/** Set when the relaxed build turned out not to be there or not to compile: no later load asks for it again. */
let relaxedFailed = false;

/** Compiles `wasm`, or else the faster build beside this file that this host can run. */
export async function compile(
  wasm: LoadOptions["wasm"],
  open: Open,
  signal: AbortSignal | undefined,
): Promise<WebAssembly.Module> {
  assertWebAssembly();
  if (wasm !== undefined && wasm !== null) return compileModule("engine", wasm, open, signal);
  const plain = besidePackage("wasm", engineWasm);
  if (!relaxedFailed && runsRelaxedSimd()) {
    try {
      return await compileModule("engine", relaxedEngineWasm(), open, signal);
    } catch {
      if (signal?.aborted) throw signal.reason;
      relaxedFailed = true;
    }
  }
  return compileModule("engine", plain, open, signal);
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
  running: Promise<Instance> | undefined;
}

// All rerankers of a page share both. Set by the first load, never at import.
let shared: Shared | undefined;
let current: Instance | undefined;

/**
 * The running module. The first call compiles and starts it; later ones, even of another `wasm`, are given the same. A start
 * that failed is not kept: a later call tries again, as does one that waited for it with another `wasm`.
 */
export async function engineModule(wasm: LoadOptions["wasm"], open: Open): Promise<EngineModule> {
  for (;;) {
    const own = shared === undefined;
    const attempt = (shared ??= { wasm, module: compile(wasm, open, undefined), running: undefined });
    try {
      return await (attempt.running ??= attempt.module.then(instantiate));
    } catch (error) {
      if (shared === attempt) shared = undefined;
      if (own || attempt.wasm === wasm) throw error;
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

async function instantiate(module: WebAssembly.Module): Promise<Instance> {
  try {
    const state = { broken: false };
    const glue = newGlue(finalizers(state));
    const instance = await WebAssembly.instantiate(module, glue.imports());
    const { memory } = instance.exports;
    if (memory === undefined) throw new WebAssembly.LinkError("it exports no memory");
    current = Object.assign(state, { memory: memory as WebAssembly.Memory, Engine: glue.start(instance) });
    return current;
  } catch (error) {
    throw new ReshelfError("wasm.start", { why: messageOf(error), name: String(field(error, "name")) });
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
