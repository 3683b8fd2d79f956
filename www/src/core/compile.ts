// Compiles a WebAssembly module of the package, the engine's or the GPU's, and says what is wrong where it cannot.
import { messageOf, missing, ReshelfError } from "../errors.js";
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
    throw new ReshelfError("wasm.address", { option }, { cause: error });
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
  if (bytes === null) throw new ReshelfError("wasm.type", { what, kind: kindOf(wasm) });
  if (isPage(bytes)) throw page(what, name, "it begins with `<`");
  // A copy: engines refuse to compile memory that others may write to.
  return compiled(
    what,
    WebAssembly.compile(new Uint8Array(bytes)),
    () => !MAGIC.every((byte, at) => bytes[at] === byte),
  );
}

/** What every WebAssembly module begins with: "\0asm". */
const MAGIC = [0x00, 0x61, 0x73, 0x6d];

export function assertWebAssembly(): void {
  if (typeof WebAssembly === "object") return;
  throw new ReshelfError("wasm.unsupported", {});
}

function page(what: string, name: string, sign: string): ReshelfError {
  return new ReshelfError("wasm.compile", { what, name, sign });
}

async function compiled(
  what: string,
  module: Promise<WebAssembly.Module>,
  isForeign: (message: string) => boolean,
): Promise<WebAssembly.Module> {
  try {
    return await module;
  } catch (error) {
    const why = messageOf(error);
    const blocked = /content security policy|unsafe-eval|blocked|disallowed/i.test(why);
    const facts = { what, why, ...(isForeign(why) && { foreign: "yes" }) };
    throw new ReshelfError(blocked ? "wasm.blocked" : "wasm.compile", facts, { cause: error });
  }
}
