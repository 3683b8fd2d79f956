// The engine's two builds beside the package's own files: the faster one where it runs.
import { field } from "../errors.js";
import { engineWasm, relaxedEngineWasm } from "../files.js";
import { besidePackage, compileModule } from "./compile.js";
import { runsRelaxedSimd } from "./probe.js";
import type { Open } from "./source.js";

/** Set when the relaxed build turned out not to compile: no later load asks for it again. */
let relaxedFailed = false;

/** Compiles the faster build that this host can run. */
export async function besideEngine(open: Open): Promise<WebAssembly.Module> {
  const plain = besidePackage("wasm", engineWasm);
  if (!relaxedFailed && runsRelaxedSimd()) {
    try {
      return await compileModule("engine", relaxedEngineWasm(), open);
    } catch (error) {
      // Where one file is not published, neither is the other: asked for too, it would fail for the same cause.
      if (field(error, "code") !== "wasm.compile") throw error;
      relaxedFailed = true;
    }
  }
  return compileModule("engine", plain, open);
}
