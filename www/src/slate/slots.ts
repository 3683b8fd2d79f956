// Presets for places of a shop: rules that count behind a definition's own. Data alone, each with the reason why it is there; what
// the definition says itself (the same kind, for the same field) goes in its place.
import type { Rule, SlotName } from "./types.js";

export const SLOTS: Readonly<Record<SlotName, readonly Rule[]>> = {
  home: [
    // Nobody has said yet what they are after.
    { id: "home/diversify", kind: "diversify", how: "dpp", amount: 0.3, first: 24 },
    // It is the page that shoppers come back to.
    { id: "home/seen", kind: "seenDecay", by: 0.1, most: 5 },
  ],
  // Whoever opens a category wants to compare: one brand alone would not let them.
  category: [{ id: "category/brand", kind: "cap", field: "brand", most: 3, in: 6, first: 24 }],
  // The server has found what fits: among that, what the words name goes before what the shopper likes elsewhere.
  // 6 is more than the first candidate of an empty session has over the last.
  search: [{ id: "search/query", kind: "query", by: 6 }],
  // Beside an item that is looked at, its twins say nothing new.
  product: [{ id: "product/diversify", kind: "diversify", how: "mmr", amount: 0.2, first: 12 }],
  cart: [
    // What was bought this month is in the house.
    { id: "cart/bought", kind: "filter", what: "bought", days: 30 },
    // A cart wants what goes with it, of several kinds.
    { id: "cart/diversify", kind: "diversify", how: "mmr", amount: 0.4, first: 12 },
  ],
  // New is what the page is for; the session decides among what is about as new.
  new: [{ id: "new/freshness", kind: "freshness", halfLifeDays: 14, by: 4 }],
  "group-buy": [
    // What else speaks for a group the server's order knows and the session does not.
    { id: "group-buy/strength", kind: "strength", percent: 50 },
    // One that is nearly full needs one shopper more; one that has just begun needs them all.
    { id: "group-buy/progress", kind: "boost", match: { progress: { has: true } }, field: "progress", by: 4 },
    // One that ends tonight cannot be joined tomorrow, and one that has ended not at all.
    { id: "group-buy/ends", kind: "ending", halfLifeDays: 1, by: 4 },
  ],
  // An ad that nobody would look for costs more than it brings.
  sponsored: [{ id: "sponsored/places", kind: "sponsored", positions: [3, 9], floor: { share: 0.5 } }],
  notes: [
    // A post is read once.
    { id: "notes/seen", kind: "seenDecay", by: 0.3, most: 5 },
    // News of last week is old.
    { id: "notes/freshness", kind: "freshness", halfLifeDays: 7, by: 0.5 },
  ],
  help: [
    // Clicks on goods say nothing of questions.
    { id: "help/strength", kind: "strength", percent: 0 },
    // The words decide, and the server among answers that meet them alike.
    { id: "help/query", kind: "query", by: 10 },
  ],
};
