// Lists by a session that answers later, in any framework: each case says when its questions are answered, and tells every order that was
// drawn, so that none is missed that stood for a moment.
const itemsOf = (ids) => [...ids].map((id) => ({ id }));
const turned = (list) => [...list].reverse();

/** A session of promises that the case keeps or breaks. */
function answering() {
  const asked = [];
  return {
    asked,
    observe: async () => 1,
    rerank: (list, options) => new Promise((done, failed) => asked.push({ list: [...list], options, done, failed })),
  };
}

/** Each: what is done to a list, `abcde` at first; `draws` begins it. */
const CASES = {
  async "items are as given until the answer is there, and stay in its order until the next is"({
    list,
    session,
    answer,
  }) {
    await answer(0);
    await list.refresh(session);
    await answer(1, (all) => all);
    return session.asked.length;
  },
  async "what was asked last counts, whichever answer comes first"({ list, session, answer }) {
    await list.refresh(session);
    await answer(1, ([a, ...rest]) => [...rest, a]);
    await answer(0);
  },
  async "an answer for items that are no longer shown changes nothing"({ list, answer }) {
    await list.set({ items: itemsOf("vwxyz") });
    await answer(0);
    await answer(1);
  },
  async "of more items, and of fewer, those that were there keep their order; others stand behind"({ list, answer }) {
    await answer(0);
    await list.set({ items: itemsOf("xabcdey") });
    await answer(1);
    await list.set({ items: itemsOf("bd") });
    await answer(2, (all) => all);
  },
  async "where the answer was the order as given, others come as given"({ list, answer }) {
    await answer(0, (all) => all);
    await list.set({ items: itemsOf("xabcdey") });
    await answer(1);
  },
  async "items that are made anew at every render end all the same"({ list, session, answer, frames }) {
    await list.set({ anew: true });
    for (let at = 0; at < session.asked.length; at++) await answer(at);
    await frames();
    return session.asked.length < 12;
  },
  async "an answer that fails, is none or never comes leaves the list as it is"({ list, session, answer }) {
    session.asked.at(-1).failed(new Error("no"));
    await list.refresh(session);
    await answer(1, null);
    await list.refresh(session);
    await answer(2);
    await list.refresh(session);
    session.asked.at(-1).failed(new Error("no"));
    await list.refresh(session);
  },
  async "a limit holds from the first answer on"({ list, answer, session }) {
    await list.set({ options: { limit: 3 } });
    await answer(1, ([, , c, d, e]) => [e, d, c]);
    await list.set({ items: itemsOf("fabcdeg") });
    const { options } = session.asked.at(-1);
    await answer(2, (all) => all.slice(-3));
    return options.limit;
  },
  async "a policy is passed on, and what it removes is not drawn"({ list, answer, session }) {
    const policy = { problems: [] };
    await list.set({ options: { policy } });
    const { options } = session.asked.at(-1);
    await answer(1, ([a, , , , e]) => [e, a]);
    return options.policy === policy;
  },
  async "another session begins from the order as given, and the former says no more"({
    list,
    session,
    answer,
    frames,
  }) {
    await answer(0);
    await list.refresh(session);
    const other = answering();
    await list.set({ reranker: other });
    await answer(1, ([a, ...rest]) => [...rest, a]);
    other.asked.at(-1).done(
      other.asked
        .at(-1)
        .list.slice(0, 2)
        .map((candidate) => ({ candidate })),
    );
    await frames();
    await list.set({ reranker: null });
  },
  async "a list that is gone takes no answer"({ list, session, answer }) {
    await list.refresh(session);
    list.unmount();
    await answer(0);
    await answer(1);
    await list.refresh(session);
    return session.asked.length;
  },
};

/** Runs every case: the orders that were drawn, and what else each tells. */
export async function tell(draws) {
  const told = {};
  for (const [name, act] of Object.entries(CASES)) {
    const target = document.createElement("div");
    document.body.replaceChildren(target);
    const orders = [];
    const note = () => {
      const order = [...target.querySelectorAll("li")].map(({ dataset }) => dataset.id).join("");
      if (order !== orders.at(-1)) orders.push(order);
    };
    new MutationObserver(note).observe(target, { subtree: true, childList: true, attributes: true });
    const frames = async () => {
      for (let frame = 0; frame < 4; frame++) await new Promise((done) => requestAnimationFrame(done));
    };
    const session = answering();
    const list = draws(target, { items: itemsOf("abcde"), reranker: session, options: null, anew: false });
    await frames();
    const { set, refresh } = list;
    list.set = async (props) => (set(props), await frames());
    list.refresh = async (session) => (refresh(session), await frames());
    const answer = async (at, order = turned) => {
      const { list, done } = session.asked[at];
      done(order?.(list).map((candidate) => ({ candidate })));
      await frames();
    };
    const rest = await act({ list, session, answer, frames });
    told[name] = [[...orders], rest ?? null];
    list.unmount();
  }
  return told;
}

/** The same by a worker of the package's own: the order that is drawn, and the one that it ranks. */
export async function byWorker(draws) {
  const { loadReranker } = await import("/reshelf/worker.js");
  const reranker = await loadReranker({ model: "/golden/golden.safetensors" });
  const items = (await reranker.retrieve({ k: 20 })).map(({ id }) => ({ id }));
  const target = document.createElement("div");
  document.body.replaceChildren(target);
  const list = draws(target, { items, reranker, options: { limit: 9 }, anew: false });
  reranker.observe({ id: items[15].id, at: 1 });
  list.refresh(reranker);
  const ranked = (await reranker.rerank(items, { limit: 9 })).map(({ candidate }) => candidate.id).join();
  const drawn = () => [...target.querySelectorAll("li")].map(({ dataset }) => dataset.id).join();
  while (drawn() !== ranked) await new Promise((done) => requestAnimationFrame(done));
  list.unmount();
  const isNew = !items
    .map(({ id }) => id)
    .join()
    .startsWith(ranked);
  return [(await reranker.info()).home.where, isNew];
}
