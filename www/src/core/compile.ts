// Compiles a WebAssembly module of the package, the engine's or the GPU's, and says what is wrong where it cannot.
import { missing, ReshelfError } from "../errors.js";
import type { LoadOptions } from "../types.js";
import {
  addressText,
  bytesOf,
  contentType,
  isAddress,
  isModule,
  isPage,
  isResponse,
  kindOf,
  sendsPage,
} from "./shape.js";
import { assertAnswered, type Open, openAddress } from "./source.js";

/** The address of a file of the package. Where modules have none themselves (workerd), nothing lies beside them. */
export function besidePackage(option: "wasm" | "gpu.wasm", address: () => URL): URL {
  if (typeof URL !== "function") throw missing(["URL"]);
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
  if (isModule(wasm)) return wasm;
  let name = "what was passed";
  let source: unknown = wasm;
  if (isAddress(wasm)) {
    name = addressText(wasm).slice(0, 200);
    source = await openAddress("wasm", wasm, open, signal);
  }
  if (isResponse(source)) {
    assertAnswered("wasm", source, name);
    if (sendsPage(source)) throw page(what, name, contentType(source));
    const streams =
      typeof WebAssembly.compileStreaming === "function" &&
      typeof Response === "function" &&
      source instanceof Response;
    if (streams && contentType(source).startsWith("application/wasm")) {
      return compiled(what, WebAssembly.compileStreaming(source), (message) => /magic/i.test(message));
    }
    source = await source.arrayBuffer();
  }
  const bytes = bytesOf(source);
  if (bytes === null) {
    const kind = kindOf(wasm) === "Promise" ? "a Promise: await it first" : `of the kind ${kindOf(wasm)}`;
    throw new ReshelfError(
      "wasm.type",
      `The ${what} module must be an address, a Response, bytes or a WebAssembly.Module, not ${kind}.`,
    );
  }
  if (isPage(bytes)) throw page(what, name, "it begins with `<`");
  // A copy: engines refuse to compile memory that others may write to.
  return compiled(
    what,
    WebAssembly.compile(new Uint8Array(bytes)),
    () => !MAGIC.every((byte, at) => bytes[at] === byte),
  );
}

/** Compiles the GPU module, from where the shop says or else from beside the package's own files. */
export function gpuCompiler(open: Open): (wasm: LoadOptions["wasm"], beside: () => URL) => Promise<WebAssembly.Module> {
  return async (wasm, beside) => compileModule("GPU", wasm ?? besidePackage("gpu.wasm", beside), open, undefined);
}

/** What every WebAssembly module begins with: "\0asm". */
const MAGIC = [0x00, 0x61, 0x73, 0x6d];

export function assertWebAssembly(): void {
  if (typeof WebAssembly === "object") return;
  throw new ReshelfError("wasm.unsupported", "This browser has no WebAssembly (it may be switched off).");
}

function page(what: string, name: string, sign: string): ReshelfError {
  return new ReshelfError(
    "wasm.compile",
    `The ${what} module did not come from ${name}, but a web page in its place (${sign}): the server has no such file. ` +
      "With Vite 5 to 7, whose dev server moves the package away from its files, add " +
      '`optimizeDeps: { exclude: ["reshelf"] }` to vite.config; elsewhere publish the package\'s `dist` with the page, or pass ' +
      `the file's address as \`${what === "GPU" ? "gpu.wasm" : "wasm"}\`.`,
  );
}

async function compiled(
  what: string,
  module: Promise<WebAssembly.Module>,
  isForeign: (message: string) => boolean,
): Promise<WebAssembly.Module> {
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
    throw new ReshelfError("wasm.compile", `The ${what} module ${fault(isForeign(message))} (${message}).`, {
      cause: error,
    });
  }
}

function fault(foreign: boolean): string {
  if (foreign) return "is no WebAssembly: pass the address or the bytes of the package's own .wasm file";
  if (!WebAssembly.validate(SIMD)) {
    return "does not compile: this browser lacks 128-bit SIMD, which all have had since Chrome 91, Firefox 89 and Safari 16.4";
  }
  return "does not compile: the file is cut off or not the package's own; fetch or copy it again";
}

/** The smallest module with an instruction of 128-bit SIMD: (func (result v128) (i8x16.popcnt (i8x16.splat (i32.const 0)))). */
// biome-ignore format: bytes in rows
const SIMD = /* @__PURE__ */ new Uint8Array([
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11,
]);
