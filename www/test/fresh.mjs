// A Node without anything loaded in it: the engine's module is started once a process or worker, so that tests of how it is
// started need a worker of their own.
import { Worker } from "node:worker_threads";

const dist = new URL("../dist/", import.meta.url);

/**
 * Runs `use` in a new worker and returns what it returns. It is sent as text, and so sees nothing of the test but its one
 * argument: `data`, and the addresses of the package's entries for Node and for browsers, of what tests reach of its inside, and of its folder.
 */
export async function fresh(use, data = {}) {
  const at = (file) => new URL(file, dist).href;
  const workerData = {
    ...data,
    node: at("index.node.js"),
    browser: at("index.js"),
    internals: at("internals.js"),
    dist: dist.href,
  };
  const source = `
    import { parentPort, workerData } from "node:worker_threads";
    try { parentPort.postMessage({ result: await (${use})(workerData) }); }
    catch (error) { parentPort.postMessage({ error: String(error?.stack ?? error) }); }`;
  const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(source)}`), { workerData });
  try {
    const { result, error } = await new Promise((done, failed) => worker.once("message", done).once("error", failed));
    if (error !== undefined) throw new Error(error);
    return result;
  } finally {
    await worker.terminate();
  }
}
