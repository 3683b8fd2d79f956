// `prepare`: the caller's list in, read at once; what asks for the rows of its items (prepare/) is there only where a page was given `rows`.
import { idText, isObject, now, reading } from "../arguments.js";
import { messageOf, Refusal } from "../errors.js";
import { importPrepare } from "../files.js";
import type { PageRows } from "../prepare/index.js";
import type { LoadOptions, Prepared } from "../types.js";
import { within } from "../waiting.js";
import { copyList } from "./order.js";
import type { Session } from "./session.js";
import { isSignal } from "./shape.js";

/** Milliseconds that a page waits for rows where it does not say how long. */
const PATIENCE = 2000;

/** What brings rows for the sessions of one model. */
export interface Supply {
  /** Null until it is there. */
  rows: PageRows | null;
  readonly arrives: Promise<PageRows>;
}

/** Begins to bring in what brings rows for the model whose version comes. */
export function supply(from: LoadOptions["rows"], model: Promise<string>): Supply | null {
  if (!from) return null;
  const made: Supply = {
    rows: null,
    arrives: importPrepare().then(async ({ PageRows }) => (made.rows = new PageRows(from, await model))),
  };
  made.arrives.catch(() => undefined); // Awaited by `prepare`, if anybody calls it.
  return made;
}

/** Has the rows of a list fetched that nobody has yet. The caller's code runs at once, and only here. */
export async function prepare(session: Session, list: unknown, asked: unknown): Promise<Prepared> {
  const ids = new Set<string>();
  let signal: AbortSignal | null = null;
  let deadline = now();
  const reads = () => {
    const all: unknown[] = [];
    session.took(copyList(list as Iterable<unknown>, all));
    const readId = session.loaded?.readers[0];
    const options = session.options(asked, ["signal", "deadlineMs"]);
    for (const candidate of all) {
      const wanted = reading("list", () => {
        const [id, row] = isObject(candidate) ? [readId?.(candidate), candidate["row"]] : [candidate];
        return row == null && idText(id);
      });
      if (typeof wanted === "string") ids.add(wanted);
      else if (wanted && wanted.code === "argument.list") session.took(wanted);
    }
    signal = session.option<AbortSignal | null>(options, "signal", signalOf, null);
    deadline += session.option(options, "deadlineMs", patienceOf, PATIENCE);
    return session.usable();
  };
  const running = session.guard(reads);
  const supplied = session.loaded?.rows;
  if (!running || !supplied) return { arrived: 0, complete: Boolean(running) };
  const wait = <T>(coming: Promise<T>) =>
    within(coming, signal, Math.max(0, deadline - now()), LATE).catch((error) => {
      const code = signal?.aborted ? "rows.aborted" : "rows.module";
      session.refused.rows.note(error === LATE ? LATE : new Refusal(code, { why: messageOf(error) }));
    });
  // Rows that are there are taken in at once.
  const rows = supplied.rows ?? (await wait(supplied.arrives));
  return rows?.prepare(session, ids, wait) ?? { arrived: 0, complete: false };
}

const LATE = new Refusal("rows.late");

const signalOf = (signal: unknown) => (isSignal(signal) ? signal : undefined);

const patienceOf = (ms: unknown) => (typeof ms === "number" && ms >= 0 ? ms : undefined);
