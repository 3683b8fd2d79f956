// Compiles and starts the engine's WebAssembly module, once per page or worker.
import type { Engine, InitOutput } from "./engine/reshelf.js";
import { ReshelfError } from "./errors.js";
import { type Open, openResponse } from "./source.js";
import type { LoadOptions } from "./types.js";

/** The running module: its one memory, and the class to make engines with. */
export interface EngineModule {
  readonly memory: WebAssembly.Memory;
  readonly Engine: new (artifact: Uint8Array) => Engine;
}

// All rerankers of a page share one instance, since the generated glue holds one. Set by the first load, never at import.
let started: Promise<EngineModule> | undefined;

/**
 * The smallest module that uses relaxed SIMD's dot product, which is what the faster build of the engine needs:
 *
 *   (module (func (param v128 v128 v128) (result v128)
 *     (i32x4.relaxed_dot_i8x16_i7x16_add_s (local.get 0) (local.get 1) (local.get 2))))
 *
 * www/test/wasm.test.mjs assembles that text and compares.
 */
// prettier-ignore
export const RELAXED_SIMD_PROBE: Uint8Array<ArrayBuffer> = /* @__PURE__ */ new Uint8Array([
  0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00, // magic, version 1
  0x01, 0x08, 0x01, 0x60, 0x03, 0x7b, 0x7b, 0x7b, 0x01, 0x7b, // one type: three v128 in, one out
  0x03, 0x02, 0x01, 0x00, // one function of that type
  0x0a, 0x0d, 0x01, 0x0b, 0x00, // one body, no locals of its own
  0x20, 0x00, 0x20, 0x01, 0x20, 0x02, // local.get 0, 1, 2
  0xfd, 0x93, 0x02, 0x0b, // i32x4.relaxed_dot_i8x16_i7x16_add_s, end
]);

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
  // Bundlers recognise the form `new URL("...", import.meta.url)` and publish the file with the page.
  if (!relaxedFailed && WebAssembly.validate(RELAXED_SIMD_PROBE)) {
    try {
      return await compileModule("engine", new URL("./engine/reshelf_relaxed_bg.wasm", import.meta.url), open, signal);
    } catch {
      signal?.throwIfAborted();
      relaxedFailed = true;
    }
  }
  return compileModule("engine", new URL("./engine/reshelf_bg.wasm", import.meta.url), open, signal);
}

/** Compiles a module of ours from wherever it is. */
export async function compileModule(
  what: "engine" | "GPU",
  wasm: NonNullable<LoadOptions["wasm"]>,
  open: Open,
  signal: AbortSignal | undefined,
): Promise<WebAssembly.Module> {
  assertWebAssembly();
  if (wasm instanceof WebAssembly.Module) return wasm;
  if (wasm instanceof ArrayBuffer || ArrayBuffer.isView(wasm)) return compiled(what, WebAssembly.compile(wasm));
  const response = await openResponse("wasm", wasm, open, signal);
  const type = response.headers.get("content-type") ?? "";
  if (type.startsWith("application/wasm") && typeof WebAssembly.compileStreaming === "function") {
    return compiled(what, WebAssembly.compileStreaming(response));
  }
  const bytes = await response.arrayBuffer();
  return compiled(what, WebAssembly.compile(bytes));
}

function assertWebAssembly(): void {
  if (typeof WebAssembly === "object") return;
  throw new ReshelfError("wasm.unsupported", "This browser has no WebAssembly (it may be switched off).");
}

async function compiled(what: string, module: Promise<WebAssembly.Module>): Promise<WebAssembly.Module> {
  try {
    return await module;
  } catch (error) {
    const message = String((error as Error)?.message ?? error);
    if (/content security policy|unsafe-eval|blocked|disallowed/i.test(message)) {
      throw new ReshelfError(
        "wasm.blocked",
        "The page's Content-Security-Policy blocks WebAssembly: add 'wasm-unsafe-eval' to script-src.",
        { cause: error },
      );
    }
    throw new ReshelfError(
      "wasm.compile",
      `The ${what} module does not compile here (${message}): the browser may lack SIMD, or the file is not that module.`,
      { cause: error },
    );
  }
}

/** Starts the module, or returns the one that already runs. */
export function start(module: WebAssembly.Module): Promise<EngineModule> {
  started ??= instantiate(module).catch((error: unknown) => {
    started = undefined; // A later load may try again.
    throw error;
  });
  return started;
}

async function instantiate(module: WebAssembly.Module): Promise<EngineModule> {
  try {
    const glue = await import("./engine/reshelf.js");
    const exports: InitOutput = await glue.default({ module_or_path: module });
    return { memory: exports.memory, Engine: glue.Engine };
  } catch (error) {
    throw new ReshelfError(
      "wasm.start",
      `The engine does not start (${(error as Error)?.message ?? error}): the module and the package must be of one version.`,
      { cause: error },
    );
  }
}
