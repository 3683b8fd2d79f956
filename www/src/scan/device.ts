// One table on one GPU, and what happens when that GPU fails: it is let go, and tried again later, in the background.
import type { Engine } from "../engine/reshelf.js";
import { isTrap, messageOf, ReshelfError, reasonFrom } from "../errors.js";
import type { GpuCatalogue } from "../gpu/reshelf_gpu.js";
import { backOff } from "./choice.js";
import type { Host } from "./host.js";
import type { GpuModule } from "./module.js";

/** After a first failure the GPU is left alone for so long, in milliseconds; after each further one twice as long. */
const FIRST_PAUSE = 1000;
const LONGEST_PAUSE = 5 * 60_000;

/** A device that worked for so long, in milliseconds, has earned a short pause again when it fails. */
const HEALTHY = 60_000;

/** How often an upload is begun again because the engine's memory moved under it. */
const UPLOADS = 3;

export type DeviceState =
  /** Not set up; nobody asked for it yet, or it was closed. */
  | "closed"
  | "opening"
  | "ready"
  /** Failed; `open` does nothing until the pause is over. */
  | "waiting"
  /** Of no use in this visit. */
  | "off";

/** The part of a `GpuCatalogue` that is used here. */
export type Catalogue = Pick<GpuCatalogue, "adapter" | "kernel" | "lost" | "nearest" | "free">;

/** The engine's table, for an upload. The views hold until the engine's memory grows. */
export type Table = Pick<Engine, "items" | "table">;

export class GpuDevice {
  readonly #table: Table;
  readonly #memory: WebAssembly.Memory;
  readonly #load: () => Promise<GpuModule>;
  readonly #host: Host;
  #module: GpuModule | null = null;
  #state: DeviceState = "closed";
  #catalogue: Catalogue | null = null;
  #opening: Promise<boolean> | null = null;
  /** Counts openings and closings: what an earlier one still brings is not wanted any more. */
  #epoch = 0;
  /** The call that the GPU works on, if any. */
  #call: Promise<unknown> | null = null;
  #losses = 0;
  #failures = 0;
  #readySince = 0;
  #retryAt = 0;
  #problem = "";

  constructor(table: Table, memory: WebAssembly.Memory, load: () => Promise<GpuModule>, host: Host) {
    this.#table = table;
    this.#memory = memory;
    this.#load = load;
    this.#host = host;
  }

  get state(): DeviceState {
    return this.#state;
  }

  /** What went wrong last, in words. */
  get problem(): string {
    return this.#problem;
  }

  get losses(): number {
    return this.#losses;
  }

  /** Milliseconds until the GPU is tried again. */
  get pause(): number {
    return Math.max(0, this.#retryAt - this.#host.now());
  }

  get adapter(): string | null {
    return this.#catalogue?.adapter ?? null;
  }

  get kernel(): string | null {
    return this.#catalogue?.kernel ?? null;
  }

  /** Whether a call would be taken now: set up, not lost, and at nobody else's work. */
  isFree(): boolean {
    if (this.#catalogue?.lost) this.#fail(new ReshelfError("gpu.lost", "the device was lost"));
    return this.#catalogue !== null && this.#call === null;
  }

  /** Whether `open` would do something. */
  mayOpen(): boolean {
    return this.#state === "closed" || (this.#state === "waiting" && this.pause === 0);
  }

  /** Sets the GPU up; true when it is ready. Never rejects. */
  open(): Promise<boolean> {
    if (this.#opening !== null) return this.#opening;
    if (!this.mayOpen()) return Promise.resolve(this.#state === "ready");
    this.#state = "opening";
    const epoch = ++this.#epoch;
    this.#opening = this.#open(epoch).finally(() => {
      if (epoch === this.#epoch) this.#opening = null;
    });
    return this.#opening;
  }

  async #open(epoch: number): Promise<boolean> {
    try {
      this.#module ??= await this.#load();
    } catch (error) {
      const [{ code }, message] = [reasonFrom(error, "gpu.module"), messageOf(error)];
      const ours = code === "gpu.unsupported" || code === "gpu.adapter";
      if (epoch === this.#epoch) this.#turnOff(ours ? message : `the GPU module cannot be used: ${message}`);
      return false;
    }
    if (epoch !== this.#epoch) return false;
    try {
      const catalogue = await this.#upload(this.#module, this.#table.items, epoch);
      if (catalogue === null) return false;
      this.#catalogue = catalogue;
      this.#state = "ready";
      this.#readySince = this.#host.now();
      return true;
    } catch (error) {
      if (epoch !== this.#epoch) return false;
      // What the browser lacks it will lack all through the visit; one that had a GPU before may have it again.
      const [{ code }, message] = [reasonFrom(error, "gpu.failed"), messageOf(error)];
      if (code === "gpu.unsupported" || (code === "gpu.adapter" && this.#losses === 0)) this.#turnOff(message);
      else this.#fail(error);
      return false;
    }
  }

  /** A catalogue of the table's first `rows` rows; null when it is not wanted any more. */
  async #upload({ GpuCatalogue }: GpuModule, rows: number, epoch: number): Promise<Catalogue | null> {
    for (let upload = 1; ; upload++) {
      const [dimension = 0, narrow, codesAt, scalesAt] = this.#table.table();
      const { buffer } = this.#memory;
      const codes = new Uint8Array(buffer, codesAt, (rows * dimension) / (narrow ? 2 : 1));
      const scales = new Float32Array(buffer, scalesAt, rows);
      let catalogue: Catalogue | null = null;
      let failure: unknown = new ReshelfError("gpu.failed", "the table moved during each upload");
      try {
        catalogue = await GpuCatalogue.open(dimension, narrow === 1, codes, scales, null);
      } catch (error) {
        failure = error;
      }
      if (epoch !== this.#epoch) {
        free(catalogue);
        return null;
      }
      // When the engine's memory grows, views of it fall empty: what was read of them after that is nothing.
      const moved = this.#memory.buffer !== buffer;
      if (catalogue !== null && !moved) return catalogue;
      free(catalogue);
      if (!moved || upload === UPLOADS || isTrap(failure)) throw failure;
    }
  }

  /**
   * Asks the GPU for the rows nearest to a session row; null when it failed, or did not answer within `patience`
   * milliseconds. Never rejects.
   */
  async nearest(session: Uint8Array, count: number, patience: number): Promise<Uint32Array | null> {
    if (!this.isFree()) return null;
    const catalogue = this.#catalogue as Catalogue;
    try {
      return await this.#ask(catalogue, session, count, patience);
    } catch (error) {
      if (this.#catalogue === catalogue) this.#fail(error);
      return null;
    }
  }

  /** The call itself. Until it has settled no other is made. */
  #ask(catalogue: Catalogue, session: Uint8Array, count: number, patience: number): Promise<Uint32Array> {
    const call = catalogue.nearest(session, count).finally(() => {
      if (this.#call === call) this.#call = null;
    });
    this.#call = call;
    return within(patience, call, this.#host);
  }

  /** Does something with a catalogue of the table's first `rows` rows alone; null when that fails. */
  async withPart<T>(rows: number, use: (catalogue: Catalogue) => Promise<T>): Promise<T | null> {
    const epoch = this.#epoch;
    let part: Catalogue | null = null;
    if (this.#module === null) return null;
    try {
      part = await this.#upload(this.#module, rows, epoch);
      return part === null ? null : await use(part);
    } catch (error) {
      if (isTrap(error) && epoch === this.#epoch) this.#fail(error);
      return null;
    } finally {
      free(part);
    }
  }

  /** The GPU computed something else than the engine does: it is not asked again in this visit. */
  distrust(): void {
    this.#losses += 1;
    this.#turnOff("the GPU's results were wrong, which the CPU noticed and put right");
  }

  /** Lets go of the GPU; `open` may set it up again. */
  close(): void {
    this.#release();
    if (this.#state !== "off" && this.#state !== "waiting") this.#state = "closed";
  }

  /** Lets go of the GPU for good. */
  dispose(): void {
    this.#turnOff("dispose() was called");
  }

  #fail(error: unknown): void {
    const message = messageOf(error);
    this.#losses += 1;
    // A module that trapped is in an unknown state, and cannot be started twice. The engine is another module: it goes on.
    if (isTrap(error)) return this.#turnOff(`the GPU module stopped (${message})`);
    const now = this.#host.now();
    const healthy = this.#catalogue !== null && now - this.#readySince >= HEALTHY;
    this.#failures = healthy ? 1 : this.#failures + 1;
    this.#retryAt = now + backOff(this.#failures, FIRST_PAUSE, LONGEST_PAUSE);
    this.#problem = message;
    this.#release();
    this.#state = "waiting";
  }

  #turnOff(problem: string): void {
    this.#problem = problem;
    this.#release();
    this.#state = "off";
  }

  /** Frees the catalogue. A call that it is at work on rejects then, or answers to nobody. */
  #release(): void {
    const catalogue = this.#catalogue;
    this.#catalogue = null;
    this.#call = null;
    this.#opening = null;
    this.#epoch += 1;
    free(catalogue);
  }
}

/** `answer`, or a rejection after `patience` milliseconds. */
export function within<T>(patience: number, answer: Promise<T>, host: Host): Promise<T> {
  return new Promise((resolve, reject) => {
    const late = () => reject(new ReshelfError("gpu.late", `the GPU did not answer within ${Math.round(patience)} ms`));
    const cancel = host.after(patience, late);
    answer.finally(cancel).then(resolve, reject);
  });
}

function free(catalogue: Catalogue | null): void {
  try {
    catalogue?.free();
  } catch {
    // Its device is gone, or its module: there is nothing left to free.
  }
}
