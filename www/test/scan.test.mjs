// Who scans the catalogue, over a stand-in engine and a stand-in GPU: the choice, the probe, and sessions that change.
import assert from "node:assert/strict";
import { test } from "node:test";
import { choice, noGpuHere } from "../dist/internals.js";
import { deferred, FakeGpu, MANY, onCpu, onGpu, settled, takes, withGpu } from "./fake_gpu.mjs";

test("the CPU setting never fetches anything", async () => {
  const { reranker, host, gpu, scan, retrieve } = withGpu({ backend: "cpu" });
  reranker.observe({ id: "item-7" });
  for (let i = 0; i < 3; i++) assert.equal((await retrieve()).by, "cpu");
  await host.idle();
  assert.equal(gpu.loads, 0);
  assert.deepEqual(scan(), {
    backend: "cpu",
    why: 'backend "cpu" was asked for',
    answered: "cpu",
    measured: null,
    crossover: null,
    adapter: null,
    kernel: null,
    losses: 0,
  });
});

test("auto never fetches anything for a small catalogue, an empty session, or without WebGPU", async () => {
  for (const [name, options, why, event] of [
    ["small", { items: MANY - 1 }, /has 19,999 items/, "item-7"],
    ["empty", {}, /nothing is measured yet/, "nobody"],
    ["no WebGPU", { noGpu: noGpuHere() }, /no navigator\.gpu/, "item-7"],
  ]) {
    const { reranker, host, gpu, scan, retrieve } = withGpu(options);
    reranker.observe({ id: event });
    for (let i = 0; i < 3; i++) assert.equal((await retrieve()).by, "cpu", name);
    await host.idle();
    assert.equal(gpu.loads, 0, name);
    assert.match(scan().why, why);
  }
  const { host, gpu, scan } = withGpu({ backend: "gpu", noGpu: noGpuHere() });
  await host.idle();
  assert.equal(gpu.loads, 0);
  assert.match(scan().why, /no navigator\.gpu/);
});

test("auto answers on the CPU, measures in idle time, and then uses what was faster", async () => {
  for (const [cpu, gpuFixed, winner] of [
    [4, 1, "gpu"],
    [4, 4, "cpu"],
    [1, 4, "cpu"],
    [0, 0, "cpu"],
  ]) {
    const all = withGpu();
    const { engine, reranker, host, gpu, scan, retrieve } = all;
    takes(all, { cpu, gpuFixed });
    reranker.observe({ id: "item-700" });
    reranker.rerank(["item-1"]);
    await host.idle();
    assert.equal(gpu.loads, 0, "nothing before the first retrieve");
    const first = await retrieve();
    assert.equal(first.by, "cpu");
    await settled();
    assert.equal(gpu.loads, 0, "nothing before the page is idle");
    assert.match(scan().why, /being measured/);
    await host.idle();
    assert.equal(gpu.loads, 1);
    assert.deepEqual(scan().measured, { items: MANY, count: 203, cpu, gpu: gpuFixed });
    assert.equal(scan().backend, winner);
    assert.match(scan().why, new RegExp(`20,000 items: CPU ${cpu.toFixed(2)} ms, GPU ${gpuFixed.toFixed(2)} ms`));
    const [opens, scans] = [gpu.opens, engine.scans];
    for (let i = 0; i < 3; i++) {
      const { ids, by } = await retrieve();
      assert.equal(by, winner);
      assert.deepEqual(ids, first.ids);
    }
    await host.idle();
    assert.equal(gpu.opens, opens, "measured once");
    assert.equal(engine.scans - scans, winner === "cpu" ? 3 : 0);
    assert.equal(gpu.alive, winner === "gpu" ? 1 : 0, "a GPU that lost is let go");
    assert.equal(scan().adapter, winner === "gpu" ? "fake adapter" : null);
  }
});

test("one probe is made, however many calls come before it, and its first pair only warms up", async () => {
  const all = withGpu();
  const { engine, reranker, host, gpu, scan, retrieve } = all;
  reranker.observe({ id: "item-700" });
  for (let i = 0; i < 4; i++) await retrieve();
  let [scans, answers] = [0, 0];
  engine.onWork = () => (host.time += scans++ === 0 ? 1000 : 2 * (scans % 2) + 3);
  gpu.onNearest = () => void (host.time += answers++ === 0 ? 1000 : 1);
  await host.idle();
  assert.deepEqual([scans, answers], [8, 16], "seven pairs and one, then as many of a part");
  const { cpu, gpu: onGpu } = scan().measured;
  assert.deepEqual([cpu, onGpu], [3, 1]);
});

test("the crossover is told from the whole table and a part of it", async () => {
  for (const [cost, crossover] of [
    [{ cpu: 20, gpuFixed: 4, gpuRows: 12 }, 10_000],
    [{ cpu: 4, gpuFixed: 4, gpuRows: 2 }, 40_000],
    [{ cpu: 4, gpuFixed: 1, gpuRows: 4 }, null],
  ]) {
    const all = withGpu();
    takes(all, cost);
    all.reranker.observe({ id: "item-700" });
    await all.retrieve();
    await all.host.idle();
    const told = all.scan().crossover;
    if (crossover === null) assert.equal(told, null);
    else assert.ok(Math.abs(told - crossover) <= 1, `${told} is not ${crossover}`);
  }
});

test("what was measured serves every reranker of the page with such a catalogue", async () => {
  const verdicts = new choice.Verdicts();
  const [slow, fast] = [
    { cpu: 1, gpuFixed: 4 },
    { cpu: 4, gpuFixed: 1 },
  ];
  for (const [cost, loads] of [
    [slow, 0],
    [fast, 1],
  ]) {
    const items = cost === slow ? MANY : 2 * MANY;
    const first = withGpu({ verdicts, items });
    takes(first, cost);
    first.reranker.observe({ id: "item-700" });
    await first.retrieve();
    await first.host.idle();
    const second = withGpu({ verdicts, items });
    second.reranker.observe({ id: "item-700" });
    assert.equal((await second.retrieve()).by, "cpu", "the first retrieve is the CPU's");
    await second.host.idle();
    assert.deepEqual(
      [second.gpu.loads, second.gpu.opens, second.gpu.calls],
      [loads, loads, 0],
      "nothing is measured again",
    );
    assert.equal((await second.retrieve()).by, cost === slow ? "cpu" : "gpu");
  }
});

test("another adapter is measured for itself", async () => {
  const verdicts = new choice.Verdicts();
  const first = withGpu({ verdicts });
  takes(first, { cpu: 4, gpuFixed: 1 });
  first.reranker.observe({ id: "item-700" });
  await first.retrieve();
  await first.host.idle();
  const gpu = new FakeGpu();
  gpu.adapter = "another adapter";
  const second = withGpu({ verdicts, gpu });
  takes(second, { cpu: 4, gpuFixed: 8 });
  second.reranker.observe({ id: "item-700" });
  for (let i = 0; i < 3; i++) {
    await second.retrieve();
    await second.host.idle();
  }
  assert.equal(second.scan().measured.gpu, 8);
  assert.equal(second.scan().backend, "cpu");
});

test("a GPU that becomes slower than the CPU was is given up and measured again later", async () => {
  const all = withGpu();
  const { reranker, host, gpu, scan, retrieve } = all;
  takes(all, { cpu: 4, gpuFixed: 1 });
  reranker.observe({ id: "item-700" });
  await retrieve();
  await host.idle();
  takes(all, { cpu: 4, gpuFixed: 9 });
  const by = [];
  for (let i = 0; i < 12; i++) by.push((await retrieve()).by);
  assert.deepEqual(by, [...Array(8).fill("gpu"), ...Array(4).fill("cpu")]);
  assert.match(scan().why, /became slower/);
  await host.idle();
  const calls = gpu.calls;
  takes(all, { cpu: 4, gpuFixed: 1 });
  await host.pass(31_000);
  assert.equal((await retrieve()).by, "cpu");
  await host.idle();
  assert.ok(gpu.calls > calls);
  assert.equal((await retrieve()).by, "gpu");
  assert.equal(reranker.info().scan.losses, 0);
});

test("more items than the GPU can name are the CPU's to find", async () => {
  const { scan, retrieve } = await onGpu();
  assert.equal((await retrieve({ k: 1021 })).by, "gpu");
  assert.equal((await retrieve({ k: 1022 })).by, "cpu");
  assert.equal(
    (await retrieve({ k: 5, filter: (id) => id === "item-1999" })).by,
    "cpu",
    "the GPU began, the CPU widened",
  );
  assert.equal(scan().losses, 0);
});

test("a GPU that was asked for is set up at load and used as soon as it is ready", async () => {
  const opening = deferred();
  const { reranker, host, gpu, scan, retrieve } = withGpu({ items: 300, backend: "gpu" });
  gpu.onOpen = () => opening.promise;
  reranker.observe({ id: "item-7" });
  await settled();
  assert.equal(gpu.opens, 1);
  const first = await retrieve();
  assert.equal(first.by, "cpu");
  assert.equal(scan().backend, "cpu");
  assert.match(scan().why, /being set up/);
  opening.resolve();
  await host.idle();
  const { backend, why, adapter, kernel } = scan();
  assert.deepEqual(
    [backend, why, adapter, kernel],
    ["gpu", 'backend "gpu" was asked for', "fake adapter", "webgpu fake"],
  );
  const second = await retrieve();
  assert.equal(second.by, "gpu");
  assert.deepEqual(second.found, first.found);
  assert.deepEqual(
    [gpu.loads, gpu.opens],
    [1, 2],
    "the first retrieve moved the engine's memory, and the upload began again",
  );
});

test("both answer alike, for every k, filter and session", async () => {
  const all = await onGpu();
  for (const options of [
    { k: 1 },
    { k: 20 },
    { k: 300 },
    { k: 20, by: "similarity" },
    { k: 9, filter: (id) => id.endsWith("7") },
    { k: 9, by: "similarity", filter: (id) => id.endsWith("7") },
  ]) {
    for (const event of ["item-3", "item-1999", "item-700"]) {
      all.reranker.observe({ id: event });
      const { ids, by } = await all.retrieve(options);
      assert.deepEqual(ids, await onCpu(all, options));
      if (!options.filter) assert.equal(by, "gpu");
    }
  }
  assert.equal(all.scan().losses, 0);
});

test("an empty session is no business of the GPU's", async () => {
  const { reranker, gpu, retrieve } = await onGpu();
  reranker.forget();
  assert.equal((await retrieve()).by, "cpu");
  assert.equal(gpu.calls, 0);
});

test("a session that changes while the GPU works is answered as it is then", async () => {
  const changes = {
    observe: (reranker) => reranker.observe({ id: "item-1500" }),
    "forget an event": (reranker) => reranker.forget({ event: reranker.info().events.at(-1).event }),
    "forget an item": (reranker) => reranker.forget({ item: "item-701" }),
    "forget all": (reranker) => reranker.forget(),
    restore: (reranker) => reranker.restore(new TextEncoder().encode("[[1,40,0,0,1,0,0]]")),
    "a row that arrives": (reranker) => reranker.rerank([{ id: "new", row: new Uint8Array(4) }]),
  };
  for (const [name, change] of Object.entries(changes)) {
    const all = await onGpu();
    all.reranker.observe({ id: "item-701" });
    const call = deferred();
    all.gpu.onNearest = () => call.promise;
    const answer = all.retrieve();
    await settled();
    change(all.reranker);
    call.resolve();
    const { ids, by } = await answer;
    assert.equal(by, "cpu", name);
    assert.deepEqual(ids, await onCpu(all), name);
    assert.equal(all.scan().losses, 0, "the GPU did nothing wrong");
    all.gpu.onNearest = () => undefined;
    if (all.reranker.info().events.length > 0) assert.equal((await all.retrieve()).by, "gpu", name);
  }
});

test("calls that come while the GPU works are answered by the CPU at once", async () => {
  const all = await onGpu();
  const call = deferred();
  all.gpu.onNearest = () => call.promise;
  const [first, second] = [all.retrieve(), all.retrieve({ k: 300 })];
  assert.equal((await second).ids.length, 300);
  call.resolve();
  assert.deepEqual((await first).ids, await onCpu(all));
  assert.equal(all.gpu.calls, 1);
});
