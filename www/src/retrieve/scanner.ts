// Who scans the catalogue: the CPU, which is always there, until what decides between it and a GPU (scan/) is needed and has
// arrived.
import type { Engine } from "../engine/reshelf.js";
import { isTrap, messageOf } from "../errors.js";
import type { GpuScan, Question, ScanContext, Scanner } from "../scan/index.js";
import type { Backend, ScanInfo } from "../types.js";

/**
 * Below so many items nothing is measured: at the 2 to 5 ns an item that the CPU kernels take, a scan takes under 0.1 ms,
 * and no round trip to a GPU was ever that fast (WebGPU's take 0.3 ms at the very best, commonly 1 to 3 ms).
 */
export const FEWEST_ITEMS = 20_000;

/** Past so many ids their texts are told anew: a page that lives for days must not grow without end. */
const MOST_TEXTS = 250_000;

export interface ScanSetting {
  readonly backend: Backend;
  /** Why no GPU can be asked; null where one can. What the platform says when left out. */
  readonly noGpu?: string | null;
  /** Brings in scan/, and makes of it a scanner for one session. */
  readonly open: (context: ScanContext) => Promise<Scanner>;
}

export class LazyScanner {
  readonly #context: ScanContext;
  readonly #setting: ScanSetting;
  /** Why the CPU scans alone; null where a GPU may. */
  #alone: string | null;
  readonly #texts = new Map<number, string>();
  #opening = false;
  #scanner: Scanner | null = null;
  /** The last question, which is asked again once there is somebody to measure. */
  #question: Question | null = null;
  #answered: "cpu" | "gpu" | null = null;
  /** Whether `dispose` was called: the engine must not be asked any more. */
  closed = false;

  constructor(context: ScanContext, setting: ScanSetting) {
    this.#context = context;
    this.#setting = setting;
    this.#alone = aloneBecause(setting, context.engine.items);
  }

  /** The id of an item of the model's table as text. */
  textOf(row: number, engine: Pick<Engine, "itemId">): string {
    let text = this.#texts.get(row);
    if (text === undefined) {
      text = engine.itemId(row) ?? "";
      if (this.#texts.size >= MOST_TEXTS) this.#texts.clear();
      this.#texts.set(row, text);
    }
    return text;
  }

  /** Scans on the CPU, now; returns how many items the engine's short list holds. */
  scan({ length, mode }: Question): number {
    this.#answered = "cpu";
    return this.#context.engine.shortList(length, mode);
  }

  /** Has the GPU scan, if that is the better choice now; null if not. Begins what there is to do in the background. */
  ask(question: Question): GpuScan | null {
    if (this.#scanner) return this.#scanner.ask(question);
    this.#question = question;
    this.start();
    return null;
  }

  /** Makes the engine's short list of what the GPU found, or else of a scan on the CPU. In one go with what reads the list. */
  take(asked: GpuScan, pairs: Uint32Array | null): number {
    const found = this.#scanner?.take(asked, pairs) ?? null;
    if (found === null) return this.scan(asked.question);
    this.#answered = "gpu";
    return found;
  }

  info(): Partial<ScanInfo> {
    const waits =
      this.#setting.backend === "gpu"
        ? "the GPU is being set up"
        : "nothing is measured yet: a retrieve for a session that is not empty begins it";
    return { why: this.#alone ?? waits, ...this.#scanner?.info(), answered: this.#answered };
  }

  /** Frees the GPU; what it still answers is dropped. */
  dispose(): void {
    this.closed = true;
    this.#scanner?.dispose();
  }

  /** Brings in what asks a GPU, which sets up one that was asked for. Nobody need wait for it. */
  async start(): Promise<void> {
    if (this.#alone !== null || this.#opening) return;
    this.#opening = true;
    try {
      const scanner = await this.#setting.open(this.#context);
      if (this.closed) return scanner.dispose();
      this.#scanner = scanner;
      // No GPU is set up yet, hence none answers: asked again, it is measured in idle time.
      if (this.#question) scanner.ask(this.#question);
    } catch (error) {
      if (isTrap(error)) this.#context.onBroken(error);
      else this.#alone = `what asks a GPU cannot be loaded: ${messageOf(error)}`;
    }
  }
}

function aloneBecause({ backend, noGpu = noGpuHere() }: ScanSetting, items: number): string | null {
  if (backend === "cpu") return 'backend "cpu" was asked for';
  if (noGpu !== null) return noGpu;
  if (items >= (backend === "gpu" ? 1 : FEWEST_ITEMS)) return null;
  return `the catalogue has ${items.toLocaleString("en")} items: below 20,000 no GPU is faster`;
}

/** Why this platform asks no GPU; null where it may have one. */
export function noGpuHere(): string | null {
  if (typeof navigator !== "object" || (navigator as { gpu?: unknown }).gpu == null)
    return "there is no WebGPU here (no navigator.gpu)";
  return "ServiceWorkerGlobalScope" in globalThis ? "a service worker may not import()" : null;
}
