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
 * The smallest module that tells whether relaxed SIMD's dot product, which the faster build of the engine needs, is there
 * and right. It computes four times -3 * 5, plus 7, which is -53:
 *
 *   (module (func (export "run") (result i32)
 *     (i32x4.extract_lane 0 (i32x4.relaxed_dot_i8x16_i7x16_add_s
 *       (i8x16.splat (i32.const -3)) (i8x16.splat (i32.const 5)) (i32x4.splat (i32.const 7))))))
 *
 * www/test/wasm.test.mjs assembles that text and compares.
 */
// prettier-ignore
export const RELAXED_SIMD_PROBE: Uint8Array<ArrayBuffer> = /* @__PURE__ */ new Uint8Array([
  0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00, // magic, version 1
  0x01, 0x05, 0x01, 0x60, 0x00, 0x01, 0x7f, // one type: nothing in, an i32 out
  0x03, 0x02, 0x01, 0x00, // one function of that type
  0x07, 0x07, 0x01, 0x03, 0x72, 0x75, 0x6e, 0x00, 0x00, // exported as "run"
  0x0a, 0x16, 0x01, 0x14, 0x00, // one body, no locals
  0x41, 0x7d, 0xfd, 0x0f, // i32.const -3, i8x16.splat
  0x41, 0x05, 0xfd, 0x0f, // i32.const 5, i8x16.splat
  0x41, 0x07, 0xfd, 0x11, // i32.const 7, i32x4.splat
  0xfd, 0x93, 0x02, // i32x4.relaxed_dot_i8x16_i7x16_add_s
  0xfd, 0x1b, 0x00, 0x0b, // i32x4.extract_lane 0, end
]);

const RELAXED_SIMD_ANSWER = -53;

/**
 * Whether the relaxed build would run, and give the same bits. The probe is run, not only validated: V8 11.3 (Node 20,
 * behind a flag) loses the addend until the optimising compiler has been at work, and gives -120.
 */
export function runsRelaxedSimd(): boolean {
  try {
    if (!WebAssembly.validate(RELAXED_SIMD_PROBE)) return false;
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(RELAXED_SIMD_PROBE));
    return (exports["run"] as () => number)() === RELAXED_SIMD_ANSWER;
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
  // Bundlers recognise the form `new URL("...", import.meta.url)` and publish the file with the page.
  const plain = besidePackage("wasm", () => new URL("./engine/reshelf_bg.wasm", import.meta.url));
  if (!relaxedFailed && runsRelaxedSimd()) {
    try {
      return await compileModule("engine", new URL("./engine/reshelf_relaxed_bg.wasm", import.meta.url), open, signal);
    } catch {
      signal?.throwIfAborted();
      relaxedFailed = true;
    }
  }
  return compileModule("engine", plain, open, signal);
}

/** The address of a file of the package. Where modules have none themselves (workerd), nothing lies beside them. */
export function besidePackage(option: "wasm" | "gpu.wasm", address: () => URL): URL {
  try {
    return address();
  } catch (error) {
    throw new ReshelfError(
      "wasm.address",
      `The package has no address here that a file could lie beside: import its .wasm file, and pass the module as \`${option}\`.`,
      { cause: error },
    );
  }
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
        "WebAssembly may not be compiled here: in a page, add 'wasm-unsafe-eval' to the Content-Security-Policy's script-src; " +
          "in an edge worker, import the .wasm file and pass that module, not its bytes or address.",
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

/** To be called after a trap: the module's stack is worn, so that no further load may enter it. The next one starts anew. */
export function poison(): void {
  started = undefined;
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
