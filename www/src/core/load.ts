// Brings a model into the engine: fetches model and module side by side. Loads of one address that run at once are one load.
import { idReaders } from "../arguments.js";
import type { Ways } from "../cache/index.js";
import type { Engine } from "../engine/reshelf.js";
import { field, fromEngine, isTrap, messageOf, missing, Refusal, reasonFrom } from "../errors.js";
import { importCache, importRetrieve, type importScan } from "../files.js";
import type { ScanSetting } from "../retrieve/index.js";
import type { ScanContext } from "../scan/index.js";
import type { LoadOptions, LoadTimings, Progress } from "../types.js";
import { within } from "../waiting.js";
import { besidePackage, compileModule } from "./compile.js";
import type { Host } from "./host.js";
import { type Given, readOptions, report } from "./options.js";
import { supply } from "./prepare.js";
import { bringWords, tell, warn } from "./reasons.js";
import { free, Session } from "./session.js";
import { addressText, isAddress } from "./shape.js";
import { type Open, readModel } from "./source.js";
import { type EngineModule, engineModule, poison } from "./wasm.js";

// Loads under way, by the address of their model. Made by the first load, never at import.
let jobs: Map<string, Job> | undefined;

/** What is told as soon as the options are read which store they ask for. */
type OnStore = (store: LoadOptions["store"]) => void;

/** A session on the model, or one that says why there is none. Never rejects, but with the reason of a signal that aborted. */
export async function load(
  options: unknown,
  host: Host,
  onStore?: OnStore,
): Promise<[session: Session, clock: LoadTimings, signal: AbortSignal | undefined]> {
  let clock: LoadTimings = { fetch: 0, compile: 0, parse: 0 };
  let signal: AbortSignal | undefined;
  try {
    const given = readOptions(options);
    ({ signal } = given);
    if (signal?.aborted) throw signal.reason;
    onStore?.(given.store);
    assertHost();
    const job = join(given, host);
    ({ clock } = job);
    const version = job.done.then(({ engine }) => engine.modelVersion);
    version.catch(() => undefined); // Awaited below.
    const rows = supply(given.rows, version);
    const { engine, module, bytes } = await claim(job, given);
    const info = { version: engine.modelVersion, items: engine.items, bytes };
    const scan = scanSetting(given, host);
    const backend = engine.relaxed ? "wasm relaxed-simd" : "wasm simd128";
    const feedback = given.feedback ?? true;
    const readers = idReaders(given.id);
    const { quiet } = given;
    const find = host.find ?? importRetrieve;
    const loaded = { module, backend, info, scan, find, feedback, readers, rows, quiet, damage: null, disposed: false };
    const session = new Session(null, loaded, engine);
    given.wrong.forEach(session.refuse);
    return [session, clock, signal];
  } catch (error) {
    if (signal?.aborted) throw signal.reason;
    const reason = reasonFrom(error, "model.unusable");
    await within(bringWords(), signal); // For `info()`, whether or not the console hears of it.
    await warn(reason, field(options, "quiet"));
    return [new Session(reason, null), clock, signal];
  }
}

/** The options that loads of one address must agree in, to be one load. */
const ALIKE = ["wasm", "integrity", "cache"] as const;

/** The load of the same model that is under way, or a new one. */
function join(given: Given, host: Host): Job {
  const all = (jobs ??= new Map());
  const { model } = given;
  if (!isAddress(model)) return begin(given, host);
  const address = addressText(model);
  const running = all.get(address);
  if (running?.waiting.size && ALIKE.every((name) => running.first[name] === given[name])) {
    running.waiting.add(given);
    return running;
  }
  const job = begin(given, host);
  all.set(address, job);
  const ends = () => all.get(address) === job && all.delete(address);
  job.done.then(ends, ends);
  return job;
}

/** An engine with a model in it. */
interface Parsed {
  readonly engine: Engine;
  readonly module: EngineModule;
  /** Size of the artifact. */
  readonly bytes: number;
}

/** A load under way, and all who wait for it. */
interface Job {
  readonly first: Given;
  readonly clock: LoadTimings;
  readonly waiting: Set<Given>;
  /** Gives up; where the host has no such thing, what nobody waits for arrives all the same. */
  readonly stop: AbortController | undefined;
  readonly done: Promise<Parsed>;
}

function begin(first: Given, host: Host): Job {
  const { model, wasm, integrity, cache } = first;
  const clock = { fetch: 0, compile: 0, parse: 0 };
  const waiting = new Set([first]);
  const stop = typeof AbortController === "function" ? new AbortController() : undefined;
  const signal = stop?.signal;
  const hear = (progress: Progress) => waiting.forEach((each) => report(each, progress));
  const run = async (): Promise<Parsed> => {
    const begin = performance.now();
    // The module compiles while the model arrives: only what is left of it after that counts as compiling.
    const moduleStarts = engineModule(wasm, host, signal);
    moduleStarts.catch(() => undefined); // Awaited below; should the model fail first, nobody waits for it.
    const { open } = host;
    const read: Ways<Parsed>["read"] = (source, open, quietly) =>
      readModel(source, open, signal, quietly ? () => undefined : hear);
    const use = async (artifact: Uint8Array): Promise<Parsed> => {
      const arrived = performance.now();
      clock.fetch = arrived - begin;

      const bytes = artifact.byteLength;
      hear({ stage: "engine", loaded: bytes, total: bytes });
      let module = await moduleStarts;
      // Another load's model may have made it trap while this one's arrived.
      while (module.broken) module = await engineModule(wasm, host, signal);
      if (signal?.aborted) throw signal.reason;
      const running = performance.now();
      clock.compile = running - arrived;

      const engine = parse(artifact, module);
      clock.parse = performance.now() - running;
      hear({ stage: "ready", loaded: bytes, total: bytes });
      return { engine, module, bytes };
    };
    const checked = integrity != null;
    const checks =
      (checked || cache) &&
      (await importCache().catch((error) => {
        // Without `integrity` it is fetched as ever.
        if (checked) throw new Refusal("integrity.module", { why: messageOf(error) });
      }));
    return checks ? checks.bring(first, { open, read, use }) : use(await read(model, open));
  };
  return { first, clock, waiting, stop, done: run() };
}

/** What is loaded, with an engine of the caller's own. One who gives up leaves the load to the others. */
async function claim({ done, waiting, stop }: Job, given: Given): Promise<Parsed> {
  const { signal } = given;
  let last = true;
  try {
    const parsed = await within(done, signal);
    const engine = waiting.size > 1 ? parsed.engine.session() : parsed.engine;
    last = false;
    return { ...parsed, engine };
  } finally {
    waiting.delete(given);
    if (last && waiting.size === 0) {
      stop?.abort(signal?.reason);
      done.then(({ engine }) => free(engine)).catch(() => undefined);
    }
  }
}

function parse(artifact: Uint8Array, { Engine }: EngineModule): Engine {
  try {
    return new Engine(artifact);
  } catch (error) {
    if (!isTrap(error)) throw fromEngine(error);
    poison();
    throw new Refusal("engine.failed", { why: messageOf(error) });
  }
}

/** What the package needs of every host beyond the language. */
function assertHost(): void {
  const host = globalThis as Record<string, unknown>;
  const lacking = ["performance", "TextDecoder", "TextEncoder"].filter((name) => host[name] === undefined);
  if (lacking.length > 0) throw missing(...lacking);
}

function scanSetting({ backend, gpu }: Given, { open, scan }: Host): ScanSetting {
  const options = { backend: backend ?? "auto", gpu: gpu ?? undefined, compile: gpuCompiler(open) };
  const brings = async (context: ScanContext) => (await (scan as typeof importScan)()).openScanner(context, options);
  return { backend: options.backend, open: brings, ...(!scan && { noGpu: "this entry brings no GPU" }) };
}

/** Compiles the GPU module, from where the shop says or else from beside the package's own files. */
export function gpuCompiler(open: Open): (wasm: LoadOptions["wasm"], beside: () => URL) => Promise<WebAssembly.Module> {
  return async (wasm, beside) => {
    try {
      return await compileModule("GPU", wasm ?? besidePackage("gpu.wasm", beside), open);
    } catch (error) {
      await bringWords();
      throw Object.assign(new Error(), tell(reasonFrom(error, "gpu.failed")));
    }
  };
}
