// The package's two homes for an engine: the thread that loads it, and a worker. Tests that await every answer run in both.
import { readFileSync } from "node:fs";
import { Worker } from "node:worker_threads";
import { loadReranker as loadHere } from "../dist/index.node.js";
import { loadReranker as loadThere } from "../dist/worker.node.js";

const thread = new URL("../dist/worker-thread.js", import.meta.url).href;
export const ENGINE = new Uint8Array(readFileSync(new URL("../dist/engine/reshelf_bg.wasm", import.meta.url)));

/** A worker of Node's with what the web's have: it runs `source`, the package's own thread when left out. */
export function webWorker(source = `await import(${JSON.stringify(thread)});`) {
  const text = `
    import { parentPort } from "node:worker_threads";
    globalThis.postMessage = (message, transfer) => parentPort.postMessage(message, transfer);
    globalThis.addEventListener = (type, listener) => parentPort.on(type, (data) => listener({ data }));
    ${source}`;
  const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(text)}`));
  const wrapped = { message: (data) => ({ data }), error: (error) => ({ message: error.message }) };
  return {
    postMessage: (message, transfer) => worker.postMessage(message, transfer),
    addEventListener: (type, listener) => worker.on(type, (given) => listener(wrapped[type](given))),
    terminate: () => worker.terminate(),
  };
}

let shared;

/** Loads in each home. The worker is one for all tests of a file, which end it. */
export const HOMES = {
  "the page": loadHere,
  "a worker": (options) => loadThere({ wasm: ENGINE, worker: (shared ??= webWorker()), ...options }),
};

export const endWorker = () => shared?.terminate();

/** What `info()` says once its reasons are in words: their sentences are fetched when there is something to say. */
export async function inWords(info) {
  for (let i = 0; i < 1000; i++) {
    const said = await info();
    if (!/docs\/errors\.md says more/.test(JSON.stringify(said))) return said;
    await new Promise((done) => setTimeout(done, 5));
  }
  throw new Error("the sentences have not arrived");
}
