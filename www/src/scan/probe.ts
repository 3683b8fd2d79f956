// The measurement that `backend: "auto"` decides by: CPU and GPU answer the same question in turn, in idle time.
import { NONE, type RankMode } from "../engine/numbers.js";
import type { Engine } from "../engine/reshelf.js";
import { crossoverRows, type Line, lineThrough, median, type Verdict } from "./choice.js";
import { type Catalogue, type GpuDevice, within } from "./device.js";
import type { Host } from "./host.js";

/** Pairs of calls that are timed, after one that warms up. Odd, so that the median is one of them. */
const PAIRS = 7;

/** Of the table, one part in so many is timed too, which tells the GPU's fixed time from its time per row. */
const PART = 16;

/** The question that is asked: a short list of so many. */
export interface Question {
  readonly length: number;
  readonly mode: RankMode;
}

/** The part of the engine that scans. */
export type Scans = Pick<Engine, "items" | "shortList" | "shortListFrom" | "scanSession" | "scanCount">;

/** What a probe works with. */
export interface Bench {
  readonly engine: Scans;
  readonly device: GpuDevice;
  readonly host: Host;
  /** Whether the engine may still be called. */
  readonly alive: () => boolean;
  /** Moves whenever the session changes. */
  readonly revision: () => number;
  /** Milliseconds that the GPU may take for an answer. */
  readonly patience: number;
}

/** Thrown, and caught, within this file: there is nothing to measure any more. */
class GiveUp extends Error {}

/** Measures; null when the session ran empty, the GPU failed, or the reranker was disposed of. */
export async function probe(bench: Bench, question: Question): Promise<Verdict | null> {
  try {
    return await measure(bench, question);
  } catch (error) {
    if (error instanceof GiveUp) return null;
    throw error;
  }
}

async function measure(bench: Bench, question: Question): Promise<Verdict> {
  const { engine, device } = bench;
  const rows = engine.items;
  const count = engine.scanCount(question.length, question.mode);
  const cpu: number[] = [];
  const gpu: number[] = [];
  for (let pair = 0; pair <= PAIRS; pair++) {
    await idle(bench);
    const onCpu = timed(bench, () => engine.shortList(question.length, question.mode));
    const onGpu = await timedOnGpu(bench, question);
    if (pair === 0) continue;
    cpu.push(onCpu);
    gpu.push(onGpu);
  }
  const adapter = device.adapter;
  if (adapter === null) throw new GiveUp();
  const measured = { items: rows, count, cpu: median(cpu), gpu: median(gpu) };

  const part = Math.ceil(rows / PART);
  const time = await device.withPart(part, (catalogue) => medianOfPart(bench, catalogue, question));
  if (time === null) return { adapter, measured, crossover: null };
  // The CPU's fixed time, a microsecond or two, is nothing here: its line goes through the origin.
  const cpuLine: Line = { fixed: 0, perRow: measured.cpu / rows };
  const gpuLine = lineThrough({ rows, time: measured.gpu }, { rows: part, time });
  return { adapter, measured, crossover: crossoverRows(cpuLine, gpuLine) };
}

/** One call as `retrieve` makes it, from the session's row to the short list. */
async function timedOnGpu(
  { engine, device, host, alive, revision, patience }: Bench,
  question: Question,
): Promise<number> {
  const { length, mode } = question;
  const before = revision();
  const begin = host.now();
  const session = engine.scanSession(mode);
  if (session.length === 0) throw new GiveUp();
  const pairs = await device.nearest(session, engine.scanCount(length, mode), patience);
  if (pairs === null || !alive()) throw new GiveUp();
  // Keys of a session that has changed meanwhile would be found wrong.
  if (revision() === before && engine.shortListFrom(pairs, length, mode) === NONE) {
    device.distrust();
    throw new GiveUp();
  }
  return host.now() - begin;
}

async function medianOfPart(bench: Bench, catalogue: Catalogue, { length, mode }: Question): Promise<number> {
  const { engine, host, patience } = bench;
  const times: number[] = [];
  for (let call = 0; call <= PAIRS; call++) {
    await idle(bench);
    const begin = host.now();
    const session = engine.scanSession(mode);
    if (session.length === 0) throw new GiveUp();
    await within(patience, catalogue.nearest(session, engine.scanCount(length, mode)), host);
    if (call > 0) times.push(host.now() - begin);
  }
  return median(times);
}

function timed({ host }: Bench, work: () => unknown): number {
  const begin = host.now();
  work();
  return host.now() - begin;
}

/** Each pair waits for the page to be idle, as a page's own calls come one at a time, too. */
async function idle({ host, alive }: Bench): Promise<void> {
  await new Promise<void>((done) => host.whenIdle(done));
  if (!alive()) throw new GiveUp();
}
