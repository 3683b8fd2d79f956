// What both lists show, and a session that turns them around once it has seen something, at once or behind promises.
export const items = ["a", "b", "c", "d", "e"].map((id) => ({ id }));

/** As of a worker, where the page says `home = "later"`. */
const homed = (session) => {
  if (globalThis.home !== "later") return session;
  const late = ([name, method]) => [name, typeof method === "function" ? async (...given) => method(...given) : method];
  return Object.fromEntries(Object.entries(session).map(late));
};

export function sessionOf() {
  let events = 0;
  const calls = { reranks: 0 };
  return homed({
    calls,
    observe: () => ++events,
    rerank(candidates) {
      calls.reranks += 1;
      const ranked = [...candidates].map((candidate) => ({ candidate }));
      return events % 2 === 1 ? ranked.reverse() : ranked;
    },
  });
}
