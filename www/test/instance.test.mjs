// One instance of the engine's module for a page: compiled once, and left behind when it traps.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { fresh } from "./fresh.mjs";

const artifact = readFileSync(new URL("../../tests/golden/golden.safetensors", import.meta.url));
const wasm = readFileSync(new URL("../dist/engine/reshelf_bg.wasm", import.meta.url));

/** In a worker of its own: loads as `loads` says, and counts what is asked for and compiled. */
async function counting({ browser, artifact, wasm, answers, loads }) {
  const count = { requests: 0, compiles: 0, instances: 0 };
  globalThis.fetch = async () => {
    count.requests += 1;
    const ok = answers.shift() ?? true;
    return { ok, status: ok ? 200 : 503, arrayBuffer: async () => wasm };
  };
  // Node's own fetch compiles a module, too: it is not counted.
  const { compile, instantiate } = WebAssembly;
  WebAssembly.compile = (bytes) => ((count.compiles += bytes.length === wasm.length ? 1 : 0), compile(bytes));
  WebAssembly.instantiate = (module, imports) => (
    (count.instances += "./reshelf_bg.js" in imports ? 1 : 0), instantiate(module, imports)
  );
  const { loadReranker } = await import(browser);
  const statuses = [];
  for (const together of loads) {
    const rerankers = await Promise.all(
      together.map((wasm) => loadReranker({ model: artifact, ...(wasm && { wasm }) })),
    );
    statuses.push(...rerankers.map((reranker) => reranker.info().status));
  }
  return { ...count, statuses: statuses.join() };
}

test("further rerankers fetch and compile nothing, one after the other and side by side", async () => {
  const run = (loads) => fresh(counting, { artifact, wasm, answers: [], loads });
  const once = { requests: 1, compiles: 1, instances: 1 };
  assert.deepEqual(await run([[null], [null], [null]]), { ...once, statuses: "ready,ready,ready" });
  assert.deepEqual(await run([[null, null]]), { ...once, statuses: "ready,ready" });
  assert.deepEqual(await run([["/a.wasm"], ["/b.wasm", null]]), { ...once, statuses: "ready,ready,ready" });
});

test("a module that did not arrive is asked for again by a later load, or by one that knows another place", async () => {
  const run = (answers, loads) => fresh(counting, { artifact, wasm, answers, loads });
  assert.deepEqual(await run([false], [["/a.wasm"], ["/a.wasm"]]), {
    requests: 2,
    compiles: 1,
    instances: 1,
    statuses: "fallback,ready",
  });
  assert.deepEqual(await run([false], [["/a.wasm", "/b.wasm"]]), {
    requests: 2,
    compiles: 1,
    instances: 1,
    statuses: "fallback,ready",
  });
  const all = await run([false, false], [["/a.wasm", "/a.wasm"]]);
  assert.deepEqual(all, { requests: 1, compiles: 0, instances: 0, statuses: "fallback,fallback" });
});

test("after a trap while a model is read, the next load has a new instance, and the old one goes on by itself", async () => {
  const { codes, same, compiles, ranks } = await fresh(
    async ({ internals, artifact, wasm }) => {
      const { loadReranker, engineModule } = await import(internals);
      const before = await loadReranker({ model: artifact, wasm });
      const first = await engineModule();
      const [{ id }] = await before.retrieve({ k: 1 });
      let compiles = 0;
      WebAssembly.compile = () => (compiles += 1);
      const { Engine } = first;
      first.Engine = class {
        constructor() {
          throw new WebAssembly.RuntimeError("unreachable");
        }
      };
      const broken = await loadReranker({ model: artifact, wasm });
      first.Engine = Engine;
      const after = await loadReranker({ model: artifact, wasm });
      const second = await engineModule();
      const ranks = [before, after].map((reranker) => (reranker.observe({ id }), reranker.rerank(["x", id]).length));
      return {
        codes: [broken, after].map((each) => each.info().reason?.code),
        same: first === second || first.memory === second.memory,
        compiles,
        ranks,
      };
    },
    { artifact, wasm },
  );
  assert.deepEqual(codes, ["engine.failed", undefined]);
  assert.equal(same, false);
  assert.equal(compiles, 0);
  assert.deepEqual(ranks, [2, 2]);
});

test("a load that waited while another one's model trapped does not enter that instance", async () => {
  const outcome = await fresh(
    async ({ internals, artifact, wasm }) => {
      const { loadReranker, engineModule } = await import(internals);
      (await loadReranker({ model: artifact, wasm })).dispose();
      const first = await engineModule();
      let entered = 0;
      first.Engine = class {
        constructor() {
          entered += 1;
          throw new WebAssembly.RuntimeError("memory access out of bounds");
        }
      };
      const loaded = await Promise.all([1, 2, 3].map(() => loadReranker({ model: artifact, wasm })));
      return { entered, statuses: loaded.map((each) => each.info().status).join() };
    },
    { artifact, wasm },
  );
  assert.deepEqual(outcome, { entered: 1, statuses: "fallback,ready,ready" });
});

test("an engine of an instance that was given up takes no other instance with it", async () => {
  const kept = await fresh(
    async ({ internals, artifact, wasm }) => {
      const { loadReranker, engineModule, poison } = await import(internals);
      await loadReranker({ model: artifact, wasm });
      const first = await engineModule();
      const [a, b] = [new first.Engine(artifact), new first.Engine(artifact)];
      poison(a);
      const second = await engineModule();
      poison(b);
      return first !== second && second === (await engineModule());
    },
    { artifact, wasm },
  );
  assert.equal(kept, true);
});

test("a finalizer that traps ends nothing: its instance is given up, and its other engines are left alone", async () => {
  const { threw, renewed, called } = await fresh(
    async ({ internals, artifact, wasm }) => {
      const finalizers = [];
      globalThis.FinalizationRegistry = class {
        constructor(free) {
          finalizers.push(free);
        }
        register() {}
        unregister() {}
      };
      const { loadReranker, engineModule } = await import(internals);
      await loadReranker({ model: artifact, wasm });
      const first = await engineModule();
      let threw = 0;
      const collect = (pointer) => {
        try {
          finalizers[0](pointer);
        } catch {
          threw += 1;
        }
      };
      collect(0xfffffff0); // No engine can lie there: the module traps.
      const renewed = (await engineModule()) !== first;
      let called = 0;
      collect({ valueOf: () => (called += 1) }); // What the module is called with is turned into a number.
      return { threw, renewed, called };
    },
    { artifact, wasm },
  );
  assert.deepEqual({ threw, renewed, called }, { threw: 0, renewed: true, called: 0 });
});
