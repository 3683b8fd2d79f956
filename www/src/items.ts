// Items and what is done with them, as callers write them: ids, descriptions, rows, candidates, and the events that `observe` takes.
// A part of the public types (types.ts).
/**
 * The identifier that the shop gives an item. `42`, `42n`, `"42"` and `" 42 "` name the same item (what
 * is no character to be seen counts as white space around it); a fraction is named as
 * JavaScript writes it (`"1.5"`). Refused, and counted in `info().refused.ids`: a number that is no safe integer (it may
 * stand for its neighbour: pass text or a BigInt, which is exact), text that holds half of a surrogate pair, empty text, and
 * more than 65,535 bytes. A candidate with such an id is unknown; an event with one is ignored.
 */
export type ItemId = string | number | bigint;

/**
 * What the shopper did. Other words are accepted and mapped where the field has a common synonym
 * (`"add_to_cart"`, `"order"`, `"detail"`, …); what is left counts as `"other"`.
 *
 * - `"return"`: sent it back; `"dislike"`: said that it is not wanted. Both push the item away, and its like as far as
 *   the model has learnt that they do, which may be not at all.
 * - `"search"`: searched for a text. `"mute"` and `"unmute"`: wants no more of a category or a brand, and took that back.
 * - `"dwell"`: looked at the item for so many seconds, which counts with the view before it.
 * - `"impression"`: a list had it before the shopper's eyes; `"skip"`: and they passed it over.
 */
export type EventType =
  | ("view" | "cart" | "wish" | "purchase" | "review" | "remove" | "other" | "return" | "dislike" | "search")
  | ("dwell" | "mute" | "unmute" | "impression" | "skip");

/** Bytes: any buffer or view of one, shared or not, of whatever realm (an iframe, a test runner). They are copied. */
export type Bytes = ArrayBufferView | ArrayBufferLike;

/**
 * An item's row, as `reshelf rows` exports it: the bytes themselves, or those bytes as base64 text. One that the model refuses
 * (of another training, damaged) is looked at once for its item, until `forget()` or `restore()`; `info().refused.rows` counts
 * it. The item is then composed of its description, or unknown.
 */
export type Row = Bytes | string;

/** A number, or plain decimal text for one: `65.9`, `"65.90"`. Text such as `"12,50"` or `"€ 5"` is no number and says nothing. */
export type Numeric = number | string | bigint;

/**
 * What the shop says of an item. Read only for an item that the model does not know and that brings no row, once in a
 * visit: the engine then places it beside the items of its kind. Written as in the catalogue that the model was trained with.
 * Texts count up to 4,096 characters; `5` and `"5"` are one brand.
 */
export interface ItemDescription {
  /** The path from the widest category to the narrowest, with slashes: `"home/kitchen/mugs"`. */
  readonly category?: string | number | bigint | null | undefined;
  readonly brand?: string | number | bigint | null | undefined;
  /** In the currency of the catalogue that the model was trained with. */
  readonly price?: Numeric | null | undefined;
  readonly title?: string | null | undefined;
}

/** An object that names an item. Any further fields are the caller's own and are left alone. */
export interface CandidateObject extends ItemDescription {
  readonly id: ItemId;
  /** The server's score, in the server's own unit; higher is better. Leave it out where there is none. */
  readonly score?: Numeric | null | undefined;
  /** The item's row, for an item that the model's own table does not hold. */
  readonly row?: Row | null | undefined;
}

/** What `rerank` takes: objects with an `id`, or bare ids. */
export type Candidate = CandidateObject | ItemId;

/** When, in milliseconds since 1970 (`Date.now()`, which is the default), or as a Date. An event that is dated later than now counts as of now. */
export type EventTime = Numeric | Date | null | undefined;

/** Something that the shopper did with one item. */
export interface ItemEvent extends ItemDescription {
  /** The item. */
  readonly id: ItemId;
  /** `"view"` when left out. */
  readonly type?: EventType | (string & {}) | null | undefined;
  readonly at?: EventTime;
  /** The item's row, for an item that the model's own table does not hold. */
  readonly row?: Row | null | undefined;
  /** Of a dwell: for how long. */
  readonly seconds?: Numeric | null | undefined;
  /** Of an impression or a skip: a name of the list, such as `"home"`. */
  readonly list?: string | number | null | undefined;
  /** Of an impression or a skip: the place in that list, from 0. */
  readonly position?: Numeric | null | undefined;
}

/** A text that the shopper searched for; its first 256 characters count. */
export interface SearchEvent {
  readonly type: "search";
  readonly query: string;
  readonly at?: EventTime;
}

/**
 * What the shopper wants no more of, or again: a category as the catalogue writes its path (`"home/mugs"`, or `"home"` for a
 * whole department), or a brand; of both in one event the category counts.
 */
export interface MuteEvent {
  readonly type: "mute" | "unmute";
  readonly category?: string | number | bigint | null | undefined;
  readonly brand?: string | number | bigint | null | undefined;
  readonly at?: EventTime;
}

/**
 * A page that is about no item: of a category, as the catalogue writes its path, or of a brand. A server that has nothing of a
 * shopper but a token says so with `taste`: a cluster's number (`reshelf/privacy`), for the model that the token names. The
 * first of them counts, as a search does.
 */
export interface BrowseEvent {
  readonly type: "browse";
  readonly category?: string | number | bigint | null | undefined;
  readonly brand?: string | number | bigint | null | undefined;
  readonly taste?: number | string | null | undefined;
  readonly at?: EventTime;
}

/** What `observe` takes. */
export type ShopEvent = ItemEvent | SearchEvent | MuteEvent | BrowseEvent;
