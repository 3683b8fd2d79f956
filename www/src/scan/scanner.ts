// The policy between the CPU, which is always there, and a GPU, which has to earn it.
import { MOST_NEAREST, NONE } from "../engine/numbers.js";
import type { Backend, ScanInfo } from "../types.js";
import { backOff, gpuWins, shapeClass, type Verdict, type Verdicts, Watch } from "./choice.js";
import { GpuDevice, type Table } from "./device.js";
import type { Host } from "./host.js";
import type { GpuModule } from "./module.js";
import { probe, type Question, type Scans } from "./probe.js";
import { explain } from "./why.js";

/** A GPU that has not answered within so many milliseconds is taken for lost, */
const PATIENCE = 2000;
/** and neither before so many times the CPU's time, where that is longer: a catalogue may be huge, a phone slow. */
const PATIENCE_FACTOR = 20;

/** After a probe that failed, or a GPU that slowed down, it is measured again at the earliest after so long, in ms; */
const FIRST_REPROBE = 30_000;
/** each further time twice as long, up to this. */
const LONGEST_REPROBE = 10 * 60_000;

/** What the scanner is told by whoever makes it. */
export interface ScanSetting {
  readonly backend: Backend;
  readonly host: Host;
  /** Fetches and starts the GPU module; called when it is first needed, if ever. */
  readonly load: () => Promise<GpuModule>;
  /** Measurements that are kept from one reranker of a page to the next. */
  readonly verdicts: Verdicts;
}

/** What the scanner needs of the reranker. */
export interface ScanContext {
  readonly engine: Scans & Table;
  readonly memory: WebAssembly.Memory;
  /** Moves whenever the session changes. */
  readonly revision: () => number;
  /** Told when the engine failed in the background, where it never should. */
  readonly onBroken: (error: unknown) => void;
}

/** Nearest rows that a GPU is finding; `answer` never rejects. */
export interface GpuScan {
  readonly question: Question;
  readonly shape: string;
  readonly revision: number;
  readonly begin: number;
  readonly answer: Promise<Uint32Array | null>;
}

export class Scanner {
  readonly #engine: Scans & Table;
  readonly #rows: number;
  readonly #revision: () => number;
  readonly #onBroken: (error: unknown) => void;
  readonly #backend: Backend;
  readonly #host: Host;
  readonly #verdicts: Verdicts;
  readonly #device: GpuDevice;
  #closed = false;
  /** Background work that waits for idle time or is under way; one thing at a time. */
  #working = false;
  /** The class of the last question, for `info`. */
  #shape: string | null = null;
  /** Whether the GPU has won in any class, and so is worth keeping. */
  #won = false;
  /** The watch over the GPU's times, and the class that it is for. */
  #watch: { readonly shape: string; readonly watch: Watch } | null = null;
  /** Whether the GPU was given up for having become slow. */
  #slowed = false;
  #setbacks = 0;
  #probeAt = 0;

  constructor({ engine, memory, revision, onBroken }: ScanContext, { backend, host, load, verdicts }: ScanSetting) {
    this.#engine = engine;
    this.#rows = engine.items;
    this.#revision = revision;
    this.#onBroken = onBroken;
    this.#backend = backend;
    this.#host = host;
    this.#verdicts = verdicts;
    this.#device = new GpuDevice(engine, memory, load, host);
    if (backend === "gpu") void this.#device.open(); // It was asked for, and is not waited for.
  }

  /** Has the GPU scan, if that is the better choice now; null if not. Begins what there is to do in the background. */
  ask(question: Question): GpuScan | null {
    if (this.#closed) return null;
    const count = this.#engine.scanCount(question.length, question.mode);
    if (!(count >= 1 && count <= MOST_NEAREST)) return null;
    const session = this.#engine.scanSession(question.mode);
    if (session.length === 0) return null;
    const [dimension = 0, narrow] = this.#engine.table();
    const shape = shapeClass({ rows: this.#rows, dimension, narrow: narrow === 1, count });
    this.#shape = shape;
    if (!this.#chooses(this.#device, question, shape)) return null;
    const revision = this.#revision();
    const begin = this.#host.now();
    const answer = this.#device.nearest(session, count, this.#patience(shape));
    return { question, shape, revision, begin, answer };
  }

  /** Makes the engine's short list of what the GPU found; null where that failed, or the session has changed meanwhile. */
  take({ question, shape, revision, begin }: GpuScan, pairs: Uint32Array | null): number | null {
    if (pairs === null || revision !== this.#revision()) return null;
    const found = this.#engine.shortListFrom(pairs, question.length, question.mode);
    if (found === NONE) {
      this.#device.distrust();
      return null;
    }
    this.#note(shape, this.#host.now() - begin);
    return found;
  }

  info(): Omit<ScanInfo, "answered"> {
    const { state, adapter, kernel, losses, problem, pause } = this.#device;
    const verdict = this.#verdict(this.#shape);
    const chosen = this.#backend === "gpu" || (verdict !== undefined && gpuWins(verdict));
    const why = explain({
      backend: this.#backend,
      device: { state, losses, problem, pause },
      verdict,
      measuring: this.#working,
      slowed: this.#slowed,
    });
    return {
      backend: state === "ready" && chosen ? "gpu" : "cpu",
      why,
      measured: verdict?.measured ?? null,
      crossover: verdict?.crossover ?? null,
      adapter,
      kernel,
      losses,
    };
  }

  /** Frees the GPU; what it still answers is dropped. */
  dispose(): void {
    this.#closed = true;
    this.#device.dispose();
  }

  /** Whether the GPU is to answer now. If it cannot yet, sees to it that it can later. */
  #chooses(device: GpuDevice, question: Question, shape: string): boolean {
    if (this.#backend === "auto") {
      const verdict = this.#verdict(shape);
      if (verdict === undefined) {
        const due = device.state !== "off" && this.#host.now() >= this.#probeAt;
        if (due) this.#inBackground(() => this.#probe(device, question, shape));
        return false;
      }
      if (!gpuWins(verdict)) return false;
    }
    if (device.isFree()) return true;
    if (device.mayOpen()) this.#inBackground(() => device.open());
    return false;
  }

  /** Measures, or takes over what another reranker of the page has measured on this device. */
  async #probe(device: GpuDevice, question: Question, shape: string): Promise<void> {
    const bench = {
      engine: this.#engine,
      device,
      host: this.#host,
      alive: () => !this.#closed,
      revision: this.#revision,
      patience: PATIENCE,
    };
    const ready = await device.open();
    const known = device.adapter === null ? undefined : this.#verdicts.get(shape, device.adapter);
    const verdict = known ?? (ready ? await probe(bench, question) : null);
    if (this.#closed) return;
    if (verdict === null) {
      this.#setBack();
    } else {
      this.#verdicts.set(shape, verdict);
      this.#slowed = false;
      this.#won ||= gpuWins(verdict);
    }
    if (!this.#won) device.close(); // Its memory is of more use to the page.
  }

  /** Notes how long the GPU took; one that has become slower than the CPU was is given up, and measured again later. */
  #note(shape: string, time: number): void {
    const verdict = this.#verdict(shape);
    if (this.#backend !== "auto" || verdict === undefined) return;
    if (this.#watch?.shape !== shape) this.#watch = { shape, watch: new Watch(verdict.measured.cpu) };
    if (!this.#watch.watch.note(time)) return;
    this.#watch = null;
    this.#slowed = true;
    this.#verdicts.delete(shape, verdict.adapter);
    this.#setBack();
  }

  #setBack(): void {
    this.#setbacks += 1;
    this.#probeAt = this.#host.now() + backOff(this.#setbacks, FIRST_REPROBE, LONGEST_REPROBE);
  }

  #inBackground(work: () => Promise<unknown>): void {
    if (this.#working) return;
    this.#working = true;
    const whenIdle = async () => {
      try {
        if (!this.#closed) await work();
      } catch (error) {
        if (!this.#closed) this.#onBroken(error);
      } finally {
        this.#working = false;
      }
    };
    this.#host.whenIdle(() => void whenIdle());
  }

  /** Milliseconds that the GPU may take for an answer. */
  #patience(shape: string): number {
    return Math.max(PATIENCE, PATIENCE_FACTOR * (this.#verdict(shape)?.measured.cpu ?? 0));
  }

  #verdict(shape: string | null): Verdict | undefined {
    return shape === null ? undefined : this.#verdicts.get(shape, this.#device.adapter ?? undefined);
  }
}
