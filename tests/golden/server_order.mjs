// The promise that all else equal the server's order stands, on drawn sessions and lists, through the package. Its native
// twin is crate/src/reranker/promises.rs.

/** Ids that no model knows. */
const STRANGERS = Array.from({ length: 8 }, (_, at) => `stranger ${at}`);

/**
 * @param {Pick<import("../../www/dist/index.js").Reranker, "forget" | "observe" | "rerank">} reranker
 * @param {string[]} known ids of the model's items
 * @param {number} cases sessions, each with one list
 * @returns {string[]} a line for each list in which candidates that only the server tells apart have changed places
 */
export function serverOrderFaults(reranker, known, cases, seed = 1) {
  const below = drawer(seed);
  const faults = [];
  for (let number = 0; number < cases; number++) {
    reranker.forget();
    const item = (oneIn) => (below(oneIn) === 0 ? STRANGERS[below(STRANGERS.length)] : known[below(known.length)]);
    for (let events = 1 + below(6); events > 0; events--) reranker.observe({ id: item(8) });
    const list = [];
    const oneIn = [1, 2, 6][below(3)];
    for (let count = below(30); count > 0; count--) {
      list.push({ id: list.length > 0 && below(4) === 0 ? list[below(list.length)].id : item(oneIn) });
    }
    const scored = below(3);
    list.forEach((candidate, at) => {
      if (scored > 0) candidate.score = scored === 1 ? -at : below(100);
    });
    const limit = below(2) === 0 ? undefined : below(list.length + 1);
    const answer = reranker.rerank(list, { limit });
    const fault = faultOf(list, answer, limit ?? list.length);
    if (fault !== null) faults.push(`case ${number} of seed ${seed}: ${fault}`);
  }
  return faults;
}

function faultOf(list, answer, length) {
  const places = answer.map(({ previousRank }) => previousRank);
  if (places.length !== length || new Set(places).size !== length) return `${places} are not ${length} places`;
  const strange = ({ id }) => STRANGERS.includes(id);
  if (list.every(strange) && !answer.every(({ score, rank, previousRank }) => score === 0 && rank === previousRank)) {
    return `unknown candidates came back as ${places}`;
  }
  const newest = new Map();
  for (const { candidate, previousRank } of answer) {
    const alike = strange(candidate) ? "stranger" : candidate.id;
    if ((newest.get(alike) ?? 0) > previousRank) return `${alike} has changed places in ${places}`;
    newest.set(alike, previousRank);
  }
  return null;
}

/** Whole numbers below `end` from a seed (mulberry32), the same in every runtime. */
function drawer(seed) {
  let state = seed;
  return (end) => {
    state = (state + 0x6d2b79f5) | 0;
    let bits = Math.imul(state ^ (state >>> 15), state | 1);
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
    return ((bits ^ (bits >>> 14)) >>> 0) % end;
  };
}
