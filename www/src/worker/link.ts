// The page's end of one worker: calls out, answers in, and that the worker is lost. Calls that are made in one task cross as one message.
import { field, Refusal } from "../errors.js";
import type { Reason } from "../types.js";
import { ANSWER_AND_ASKS, ASKS, FAILED } from "./answers.js";
import { type Sent, VERSION } from "./sent.js";
import type { WorkerLike } from "./types.js";

/** What the worker asks of the caller: a function by its name. */
export type Hear = (name: string, given: readonly unknown[]) => unknown;

export interface Link {
  /** Why nothing is asked of the worker any more. */
  readonly lost: Reason | null;
  /**
   * Asks object `of` of the worker's, 0 for the worker itself; resolves with the answer, and rejects where there will be none. `moved` are
   * buffers that are handed over.
   */
  call(of: number, name: string, given: readonly Sent[], hear?: Hear, moved?: ArrayBuffer[]): Call;
}

export interface Call extends Promise<unknown> {
  /** Its number, by which it can be aborted. */
  readonly number: number;
}

/** No worker, and why. */
export function noLink(lost: Reason): Link {
  const call = () => Object.assign(Promise.reject(lost), { number: 0 });
  return { lost, call };
}

interface Waiting {
  readonly done: (answer: unknown) => void;
  readonly failed: (reason: unknown) => void;
}

/** Resolves once the worker has answered that it is ours, or is lost. `ends` is called then. */
export async function connect(worker: WorkerLike, patience: number, ends?: () => void): Promise<Link> {
  const waiting = new Map<number, Waiting>();
  const heard = new Map<number, Hear>();
  let lost: Reason | null = null;
  let count = 0;
  let queue: [number: number, of: number, name: string, given: readonly Sent[]][] = [];
  let transfers: ArrayBuffer[] = [];
  let silent = false;
  let begun = false;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const end = (reason: Reason) => {
    if (lost) return;
    lost = reason;
    clearTimeout(timer);
    ends?.();
    for (const { failed } of waiting.values()) failed(reason);
    waiting.clear();
  };
  const post = () => {
    const [messages, moved] = [queue, transfers];
    [queue, transfers] = [[], []];
    try {
      worker.postMessage({ reshelf: messages }, moved);
    } catch (error) {
      for (const [number] of messages) {
        waiting.get(number)?.failed(error);
        waiting.delete(number);
      }
    }
  };
  /** A page that was frozen finds its timers due before what has come meanwhile: it asks once more. */
  const tick = () => {
    timer = undefined;
    if (silent) return end(begun ? gone : notStarted("it says nothing"));
    silent = true;
    call(0, "hello", []).catch(() => undefined);
  };
  const call: Link["call"] = (of, name, given, hear, moved = []) => {
    const number = ++count;
    const answer = new Promise<unknown>((done, failed) => {
      if (lost) return failed(lost);
      waiting.set(number, { done, failed });
      if (hear) heard.set(number, hear);
      transfers.push(...moved);
      if (queue.push([number, of, name, given]) === 1) queueMicrotask(post);
      timer ??= setTimeout(tick, patience);
    });
    return Object.assign(answer, { number });
  };
  const ask = async (number: number, question: number, name: string, given: readonly unknown[]) => {
    const answer = (await heard.get(number)?.(name, given)) as Sent;
    // What cannot cross is told as nothing.
    if (question) call(question, "reply", [answer]).catch(() => call(question, "reply", []).catch(() => undefined));
  };

  worker.addEventListener("message", ({ data }) => {
    const said = field(data, "reshelf");
    if (!Array.isArray(said)) return;
    silent = false;
    for (const [named, kind, answer, question, name] of said) {
      // A worker that begins to listen says so: it may have missed that it was asked, first of all.
      const number = named || 1;
      if (kind === ASKS) {
        void ask(number, question, name, answer);
        continue;
      }
      if (kind !== ANSWER_AND_ASKS) heard.delete(number);
      waiting.get(number)?.[kind === FAILED ? "failed" : "done"](answer);
      waiting.delete(number);
    }
    if (waiting.size > 0) return;
    clearTimeout(timer);
    timer = undefined;
  });
  // Later on, an error that nobody caught may be of the page's own code in there, and says nothing of ours.
  worker.addEventListener("error", (event) => begun || end(notStarted(String(field(event, "message") ?? ""))));
  const version = await call(0, "hello", []).catch(() => null);
  begun = true;
  if (version !== VERSION && !lost) end(otherVersion);
  return {
    get lost() {
      return lost;
    },
    call,
  };
}

export function notStarted(why: string): Reason {
  return new Refusal(
    "worker.failed",
    `The worker did not start (${why || "no more is told"}): allow it in the policy (worker-src 'self'), publish worker-thread.js beside the package's files, or pass its address as \`worker\`.`,
  );
}

const otherVersion = /* @__PURE__ */ new Refusal(
  "worker.version",
  "The worker is of another version of the package: publish worker-thread.js anew.",
);

const gone = /* @__PURE__ */ new Refusal("worker.lost", "The worker does not answer any more: load the model again.");
