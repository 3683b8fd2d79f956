// What both lists show, and a session that turns them around once it has seen something.
export const items = ["a", "b", "c", "d", "e"].map((id) => ({ id }));

export function sessionOf() {
  let events = 0;
  const calls = { reranks: 0 };
  return {
    calls,
    observe: () => ++events,
    rerank(candidates) {
      calls.reranks += 1;
      const ranked = [...candidates].map((candidate) => ({ candidate }));
      return events % 2 === 1 ? ranked.reverse() : ranked;
    },
  };
}
