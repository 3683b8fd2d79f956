// Where the package's own files lie. At the top, as the bundle is that ships: these addresses hold for both. Bundlers recognise
// the forms `new URL("...", import.meta.url)` and `import("...")`, and publish the files with the page.
import { within } from "./waiting.js";

/** Milliseconds after which a part of the package that does not arrive counts as missing: nothing that a page waits for hangs on one. */
const PATIENCE = 10_000;

/** A part, once it is here. One that has no such function is of another build, as a cache may mix them, or put there by a blocker. */
async function part<T>(coming: Promise<T>, name: keyof T): Promise<T> {
  const came = await within(coming, null, PATIENCE, "it does not arrive");
  if (typeof came[name] !== "function") throw "it is of another build";
  return came;
}

/** The engine's module for 128-bit SIMD, which runs everywhere. */
export const engineWasm = () => new URL("./engine/reshelf_bg.wasm", import.meta.url);

/** The same with relaxed SIMD. */
export const relaxedEngineWasm = () => new URL("./engine/reshelf_relaxed_bg.wasm", import.meta.url);

/** The first of them in text, where no file can be fetched or read. */
export const importInline = () => import("./engine/inline.js");

/** The module that reads pages; service workers fetch it, other hosts of `reshelf/edge` are handed it. */
export const htmlWasm = () => new URL("./html/reshelf_html_bg.wasm", import.meta.url);

/** The sentences for what goes wrong. */
export const importWords = () => part(import("./words/index.js"), "sentence");

/** What finds items in the whole catalogue. */
export const importRetrieve = () => part(import("./retrieve/index.js"), "openFinder");

/** What decides between the CPU and a GPU. */
export const importScan = () => part(import("./scan/index.js"), "openScanner");

/** What brings rows of items that the model's table does not hold. */
export const importPrepare = () => part(import("./prepare/index.js"), "PageRows");

/** What looks for mistakes of a page that puts the package in. */
export const importDoctor = () => part(import("./doctor/index.js"), "doctor");

/** What checks a model's hash, and keeps models. */
export const importCache = () => part(import("./cache/index.js"), "bring");

/** What arranges lists by policies, for a worker that is handed one. */
export const importSlate = () => part(import("./slate/index.js"), "policy");

/** What keeps a session beyond its page. */
export const importSession = () => part(import("./session/index.js"), "openKeeper");
