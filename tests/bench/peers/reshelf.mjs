// Reshelf through its public API. The three builds are three packages to the page, since a page holds one engine of each
// package: two as a shop's build would bundle them, and the package's own files, beside which the GPU module lies.

import { idOf } from "./table.mjs";

const BUILDS = {
  simd128: { address: "/reshelf-simd128/", wasm: "engine/reshelf_bg.wasm", backend: "cpu" },
  relaxed: { address: "/reshelf-relaxed/", wasm: "engine/reshelf_relaxed_bg.wasm", backend: "cpu" },
  webgpu: { address: "/reshelf-webgpu/", wasm: "engine/reshelf_relaxed_bg.wasm", backend: "gpu" },
};

/** The peer for one build. Lists never leave the CPU, so the GPU takes part in scans alone. */
export function reshelf(build) {
  return {
    variants: { list: build === "webgpu" ? [] : ["rerank"], scan: ["retrieve"] },
    open: (table, _variant, job, count, artifact) => open(BUILDS[build], job, count, artifact),
  };
}

/** The GPU sets itself up in the background; so long we wait for it. */
const LONGEST_SET_UP_MS = 20_000;

async function open({ address, wasm, backend }, job, count, artifact) {
  const { loadReranker } = await import(`${address}index.js`);
  const reranker = await loadReranker({ model: new Uint8Array(artifact), wasm: address + wasm, backend });
  const { status, reason } = reranker.info();
  if (status !== "ready") throw new Error(reason.message);
  if (!reranker.retrieve) throw new Error("this build has neither retrieve() nor an order by similarity");
  const of = { limit: count, by: "similarity" };
  const all = { k: count, by: "similarity" };
  let event = null;
  const setSession = ({ id }) => {
    // Forgetting everything would forget the page's ids, too, which a shopper's next click does not.
    if (event !== null) reranker.forget({ event });
    event = reranker.observe({ id });
    if (event === null) throw new Error(reranker.info().ignored.reason.message);
  };
  if (backend === "gpu") {
    setSession({ id: idOf(0) });
    for (const begin = performance.now(); reranker.info().scan.answered !== "gpu"; ) {
      if (performance.now() - begin > LONGEST_SET_UP_MS) throw new Error(reranker.info().scan.why);
      await new Promise((done) => setTimeout(done, 50));
      await reranker.retrieve(all);
    }
  }
  return {
    setSession,
    list: (candidates) => reranker.rerank(candidates, of).map(({ candidate }) => candidate.id),
    scan: async () => (await reranker.retrieve(all)).map(({ id }) => id),
    backend() {
      const { backend: kernel, scan } = reranker.info();
      return job === "scan" ? { kernel, ...scan } : { kernel };
    },
    /** Whether the last call was answered by another device than the one that is measured. */
    strayed: () => job === "scan" && reranker.info().scan.answered !== backend,
    close: () => reranker.dispose(),
  };
}
