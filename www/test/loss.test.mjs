// GPUs that fail, hang, lie or go away, over a stand-in engine and a stand-in GPU: the CPU completes the call.
import assert from "node:assert/strict";
import { test } from "node:test";
import { callsAfter, deferred, FakeGpu, lost, onCpu, onGpu, settled, takes, withGpu } from "./fake_gpu.mjs";

test("whatever the GPU fails of, the same call is completed by the CPU, and the GPU is let go", async () => {
  for (const [name, fail] of [
    ["a rejection", () => Promise.reject(lost())],
    [
      "an exception",
      () => {
        throw lost();
      },
    ],
    ["memory", () => Promise.reject(Object.assign(new Error("out of memory"), { code: "gpu.memory" }))],
    ["a mapping failure", () => Promise.reject(new DOMException("mapping failed", "OperationError"))],
    ["something odd", () => Promise.reject(undefined)],
  ]) {
    const all = await onGpu();
    const { host, gpu, scan, retrieve } = all;
    gpu.onNearest = fail;
    assert.deepEqual((await retrieve()).ids, await onCpu(all), name);
    const { answered, backend, why, losses } = scan();
    assert.deepEqual([answered, backend, losses], ["cpu", "cpu", 1], name);
    assert.match(why, /^the GPU was lost once \(.+\); trying again in 1 s$/);
    assert.equal(gpu.alive, 0, name);
    assert.equal(host.timers, 0, "no timer is left behind");
  }
});

test("a lost GPU is tried again later, in the background, after pauses that double up to five minutes", async () => {
  const all = await onGpu();
  const { host, gpu, scan, retrieve } = all;
  const pauses = [];
  gpu.onNearest = () => Promise.reject(lost());
  for (let loss = 1; loss <= 12; loss++) {
    await retrieve();
    assert.equal(scan().losses, loss);
    const opens = gpu.opens;
    let pause = 0;
    while (gpu.opens === opens) {
      await host.pass(500);
      pause += 500;
      assert.equal((await retrieve()).by, "cpu");
      assert.equal(gpu.opens, opens, "never in a call's way");
      await host.idle();
    }
    pauses.push(pause);
    assert.equal(scan().backend, "gpu");
  }
  assert.deepEqual(
    pauses,
    [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300].map((seconds) => seconds * 1000),
  );
  gpu.onNearest = () => undefined;
  assert.equal((await retrieve()).by, "gpu");
  await host.pass(60_000);
  gpu.onNearest = () => Promise.reject(lost());
  await retrieve();
  assert.match(scan().why, /lost 13 times .* in 1 s/, "one that worked for a minute starts afresh");
  assert.equal(gpu.loads, 1, "the module is fetched once");
  assert.equal(gpu.alive, 0);
});

test("a GPU that is lost between calls is noticed before it is asked", async () => {
  const all = await onGpu();
  all.gpu.catalogues[0].lost = true;
  assert.deepEqual((await all.retrieve()).ids, await onCpu(all));
  assert.equal(all.gpu.calls, 0);
  assert.equal(all.scan().losses, 1);
  assert.equal(all.gpu.alive, 0);
});

test("a GPU that is lost while it works is one loss, whoever notices first", async () => {
  const all = await onGpu();
  const { gpu, scan, retrieve } = all;
  gpu.onNearest = () => new Promise(() => undefined);
  const first = retrieve();
  await settled();
  gpu.catalogues[0].lost = true;
  const expected = await onCpu(all);
  assert.deepEqual((await retrieve()).ids, expected);
  assert.deepEqual((await first).ids, expected);
  assert.equal(scan().losses, 1);
});

test("a GPU that does not answer is not waited for, and its late answer changes nothing", async () => {
  for (const settle of ["resolve", "reject"]) {
    const all = await onGpu();
    const { host, gpu, scan, retrieve } = all;
    const call = deferred();
    gpu.onNearest = () => call.promise;
    let done = false;
    const answer = retrieve().then((result) => ((done = true), result));
    await host.pass(1999);
    assert.equal(done, false);
    await host.pass(1);
    assert.deepEqual((await answer).ids, await onCpu(all));
    assert.match(scan().why, /did not answer within 2000 ms/);
    assert.equal(gpu.alive, 0);
    call[settle](settle === "reject" ? lost() : undefined);
    await settled();
    assert.equal(gpu.alive, 0);
    assert.equal(scan().losses, 1);
    gpu.onNearest = () => undefined;
    await host.pass(1000);
    await retrieve();
    await host.idle();
    assert.equal((await retrieve()).by, "gpu");
  }
});

test("after a loss auto goes back to a GPU that has won, without measuring again", async () => {
  const all = withGpu();
  const { reranker, host, gpu, scan, retrieve } = all;
  takes(all, { cpu: 4, gpuFixed: 1 });
  reranker.observe({ id: "item-700" });
  await retrieve();
  await host.idle();
  gpu.onNearest = () => Promise.reject(lost());
  assert.equal((await retrieve()).by, "cpu");
  gpu.onNearest = () => undefined;
  const { opens, calls } = gpu;
  await host.pass(1000);
  await retrieve();
  await host.idle();
  assert.deepEqual([gpu.opens - opens, gpu.calls - calls], [1, 0]);
  assert.equal((await retrieve()).by, "gpu");
  assert.equal(scan().losses, 1);
});

test("a GPU that fails while it is measured leaves the CPU, and is measured again later", async () => {
  const all = withGpu();
  const { reranker, host, gpu, scan, retrieve } = all;
  takes(all, { cpu: 4, gpuFixed: 1 });
  const works = gpu.onNearest;
  gpu.onNearest = () => Promise.reject(lost());
  reranker.observe({ id: "item-700" });
  await retrieve();
  await host.idle();
  assert.equal(scan().backend, "cpu");
  assert.equal(gpu.alive, 0);
  gpu.onNearest = works;
  await host.pass(29_000);
  await retrieve();
  await host.idle();
  assert.equal(scan().measured, null, "not before half a minute is over");
  await host.pass(2000);
  await retrieve();
  await host.idle();
  assert.equal((await retrieve()).by, "gpu");
});

test("a session that is forgotten while the GPU is measured ends that, and a later one is measured", async () => {
  const all = withGpu();
  const { reranker, host, gpu, scan, retrieve } = all;
  takes(all, { cpu: 4, gpuFixed: 1 });
  const works = gpu.onNearest;
  reranker.observe({ id: "item-700" });
  await retrieve();
  gpu.onNearest = () => void reranker.forget();
  await host.idle();
  assert.deepEqual([scan().measured, scan().losses, gpu.alive], [null, 0, 0]);
  gpu.onNearest = works;
  reranker.observe({ id: "item-700" });
  await host.pass(60_000);
  await retrieve();
  await host.idle();
  assert.equal(scan().backend, "gpu");
});

test("wrong keys cost the GPU its trust for the visit, in a call and in the probe", async () => {
  const wrong = (pairs) => ((pairs[1] ^= 1), pairs);
  const all = await onGpu();
  all.gpu.onAnswer = wrong;
  assert.deepEqual((await all.retrieve()).ids, await onCpu(all));
  assert.match(all.scan().why, /results were wrong/);
  const auto = withGpu();
  takes(auto, { cpu: 4, gpuFixed: 1 });
  auto.gpu.onAnswer = wrong;
  auto.reranker.observe({ id: "item-700" });
  await auto.retrieve();
  await auto.host.idle();
  assert.match(auto.scan().why, /results were wrong/);
  for (const { host, gpu, scan, retrieve } of [all, auto]) {
    const { opens } = gpu;
    await host.pass(1e7);
    assert.equal((await retrieve()).by, "cpu");
    await host.idle();
    assert.deepEqual([gpu.opens, gpu.alive, scan().backend], [opens, 0, "cpu"]);
  }
});

test("too few or too many rows are as wrong as wrong keys", async () => {
  for (const change of [
    (pairs) => pairs.subarray(2),
    (pairs) => Uint32Array.of(...pairs, 1, 1),
    () => new Uint32Array(0),
    (pairs) => pairs.subarray(1),
  ]) {
    const all = await onGpu();
    all.gpu.onAnswer = change;
    assert.deepEqual((await all.retrieve()).ids, await onCpu(all));
    assert.equal(all.scan().backend, "cpu");
  }
});

test("a GPU module that traps takes nothing with it, and is not used again", async () => {
  for (const where of ["onNearest", "onOpen"]) {
    const all = withGpu({ items: 2000, backend: "gpu" });
    all.reranker.observe({ id: "item-700" });
    all.gpu[where] = () => {
      throw new WebAssembly.RuntimeError("unreachable");
    };
    await all.host.idle();
    assert.deepEqual((await all.retrieve()).ids, await onCpu(all));
    assert.equal(all.reranker.info().status, "ready");
    assert.match(all.scan().why, /the GPU module stopped \(unreachable\)/);
    const { opens } = all.gpu;
    await all.host.pass(1e7);
    await all.retrieve();
    await all.host.idle();
    assert.equal(all.gpu.opens, opens);
  }
});

test("an engine that traps in the background costs the page nothing but the new order", async () => {
  const { engine, reranker, host, gpu, retrieve } = withGpu();
  reranker.observe({ id: "item-700" });
  await retrieve();
  engine.trapNext = true;
  await host.idle();
  assert.equal(reranker.info().status, "fallback");
  assert.equal(gpu.alive, 0);
  assert.deepEqual((await retrieve()).ids, []);
});

test("what a browser lacks it is not asked for again; what it had may come back", async () => {
  for (const [code, opens] of [
    ["gpu.unsupported", 1],
    ["gpu.adapter", 1],
    ["gpu.memory", 2],
    ["gpu.failed", 2],
  ]) {
    const all = withGpu({ items: 2000, backend: "gpu" });
    all.reranker.observe({ id: "item-700" });
    all.gpu.onOpen = () => {
      throw Object.assign(new Error("no adapter"), { code });
    };
    await all.host.idle();
    await all.host.pass(1000);
    await all.retrieve();
    await all.host.idle();
    assert.equal(all.gpu.opens, opens, code);
  }
  const all = await onGpu();
  all.gpu.onNearest = () => Promise.reject(lost());
  await all.retrieve();
  all.gpu.onOpen = () => {
    throw Object.assign(new Error("no adapter"), { code: "gpu.adapter" });
  };
  await all.host.pass(1000);
  await all.retrieve();
  await all.host.idle();
  assert.match(all.scan().why, /trying again in 2 s/);
});

test("a module that cannot be fetched is not asked for again", async () => {
  const gpu = new FakeGpu();
  gpu.onLoad = () => {
    throw new Error("gpu.wasm answered 404");
  };
  const { host, scan, retrieve, reranker } = withGpu({ items: 2000, backend: "gpu", gpu });
  reranker.observe({ id: "item-700" });
  for (let i = 0; i < 5; i++) {
    await host.idle();
    await host.pass(1e6);
    assert.equal((await retrieve()).by, "cpu");
  }
  assert.equal(gpu.loads, 1);
  assert.match(scan().why, /the GPU module cannot be used: gpu\.wasm answered 404/);
});

test("an upload under which the engine's memory moves is begun again", async () => {
  const { engine, host, gpu, scan } = withGpu({ items: 2000, backend: "gpu" });
  gpu.onOpen = () => gpu.opens < 3 && engine.memory.grow(1);
  await host.idle();
  assert.deepEqual([gpu.opens, scan().backend, scan().losses], [3, "gpu", 0]);
  const other = withGpu({ items: 2000, backend: "gpu" });
  other.gpu.onOpen = () => other.engine.memory.grow(1);
  await other.host.idle();
  assert.match(other.scan().why, /trying again in 1 s/);
  assert.equal(other.gpu.alive, 0);
});

test("dispose frees the GPU, whatever it is doing", async () => {
  const quiet = await onGpu();
  quiet.reranker.dispose();
  assert.equal(quiet.gpu.alive, 0);

  const busy = await onGpu();
  const call = deferred();
  busy.gpu.onNearest = () => call.promise;
  const answer = busy.reranker.retrieve({ k: 5 });
  await settled();
  busy.reranker.dispose();
  assert.equal(busy.engine.freed, 1);
  const late = callsAfter(busy.engine);
  call.resolve();
  assert.deepEqual(await answer, []);
  await settled();
  assert.deepEqual(late, [], "the engine is gone");
  assert.equal(busy.gpu.alive, 0);
  assert.equal(busy.host.timers, 0);

  const opening = withGpu({ items: 2000, backend: "gpu" });
  const open = deferred();
  opening.gpu.onOpen = () => open.promise;
  await settled();
  opening.reranker.dispose();
  open.resolve();
  await settled();
  assert.equal(opening.gpu.alive, 0);

  for (let step = 0; step < 40; step++) {
    const probing = withGpu();
    takes(probing, { cpu: 4, gpuFixed: 1 });
    probing.reranker.observe({ id: "item-700" });
    await probing.retrieve();
    let idles = 0;
    const whenIdle = probing.host.whenIdle.bind(probing.host);
    probing.host.whenIdle = (work) => whenIdle(() => (idles++ === step && probing.reranker.dispose(), work()));
    let late = [];
    probing.engine.free = () => (late = callsAfter(probing.engine));
    if (step % 2 === 1) {
      // In the middle of a call, not between two.
      probing.host.whenIdle = whenIdle;
      const nearest = probing.gpu.onNearest;
      probing.gpu.onNearest = (catalogue) => (idles++ === step >> 1 && probing.reranker.dispose(), nearest(catalogue));
    }
    await probing.host.idle();
    probing.reranker.dispose();
    await settled();
    assert.deepEqual(late, [], `step ${step}: the engine is gone`);
    assert.equal(probing.gpu.alive, 0, `step ${step}`);
  }
});

test("a hundred losses in a row: every order is right, and nothing is left behind", async () => {
  const all = await onGpu();
  const { host, gpu, reranker, scan, retrieve } = all;
  for (let loss = 1; loss <= 100; loss++) {
    reranker.observe({ id: `item-${(loss * 37) % 2000}` });
    const expected = await onCpu(all, { k: 7 });
    gpu.onNearest = () => undefined;
    assert.deepEqual(await retrieve({ k: 7 }).then(({ ids, by }) => [by, ids]), ["gpu", expected]);
    gpu.onNearest = () => Promise.reject(lost());
    assert.deepEqual(await retrieve({ k: 7 }).then(({ ids, by }) => [by, ids]), ["cpu", expected]);
    assert.deepEqual([scan().losses, gpu.alive, host.timers], [loss, 0, 0]);
    await host.pass(5 * 60_000);
    await retrieve();
    await host.idle();
    assert.equal(gpu.alive, 1);
  }
  assert.equal(gpu.loads, 1);
});
