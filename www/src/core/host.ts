// What differs from one entry of the package to another: each picks its own, and nothing else.
import type { importScan } from "../files.js";
import type { BringKeeper } from "./keep.js";
import type { Open } from "./source.js";

/** Brings in the engine's module where the caller hands none in. */
export type OwnEngine = (open: Open) => Promise<WebAssembly.Module>;

export interface Host {
  readonly open: Open;
  readonly engine: OwnEngine;
  /** Brings in what decides between the CPU and a GPU; null where the entry leaves that out. */
  readonly scan: typeof importScan | null;
  /** Brings in what keeps sessions, where that is not by `import()`. */
  readonly keepers?: BringKeeper;
}
