// TensorFlow.js on its wasm backend, one thread.

import { setThreadsCount, setWasmPaths } from "@tensorflow/tfjs-backend-wasm";
import * as tf from "@tensorflow/tfjs-core";
import { idOf } from "./table.mjs";

export const variants = {
  list: ["rows times vector", "vector times rows"],
  scan: ["rows times vector", "vector times rows"],
};

export async function open(table, variant, job, count) {
  // One thread for everybody: the threaded build would be chosen in an isolated page.
  tf.env().set("WASM_HAS_MULTITHREAD_SUPPORT", false);
  setThreadsCount(1);
  setWasmPaths("/peers/");
  await tf.setBackend("wasm");
  const { dimension } = table;
  const all = tf.tensor2d(table.vectors, [table.rows, dimension]);
  const numbers = job === "list" ? table.numbers() : null;
  const places = (rows) => {
    const products =
      variant === "rows times vector"
        ? tf.matMul(rows, tf.tensor2d(session, [dimension, 1]))
        : tf.matMul(tf.tensor2d(session, [1, dimension]), rows, false, true);
    return tf.topk(tf.reshape(products, [-1]), count).indices.dataSync();
  };
  let session;
  return {
    setSession(next) {
      session = next.vector;
    },
    list(candidates) {
      const rows = new Int32Array(candidates.length);
      for (let at = 0; at < rows.length; at++) rows[at] = numbers.get(candidates[at].id);
      return tf.tidy(() =>
        Array.from(places(tf.gather(all, tf.tensor1d(rows, "int32"))), (place) => candidates[place].id),
      );
    },
    scan: () => tf.tidy(() => Array.from(places(all), idOf)),
    close: () => all.dispose(),
  };
}
