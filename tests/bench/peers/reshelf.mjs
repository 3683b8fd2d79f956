// Reshelf through its public API. The three builds are three packages to the page: one is loaded under each address,
// since a page holds one engine of each package.

const BUILDS = {
  simd128: { address: "/reshelf/", wasm: "engine/reshelf_bg.wasm", backend: "cpu" },
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

async function open({ address, wasm, backend }, job, count, artifact) {
  const { loadReranker } = await import(`${address}index.js`);
  const reranker = await loadReranker({ model: new Uint8Array(artifact), wasm: address + wasm, backend });
  const { status, reason } = reranker.info();
  if (status !== "ready") throw new Error(reason.message);
  if (job === "scan" && !reranker.retrieve) throw new Error("this build has no retrieve()");
  const of = { limit: count, by: "similarity" };
  const all = { k: count, by: "similarity" };
  return {
    setSession({ id }) {
      reranker.forget();
      if (reranker.observe({ id }) === null) throw new Error(reranker.info().ignored.reason.message);
    },
    list: (candidates) => reranker.rerank(candidates, of).map(({ candidate }) => candidate.id),
    scan: async () => (await reranker.retrieve(all)).map(({ id }) => id),
    /** Which device and kernel answered: the GPU's figures must not be the CPU's. */
    backend: () => ({ kernel: reranker.info().backend, scan: reranker.info().scan ?? null }),
    close: () => reranker.dispose(),
  };
}
