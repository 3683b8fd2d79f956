// voy: a k-d tree in wasm. It indexes vectors beforehand and searches all of them, so that a list, which changes from
// page to page, needs an index of its own. That index is made beforehand and not counted, in voy's favour.
import * as glue from "voy-search/voy_search_bg.js";

export const variants = { list: ["index made beforehand, not counted"], scan: [] };
/** The dimension that is compiled into voy; shorter vectors end in zeros, which leaves all distances as they are. */
const DIMENSION = 768;

export async function open(table, _variant, _job, count) {
  const { instance } = await WebAssembly.instantiateStreaming(fetch("/peers/voy_search_bg.wasm"), {
    "./voy_search_bg.js": glue,
  });
  glue.__wbg_set_wasm(instance.exports);
  const { dimension } = table;
  const numbers = table.numbers();
  const indexes = new Map();
  const query = new Float32Array(DIMENSION);
  const index = (candidates) => {
    const embeddings = candidates.map(({ id, title }) => {
      const row = numbers.get(id);
      const vector = new Array(DIMENSION).fill(0);
      for (let at = 0; at < dimension; at++) vector[at] = table.vectors[row * dimension + at];
      return { id, title, url: id, embeddings: vector };
    });
    return new glue.Voy({ embeddings });
  };
  return {
    prepare(lists) {
      for (const list of lists) indexes.set(list, index(list));
    },
    setSession({ vector }) {
      query.set(vector);
    },
    list: (candidates) =>
      indexes
        .get(candidates)
        .search(query, count)
        .neighbors.map(({ id }) => id),
    close() {
      for (const one of indexes.values()) one.free();
    },
  };
}
