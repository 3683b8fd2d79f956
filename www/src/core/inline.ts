// The engine's module in text, for hosts where no file of the package can be fetched or read.
import { fromBase64 } from "../base64.js";
import { importInline } from "../files.js";
import { compileModule } from "./compile.js";
import type { Open } from "./source.js";

/** Compiles the build that runs everywhere. */
export async function inlineEngine(open: Open): Promise<WebAssembly.Module> {
  return compileModule("engine", fromBase64((await importInline()).default), open);
}
