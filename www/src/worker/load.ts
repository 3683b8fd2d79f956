// Loads a model in a worker, on the page's own thread where none starts, or keeps the server's order. Loads share a worker.
import { addressText, isAddress, isSignal } from "../core/shape.js";
import { field, messageOf, Refusal } from "../errors.js";
import { watchPage } from "../session/page.js";
import type { LoadOptions, Reason, Reranker } from "../types.js";
import { asyncDispose, dispose, faceOf, follow } from "./face.js";
import { connect, type Hear, type Link, noLink, notStarted } from "./link.js";
import { load, RAW, read, type Sent, THROWS } from "./sent.js";
import type { WorkerLike, WorkerLoadOptions, WorkerReranker } from "./types.js";

/** What differs from host to host. */
export interface Host {
  /** Starts the package's own worker; null where the host has none. */
  readonly start: (() => WorkerLike) | null;
  /** The package's main entry, for the page's own thread. */
  readonly here: () => Promise<{ loadReranker(options: LoadOptions): Promise<Reranker> }>;
}

/** Milliseconds that a worker may be silent. */
const PATIENCE = 10_000;
/** The most that a timer takes. */
const LONGEST = 2 ** 31 - 1;

export async function loadWith(host: Host, given: WorkerLoadOptions): Promise<WorkerReranker> {
  const signal = field(given, "signal");
  if (!isSignal(signal)) return begin(host, given, null);
  if (signal.aborted) throw signal.reason;
  let stop = () => {};
  const aborted = new Promise<never>((_, failed) => {
    stop = () => failed(signal.reason);
    signal.addEventListener("abort", stop, { once: true });
  });
  try {
    return await Promise.race([begin(host, given, signal), aborted]);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

async function begin(host: Host, given: WorkerLoadOptions, signal: AbortSignal | null): Promise<WorkerReranker> {
  const asked = field(given, "deadlineMs");
  const patience = typeof asked === "number" && asked >= 0 ? Math.min(asked, LONGEST) : PATIENCE;
  const link = await reach(host, field(given, "worker"), patience).catch((error) =>
    noLink(notStarted(messageOf(error))),
  );
  const loaded = link.lost ? null : await loadThere(link, given, signal);
  if (loaded) return loaded;
  const reason = link.lost ?? notStarted("the options cannot be sent to it");
  try {
    if (field(given, "inPlace") !== false) return inPlace(await (await host.here()).loadReranker(given), reason);
  } catch {
    if (signal?.aborted) throw signal.reason;
  }
  return faceOf(noLink(reason), 0);
}

/** Null where the worker could not be told of it: then nothing of what was passed is used up. */
async function loadThere(
  link: Link,
  given: WorkerLoadOptions,
  signal: AbortSignal | null,
): Promise<WorkerReranker | null> {
  const hear: Hear = async (name, [first, second]) => {
    const asked = field(given, name);
    if (typeof asked !== "function") return undefined;
    try {
      const said = await Reflect.apply(asked, given, [first, second]);
      const answer = (await read(said)) as Sent;
      return answer === said && typeof said === "object" ? [RAW, said] : answer;
    } catch (error) {
      if (name === "onProgress") console.error("reshelf: onProgress threw", error);
      return [THROWS, messageOf(error)];
    }
  };
  let sent: Sent;
  try {
    const [model, wasm] = await Promise.all([read(field(given, "model")), read(field(given, "wasm"))]);
    // What was read of a response takes its place.
    const own = { model: { value: model }, wasm: { value: wasm } };
    sent = load(typeof given === "object" && given ? Object.create(given, own) : given);
  } catch {
    return null; // What the caller's own code throws, the main entry tells of.
  }
  const call = link.call(0, "load", [sent], hear, buffersOf(sent));
  if (signal) follow(link, call, signal);
  try {
    const of = (await call) as number;
    if (field(given, "store") === "device") followPage(link);
    return faceOf(link, of, field(given, "id"));
  } catch {
    return link.lost ? faceOf(link, 0) : null;
  }
}

/** The buffers that the worker is given and nobody needs here: those of the model. */
function buffersOf(sent: Sent): ArrayBuffer[] {
  const model: unknown = Array.isArray(sent) ? sent[2] : null;
  const bytes: unknown = Array.isArray(model) ? model.at(-1) : null;
  if (bytes instanceof ArrayBuffer) return [bytes];
  return ArrayBuffer.isView(bytes) ? [bytes.buffer as ArrayBuffer] : [];
}

// Workers have no page that could be hidden, frozen or brought back: they are told. Links whose worker is.
const followed = /* @__PURE__ */ new WeakSet<Link>();

function followPage(link: Link): void {
  if (followed.has(link)) return;
  followed.add(link);
  const tell = (turn: string, more?: boolean) => void link.call(0, "turn", [turn, more]).catch(() => undefined);
  watchPage({ hide: () => tell("hide"), sleep: (more) => tell("sleep", more), wake: () => tell("wake") });
}

// Workers by what the caller named them by; null for the package's own. A worker that is lost, or did not start, is left behind.
let links: Map<unknown, Promise<Link>> | undefined;

async function reach(host: Host, given: unknown, patience: number): Promise<Link> {
  const all = (links ??= new Map());
  const name = isAddress(given) ? addressText(given) : (given ?? null);
  const known = all.get(name);
  if (known && !(await known).lost) return known;
  if (all.get(name) === known) all.set(name, start(host, name, patience));
  return all.get(name) as Promise<Link>;
}

async function start(host: Host, name: unknown, patience: number): Promise<Link> {
  if (typeof field(name, "postMessage") === "function") return connect(name as WorkerLike, patience);
  if (name !== null && typeof name !== "string") return noLink(noWorker);
  if (!host.start || typeof Worker !== "function") return noLink(unsupported);
  try {
    const worker = name === null ? host.start() : new Worker(name, { type: "module" });
    return await connect(worker, patience, () => worker.terminate?.());
  } catch (error) {
    return noLink(notStarted(messageOf(error)));
  }
}

const noWorker = /* @__PURE__ */ new Refusal("argument.worker", "`worker` is a Worker, or an address.");
const unsupported = /* @__PURE__ */ new Refusal(
  "worker.unsupported",
  "There is no Worker here, as on a server: the engine runs in place.",
);

/** A reranker of the page's own thread, behind promises. */
function inPlace(reranker: Reranker, reason: Reason): WorkerReranker {
  const face: Record<string, unknown> = {};
  for (const [name, method] of Object.entries(reranker)) face[name] = async (...given: unknown[]) => method(...given);
  const { session, info } = reranker;
  const own = {
    session: async () => inPlace(session(), reason),
    info: async () => ({ ...info(), home: { where: "page", reason: { code: reason.code, message: reason.message } } }),
    [dispose]: () => reranker.dispose(),
    [asyncDispose]: async () => reranker.dispose(),
  };
  return Object.assign(face, own) as unknown as WorkerReranker;
}
