// Who scans a large catalogue, the CPU or a GPU: the one file that the rest of the package reaches, by `import()` and only when
// a page retrieves from one. `scanner` is the policy, `probe` the measurement, `choice` the arithmetic, `device` one table on
// one GPU, `module` the GPU's module, `host` the platform, `why` the words for `info()`. May use engine, gpu, errors and types.
import type { Backend, GpuFiles } from "../types.js";
import { Verdicts } from "./choice.js";
import { assertAdapter, platformHost } from "./host.js";
import { type CompileGpu, loadGpuModule } from "./module.js";
import { type ScanContext, Scanner } from "./scanner.js";

export { loadGpuModule } from "./module.js";
export type { Question } from "./probe.js";
export type { GpuScan, ScanContext, Scanner } from "./scanner.js";

/** What a reranker was loaded with. */
export interface ScanOptions {
  readonly backend: Backend;
  readonly gpu: GpuFiles | undefined;
  readonly compile: CompileGpu;
}

// All rerankers of a page share what was measured. Set by the first of them, never at import.
let verdicts: Verdicts | undefined;

export function openScanner(context: ScanContext, { backend, gpu, compile }: ScanOptions): Scanner {
  verdicts ??= new Verdicts();
  const load = async () => {
    await assertAdapter();
    return loadGpuModule(gpu, compile);
  };
  return new Scanner(context, { backend, host: platformHost(), load, verdicts });
}
