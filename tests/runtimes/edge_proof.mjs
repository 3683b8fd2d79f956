// What every runtime proves about reshelf/edge: the golden orders come out of pages, through the HTML module of that runtime, and
// one that is told another order notices. Plain JavaScript, no host's functions beyond those that the entry asks for.

/** How many bytes of a page come at a time. */
const CHUNK = 100;

/**
 * @param {typeof import("../../www/dist/edge/index.js").personalize} personalize as this runtime resolved it
 * @param {typeof import("../../www/dist/index.js").loadModel} loadModel
 * @param {{ model: any, wasm?: any, html?: any, sessions: any[], descriptions: any }} golden the golden files, and the modules
 * where the runtime cannot find them by itself
 */
export async function provePages(personalize, loadModel, { model: artifact, wasm, html, sessions: all, descriptions }) {
  const sessions = all.filter((_, at) => at % 3 === 0);
  const model = await loadModel({ model: artifact, wasm, backend: "cpu" });
  const orders = [];
  for (const session of sessions) {
    const reranker = sessionOf(model, session, descriptions);
    const { text, report } = await ordered(personalize, session.candidates, { reranker, html });
    orders.push(report.lists.length === 1 ? idsIn(text).join() : JSON.stringify(report));
    reranker.dispose();
  }
  const expected = (session) => session.order.map((place) => session.candidates[place]).join();
  const turned = (session) => [...session.order].reverse().map((place) => session.candidates[place]);
  const differing = sessions.filter((session, at) => orders[at] !== expected(session));
  // By the context alone, as a worker does it that knows no shopper.
  const [first, second] = sessions;
  const context = { item: first.candidates[0], query: "blue mug", category: "home/mugs" };
  const candidates = [...new Set(second.candidates)];
  const byContext = await ordered(personalize, candidates, { model, context, html });
  const withRows = await ordered(personalize, candidates, { model, context, html, rows: true });
  model.dispose();
  return {
    status: byContext.report.reason,
    pages: sessions.length,
    differing: differing.length,
    differingWhenTurned: sessions.filter((session, at) => orders[at] !== turned(session).join()).length,
    byContext: idsIn(byContext.text),
    rows: [...withRows.text.matchAll(/ data-reshelf-(page-)?row="([^"]*)"/g)].map(([, , row]) => row),
    withoutRows: idsIn(withRows.text.replaceAll(/ data-reshelf-(page-)?row="[^"]*"/g, "")),
    control: byContext.control,
  };
}

/** A session that saw the events, and looks at candidates as the golden file has them. */
function sessionOf(model, session, descriptions) {
  const reranker = model.session();
  const numbers = session.events.map(([id, type, at, more]) =>
    reranker.observe({ type, at, ...(id === "" ? null : { id, ...descriptions[id] }), ...more }),
  );
  for (const event of session.forgotten ?? []) reranker.forget({ event: numbers[event] });
  const rerank = (list) => {
    const told = list.map(({ id }, at) => ({ id, score: session.server_scores[at], ...descriptions[id] }));
    return reranker.rerank(told).map(({ previousRank }) => list[previousRank - 1]);
  };
  return { rerank, dispose: () => reranker.dispose() };
}

/** A page with one list of these items, through `personalize`, some bytes at a time. */
async function ordered(personalize, ids, options) {
  const tiles = ids.map((id) => `<li data-reshelf-item="${id}"><a href="/p/${id}">Ünïcode ${id}</a></li>`);
  const page = `<!doctype html><title>Shop</title><ul data-reshelf-list>${tiles.join("\n")}</ul><p>After`;
  const bytes = new TextEncoder().encode(page);
  let at = 0;
  const body = new ReadableStream({
    pull(controller) {
      if (at < bytes.length) controller.enqueue(bytes.slice(at, (at += CHUNK)));
      else controller.close();
    },
  });
  const origin = new Response(body, {
    headers: { "content-type": "text/html", "cache-control": "public, s-maxage=60" },
  });
  let report;
  const answer = await personalize(origin, { ...options, deadlineMs: 60_000, onReport: (given) => (report = given) });
  return { text: await answer.text(), report, control: answer.headers.get("cache-control") };
}

const idsIn = (text) => [...text.matchAll(/data-reshelf-item="([^"]*)"/g)].map(([, id]) => id);
