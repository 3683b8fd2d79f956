// Where the package's own files lie. At the top, as the bundle is that ships: these addresses hold for both. Bundlers recognise
// the forms `new URL("...", import.meta.url)` and `import("...")`, and publish the files with the page.

/** The engine's module for 128-bit SIMD, which runs everywhere. */
export const engineWasm = () => new URL("./engine/reshelf_bg.wasm", import.meta.url);

/** The same with relaxed SIMD. */
export const relaxedEngineWasm = () => new URL("./engine/reshelf_relaxed_bg.wasm", import.meta.url);

/** The first of them in text, where no file can be fetched or read. */
export const importInline = () => import("./engine/inline.js");

/** The module that reads pages; service workers fetch it, other hosts of `reshelf/edge` are handed it. */
export const htmlWasm = () => new URL("./html/reshelf_html_bg.wasm", import.meta.url);

/** The sentences for what goes wrong. */
export const importWords = () => import("./words/index.js");

/** What finds items in the whole catalogue. */
export const importRetrieve = () => import("./retrieve/index.js");

/** What decides between the CPU and a GPU. */
export const importScan = () => import("./scan/index.js");

/** What brings rows of items that the model's table does not hold. */
export const importPrepare = () => import("./prepare/index.js");

/** What looks for mistakes of a page that puts the package in. */
export const importDoctor = () => import("./doctor/index.js");

/** What checks a model's hash, and keeps models. */
export const importCache = () => import("./cache/index.js");

/** What keeps a session beyond its page. */
export const importSession = () => import("./session/index.js");
