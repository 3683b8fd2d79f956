// Fetches and starts the GPU module, once per page or worker, and only when somebody chose it.
import { ReshelfError } from "../errors.js";
import type { GpuCatalogue } from "../gpu/reshelf_gpu.js";
import type { GpuFiles } from "../types.js";

/** Compiles the GPU module, from where the shop says or else from an address beside the package's own files. */
export type CompileGpu = (wasm: GpuFiles["wasm"], beside: () => URL) => Promise<WebAssembly.Module>;

/** The running GPU module. It has a memory of its own, apart from the engine's. */
export interface GpuModule {
  readonly GpuCatalogue: Pick<typeof GpuCatalogue, "open">;
}

// All rerankers of a page share one instance, since the generated glue holds one. Set by the first use, never at import.
let started: Promise<GpuModule> | undefined;

export function loadGpuModule(files: GpuFiles | undefined, compile: CompileGpu): Promise<GpuModule> {
  started ??= load(files, compile).catch((error: unknown) => {
    started = undefined; // Another reranker may try again.
    throw error;
  });
  return started;
}

async function load(files: GpuFiles | undefined, compile: CompileGpu): Promise<GpuModule> {
  // Bundlers recognise the form `new URL("...", import.meta.url)`, and publish the file.
  const beside = () => new URL("../gpu/reshelf_gpu_bg.wasm", import.meta.url);
  const [module, glue] = await Promise.all([compile(files?.wasm, beside), loadGlue(files?.glue)]);
  await glue.default({ module_or_path: module });
  return glue;
}

async function loadGlue(glue: GpuFiles["glue"]): Promise<typeof import("../gpu/reshelf_gpu.js")> {
  try {
    // Not `import("...")`: outputs of one file, as those of workers, would have it in them.
    const address = String(glue ?? new URL("../gpu/reshelf_gpu.js", import.meta.url));
    return await import(/* webpackIgnore: true */ /* @vite-ignore */ address);
  } catch (error) {
    throw new ReshelfError(
      "gpu.glue",
      `its JavaScript, gpu/reshelf_gpu.js, cannot be imported (${(error as Error)?.message ?? error}): publish the package's ` +
        "`dist/gpu` with the page, so that it is not a web page that answers there, or pass its address as `gpu.glue`",
      { cause: error },
    );
  }
}
