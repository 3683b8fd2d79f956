// Fetches and starts the GPU module, once per page or worker, and only when somebody chose it.
import { besidePackage, compileModule } from "../compile.js";
import { ReshelfError } from "../errors.js";
import type { GpuCatalogue } from "../gpu/reshelf_gpu.js";
import { addressText } from "../shape.js";
import type { Open } from "../source.js";
import type { GpuFiles } from "../types.js";

/** The running GPU module. It has a memory of its own, apart from the engine's. */
export interface GpuModule {
  readonly GpuCatalogue: Pick<typeof GpuCatalogue, "open">;
}

// All rerankers of a page share one instance, since the generated glue holds one. Set by the first use, never at import.
let started: Promise<GpuModule> | undefined;

export function loadGpuModule(files: GpuFiles | undefined, open: Open): Promise<GpuModule> {
  started ??= load(files, open).catch((error: unknown) => {
    started = undefined; // Another reranker may try again.
    throw error;
  });
  return started;
}

async function load(files: GpuFiles | undefined, open: Open): Promise<GpuModule> {
  // Bundlers recognise both forms, `import("...")` and `new URL("...", import.meta.url)`, and publish the files.
  const beside = () => new URL("../gpu/reshelf_gpu_bg.wasm", import.meta.url);
  const wasm = files?.wasm ?? besidePackage("gpu.wasm", beside);
  const [module, glue] = await Promise.all([compileModule("GPU", wasm, open, undefined), loadGlue(files?.glue)]);
  await glue.default({ module_or_path: module });
  return glue;
}

async function loadGlue(glue: GpuFiles["glue"]): Promise<typeof import("../gpu/reshelf_gpu.js")> {
  try {
    if (glue == null) return await import("../gpu/reshelf_gpu.js");
    return await import(/* webpackIgnore: true */ /* @vite-ignore */ addressText(glue));
  } catch (error) {
    throw new ReshelfError(
      "gpu.glue",
      `its JavaScript, gpu/reshelf_gpu.js, cannot be imported (${(error as Error)?.message ?? error}): publish the package's ` +
        "`dist/gpu` with the page, so that it is not a web page that answers there, or pass its address as `gpu.glue`",
      { cause: error },
    );
  }
}
