// Origins for the tests of reshelf/edge: pages whose bodies come as a test wants, and count what is asked of them.

/** A list of tiles as a shop marks it. */
export const listOf = (ids, before = "\n  ") =>
  `<ul data-reshelf-list>${ids.map((id) => `${before}<li data-reshelf-item="${id}"><a href="/p/${id}">${id}</a></li>`).join("")}\n</ul>`;

/** A page with lists between paragraphs. */
export const pageOf = (...lists) =>
  `<!doctype html>\n<html><head><title>Shop</title></head><body>\n<p>Before</p>\n${lists.join("\n<p>Between</p>\n")}\n<p>After</p>\n</body></html>\n`;

/** The ids of the tiles in the order of a page's text. */
export const idsIn = (html) => [...html.matchAll(/data-reshelf-item="([^"]*)"/g)].map(([, id]) => id);

export const HTML_HEADERS = { "content-type": "text/html; charset=utf-8" };

/** An answer with that text. */
export function html(text, headers = {}, init = {}) {
  const all = new Headers(Array.isArray(headers) ? headers : Object.entries(headers));
  if (!all.has("content-type")) all.set("content-type", HTML_HEADERS["content-type"]);
  return new Response(text, { ...init, headers: all });
}

/** Turns every list round: what it does can be seen without a model. Counts its calls. */
export function turner() {
  const seen = [];
  const rerank = (list) => (
    seen.push(list.map(({ id }) => id)), [...list].reverse().map((candidate) => ({ candidate }))
  );
  return { seen, rerank };
}

/**
 * A body that a test feeds: `send(text or bytes)`, `end()`, `fail(error)`. `pulls` and `cancelled` tell what it was asked; `whole`
 * is an answer with it.
 */
export function fed(headers = {}) {
  let controller;
  const state = { pulls: 0, cancelled: undefined };
  const body = new ReadableStream(
    {
      start: (given) => void (controller = given),
      pull: () => void state.pulls++,
      cancel: (reason) => void (state.cancelled = reason),
    },
    { highWaterMark: 0 },
  );
  const bytes = (part) => (typeof part === "string" ? new TextEncoder().encode(part) : part);
  return Object.assign(state, {
    response: new Response(body, { headers: { ...HTML_HEADERS, ...headers } }),
    send: (part) => controller.enqueue(bytes(part)),
    end: () => controller.close(),
    fail: (error) => controller.error(error),
  });
}

/** Reads what comes until the text holds `until`, or the end. */
export async function readTo(reader, until) {
  let text = "";
  const decoder = new TextDecoder();
  while (until === undefined || !text.includes(until)) {
    const { done, value } = await reader.read();
    if (done) break;
    text += decoder.decode(value, { stream: true });
  }
  return text;
}

/** Lets everything run that waits for nothing. */
export const settle = () => new Promise((done) => setTimeout(done, 5));

/** A deadline that no busy machine misses, for tests that are not of deadlines. */
const AMPLE_MS = 120_000;

/** Calls `personalize` and reads its answer: `text`, `response` and the `report`. */
export async function served(personalize, origin, options) {
  let count = 0;
  let report;
  const response = await personalize(origin, {
    deadlineMs: AMPLE_MS,
    ...options,
    onReport: (given) => ((report = given), (count += 1)),
  });
  const text = await response.text();
  if (count !== 1) throw new Error(`reported ${count} times`);
  return { text, response, report };
}
