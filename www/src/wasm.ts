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

/** Compiles `wasm`, or the module beside this file; calls `compiling` when the bytes begin to arrive. */
export async function compile(
  wasm: LoadOptions["wasm"],
  open: Open,
  signal: AbortSignal | undefined,
): Promise<WebAssembly.Module> {
  if (typeof WebAssembly !== "object") {
    throw new ReshelfError("wasm.unsupported", "This browser has no WebAssembly (it may be switched off).");
  }
  if (wasm instanceof WebAssembly.Module) return wasm;
  if (wasm instanceof ArrayBuffer || ArrayBuffer.isView(wasm)) return compiled(WebAssembly.compile(wasm));
  // Bundlers recognise this form and publish the file with the page.
  const where = wasm ?? new URL("./engine/reshelf_bg.wasm", import.meta.url);
  const response = await openResponse("wasm", where, open, signal);
  const type = response.headers.get("content-type") ?? "";
  if (type.startsWith("application/wasm") && typeof WebAssembly.compileStreaming === "function") {
    return compiled(WebAssembly.compileStreaming(response));
  }
  const bytes = await response.arrayBuffer();
  return compiled(WebAssembly.compile(bytes));
}

async function compiled(module: Promise<WebAssembly.Module>): Promise<WebAssembly.Module> {
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
      `The engine's module does not compile here (${message}): the browser may lack SIMD, or the file is not the engine.`,
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
