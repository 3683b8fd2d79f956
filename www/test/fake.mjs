// A stand-in for the engine with the same surface: it ranks what was observed first, the rest in the server's order, and
// finds in its table what stands near the last item that was observed. It lets the facade's own rules be tested alone:
// buffers that move, modules that trap, rows that are refused. fake_gpu.mjs has the GPU that goes with it.

import { choice, openFinder, readyReranker, Scanner } from "../dist/internals.js";
import { arrange } from "./arrange_reference.mjs";

const UNKNOWN = 0xffffffff;
const PAGE = 65536;

/** Codes in a row of the stand-in's table. */
export const DIMENSION = 16;

/** The key of a row for a session that saw the item `last` last: the nearer, the larger; ties abound. */
export const nearness = (last, row) => Math.fround(1 / (1 + (Math.abs(last - row) >> 1)));

const floatBits = new DataView(new ArrayBuffer(4));
export function bitsOf(number) {
  floatBits.setFloat32(0, number);
  return floatBits.getUint32(0);
}

/** Rows 0 to `rows` by falling key, ties by the lower row. */
export function nearestRows(last, rows, count) {
  const key = (row) => nearness(last, row);
  return Array.from({ length: rows }, (_, row) => row)
    .sort((a, b) => key(b) - key(a) || a - b)
    .slice(0, count);
}

export class FakeEngine {
  relaxed = false;
  modelVersion = "test";
  crossings = 0;
  composes = true;
  composed = [];
  freed = 0;
  trapNext = false;
  generation = 0;
  #ids = new Map();
  #names = [];
  #events = [];
  #nextEvent = 1;
  #heap;
  #nameOf;
  dimension = DIMENSION;
  narrow = false;
  /** Called with the kind of work before it is done: tests let it take time. */
  onWork = () => undefined;
  scans = 0;

  constructor(
    items = 50,
    heap = { memory: new WebAssembly.Memory({ initial: 1 }), top: 64 },
    nameOf = (row) => `item-${row}`,
  ) {
    this.#heap = heap;
    this.#nameOf = nameOf;
    this.memory = heap.memory;
    for (let i = 0; i < items; i++) this.#name(nameOf(i));
    this.items = items;
    this.answerAt = this.#allocate(8);
    this.codes = this.#allocate(items * DIMENSION);
    this.scales = this.#allocate(items * 4);
    const codes = new Uint8Array(this.memory.buffer, this.codes, items * DIMENSION);
    for (let row = 0; row < items; row++) codes[row * DIMENSION] = row % 128;
    new Float32Array(this.memory.buffer, this.scales, items).fill(0.5);
  }

  table() {
    return Uint32Array.of(DIMENSION, 0, this.codes, this.scales);
  }

  /** Set by tests: what the engine throws when it reads its model. */
  damage = null;
  prepared = 0;

  prepare() {
    this.prepared += 1;
    if (this.damage !== null) throw this.damage;
  }

  #name(id) {
    this.#ids.set(id, this.#names.length);
    return this.#names.push(id) - 1;
  }

  #allocate(bytes) {
    const at = this.#heap.top;
    this.#heap.top += Math.ceil(bytes / 8) * 8;
    const missing = this.#heap.top - this.memory.buffer.byteLength;
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

  /** A new, empty session in the same memory; the stand-in makes its table anew. */
  session() {
    this.#trap();
    return Object.assign(new FakeEngine(this.items, this.#heap, this.#nameOf), { composes: this.composes });
  }

  resolve(ids, lengths) {
    this.#trap();
    this.crossings += 1;
    let at = 0;
    const decoder = new TextDecoder();
    this.memory.grow(1); // Memory may grow in any call: views that were made before are detached.
    return Uint32Array.from(
      lengths,
      (length) => this.#ids.get(decoder.decode(ids.subarray(at, (at += length)))) ?? UNKNOWN,
    );
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
    if (description.some((part) => part !== "" && !Number.isNaN(part))) this.composed.push([id, ...description]);
    return this.#ids.get(id) ?? this.#name(id);
  }

  /** Of an item of the table, or one that is described; without a price. */
  row(handle) {
    const has = handle < this.items || this.composed.some(([id]) => this.#ids.get(id) === handle);
    return new Uint8Array(has ? 26 : 0).fill(128);
  }

  /** As a model without clusters. */
  cluster() {
    this.#trap();
    return 0;
  }

  subject(what, text) {
    return this.compose(`\u0002${"qcb"[what]}${text}`, "", "", NaN, "");
  }

  observe(item, kind, at, amount, list) {
    this.#trap();
    this.#events.push([this.#nextEvent, item, kind, at, item < this.items ? 1 : 0, amount, list]);
    return this.#nextEvent++;
  }

  #drop(keep) {
    const before = this.#events.length;
    this.#events = this.#events.filter(keep);
    return before - this.#events.length;
  }

  forget(what, ofItem) {
    return this.#drop(([number, item]) => (ofItem ? item : number) !== what);
  }

  forgetBetween(from, to) {
    return this.#drop(([, , , at]) => at < from || at > to);
  }

  forgetAll() {
    this.letGo(() => true);
    return this.#drop(() => false);
  }

  /** Lets go of items outside the table: their handles name nothing from here on. */
  letGo(which) {
    this.generation += 1;
    for (const [id, handle] of this.#ids) if (handle >= this.items && which(id)) this.#ids.delete(id);
  }

  /** Impressions and skips have the last numbers. */
  events(shown) {
    return Float64Array.from(this.#events.filter(([, , kind]) => kind >= 13 === shown).flat());
  }

  profile() {
    return Float32Array.of(this.#events.length);
  }

  learners = "";

  learned() {
    return new Float32Array();
  }

  reserve(count) {
    this.candidates = this.#allocate(8 * count);
    this.serverScores = this.candidates + 4 * count;
    this.order = this.#allocate(4 * count);
    this.scores = this.#allocate(4 * count);
    return this.candidates;
  }

  /** Where the last answer lies, written to where the facade looks for it. */
  #answer(order, scores) {
    new Uint32Array(this.memory.buffer, this.answerAt, 2).set([order, scores]);
  }

  /** A server's list by what was seen; a collected one by what was seen, then by odd rows; or by nearness. */
  #score(item, how) {
    const last = this.#last();
    if (how === 2) return last === null || item >= this.items ? 0 : nearness(last, item);
    const seen = this.#events.some(([, of]) => of === item) ? 1 : 0;
    return how === 0 ? seen : seen + (item % 2) / 2;
  }

  #last() {
    const known = this.#events.filter(([, item]) => item < this.items);
    return known.length === 0 ? null : known.at(-1)[1];
  }

  #rankInto(begin, count, how) {
    const items = new Uint32Array(this.memory.buffer, this.candidates + 4 * begin, count);
    const scores = Float32Array.from(items, (item) => this.#score(item, how));
    const positions = Array.from({ length: count }, (_, i) => i).sort((a, b) => scores[b] - scores[a] || a - b);
    new Uint32Array(this.memory.buffer, this.order + 4 * begin, count).set(positions);
    new Float32Array(this.memory.buffer, this.scores + 4 * begin, count).set(scores);
  }

  #ranked() {
    this.#trap();
    this.ranks = (this.ranks ?? 0) + 1;
    this.#answer(this.order, this.scores);
  }

  rank(count, how) {
    this.#ranked();
    this.#rankInto(0, count, how);
    return this.#events.length > 0;
  }

  rankMany(lengths) {
    this.#ranked();
    let begin = 0;
    for (const length of lengths) {
      this.#rankInto(begin, length, 0);
      begin += length;
    }
    return this.#events.length > 0;
  }

  arrange(...given) {
    this.#trap();
    return arrange(...given);
  }

  #writeShortList(rows, score) {
    this.memory.grow(1);
    const [order, scores] = [this.#allocate(4 * rows.length), this.#allocate(4 * rows.length)];
    this.#answer(order, scores);
    new Uint32Array(this.memory.buffer, order, rows.length).set(rows);
    new Float32Array(this.memory.buffer, scores, rows.length).set(rows.map(score));
    return rows.length;
  }

  shortList(length) {
    this.#trap();
    this.scans += 1;
    this.onWork("scan");
    const last = this.#last();
    if (last === null)
      return this.#writeShortList(
        Array.from({ length: Math.min(length, this.items) }, (_, row) => row),
        (row) => 1 - row / 256,
      );
    return this.#writeShortList(nearestRows(last, this.items, length), (row) => nearness(last, row));
  }

  scanSession() {
    const last = this.#last();
    if (last === null) return new Uint8Array(0);
    const session = new Uint8Array(DIMENSION);
    new DataView(session.buffer).setUint32(0, last);
    return session;
  }

  scanCount(length) {
    return Math.min(length + 3, this.items);
  }

  shortListFrom(pairs, length, how) {
    this.#trap();
    const [rows, keyBits] = [0, 1].map((odd) => pairs.filter((_, i) => i % 2 === odd));
    const last = this.#last();
    const wrong =
      last === null ||
      rows.length !== this.scanCount(length, how) ||
      rows.some((row, i) => keyBits[i] !== bitsOf(nearness(last, row)));
    return wrong ? UNKNOWN : this.#writeShortList([...rows].slice(0, length), (row) => nearness(last, row));
  }

  answerPointer() {
    return this.answerAt;
  }

  get orderAt() {
    return new Uint32Array(this.memory.buffer, this.answerAt, 2)[0];
  }

  snapshot() {
    return new TextEncoder().encode(JSON.stringify(this.#events));
  }

  restore(snapshot) {
    this.forgetAll();
    try {
      const events = JSON.parse(new TextDecoder().decode(snapshot));
      this.#events = events.map(([, ...rest]) => [this.#nextEvent++, ...rest]);
      return events.length;
    } catch {
      throw Object.assign(new Error("not a snapshot"), { code: "snapshot.foreign" });
    }
  }
}

/** A reranker over a stand-in engine; `scan` adds to a setting that knows only the CPU. */
export function rerankerOver(engine, scan = {}) {
  const host = { now: () => 0, whenIdle: () => undefined, after: () => () => undefined };
  const load = () => Promise.reject(new Error("no GPU module here"));
  const { noGpu, ...setting } = {
    backend: "auto",
    noGpu: "no GPU here",
    host,
    load,
    verdicts: new choice.Verdicts(),
    ...scan,
  };
  const loaded = {
    module: { memory: engine.memory, broken: false },
    backend: "fake",
    info: { version: engine.modelVersion, items: engine.items, bytes: 0 },
    scan: { backend: setting.backend, noGpu, open: async (context) => new Scanner(context, setting) },
    find: async () => ({ openFinder }),
    disposed: false,
    feedback: true,
    readers: [({ id }) => id, ({ id }) => id],
  };
  return readyReranker(loaded, engine);
}

export function fakeReranker(items) {
  const engine = new FakeEngine(items);
  return { engine, reranker: rerankerOver(engine) };
}
