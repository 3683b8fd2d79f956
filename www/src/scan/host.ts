// What the scans need of the platform: a clock, idle time, a timer, and a GPU behind WebGPU. Tests pass their own.
import { ReshelfError } from "../errors.js";

export interface Host {
  /** Milliseconds since some fixed moment. */
  now(): number;
  /** Does background work once the page has nothing better to do. */
  whenIdle(work: () => void): void;
  /** Calls back after `delay` milliseconds, unless the returned function is called before. */
  after(delay: number, work: () => void): () => void;
}

/** Idle time may never come on a busy page: then the work is done after so long, in milliseconds. */
const LONGEST_WAIT = 3000;

/** Where there is no idle callback (Safari, workers of some browsers): milliseconds after which a page has mostly settled. */
const SETTLED = 200;

export function platformHost(): Host {
  return {
    now: () => performance.now(),
    whenIdle(work) {
      if (typeof requestIdleCallback === "function") requestIdleCallback(work, { timeout: LONGEST_WAIT });
      else setTimeout(work, SETTLED);
    },
    after(delay, work) {
      const timer = setTimeout(work, delay);
      return () => clearTimeout(timer);
    },
  };
}

/** The part of WebGPU that tells whether there is a GPU behind it. */
interface Gpu {
  requestAdapter(): Promise<object | null>;
}

/** Rejects where the GPU module would be fetched for nothing: many browsers have WebGPU on machines that have no GPU for it. */
export async function assertAdapter(): Promise<void> {
  const { gpu } = navigator as { gpu?: Gpu };
  const adapter = await gpu?.requestAdapter();
  if (adapter == null)
    throw new ReshelfError("gpu.adapter", "the browser has WebGPU, but no adapter for it on this machine");
}
