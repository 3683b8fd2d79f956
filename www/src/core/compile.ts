// Compiles a WebAssembly module of the package, the engine's or the GPU's, and collects what tells what is wrong where it cannot.
import { messageOf, missing, Refusal } from "../errors.js";
import type { LoadOptions } from "../types.js";
import { bytesOf, contentType, headOf, isResponse, kindOf } from "./shape.js";
import { type Open, opened } from "./source.js";

/** The address of a file of the package. Where modules have none themselves (workerd), nothing lies beside them. */
export function besidePackage(option: "wasm" | "gpu.wasm", address: () => URL): URL {
  if (typeof URL !== "function") throw missing("URL");
  try {
    return address();
  } catch {
    throw new Refusal("wasm.address", { name: option });
  }
}

/** Compiles a module of ours from wherever it is. */
export async function compileModule(
  what: "engine" | "GPU",
  wasm: NonNullable<LoadOptions["wasm"]>,
  open: Open,
): Promise<WebAssembly.Module> {
  assertWebAssembly();
  const kind = kindOf(wasm);
  if (kind === "WebAssembly.Module") return wasm as WebAssembly.Module;
  const [source, name] = await opened("wasm", wasm, open, undefined);
  const type = isResponse(source) ? contentType(source) : "";
  let head = "";
  try {
    // Not streamed: what has compiled by the time that the bytes are there is ready before the model is, and what was read can be told.
    const bytes = bytesOf(isResponse(source) ? await source.arrayBuffer() : source);
    if (bytes) {
      head = headOf(bytes);
      // A copy: engines refuse to compile memory that others may write to.
      return await WebAssembly.compile(new Uint8Array(bytes));
    }
  } catch (error) {
    if (error instanceof Refusal) throw error;
    const why = messageOf(error);
    const blocked = /content security policy|unsafe-eval|blocked|disallowed/i.test(why);
    throw new Refusal(blocked ? "wasm.blocked" : "wasm.compile", { what, name, why, type, head });
  }
  throw new Refusal("wasm.type", { what, kind });
}

export function assertWebAssembly(): void {
  if (typeof WebAssembly !== "object") throw new Refusal("wasm.unsupported", {});
}
