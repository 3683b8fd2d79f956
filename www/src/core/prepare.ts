// `prepare`: the caller's list in, the rows of its items asked for by prepare/, which a page fetches only where it was given `rows`.
import { messageOf, Refusal } from "../errors.js";
import { importPrepare } from "../files.js";
import type { PageRows } from "../prepare/index.js";
import type { LoadOptions, Prepared, Reason } from "../types.js";
import { type Fields, idText, isObject } from "./arguments.js";
import { copyList } from "./order.js";
import type { Session } from "./session.js";

/** What brings rows for the sessions of one model. */
export interface Supply {
  /** Null until it is there. */
  rows: PageRows | null;
  readonly arrives: Promise<PageRows>;
}

/** Begins to bring in what brings rows; to be told the model's version once that is there. */
export function supply(from: LoadOptions["rows"]): ((model: string) => Supply) | null {
  if (!from) return null;
  const brought = importPrepare();
  brought.catch(() => undefined); // Awaited by `prepare`, if anybody calls it.
  return (model) => {
    const made: Supply = {
      rows: null,
      arrives: brought.then(({ PageRows }) => (made.rows = new PageRows(from, model))),
    };
    made.arrives.catch(() => undefined);
    return made;
  };
}

/** Has the rows of a list fetched that nobody has yet. The caller's code runs at once, and only here. */
export async function prepare(session: Session, list: unknown, asked: unknown): Promise<Prepared> {
  const ids = new Set<string>();
  const options: Fields = {};
  const reads = () => {
    const all: unknown[] = [];
    session.took(copyList(list as Iterable<unknown>, all));
    const given = session.options(asked);
    for (const name of ["signal", "deadlineMs"]) options[name] = session.option<unknown>(given, name, asIs, null);
    for (const candidate of all) {
      const { id, row }: Fields = isObject(candidate) ? candidate : { id: candidate };
      const text = row == null && idText(id);
      if (typeof text === "string") ids.add(text);
    }
    const known = session.usable()?.ids;
    known?.learn([...ids]);
    for (const id of ids) if (known && known.known(id) < known.items) ids.delete(id);
    return known !== undefined;
  };
  const complete = session.guard(reads) ?? false;
  const supplied = session.loaded?.rows;
  if (!complete || !supplied) return { arrived: 0, complete };
  const noRows = (reason: Reason) => session.refused.rows.note(reason);
  try {
    const rows = await supplied.arrives;
    const takes = (arrived: readonly string[]) => () => {
      for (const id of arrived) {
        const row = rows.of(id);
        if (row) session.usable()?.ids.take(id, row);
      }
      session.keeper?.came(arrived);
    };
    const take = (arrived: readonly string[]) => session.guard(takes(arrived));
    return await rows.prepare([...ids], options, { take, noRows, noArgument: session.refuse });
  } catch (error) {
    noRows(new Refusal("rows.module", "", { why: messageOf(error) }));
    return { arrived: 0, complete: false };
  }
}

const asIs = (value: unknown) => value ?? null;
