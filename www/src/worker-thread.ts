// What runs in the worker of `reshelf/worker`: rerankers of the main entry, asked by messages. A worker of the page's own imports it as
// `reshelf/worker-thread`; messages that are not the package's are let be.
import { besideEngine } from "./core/beside.js";
import type { BringKeeper } from "./core/keep.js";
import { loadRerankerFrom } from "./core/reranker.js";
import { openUrl } from "./core/source.js";
import { type Arrives, CROSSED, type Crossed } from "./door.js";
import { field, messageOf } from "./errors.js";
import { importScan, importSession, importSlate } from "./files.js";
import type { Turns } from "./session/page.js";
import type { LoadOptions, Progress, Ranked, Reranker, RetrieveOptions } from "./types.js";
import { ANSWER, ANSWER_AND_ASKS, ASKS, FAILED } from "./worker/answers.js";
import { type Reach, received } from "./worker/received.js";
import { VERSION } from "./worker/sent.js";

/** What is used of the worker's global scope. */
interface Scope {
  postMessage(message: unknown, transfer: ArrayBufferLike[]): void;
  addEventListener(type: "message", listener: (event: { data: unknown }) => void): void;
}
const scope = globalThis as unknown as Scope;

type Message = readonly [number: number, of: number, name: string, given: readonly unknown[]];

const rerankers = new Map<number, Reranker>();
/** Calls that can be aborted. */
const aborts = new Map<number, AbortController>();
/** Questions to the page that wait for their answers. */
const questions = new Map<number, (answer: unknown) => void>();
/** What the keepers of sessions do when the page is hidden, put away or brought back. */
const watched = new Set<Turns>();
let last = 0;

/** Makes policies of what crossed; null until one has. */
let arrives: Arrives | null = null;
/** While that comes, what is asked later waits behind what was asked before. */
let before: Promise<unknown> | null = null;

scope.addEventListener("message", ({ data }) => {
  const messages = field(data, "reshelf");
  if (!Array.isArray(messages)) return;
  if (!before && (messages as Message[]).some(([, , , given]) => given[2]))
    before = importSlate().then(
      ({ policy }) => (arrives = (policy as unknown as { [CROSSED]: Arrives })[CROSSED]),
      () => undefined, // Refused with its code.
    );
  const takes = () => take(messages);
  if (before) before = before.then(takes, takes);
  else takes();
});

function take(messages: Message[]): void {
  // Answers that are there at once go back together.
  const answers: unknown[] = [];
  const fails = (number: number, error: unknown) => [number, FAILED, messageOf(error)];
  for (const message of messages) {
    const [number, , name] = message;
    const kind = name === "load" ? ANSWER_AND_ASKS : ANSWER;
    try {
      const answer = answerTo(message);
      if (answer instanceof Promise)
        answer.then(
          (late) => post([[number, kind, late]]),
          (error) => post([fails(number, error)]),
        );
      else answers.push([number, kind, answer]);
    } catch (error) {
      answers.push(fails(number, error));
    }
  }
  if (answers.length > 0) post(answers);
}

post([[0, ANSWER, VERSION]]);

function post(answers: unknown[]): void {
  // Orders are handed over: nobody needs them here any more.
  const parts = answers.flatMap((answer) => (answer as unknown[])[2]);
  const buffers = parts.filter((part) => ArrayBuffer.isView(part)).map(({ buffer }) => buffer);
  scope.postMessage({ reshelf: answers }, buffers);
}

function answerTo([number, of, name, given]: Message): unknown {
  if (of > 0 && name !== "reply" && name !== "abort") return callOn(rerankers.get(of), number, of, name, given);
  if (name === "hello") return VERSION;
  if (name === "load") return load(number, given[0]);
  if (name === "abort") return aborts.get(of)?.abort();
  if (name === "reply") return questions.get(of)?.(given[0]);
  if (name === "turn") for (const turns of watched) turns[given[0] as keyof Turns](given[1] === true);
  return undefined;
}

function callOn(
  reranker: Reranker | undefined,
  number: number,
  of: number,
  name: string,
  given: readonly unknown[],
): unknown {
  if (!reranker) throw new Error(`there is no reranker ${of}`);
  const reach = reachOf(number);
  const [first, second] = given.map((each) => received(each, reach)) as [never, never];
  if (name === "rerank") return orderOf(reranker.rerank(first, underPolicy(second, given[2])), given[2]);
  if (name === "rerankMany") {
    const lists = reranker.rerankMany(first, underPolicy(second, given[2]));
    return [...orderOf(lists.flat(), given[2]), Uint32Array.from(lists, ({ length }) => length)];
  }
  if (name === "retrieve") return retrieve(reranker, number, first);
  if (name === "session") return keep(reranker.session());
  if (name === "letGo") rerankers.delete(of);
  if (name === "dispose" || name === "letGo") return reranker.dispose();
  const answer: unknown = reranker[name as keyof Reranker](first, second);
  return answer instanceof Promise ? answer.finally(() => aborts.delete(number)) : answer;
}

function keep(reranker: Reranker): number {
  rerankers.set(++last, reranker);
  return last;
}

async function load(number: number, given: unknown): Promise<number> {
  const options = received(given, reachOf(number)) as LoadOptions;
  const keepers: BringKeeper = async () => {
    const { openKeeper } = await importSession();
    return { openKeeper: (kind: Parameters<typeof openKeeper>[0]) => openKeeper(kind, watch) };
  };
  try {
    return keep(await loadRerankerFrom(options, { open: openUrl, engine: besideEngine, scan: importScan, keepers }));
  } finally {
    aborts.delete(number);
  }
}

function watch(turns: Turns): () => void {
  watched.add(turns);
  return () => watched.delete(turns);
}

/** Options with the policy that crossed beside them; where nothing here arranges, with what no page can pass in its place. */
function underPolicy(options: never, sent: unknown): never {
  if (!sent) return options;
  return Object.defineProperty(options, "policy", { value: arrives ? arrives(sent as Crossed) : Symbol() });
}

/** An order as it crosses, with what a policy says of its places; those of several lists follow each other, with their lengths behind. */
function orderOf(ranked: readonly Ranked<unknown>[], policy: unknown): [Uint32Array, Float32Array, object[] | null] {
  return [
    Uint32Array.from(ranked, ({ previousRank }) => previousRank - 1),
    Float32Array.from(ranked, ({ score }) => score),
    policy ? ranked.map(({ candidate, score, rank, previousRank, ...more }) => more) : null,
  ];
}

/** Asks a function of the caller's; the answer is what it returned, or undefined where that cannot cross. */
function ask(number: number, name: string, given: readonly unknown[]): Promise<unknown> {
  const question = ++last;
  return new Promise((done) => {
    questions.set(question, (answer) => (questions.delete(question), done(answer)));
    scope.postMessage({ reshelf: [[number, ASKS, given, question, name]] }, []);
  });
}

function reachOf(number: number): Reach {
  return {
    callback: (name) => {
      if (name === "filter") return name; // `retrieve` below has its own.
      if (name !== "rows")
        return (progress: Progress) => scope.postMessage({ reshelf: [[number, ASKS, [progress], 0, name]] }, []);
      return async (...given: unknown[]) => received(await ask(number, name, given), reachOf(number));
    },
    signal: () => {
      const abort = new AbortController();
      aborts.set(number, abort);
      return abort.signal;
    },
  };
}

/** How many more items a filter is asked about at a time, each time that its answers did not do. */
const WIDENING = 4;

/**
 * `retrieve` with a filter that is on the page: the search is made again and again, by what the filter said so far, until it asks of
 * nothing that is new. Of what it has not said anything it counts as passing an item, and as refusing the first few, more each time:
 * a filter that refuses nearly everything is asked a few times of many items, not many times of few.
 */
async function retrieve(reranker: Reranker, number: number, options: RetrieveOptions): Promise<unknown> {
  if ((field(options, "filter") as unknown) !== "filter") return reranker.retrieve(options);
  const verdicts = new Map<string, unknown>();
  // Told as what it was, so that it is refused as of the main entry, once.
  let late: unknown = Promise.resolve(true);
  for (let ahead = 0; ; ahead = Math.max(16, ahead * WIDENING)) {
    const unsaid: string[] = [];
    const filter = (id: string) => {
      const said = verdicts.get(id);
      if (typeof said === "boolean") return said;
      if (said !== undefined) {
        const told = late;
        late = true;
        return told as boolean;
      }
      return unsaid.push(id) > ahead;
    };
    const found = await reranker.retrieve({ ...options, filter });
    if (unsaid.length === 0) return found;
    const said = received(await ask(number, "filter", [unsaid]), reachOf(number));
    // The page's filter threw.
    if (!Array.isArray(said)) return [];
    unsaid.forEach((id, at) => verdicts.set(id, said[at] ?? true));
  }
}
