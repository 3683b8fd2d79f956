// Policies over lists whose scores a test sets: through the door by which `rerank` reaches a policy, with a stand-in of the engine.
import { arrange } from "./arrange_reference.mjs";

const ARRANGE = Symbol.for("reshelf.arrange");
const PURCHASE = 3;
const IMPRESSION = 13;

/**
 * Arranges a list of candidates with `id`, whose handles are their places: `scores` of the model (of an empty session when left out),
 * `bought` as `[place, when]`, `shown` as places, `engine` false for none.
 */
export function slate(policy, list, { scores, bought = [], shown = [], limit = Infinity, engine = true } = {}) {
  const rows = (events, kind) => Float64Array.from(events.flatMap(([item, at]) => [1, item, kind, at, 1, 0, 0]));
  const programs = [];
  const stand = {
    events: (lists) =>
      lists
        ? rows(
            shown.map((item) => [item, 0]),
            IMPRESSION,
          )
        : rows(bought, PURCHASE),
    arrange: (...given) => (programs.push(given), arrange(...given)),
  };
  const handles = Uint32Array.from(list.keys());
  const floats = Float32Array.from(scores ?? list.map(() => 0));
  const [[ranked], tell] = policy[ARRANGE](
    [list],
    limit,
    (candidate) => candidate.id ?? candidate,
    (question) => (engine ? question(stand) : undefined),
    engine ? [[list.length], floats, 0, handles, 0] : undefined,
  );
  const told = tell({ candidates: list.length, identified: list.length, known: list.length });
  return { ids: ranked.map(({ candidate }) => candidate.id ?? candidate), ranked, told, programs };
}
