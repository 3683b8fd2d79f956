// A page that listens, for the tests of reshelf/listen.
import { listen } from "../dist/listen/index.js";
import { gtagOf } from "./pushes.mjs";

/** A page of its own, and a reranker that notes what it is given; `start` listens there. */
export function shop(globals = {}) {
  const scope = { dataLayer: [], ...globals };
  const events = [];
  const reranker = { observe: (event) => events.push(event) };
  const start = (options) => listen(reranker, { scope, ...options });
  return { scope, events, start, gtag: gtagOf(scope), reranker };
}

/** What is left of events when only these fields are looked at. */
export const brief = (events) => events.map(({ type, id, query }) => `${type} ${id ?? query}`);

export const item = (id, more) => ({ item_id: id, ...more });
export const viewed = (id) => ({ event: "view_item", ecommerce: { items: [item(id)] } });
