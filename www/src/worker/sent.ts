// What crosses to the worker, and how it is made of what callers pass. Callers' own code (getters, iterators, proxies) runs here and
// nowhere else; what it throws is told, and thrown anew where the worker reads the same place: so that all reasons are those of the
// package's main entry, and nothing is judged twice.
import { type Fields, idReaders } from "../arguments.js";
import {
  addressText,
  bytesOf,
  contentType,
  isAddress,
  isBlob,
  isModule,
  isResponse,
  isSignal,
  kindOf,
} from "../core/shape.js";
import { CROSS, type Cross, type Crossed } from "../door.js";
import { field, messageOf } from "../errors.js";
import type {
  CandidateObject,
  ConsentChoice,
  Forget,
  GpuFiles,
  PrepareOptions,
  RerankOptions,
  RetrieveOptions,
  ShopEvent,
} from "../types.js";
import type { WorkerLoadOptions } from "./types.js";

/** What can be sent to a worker and means the same there: a plain value, or a list that begins with what it was. */
export type Sent = string | number | bigint | boolean | null | undefined | readonly [Kind, ...unknown[]] | Crossed;
export type Kind = number;

/** An object, by the number of its form; its fields in that order. */
export const OBJECT = 0;
/** A list's items, and what its iterator threw, if it did. */
export const LIST = 1;
/** Bytes, a Blob or a compiled module, as they are. */
export const RAW = 2;
/** A function or a symbol, where none is wanted. */
export const ODD = 3;
/** A field that throws, and what. */
export const THROWS = 4;
/** A function of the caller's, which the worker asks for by its name. */
export const CALLBACK = 5;
/** An AbortSignal. */
export const SIGNAL = 6;
/** A buffer whose bytes are gone. */
export const DETACHED = 7;
/** What `fetch` answered: status, content type, address and bytes. */
export const RESPONSE = 8;

type Send = (value: unknown) => Sent;
type Names<T> = T extends unknown ? Extract<keyof T, string> : never;
/** Every field of a type that ranking or loading may read, and how it crosses: one that a type gains is missed by the compiler. */
type Form<T> = Readonly<Record<Names<T>, Send>>;

/** A value that means something only if it is no object. */
export const plain: Send = (value) => {
  if (typeof value === "function" || typeof value === "symbol") return [ODD];
  return typeof value === "object" && value !== null ? [OBJECT] : (value as Sent);
};

const time: Send = (value) => {
  const primitive = typeof value === "object" ? field(value, "valueOf") : null;
  return plain(typeof primitive === "function" ? Reflect.apply(primitive, value, []) : value);
};

/** The most bytes of a row or a snapshot that cross: more are refused over there as well. */
const MOST_BYTES = 2 ** 24;

const bytesBy =
  (take: (bytes: Uint8Array) => Uint8Array): Send =>
  (value) => {
    if (typeof value !== "object" || value === null) return plain(value);
    try {
      const seen = bytesOf(value);
      return seen ? [RAW, take(seen)] : [OBJECT];
    } catch {
      return [DETACHED];
    }
  };

/** A copy: the caller's bytes stay theirs. */
export const bytes: Send = /* @__PURE__ */ bytesBy((seen) => seen.slice(0, MOST_BYTES));

/** Bytes of a buffer of their own, to be handed over; what is part of a buffer, or shared, is copied. */
const owned: Send = /* @__PURE__ */ bytesBy((seen) =>
  kindOf(seen.buffer) === "ArrayBuffer" && seen.buffer.byteLength === seen.byteLength ? seen : seen.slice(),
);

const callback =
  (name: string): Send =>
  (value) =>
    typeof value === "function" ? [CALLBACK, name] : plain(value);

/** Worker and page have different addresses of their own: what is relative goes by the page's. */
const address: Send = (value) => {
  if (!isAddress(value)) return plain(value);
  const text = addressText(value);
  try {
    return new URL(text, globalThis.document?.baseURI ?? globalThis.location?.href).href;
  } catch {
    return text;
  }
};

/** Where bytes come from. A response must have been read before (`read`). */
const source =
  (own: Send): Send =>
  (value) => {
    if (isAddress(value)) return address(value);
    if (isBlob(value) || isModule(value)) return [RAW, value];
    return Array.isArray(value) && value[0] === RESPONSE ? (value as unknown as Sent) : own(value);
  };
const copied: Send = /* @__PURE__ */ source(bytes);

/** A response, read to its end; anything else as it is. What cannot be read is refused over there, as a response of no bytes. */
export async function read(value: unknown): Promise<unknown> {
  if (!isResponse(value)) return value;
  const { ok, status, url } = value;
  return [RESPONSE, ok, status, url, contentType(value), await value.arrayBuffer().catch(messageOf)];
}

const CANDIDATE: Form<CandidateObject> = {
  id: plain,
  score: plain,
  row: bytes,
  category: plain,
  brand: plain,
  price: plain,
  title: plain,
};
const EVENT: Form<ShopEvent> = {
  ...{ id: plain, type: plain, at: time, row: bytes, seconds: plain, list: plain, position: plain, query: plain },
  ...{ category: plain, brand: plain, price: plain, title: plain, taste: plain },
};
const FORGET: Form<Extract<Forget, object>> = {
  ...{ event: plain, item: plain, id: plain, from: time, to: time },
};
const CHOICE: Form<ConsentChoice> = { store: plain, share: plain };
const OPTIONS: Form<RerankOptions> = {
  limit: plain,
  by: plain,
  // Its rules cross beside the options (`policyOf`); what is no policy is refused over there.
  policy: (value) => (value ? [OBJECT] : null),
};
const RETRIEVE: Form<RetrieveOptions> = { k: plain, filter: callback("filter"), by: plain };
const PREPARE: Form<PrepareOptions> = {
  signal: (value) => (isSignal(value) ? [SIGNAL] : plain(value)),
  deadlineMs: plain,
};
const GPU: Form<GpuFiles> = { glue: address, wasm: copied };
const LOAD: Form<Omit<WorkerLoadOptions, "worker">> = {
  model: source(owned),
  wasm: copied,
  // What it says is done here.
  id: (value) => (namesIds(value) ? undefined : plain(value)),
  backend: plain,
  gpu: (value) => object(GPU)(value),
  store: plain,
  feedback: plain,
  rows: (value) => (typeof value === "function" ? [CALLBACK, "rows"] : address(value)),
  signal: PREPARE.signal,
  onProgress: callback("onProgress"),
  ...{ integrity: plain, cache: plain, quiet: plain, debug: plain, inPlace: plain, deadlineMs: plain },
};
/** The forms by their numbers. */
export const FORMS: readonly Readonly<Record<string, Send>>[] = [
  ...[CANDIDATE, EVENT, FORGET, CHOICE, OPTIONS, RETRIEVE, PREPARE, GPU, LOAD],
];

/** What tells a page and a worker of two versions of the package apart. */
export const VERSION = `2 ${FORMS.map((form) => Object.keys(form)).join()}`;

/** Whether an option `id` says how ids are read. */
const namesIds = (id: unknown) => typeof id === "function" || (typeof id === "string" && id.trim() !== "");

/** Sends an object's fields, each read once; `id` in a way of its own. Of options, the first name goes along that none of them has. */
function object(
  form: Readonly<Record<string, Send>>,
  readId?: (of: Fields) => unknown,
  named?: readonly string[],
): Send {
  const number = FORMS.indexOf(form);
  const fields = Object.entries(form);
  return (value) => {
    const own = plain(value);
    if (!Array.isArray(own) || own[0] !== OBJECT) return own;
    const all: [Kind, ...unknown[]] = [OBJECT, number];
    for (const [name, send] of fields) {
      try {
        const of = value as Fields;
        all.push(send(readId && name === "id" ? readId(of) : of[name]));
      } catch (error) {
        all.push([THROWS, messageOf(error)]);
      }
    }
    try {
      if (named) for (const name in value as Fields) if (!named.includes(name)) all[2 + fields.length] ??= name;
    } catch {}
    return all;
  };
}

/** How a page sends candidates and events, by the option `id` of the load. */
export function items(id: unknown): { readonly candidate: Send; readonly event: Send } {
  const [ofCandidate, ofEvent] = idReaders(namesIds(id) ? id : null);
  return { candidate: object(CANDIDATE, ofCandidate), event: object(EVENT, ofEvent) };
}

const asked = (form: Readonly<Record<string, Send>>) => object(form, undefined, [...Object.keys(form), "worker"]);
export const forgotten = object(FORGET);
export const choice = asked(CHOICE);
export const options = asked(OPTIONS);
export const retrieval = asked(RETRIEVE);
export const preparation = asked(PREPARE);
export const load = asked(LOAD);

/** What crosses of a policy in options, with what its rules read of these lists. */
export function policyOf(options: unknown, lists: readonly (readonly unknown[])[]): Crossed | undefined {
  const cross = field(field(options, "policy"), CROSS);
  return typeof cross === "function" ? (cross as Cross)(lists) : undefined;
}

/** Where reading ends, one behind where it ends over there: a list without an end must not take the page's memory. */
const MOST_READ = 2 ** 22;

/** Copies a list, and sends its items. */
export function listed<T>(given: Iterable<T>, send: (item: T) => Sent): [copy: T[], sent: Sent] {
  const copy: T[] = [];
  const items: Sent[] = [];
  try {
    if (typeof given?.[Symbol.iterator] !== "function") return [copy, plain(given)];
    for (const item of given) {
      copy.push(item);
      items.push(send(item));
      if (copy.length > MOST_READ) break;
    }
    return [copy, typeof given === "string" ? given : [LIST, items]];
  } catch (error) {
    return [copy, [LIST, items, messageOf(error)]];
  }
}
