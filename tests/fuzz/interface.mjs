// Fuzzes the package's interface: random calls of several rerankers at once, with ids of every type, getters that call
// anything, lists that change or break off, rows and snapshots that are garbage, and sessions that end at any moment.
// Nothing may throw, lose a candidate, put one in a wrong place or stop an engine.
//
//   node tests/fuzz/interface.mjs [--calls N] [--minutes N] [--seed N]
//
// It prints what it did, or the seed of the fault and exits with 1. `make package` first.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { loadReranker } from "../../www/dist/index.node.js";
import { ODD } from "./values.mjs";

const MODEL = new URL("../golden/golden.safetensors", import.meta.url);

/** Makes `calls` calls, or as many as fit in so many milliseconds. Returns how many, and of how many candidates. */
export async function fuzz({ calls, milliseconds = Infinity, seed }) {
  const model = new Uint8Array(readFileSync(MODEL));
  const first = await loadReranker({ model, backend: "cpu" });
  assert.equal(first.info().status, "ready", first.info().reason?.message);
  const all = (await first.retrieve({ k: 1e6 })).map(({ id }) => id);
  const run = new Run(generator(seed), first, new Set(all));
  const end = performance.now() + milliseconds;
  while (run.calls < calls && performance.now() < end) await run.step();
  return { calls: run.calls, candidates: run.candidates };
}

class Run {
  calls = 0;
  candidates = 0;
  nesting = 0;
  live;
  snapshots = [];

  constructor(random, first, table) {
    this.random = random;
    this.first = first;
    this.live = [first];
    this.table = table;
    this.tableIds = [...table];
    this.oddNames = Object.keys(ODD);
  }

  chance(probability) {
    return this.random() < probability;
  }

  below(count) {
    return Math.floor(this.random() * count);
  }

  one(list) {
    return list[this.below(list.length)];
  }

  odd() {
    return ODD[this.one(this.oddNames)]();
  }

  reranker() {
    return this.one(this.live);
  }

  /** An id: mostly one of the model's, in any of its spellings. */
  id() {
    if (this.chance(0.06)) return this.odd();
    const id = this.chance(0.7)
      ? this.one(this.tableIds)
      : String(this.chance(0.5) ? 900_000 + this.below(300) : `new ${this.below(200)}`);
    const spelling = this.random();
    if (spelling < 0.6 || !/^\d+$/.test(id)) return spelling < 0.03 ? ` ${id}\n` : id;
    return spelling < 0.85 ? Number(id) : BigInt(id);
  }

  row() {
    if (this.chance(0.3)) return this.odd();
    const bytes = Uint8Array.from({ length: this.below(120) }, () => this.below(256));
    bytes.set([82, 2].slice(0, bytes.length));
    return this.chance(0.2) ? btoa(String.fromCharCode(...bytes)) : bytes;
  }

  /** Something of the caller's own that happens in the middle of a call. */
  anything() {
    if (this.nesting > 2 || this.chance(0.4)) return;
    this.nesting += 1;
    try {
      if (this.chance(0.2)) throw this.odd();
      this.one(Object.values(CALLS)).call(this);
    } finally {
      this.nesting -= 1;
    }
  }

  /** Puts a field on an object: a value, now and then an odd one, or behind a getter that does anything. */
  put(object, field, value) {
    const given = this.chance(0.04) ? this.odd() : value;
    if (this.chance(0.98)) object[field] = given;
    else Object.defineProperty(object, field, { enumerable: true, get: () => (this.anything(), given) });
  }

  object(frozen = this.chance(0.02)) {
    const object = {};
    this.put(object, "id", this.id());
    if (this.chance(0.5)) this.put(object, "score", this.chance(0.2) ? String(this.random()) : this.random());
    if (this.chance(0.1)) this.put(object, "row", this.row());
    if (this.chance(0.15)) this.put(object, "title", `Blue mug ${this.below(50)}`);
    if (this.chance(0.15)) this.put(object, "price", this.chance(0.3) ? "12.50" : this.below(500));
    if (this.chance(0.1)) this.put(object, "brand", this.below(9));
    return frozen ? Object.freeze(object) : object;
  }

  /** A list in some container, what is in it, and how much of it can be read at least. */
  list() {
    const length = this.chance(0.02) ? 400 + this.below(900) : this.below(40);
    const made = Array.from({ length }, () =>
      this.chance(0.05) ? this.odd() : this.chance(0.4) ? this.id() : this.object(),
    );
    if (this.chance(0.05) && length > 0) delete made[this.below(length)];
    const kind = this.random();
    if (kind < 0.75) return { list: [...made], made, least: length };
    if (kind < 0.8) return { list: Object.freeze([...made]), made, least: length };
    if (kind < 0.85)
      return {
        list: (function* () {
          yield* made;
        })(),
        made,
        least: length,
      };
    if (kind < 0.9) return { list: new Proxy([...made], {}), made, least: length };
    if (kind < 0.95) {
      const list = [...made];
      const change = this.one([() => list.pop(), () => list.push(1), () => list.reverse(), () => (list.length = 0)]);
      if (length > 0)
        list[0] = made[0] = {
          get id() {
            return (change(), 1);
          },
        };
      return { list, made, least: length };
    }
    const breaks = this.below(length + 1);
    const run = this;
    const list = (function* () {
      yield* made.slice(0, breaks);
      run.anything();
      throw run.odd();
    })();
    return { list, made, least: breaks };
  }

  limit() {
    return this.one([undefined, null, 0, 3, 10.5, 1e9, this.odd()]);
  }

  /** What came back of a list: every candidate once at most and at its place, and as many as were to be read. */
  check(ranked, { made, least }, limit) {
    this.candidates += ranked.length;
    const most = typeof limit === "number" && !Number.isNaN(limit) ? Math.max(0, Math.floor(limit)) : Infinity;
    if (this.nesting === 0)
      assert.ok(ranked.length >= Math.min(least, most), `${ranked.length} of ${least} came back, ${most} at most`);
    const met = new Set();
    ranked.forEach(({ candidate, score, rank, previousRank }, i) => {
      assert.equal(rank, i + 1);
      assert.ok(
        previousRank >= 1 && previousRank <= made.length && !met.has(previousRank),
        `previous rank ${previousRank}`,
      );
      met.add(previousRank);
      assert.ok(Object.is(candidate, made[previousRank - 1]), `place ${rank} holds another candidate`);
      assert.ok(Number.isFinite(score), `score ${score}`);
    });
  }

  /** A session that was packed and unpacked scores as it did, if all that it knows is in the table. */
  checkSnapshot(reranker) {
    const { events, status } = reranker.info();
    if (status !== "ready" || events.some(({ known, id }) => known && !this.table.has(id))) return;
    const other = this.first.session();
    assert.equal(other.restore(reranker.snapshot()), true, other.info().ignored.reason?.message);
    const list = Array.from({ length: 12 }, () => this.one(this.tableIds));
    assert.deepEqual(other.rerank(list), reranker.rerank(list));
    other.dispose();
  }

  async step() {
    this.calls += 1;
    this.one(Object.values(CALLS)).call(this);
    if (this.chance(0.03)) this.checkSnapshot(this.reranker());
    if (this.live.length > 4) this.live.splice(1, 1)[0].dispose();
    if (!this.chance(0.05)) return;
    await new Promise(setImmediate);
    for (const each of this.live) {
      const { status, reason } = each.info();
      assert.ok(status === "ready" || (status === "disposed" && each !== this.first), JSON.stringify(reason));
    }
  }
}

/** The calls, each with its checks; `this` is the run. The first reranker is never disposed of. */
const CALLS = {
  observe() {
    const event = this.object(false);
    if (this.chance(0.5)) this.put(event, "type", this.one(["view", "cart", "purchase", "teleport"]));
    if (this.chance(0.3)) this.put(event, "at", this.below(2 ** 40));
    const number = this.reranker().observe(this.chance(0.95) ? event : this.odd());
    assert.ok(number === null || Number.isInteger(number));
  },
  rerank() {
    const list = this.list();
    const limit = this.limit();
    const options = { limit, by: this.one([undefined, null, "model", "similarity", this.odd()]) };
    this.check(this.reranker().rerank(list.list, options), list, limit);
  },
  rerankMany() {
    const lists = Array.from({ length: this.below(6) }, () => this.list());
    const limit = this.limit();
    const ranked = this.reranker().rerankMany(
      lists.map(({ list }) => list),
      this.chance(0.5) ? { limit } : limit,
    );
    if (this.nesting === 0) assert.equal(ranked.length, lists.length);
    ranked.forEach((each, i) => this.check(each, { ...lists[i], least: 0 }, undefined));
  },
  retrieve() {
    const filter = this.one([undefined, null, () => this.chance(0.9), () => (this.anything(), true)]);
    const k = this.chance(0.8) ? this.below(30) : this.odd();
    const thrown = (error) => filter == null && assert.fail(`rejected with ${error?.stack}`);
    this.reranker()
      .retrieve({ k, filter, by: this.one([null, "model", "similarity"]) })
      .then((found) => {
        assert.equal(new Set(found.map(({ id }) => id)).size, found.length);
        for (const { id } of found) assert.ok(this.table.has(id));
      }, thrown);
  },
  forget() {
    const what = this.one([
      { event: this.below(50) },
      { item: this.id() },
      { id: this.id() },
      this.id(),
      this.odd(),
      undefined,
    ]);
    assert.ok(Number.isInteger(this.reranker().forget(what)));
  },
  consent() {
    const choice = {};
    for (const field of ["store", "share"]) if (this.chance(0.7)) this.put(choice, field, this.chance(0.5));
    assert.equal(this.reranker().consent(this.chance(0.9) ? choice : this.odd()), undefined);
  },
  info() {
    JSON.stringify(this.reranker().info());
    JSON.stringify(this.reranker().cluster());
  },
  doctor() {
    // It reads all that the session has met: once in a while.
    if (this.nesting > 0 || this.chance(0.9)) return;
    const each = this.reranker();
    each.doctor().then((findings) => {
      assert.ok(!findings.some(({ code }) => code === "doctor.module"), JSON.stringify(each.info().refused));
      for (const { examples } of findings) assert.ok(examples.length <= 5 && examples.join("").length < 2000);
    }, assert.fail);
  },
  snapshot() {
    const snapshot = this.reranker().snapshot();
    if (snapshot !== null) this.snapshots[this.below(20)] = snapshot;
  },
  restore() {
    const kept = this.one(this.snapshots);
    if (kept === undefined || this.chance(0.2)) return void this.reranker().restore(this.odd());
    const bytes = kept.slice(0, this.chance(0.3) ? this.below(kept.length) : undefined);
    if (this.chance(0.3) && bytes.length > 0) bytes[this.below(bytes.length)] ^= 1 << this.below(8);
    this.reranker().restore(this.one([bytes, bytes.buffer, new DataView(bytes.buffer)]));
  },
  session() {
    if (this.live.length < 5) this.live.push(this.reranker().session());
    this.live = this.live.filter((each) => each === this.first || each.info().status === "ready");
  },
  dispose() {
    const each = this.reranker();
    if (each !== this.first && this.chance(0.5)) each.dispose();
  },
};

/** Numbers in 0..1 from a seed (mulberry32). */
function generator(seed) {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { values } = parseArgs({
    options: { calls: { type: "string" }, minutes: { type: "string" }, seed: { type: "string" } },
  });
  const seed = Number(values.seed ?? Date.now() & 0x7fffffff);
  const calls = Number(values.calls ?? (values.minutes === undefined ? 10_000 : Infinity));
  const report = (error) => {
    console.error(`fault, seed ${seed}:`, error);
    process.exit(1);
  };
  process.on("unhandledRejection", report);
  process.on("uncaughtException", report);
  const done = await fuzz({ calls, milliseconds: Number(values.minutes ?? Infinity) * 60_000, seed });
  console.log(`${done.calls} calls, ${done.candidates} candidates, seed ${seed}: no fault`);
}
