// Brings the rows of a list that the model's table does not hold: the one file that the rest of the package reaches, by `import()`
// and only where a page was given `rows`. `request` asks for them and reads the answer. A bundle of its own: it may use
// answer, arguments, engine, errors and types, and types of core.
//
// What is asked for follows from the lists that were prepared on this page and from nothing else: not from what the shopper did, nor
// from what a store has of it. Or a request that leaves an item out would tell that the shopper met it before.
import { MOST_ASKED } from "../answer.js";
import type { Session } from "../core/session.js";
import { EVENT_WIDTH } from "../engine/numbers.js";
import type { Engine } from "../engine/reshelf.js";
import { isTrap, Refusal, reasonFrom } from "../errors.js";
import type { LoadOptions, Prepared, Reason } from "../types.js";
import { fetchRows } from "./request.js";

/** Rows that are remembered for the page, a few megabytes; those that came first go first. */
const MOST_KEPT = 16_384;

/** The session that asks. */
export interface Asker {
  /** Rows of these items are there. */
  take(ids: readonly string[]): void;
  /** Hears why rows do not come. */
  noRows(reason: Reason): void;
}

/** Waits as long as the caller would, and no longer. Never rejects. */
type Wait = (coming: Promise<unknown>) => Promise<unknown>;

/** Rows that came for the sessions of one model. */
export class PageRows {
  readonly #from: NonNullable<LoadOptions["rows"]>;
  readonly #model: string;
  /** Null for an item that the server does not know either. */
  readonly #kept = new Map<string, Uint8Array | null>();
  /** What is being asked for. */
  readonly #asked = new Map<string, Promise<void>>();

  constructor(from: NonNullable<LoadOptions["rows"]>, model: string) {
    this.#from = from;
    this.#model = model;
  }

  /** The row of an item, if it came. */
  of(id: string): Uint8Array | undefined {
    return this.#kept.get(id) ?? undefined;
  }

  /** Tells an engine that has dropped its rows those of the items that its log is about. */
  again(engine: Engine): void {
    if (this.#kept.size === 0) return;
    const items = new Set<number>();
    for (const log of [engine.events(false), engine.events(true)])
      for (let at = 1; at < log.length; at += EVENT_WIDTH) items.add(log[at] as number);
    for (const item of items) {
      const id = engine.itemId(item);
      const row = id && this.of(id);
      try {
        if (row) engine.addRow(id, row);
      } catch (error) {
        if (isTrap(error)) throw error;
      }
    }
  }

  /** Brings the rows of a list's items that the session has not, and waits for them as long as the caller would. Never rejects. */
  async prepare(session: Session, list: ReadonlySet<string>, wait: Wait): Promise<Prepared> {
    const lacks = () => {
      const known = session.usable()?.ids;
      known?.learn([...list]);
      return known && [...list].filter((id) => known.known(id) >= known.items);
    };
    const ids = session.guard(lacks);
    if (!ids) return { arrived: 0, complete: false };
    const take = (arrived: readonly string[]) =>
      session.guard(() => {
        for (const id of arrived) {
          const row = this.of(id);
          if (row) session.usable()?.ids.take(id, row);
        }
        session.keeper?.came(arrived);
      });
    return this.#bring(ids, wait, { take, noRows: (reason) => session.refused.rows.note(reason) });
  }

  /** Those that are missing come in one request. */
  async #bring(ids: readonly string[], wait: Wait, asker: Asker): Promise<Prepared> {
    const missing = ids.filter((id) => !this.#kept.has(id));
    const fresh = missing.filter((id) => !this.#asked.has(id));
    if (fresh.length > MOST_ASKED) {
      fresh.length = MOST_ASKED;
      asker.noRows(MANY);
    }
    const jobs = new Set(missing.map((id) => this.#asked.get(id)).filter((job) => job !== undefined));
    if (fresh.length > 0) jobs.add(this.#ask(fresh, asker));
    // What came before may be new to this session.
    if (missing.length < ids.length) asker.take(ids);
    if (jobs.size > 0) {
      // Rows that come later count from then on.
      const all = Promise.all(jobs).then(() => asker.take(missing));
      await wait(all);
    }
    return {
      arrived: missing.filter((id) => this.of(id)).length,
      complete: ids.every((id) => this.#kept.has(id)),
    };
  }

  /** Never rejects. */
  async #ask(ids: readonly string[], asker: Asker): Promise<void> {
    // The same list is the same address, whatever its order.
    const sorted = [...ids].sort();
    const job = (async () => {
      try {
        const rows = await fetchRows(this.#from, this.#model, sorted);
        sorted.forEach((id, at) => this.#keep(id, rows[at] ?? null));
      } catch (error) {
        asker.noRows(reasonFrom(error, "rows.failed"));
      }
      for (const id of sorted) this.#asked.delete(id);
    })();
    for (const id of sorted) this.#asked.set(id, job);
    return job;
  }

  #keep(id: string, row: Uint8Array | null): void {
    this.#kept.set(id, row);
    for (const [first] of this.#kept) {
      if (this.#kept.size <= MOST_KEPT) break;
      this.#kept.delete(first);
    }
  }
}

const MANY = new Refusal("rows.many", `A request names ${MOST_ASKED} items: prepare() the list again for the rest.`);
