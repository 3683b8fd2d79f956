// A stand-in for the engine with the same surface: it ranks what was observed first, the rest in the server's order.
// It lets the facade's own rules be tested alone: buffers that move, modules that trap, rows that are refused.
import { ModelReranker } from "../dist/reranker.js";

const UNKNOWN = 0xffffffff;
const PAGE = 65536;

export class FakeEngine {
  backend = "fake";
  modelVersion = "test";
  crossings = 0;
  composes = true;
  composed = [];
  freed = 0;
  trapNext = false;
  #ids = new Map();
  #names = [];
  #events = [];
  #nextEvent = 1;
  #top = 64;

  constructor(items = 50) {
    this.memory = new WebAssembly.Memory({ initial: 1 });
    for (let i = 0; i < items; i++) this.#name(`item-${i}`);
    this.items = items;
  }

  #name(id) {
    this.#ids.set(id, this.#names.length);
    return this.#names.push(id) - 1;
  }

  #allocate(bytes) {
    const at = this.#top;
    this.#top += Math.ceil(bytes / 8) * 8;
    const missing = this.#top - this.memory.buffer.byteLength;
    if (missing > 0) this.memory.grow(Math.ceil(missing / PAGE));
    return at;
  }

  #trap() {
    if (!this.trapNext) return;
    throw new WebAssembly.RuntimeError("unreachable");
  }

  free() {
    this.freed += 1;
  }

  resolve(ids, lengths) {
    this.#trap();
    this.crossings += 1;
    let at = 0;
    const decoder = new TextDecoder();
    this.memory.grow(1); // Memory may grow in any call: views that were made before are detached.
    return Uint32Array.from(lengths, (length) => this.#ids.get(decoder.decode(ids.subarray(at, (at += length)))) ?? UNKNOWN);
  }

  name(id) {
    return this.#ids.get(id) ?? this.#name(id);
  }

  itemId(handle) {
    return this.#names[handle];
  }

  addRow(id, row) {
    this.memory.grow(1);
    if (row.length !== 4) throw Object.assign(new Error("the row is cut off"), { code: "row.length" });
    return this.#ids.get(id) ?? this.#name(id);
  }

  compose(id, ...description) {
    this.memory.grow(1);
    this.composed.push([id, ...description]);
    return this.#ids.get(id) ?? this.#name(id);
  }

  eventKind(name) {
    return name === "add_to_cart" ? 1 : 6;
  }

  observe(item, kind, at) {
    this.#trap();
    this.#events.push([this.#nextEvent, item, kind, at, item < this.items ? 1 : 0]);
    return this.#nextEvent++;
  }

  #drop(keep) {
    const before = this.#events.length;
    this.#events = this.#events.filter(keep);
    return before - this.#events.length;
  }

  forget(event) {
    return this.#drop(([number]) => number !== event) > 0;
  }

  forgetItem(item) {
    return this.#drop(([, of]) => of !== item);
  }

  forgetAll() {
    this.#names.splice(this.items).forEach((id) => this.#ids.delete(id));
    return this.#drop(() => false);
  }

  events() {
    return Float64Array.from(this.#events.flat());
  }

  reserve(count) {
    this.candidates = this.#allocate(4 * count);
    this.serverScores = this.#allocate(4 * count);
    this.order = this.#allocate(4 * count);
    this.scores = this.#allocate(4 * count);
  }

  itemsPointer() {
    return this.candidates;
  }

  serverScoresPointer() {
    return this.serverScores;
  }

  rank(count) {
    this.#trap();
    const items = new Uint32Array(this.memory.buffer, this.candidates, count);
    const seen = new Set(this.#events.map(([, item]) => item));
    const score = (i) => (seen.has(items[i]) ? 1 : 0);
    const positions = Array.from({ length: count }, (_, i) => i).sort((a, b) => score(b) - score(a) || a - b);
    new Uint32Array(this.memory.buffer, this.order, count).set(positions);
    new Float32Array(this.memory.buffer, this.scores, count).set(Array.from({ length: count }, (_, i) => score(i)));
  }

  orderPointer() {
    return this.order;
  }

  scoresPointer() {
    return this.scores;
  }

  snapshot() {
    return new TextEncoder().encode(JSON.stringify(this.#events));
  }

  restore(snapshot) {
    try {
      this.#events = JSON.parse(new TextDecoder().decode(snapshot));
    } catch {
      throw Object.assign(new Error("not a snapshot"), { code: "snapshot.foreign" });
    }
  }
}

export function fakeReranker(items) {
  const engine = new FakeEngine(items);
  const clock = { fetch: 0, compile: 0, parse: 0 };
  return { engine, reranker: ModelReranker.ready(engine, engine.memory, 0, clock) };
}
