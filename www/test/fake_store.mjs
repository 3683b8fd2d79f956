// Stand-ins for what a session is kept in and shared through: a disk that fails when it is told to, a wire that delivers late,
// a clock that is set by hand. Over them the keeper is the package's own, and so is the engine.
import { readFileSync } from "node:fs";
import { besideEngine, errors, loadRerankerFrom, openKeeper, openUrl } from "../dist/internals.js";

const model = readFileSync(new URL("../../tests/golden/golden.safetensors", import.meta.url));
const wasm = readFileSync(new URL("../dist/engine/reshelf_bg.wasm", import.meta.url));
const MOST_LATE = 16_384;
const MONTH = 30 * 24 * 60 * 60 * 1000;

/** Lets everything else run, so many times. */
export async function hops(count) {
  for (let i = 0; i < count; i++) await new Promise(setImmediate);
}

/** A device, or a tab: what several pages have in common. `lag` says how many turns each step of theirs takes. */
export class Place {
  now = 1_750_000_000_000;
  /** What is stored: null, or version, records, base, share, writer and when it was written. */
  kept = null;
  /** Every write that was done. */
  writes = [];
  /** Called before and after each operation of a store with its name: what it throws is thrown, what it returns is awaited there. */
  fault = () => undefined;
  #pages = new Set();
  #channels = new Set();
  #gone = new Set();
  /** Steps and messages that are on their way. */
  #underWay = 0;

  constructor({ kind = "device", lag = () => 0 } = {}) {
    this.kind = kind;
    this.lag = lag;
  }

  /** All that is stored, as text of one character a byte. */
  get text() {
    if (!this.kept) return "";
    return [this.kept.base ?? [], ...this.kept.records, ...this.kept.late]
      .map((bytes) => String.fromCharCode(...bytes))
      .join("|");
  }

  /** Loads a reranker here, as a page does. */
  async load(options = {}) {
    let turns;
    const platform = {
      now: () => this.now,
      open: (gone) => this.#store(gone),
      channel: (hear) => this.#channel(hear),
      watch: (given) => ((turns = given), () => undefined),
    };
    const keepers = async () => ({ openKeeper: (kind) => openKeeper(kind, platform) });
    const reranker = await loadRerankerFrom(
      { model, wasm, store: this.kind, backend: "cpu", ...options },
      { open: openUrl, engine: besideEngine, scan: null, keepers },
    );
    this.#pages.add(reranker);
    return Object.assign(reranker, { hide: () => turns.hide(), sleep: () => turns.sleep(), wake: () => turns.wake() });
  }

  /** Waits until nothing is left to be written or heard. */
  async settle() {
    for (let calm = 0; calm < 8; calm++) {
      await hops(1);
      for (const page of this.#pages) {
        const { kind, saved, reason } = page.info().store;
        if (kind !== "memory" && reason === null && !saved && page.info().status === "ready") calm = 0;
      }
      if (this.#underWay > 0) calm = 0;
    }
  }

  #store(gone) {
    const read = new Set();
    this.#gone.add(gone);
    const run = async (name, work) => {
      const step = async (when) => {
        this.#underWay += 1;
        try {
          await hops(this.lag());
          return this.fault(name, when);
        } finally {
          this.#underWay -= 1;
        }
      };
      await step("before");
      const result = work();
      await step("after");
      return result;
    };
    const wrote = (what) => {
      this.writes.push(what);
      this.kept.written = this.now;
    };
    return {
      shared: this.kind === "device",
      read: (choice, claims) =>
        run("read", () => {
          if (this.kept && this.now - this.kept.written > MONTH) this.kept = null;
          if (!this.kept && !choice) return null;
          this.kept ??= {
            version: Math.floor(Math.random() * 2 ** 40),
            records: [],
            late: [],
            base: null,
            share: false,
            writer: 0,
          };
          if (choice) {
            this.kept.share = choice.share;
            wrote("choice");
          }
          const { version, records, late, base, share } = this.kept;
          const writer = claims && this.kind === "device" ? ++this.kept.writer : 0;
          const all = [...(base ? [base] : []), ...records, ...late];
          // What cannot be decrypted is empty here.
          const parcels = all.filter((parcel) => parcel.length > 0);
          for (const each of late) read.add(each);
          const lost = parcels.length === all.length ? null : { code: "store.damaged", message: "" };
          return { mark: { version, count: records.length }, share, writer, parcels, late: late.length > 0, lost };
        }),
      append: (version, parcel) =>
        run("append", () => {
          if (this.kept?.version !== version) return -1;
          wrote("append");
          return this.kept.records.push(parcel.slice());
        }),
      replace: (seen, parcel) =>
        run("replace", () => {
          const { kept } = this;
          if (!kept || (seen && (kept.version !== seen.version || kept.records.length !== seen.count))) return null;
          if (seen && !kept.late.every((each) => read.has(each))) return null;
          wrote("replace");
          Object.assign(kept, { version: kept.version + 1, records: [], late: [], base: parcel?.slice() ?? null });
          return { version: kept.version, count: 0 };
        }),
      last: (parcel) => {
        if (parcel.length > MOST_LATE || !this.kept) return false;
        this.kept.late.push(parcel.slice());
        return true;
      },
      erase: () =>
        run("erase", () => {
          this.kept = null;
          for (const each of this.#gone) if (each !== gone) setImmediate(each);
        }),
      close: () => undefined,
    };
  }

  /** What one page says arrives at each other in the order in which it was said, and at no moment that is known before. */
  #channel(hear) {
    const channel = {
      hear,
      arrived: Promise.resolve(),
      post: (message) => {
        for (const other of this.#channels) {
          if (other === channel) continue;
          const copy = structuredClone(message);
          this.#underWay += 1;
          other.arrived = other.arrived.then(async () => {
            await hops(this.lag());
            this.#underWay -= 1;
            if (this.#channels.has(other)) other.hear(copy);
          });
        }
      },
      close: () => this.#channels.delete(channel),
    };
    this.#channels.add(channel);
    return channel;
  }

  /** Says something to everybody, as another version of the package would. */
  say(message) {
    for (const channel of this.#channels) channel.hear(structuredClone(message));
  }
}

/** As a browser throws it. */
export const failure = (name) => Object.assign(new errors.ReshelfError("store.failed", name), { name });

/** Numbers in 0..1 from a seed (mulberry32). */
export function generator(seed) {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
