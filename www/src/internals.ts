// What the package's own tests reach of its inside, to put it over stand-ins. Built as the entries are, and not published.

export * as answer from "./answer.js";
export { besideEngine } from "./core/beside.js";
export { gpuCompiler } from "./core/load.js";
export { RELAXED_SIMD_PROBE, runsRelaxedSimd } from "./core/probe.js";
export { loadRerankerFrom, readyReranker } from "./core/reranker.js";
export { FEWEST_ITEMS, noGpuHere } from "./core/scanner.js";
export { openUrl } from "./core/source.js";
export { compile, engineModule, poison } from "./core/wasm.js";
export * as numbers from "./engine/numbers.js";
export * as errors from "./errors.js";
export * from "./index.js";
export * as ledger from "./privacy/ledger.js";
export * as respond from "./privacy/respond.js";
export * as choice from "./scan/choice.js";
export { Scanner } from "./scan/scanner.js";
export { openChannel } from "./session/channel.js";
export { openDevice } from "./session/device.js";
export { openKeeper } from "./session/keeper.js";
export * as parcel from "./session/parcel.js";
export { openTab } from "./session/tab.js";
