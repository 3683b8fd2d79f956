// The arithmetic of choosing between CPU and GPU: shape classes, medians, the crossover, and when to think again.
// Pure: no clock, no timers, no devices.
import { MOST_NEAREST } from "../engine/numbers.js";
import type { ScanMeasurement } from "../types.js";

/** Calls whose times are alike: rows within a factor of two, and one of two lengths of the answer. */
export interface Shape {
  readonly rows: number;
  readonly dimension: number;
  readonly narrow: boolean;
  /** Nearest rows to be found. */
  readonly count: number;
}

/** The class of a shape: one measurement serves it all. */
export function shapeClass({ rows, dimension, narrow, count }: Shape): string {
  return `${Math.floor(Math.log2(rows))} ${dimension} ${narrow ? "narrow" : "wide"} ${count <= 256 ? 256 : MOST_NEAREST}`;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? (sorted[half] ?? NaN) : ((sorted[half - 1] ?? NaN) + (sorted[half] ?? NaN)) / 2;
}

/** Time of a call as `fixed + perRow * rows`, in milliseconds. */
export interface Line {
  readonly fixed: number;
  readonly perRow: number;
}

/**
 * The line through the time of the whole table, with the slope that the time of a part gives. Neither the slope nor the
 * fixed time is ever below zero, whatever the noise.
 */
export function lineThrough(whole: Sample, part: Sample): Line {
  const slope = whole.rows > part.rows ? (whole.time - part.time) / (whole.rows - part.rows) : 0;
  const perRow = Math.min(Math.max(slope, 0), whole.time / whole.rows);
  return { fixed: whole.time - perRow * whole.rows, perRow };
}

/** A time in milliseconds that a scan of so many rows took. */
export interface Sample {
  readonly rows: number;
  readonly time: number;
}

/** From how many rows on the GPU is faster than the CPU; null when it never is. */
export function crossoverRows(cpu: Line, gpu: Line): number | null {
  if (gpu.fixed < cpu.fixed) return gpu.perRow <= cpu.perRow ? 0 : null;
  if (gpu.perRow >= cpu.perRow) return null;
  return Math.ceil((gpu.fixed - cpu.fixed) / (cpu.perRow - gpu.perRow));
}

/** What was measured for one class of shapes on one device. */
export interface Verdict {
  readonly adapter: string;
  readonly measured: ScanMeasurement;
  readonly crossover: number | null;
}

/** The GPU must be faster, not as fast: on a coarse clock both may measure as zero. */
export function gpuWins({ measured }: Verdict): boolean {
  return measured.gpu < measured.cpu;
}

/** Measurements of this visit, by device and shape class. In memory only: nothing is stored without consent. */
export class Verdicts {
  readonly #byKey = new Map<string, Verdict>();
  #adapter: string | null = null;

  /** What is known of a class; without an adapter, of the one that was measured last, since a page rarely sees two. */
  get(shape: string, adapter = this.#adapter): Verdict | undefined {
    return adapter === null ? undefined : this.#byKey.get(`${adapter}|${shape}`);
  }

  set(shape: string, verdict: Verdict): void {
    this.#adapter = verdict.adapter;
    this.#byKey.set(`${verdict.adapter}|${shape}`, verdict);
  }

  delete(shape: string, adapter: string): void {
    this.#byKey.delete(`${adapter}|${shape}`);
  }
}

/** How many of the GPU's last calls are watched. */
const WATCHED = 8;

/** The GPU may be so much slower than the CPU was, in the median, before the CPU takes over again. */
const TOLERANCE = 1.1;

/** Watches that the GPU stays as fast as it was when it was chosen: clocks go down, other pages come. */
export class Watch {
  readonly #limit: number;
  readonly #times: number[] = [];

  /** @param cpu the CPU's median time, in milliseconds */
  constructor(cpu: number) {
    this.#limit = cpu * TOLERANCE;
  }

  /** Notes a call's time; true when the GPU has become too slow. */
  note(time: number): boolean {
    if (this.#times.push(time) > WATCHED) this.#times.shift();
    return this.#times.length === WATCHED && median(this.#times) > this.#limit;
  }
}

/** Waiting times that double with each failure, in milliseconds. */
export function backOff(failures: number, first: number, most: number): number {
  return Math.min(most, first * 2 ** Math.max(0, failures - 1));
}
