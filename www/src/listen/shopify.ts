// Shopify: the standard events that `analytics.subscribe` tells, in the shapes of its pixels and of Hydrogen. Uses reads of the page.
import { attempt, call, field, has } from "../page/read.js";
import type { EventWord } from "./intake.js";
import type { Source } from "./source.js";

/** For each event where its items are, or what was searched for: the first of these that is there. */
const EVENTS: Readonly<Record<string, readonly [EventWord, ...string[]]>> = {
  product_viewed: ["view", "data.productVariant", "products"],
  collection_viewed: ["impression", "data.collection.productVariants"],
  search_submitted: ["search", "data.searchResult.query"],
  product_added_to_cart: ["cart", "data.cartLine.merchandise", "currentLine.merchandise"],
  product_removed_from_cart: ["remove", "data.cartLine.merchandise", "prevLine.merchandise"],
  checkout_started: ["cart", "data.checkout.lineItems"],
  checkout_completed: ["purchase", "data.checkout.lineItems"],
};

export const shopify: Source = (scope, intake) => {
  const take = (name: string, [type, ...paths]: readonly [EventWord, ...string[]], event: unknown) => {
    const found = paths.map((path) => field(event, ...path.split("."))).find((value) => value != null);
    const voice = { name: `shopify ${name}`, event: name };
    if (type === "search") return intake.search(voice, found);
    const collection = field(event, "data", "collection");
    intake.items(voice, type, Array.isArray(found) ? found : [found], (line) => {
      const item = field(line, "variant") ?? line;
      const product = field(item, "product") ?? item;
      return {
        item,
        id: field(product, "id"),
        list: field(collection, "id") || field(collection, "title"),
        category: field(product, "type") ?? field(product, "productType"),
        brand: field(product, "vendor"),
        price: field(item, "price", "amount") ?? field(item, "price"),
        title: field(product, "title"),
      };
    });
  };
  const ends: unknown[] = [];
  const look = () => {
    const buses = [field(scope, "Shopify", "analytics"), field(scope, "analytics")];
    const bus = buses.find((each) => has(each, "subscribe"));
    if (!bus) return undefined;
    for (const [name, event] of Object.entries(EVENTS)) {
      const hear = (payload: unknown) => intake.event(() => take(name, event, payload));
      ends.push(call(bus, "subscribe", name, hear));
    }
    return "found";
  };
  const stop = () => {
    // What `subscribe` returned may be what ends it, or a promise of that.
    for (const end of ends.splice(0)) attempt(async () => call({ end: await end }, "end"));
  };
  return { look, stop };
};
