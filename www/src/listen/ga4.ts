// Google Analytics 4: e-commerce events on `dataLayer`, as `gtag("event", name, parameters)` pushes them and as plain objects for
// a tag manager. Uses reads of the page.
import { followPushes } from "../page/pushes.js";
import { field, has } from "../page/read.js";
import { type EventWord, wordFor } from "./intake.js";
import type { Source } from "./source.js";

const EVENTS: Readonly<Record<string, EventWord>> = {
  view_item: "view",
  select_item: "view",
  view_item_list: "impression",
  add_to_cart: "cart",
  remove_from_cart: "remove",
  add_to_wishlist: "wish",
  begin_checkout: "cart",
  purchase: "purchase",
  refund: "return",
  search: "search",
  view_search_results: "search",
};

export const ga4: Source = (scope, intake) => {
  const take = (entry: unknown) => {
    const command = field(entry, "0") === "event";
    const name = field(entry, command ? "1" : "event");
    const type = wordFor(EVENTS, name);
    if (!type) return;
    const parameters = command ? field(entry, "2") : (field(entry, "ecommerce") ?? entry);
    const voice = { name: `${command ? "gtag" : "push"} ${name}`, event: name };
    if (type === "search") return intake.search(voice, field(parameters, "search_term") ?? field(entry, "search_term"));
    intake.items(voice, type, field(parameters, "items"), (item) => ({
      item,
      id: field(item, "item_id"),
      list: listOf(item) || listOf(parameters),
      position: field(item, "index"),
      category: ["", 2, 3, 4, 5].map((level) => field(item, `item_category${level}`)),
      brand: field(item, "item_brand"),
      price: field(item, "price"),
      title: field(item, "item_name"),
    }));
  };
  let stop = () => {};
  const look = () => {
    const layer = field(scope, "dataLayer");
    if (!has(layer, "push")) return undefined;
    const followed = followPushes(layer, intake.batch(take));
    stop = followed.stop;
    followed.replay();
    return followed.follows ? "found" : "held";
  };
  return { look, stop: () => stop() };
};

/** The list of an item, or of an event that names one for all of its items. */
function listOf(of: unknown): unknown {
  return field(of, "item_list_id") || field(of, "item_list_name");
}
