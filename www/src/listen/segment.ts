// Segment: the e-commerce events of `analytics.track`, heard through `analytics.on("track")`, and in the queue that stands in
// `analytics` until the library comes, if it does. Uses reads of the page.
import { followPushes } from "../page/pushes.js";
import { call, field, has } from "../page/read.js";
import { type EventWord, wordFor } from "./intake.js";
import type { Source } from "./source.js";

/** By their names in lower case. */
const EVENTS: Readonly<Record<string, EventWord>> = {
  "product viewed": "view",
  "product clicked": "view",
  "product list viewed": "impression",
  "product list filtered": "impression",
  "product added": "cart",
  "wishlist product added to cart": "cart",
  "checkout started": "cart",
  "product removed": "remove",
  "product added to wishlist": "wish",
  "order completed": "purchase",
  "order refunded": "return",
  "order cancelled": "return",
  "product reviewed": "review",
  "products searched": "search",
};

export const segment: Source = (scope, intake) => {
  const take = (called: unknown, properties: unknown, queued?: boolean) => {
    const name = typeof called === "string" ? called.slice(0, 64).toLowerCase() : "";
    const type = wordFor(EVENTS, name);
    if (!type) return;
    const told = `segment ${name}`;
    // The library tells what its queue held again, once it has come.
    const voice = { event: called, ...(queued ? { name: `queued ${name}`, awaits: told } : { name: told }) };
    if (type === "search") return intake.search(voice, field(properties, "query"));
    const products = field(properties, "products");
    intake.items(voice, type, Array.isArray(products) ? products : [properties], (item) => {
      const position = field(item, "position"); // Counted from 1.
      return {
        item,
        id: field(item, "product_id") ?? field(item, "sku"),
        list: field(properties, "list_id") || field(properties, "category"),
        position: typeof position === "number" ? position - 1 : undefined,
        category: field(item, "category"),
        brand: field(item, "brand"),
        price: field(item, "price"),
        title: field(item, "name"),
      };
    });
  };
  const hear = (name: unknown, properties: unknown) => intake.event(() => take(name, properties));
  const queued = (entry: unknown) => {
    if (field(entry, "0") === "track") take(field(entry, "1"), field(entry, "2"), true);
  };
  let stop = () => {};
  const look = () => {
    const analytics = field(scope, "analytics");
    const queues = Array.isArray(analytics);
    if (!has(analytics, "track") || !(queues || has(analytics, "on"))) return undefined;
    if (queues) {
      const followed = followPushes(analytics, intake.batch(queued));
      stop = followed.stop;
      followed.replay();
    }
    call(analytics, "on", "track", hear);
    return "found";
  };
  const end = () => {
    stop();
    call(field(scope, "analytics"), "off", "track", hear);
  };
  return { look, stop: end };
};
