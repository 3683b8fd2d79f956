// The lists that were ranked last, and where each of their items stood by the model and by the server. Uses nothing.

/** Lists that are remembered: what is clicked lies in one of a page's. */
const LISTS = 8;
/** The first places of each, by either order. */
const PLACES = 60;

/** The two places of an item, counted from 1. */
export interface Places {
  readonly model: number;
  readonly server: number;
}

/** A ranked candidate, as far as this needs it. */
interface Entry {
  readonly candidate: unknown;
  readonly rank: number;
  readonly previousRank: number;
}

export class ShownLists {
  readonly #idOf: (candidate: unknown) => string | null;
  #lists: Map<string, Places>[] = [];

  constructor(idOf: (candidate: unknown) => string | null) {
    this.#idOf = idOf;
  }

  /** Takes a list as the model ordered it, whole. */
  note(ranked: readonly Entry[]): void {
    const places = new Map<string, Places>();
    for (const { candidate, rank, previousRank } of ranked) {
      if (Math.min(rank, previousRank) > PLACES) continue;
      const id = this.#idOf(candidate);
      if (id !== null && !places.has(id)) places.set(id, { model: rank, server: previousRank });
    }
    this.#lists = [places, ...this.#lists].slice(0, LISTS);
  }

  /** Where an item stood in the newest list that had it. A click counts once: the list is let go of. */
  take(id: string): Places | null {
    const at = this.#lists.findIndex((places) => places.has(id));
    const found = this.#lists[at]?.get(id) ?? null;
    if (found) this.#lists.splice(at, 1);
    return found;
  }

  clear(): void {
    this.#lists = [];
  }
}
