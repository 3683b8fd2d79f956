// A stand-in for the GPU module, and a platform whose clock and idle time the test holds in hand.
import { choice } from "../dist/internals.js";
import { bitsOf, DIMENSION, FakeEngine, nearestRows, nearness, rerankerOver } from "./fake.mjs";

export const lost = (message = "the device was lost") => Object.assign(new Error(message), { code: "gpu.lost" });

/** The platform: time passes only when a test says so; idle work waits for `idle()`. */
export class FakeHost {
  time = 0;
  #idle = [];
  #timers = new Set();

  now() {
    return this.time;
  }

  whenIdle(work) {
    this.#idle.push(work);
  }

  after(delay, work) {
    const timer = { at: this.time + delay, work };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  get timers() {
    return this.#timers.size;
  }

  /** Lets time pass and calls what falls due. */
  async pass(milliseconds) {
    this.time += milliseconds;
    for (const timer of [...this.#timers]) {
      if (timer.at > this.time) continue;
      this.#timers.delete(timer);
      timer.work();
    }
    await settled();
  }

  /** Gives idle time until nothing asks for more. */
  async idle() {
    await settled();
    while (this.#idle.length > 0) {
      this.#idle.shift()();
      await settled();
    }
  }
}

/** Until all that promises have to do is done. */
export const settled = () => new Promise((done) => setImmediate(done));

/** The GPU and its module: what it does is set by the test. */
export class FakeGpu {
  adapter = "fake adapter";
  /** How often the module was fetched, tables were uploaded and calls were made. */
  loads = 0;
  opens = 0;
  calls = 0;
  /** Catalogues that were made and not yet freed. */
  alive = 0;
  /** Called before the work is done; it may take time, throw, or return a promise that is waited for. */
  onLoad = () => undefined;
  onOpen = () => undefined;
  onNearest = () => undefined;
  /** Changes an answer before it goes out. */
  onAnswer = (pairs) => pairs;
  catalogues = [];

  load = async () => {
    this.loads += 1;
    await this.onLoad();
    return { GpuCatalogue: { open: (...table) => this.#open(...table) } };
  };

  async #open(dimension, narrow, codes, scales, options) {
    this.opens += 1;
    await this.onOpen();
    if (dimension !== DIMENSION || narrow !== false || options !== null) throw new Error("not the engine's table");
    if (codes.length !== scales.length * DIMENSION) throw new Error("codes and scales do not fit");
    for (let row = 0; row < scales.length; row++) {
      if (codes[row * DIMENSION] !== row % 128 || scales[row] !== 0.5)
        throw new Error(`row ${row} is not the engine's`);
    }
    const catalogue = new FakeCatalogue(this, scales.length);
    this.catalogues.push(catalogue);
    return catalogue;
  }
}

class FakeCatalogue {
  kernel = "webgpu fake";
  lost = false;
  freed = false;
  #gpu;
  #rows;
  #gone;

  constructor(gpu, rows) {
    this.#gpu = gpu;
    this.#rows = rows;
    this.adapter = gpu.adapter;
    gpu.alive += 1;
  }

  get rows() {
    return this.#rows;
  }

  nearest(session, k) {
    if (this.freed) throw new Error("called after free");
    this.#gpu.calls += 1;
    const gone = new Promise((_, reject) => (this.#gone = reject));
    return Promise.race([this.#nearest(session, k), gone]);
  }

  async #nearest(session, k) {
    await this.#gpu.onNearest(this);
    const last = new DataView(session.buffer, session.byteOffset).getUint32(0);
    const pairs = nearestRows(last, this.#rows, k).flatMap((row) => [row, bitsOf(nearness(last, row))]);
    return this.#gpu.onAnswer(Uint32Array.from(pairs));
  }

  /** As the real one: a call under way rejects. */
  free() {
    if (this.freed) throw new Error("freed twice");
    this.freed = true;
    this.#gpu.alive -= 1;
    this.#gone?.(lost("the device was given back"));
  }
}

/** Items enough for `auto` to consider a GPU. */
export const MANY = 20_000;

/** A reranker with a GPU within reach, and all its parts. */
export function withGpu({
  items = MANY,
  backend = "auto",
  noGpu = null,
  verdicts = new choice.Verdicts(),
  host = new FakeHost(),
  gpu = new FakeGpu(),
} = {}) {
  const engine = new FakeEngine(items);
  const reranker = rerankerOver(engine, { backend, noGpu, host, load: gpu.load, verdicts });
  const scan = () => reranker.info().scan;
  /** A retrieve, and who answered it. */
  const retrieve = async (options = { k: 5 }) => {
    const found = await reranker.retrieve(options);
    return { found, ids: found.map(({ id }) => id), by: scan().answered };
  };
  return { engine, reranker, host, gpu, verdicts, scan, retrieve };
}

/** As `withGpu`, with a session and the GPU asked for and set up. */
export async function onGpu(options = {}) {
  const all = withGpu({ items: 2000, backend: "gpu", ...options });
  all.reranker.observe({ id: "item-700" });
  await all.host.idle();
  return all;
}

/** A promise and how to settle it. */
export function deferred() {
  const parts = {};
  parts.promise = new Promise((resolve, reject) => Object.assign(parts, { resolve, reject }));
  return parts;
}

/** Lets the engine's scans and the GPU's answers take so many milliseconds for the whole catalogue. */
export function takes({ engine, gpu, host }, { cpu, gpuFixed, gpuRows = 0 }) {
  engine.onWork = () => (host.time += cpu);
  gpu.onNearest = ({ rows }) => void (host.time += gpuFixed + (gpuRows * rows) / engine.items);
}

/** Notes every call of a freed engine: it would be answered by an exception, which nobody sees. */
export function callsAfter(engine) {
  const calls = [];
  for (const call of ["shortList", "shortListFrom", "scanSession", "scanCount", "itemId", "rank"])
    engine[call] = () => calls.push(call);
  return calls;
}

/** What the CPU alone answers to the same session. */
export async function onCpu(all, options = { k: 5 }) {
  const { reranker, retrieve } = withGpu({ items: all.engine.items, backend: "cpu" });
  for (const { id, type, at } of all.reranker.info().events) reranker.observe({ id, type, at });
  const { ids } = await retrieve(options);
  return ids;
}
