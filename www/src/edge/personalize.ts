// `personalize` and `personalizeJson`: an answer of the origin's in, the same with its lists in order out. Until the first bytes
// have left, every fault gives the origin's own answer back; after that, the rest of the page as it comes.
import { field, isTrap, messageOf } from "../errors.js";
import type { Html, Page } from "../html/reshelf_html.js";
import type { Model } from "../types.js";
import { Body, isPlain, LATE, markOf, streamOf, unpacked, within } from "./body.js";
import { itemOf, mayOrder, type Nothing, type Orderer, openOrderer, readContext } from "./context.js";
import { flowing } from "./flow.js";
import { answer, charsetOf, HTML, JSON_TYPE, noted, passes, privateHeaders } from "./headers.js";
import { abandon, htmlModule } from "./module.js";
import { readOptions, type Settings } from "./options.js";
import type { HtmlModule, ListReason, ListReport, PageReason, PageReport } from "./types.js";

/** Bytes of the longest mark of a charset. */
const LONGEST_MARK = 3;

/** How long the first pages of an isolate wait for the HTML module, which takes some milliseconds to compile and start. */
const MOST_START_MS = 1000;

/** What an entry knows of its host. */
export interface Host {
  /** The HTML module, where the entry brings it. */
  readonly html: HtmlModule | null;
  /** Whether its streams are to be asked for large pieces. */
  readonly large: boolean;
}

/** Why a text in JSON is not read to its end. */
const EARLY = { late: "deadline", most: "too-large", broken: "origin" } as const;

/** `personalize`, in that host. */
export function personalizeWith(host: Host, origin: Response, options: unknown): Promise<Response> {
  return attempt(host, origin, readOptions(options), HTML, async (opened) => {
    const { settings, html, orderer, item, body, charset } = opened;
    const { lists, islands, maxListBytes, hydrate, deadlineMs } = settings;
    // Bytes of text tell no more than the header; those that have not come in time are told by `meta`.
    const [head] = await body.gather(LONGEST_MARK, deadlineMs);
    const mark = markOf(head);
    if (mark === "utf-16") return pass(opened, { reason: "charset" });
    const { rowOf } = orderer;
    const pageRow = (item && rowOf?.(item)) || "";
    const rest = { maxListBytes, hydrate, rows: rowOf !== null, pageRow };
    const begin = (charset: string | null) => new html.Page({ rules: lists, islands, charset, ...rest });
    let page: Page;
    try {
      page = begin(mark ?? charset);
      if (!page.supported && charset !== null) {
        // A label that nobody knows is as none; those that cannot be read were told by the header.
        page.free();
        page = begin(null);
      }
    } catch (error) {
      if (isTrap(error)) abandon(html);
      const code = field(error, "code");
      return pass(opened, { reason: isTrap(error) ? "failed" : "lists", detail: detailOf(code, error) });
    }
    if (!page.supported) {
      page.free();
      return pass(opened, { reason: "charset" });
    }
    const onEnd = (reason: PageReason | null, all: readonly ListReport[]) => report(settings, { reason }, all);
    const grows = hydrate || rowOf !== null;
    const stream = flowing({ source: body, html, page, orderer, deadlineMs, grows, onEnd });
    return answer(origin, stream, opened.headers("streaming"));
  });
}

/** The same for `personalizeJson`. */
export function personalizeJsonWith(host: Host, origin: Response, options: unknown): Promise<Response> {
  const settings = readOptions(options);
  return attempt(host, origin, settings, JSON_TYPE, async (opened) => {
    const { html, orderer, body, charset } = opened;
    if (settings.place === null) return pass(opened, { reason: "lists" });
    if (charset !== null && !/^utf-?8$/i.test(charset)) return pass(opened, { reason: "charset" });
    const [bytes, by] = await body.gather(settings.maxListBytes + 1, settings.deadlineMs);
    if (by !== "end") return pass(opened, { reason: EARLY[by] });
    const ordered = orderJson(html, orderer, bytes, settings.place, settings.policy !== null);
    if (!ordered) return pass(opened, { reason: "json" });
    const [text, list] = ordered;
    orderer.end();
    await body.read(); // What was ordered; the end of the body, or what it fails with, is the origin's to tell.
    let left: Uint8Array | null = text;
    const read = async () => {
      const chunk = left ?? (await body.read());
      left = null;
      return chunk;
    };
    const stream = streamOf({ read, cancel: (reason) => body.cancel(reason) });
    const given = answer(origin, stream, opened.headers(list.reason ?? "ordered"));
    report(settings, { reason: null }, [list]);
    return given;
  });
}

/** All that there is once an answer can be put in order. */
interface Opened {
  readonly settings: Settings;
  readonly origin: Response;
  readonly html: Html;
  readonly orderer: Orderer;
  /** The id of the page's own item, where the context has one. */
  readonly item: string | null;
  readonly body: Body;
  /** By the header. */
  readonly charset: string | null;
  /** Whether the bytes are no longer what the header says they are. */
  readonly unpacked: boolean;
  readonly headers: (note: string) => Headers;
}

async function attempt(
  host: Host,
  origin: Response,
  settings: Settings,
  type: RegExp,
  work: (opened: Opened) => Promise<Response>,
): Promise<Response> {
  let body: Body | undefined;
  let orderer: Orderer | undefined;
  try {
    const { headers } = origin;
    const none = passes(origin, settings.method, type);
    if (none) return (report(settings, { reason: none }), origin);
    const events = readContext(settings);
    const early = mayOrder(settings, events);
    if (early) return await unordered(host, origin, settings, early);

    const { deadlineMs } = settings;
    const [html, model] = await Promise.all([
      loading("html", () => htmlModule(settings.html, host.html), Math.max(deadlineMs, MOST_START_MS)),
      loading("model", () => (settings.reranker ? null : (settings.model as Model | PromiseLike<Model>)), deadlineMs),
    ]);
    if ("reason" in html) return await unordered(host, origin, settings, html);
    if ("reason" in model) return await unordered(host, origin, settings, model);
    const found = openOrderer(model.value, events, settings);
    if ("reason" in found) return await unordered(host, origin, settings, found);
    orderer = found;

    const encoding = headers.get("content-encoding");
    body = new Body(origin.body as ReadableStream<Uint8Array>, host.large);
    const opened = {
      ...{ settings, origin, html: html.value, orderer, body, unpacked: encoding !== null },
      item: itemOf(events),
      charset: charsetOf(headers.get("content-type") ?? ""),
      headers: (note: string) => {
        const made = privateHeaders(headers, note);
        made.delete("content-encoding");
        return made;
      },
    };
    if (encoding === null) return await work(opened);
    const plain = await unpacked(body, encoding, settings.deadlineMs);
    if (typeof plain === "string") return pass({ ...opened, unpacked: false }, { reason: plain });
    body = plain;
    return await work({ ...opened, body });
  } catch (error) {
    // Nothing here is to throw; if it does, the shopper has the page all the same.
    orderer?.end();
    report(settings, { reason: "failed", detail: detailOf(null, error) });
    return body ? answer(origin, body.stream(), new Headers(origin.headers)) : origin;
  }
}

/** The origin's answer: the very same where there is nothing to be said, with a word of why where something is wrong. */
async function unordered(host: Host, origin: Response, settings: Settings, nothing: Nothing): Promise<Response> {
  report(settings, nothing);
  if (nothing.reason === "no-context") return origin;
  const headers = noted(new Headers(origin.headers), noteOf(nothing));
  if (!headers.has("content-encoding")) return answer(origin, origin.body, headers);
  // Whoever serves an answer of ours need not know what `fetch` did to its bytes, whether it was put in order or not.
  const body = new Body(origin.body as ReadableStream<Uint8Array>, host.large);
  if (await isPlain(body, settings.deadlineMs)) unpack(headers);
  return answer(origin, body.stream(), headers);
}

function unpack(headers: Headers): void {
  for (const name of ["content-encoding", "content-length"]) headers.delete(name);
}

/** The same once the body was begun. */
function pass({ settings, origin, body, orderer, unpacked }: Opened, nothing: Nothing): Response {
  orderer.end();
  report(settings, nothing);
  const headers = noted(new Headers(origin.headers), noteOf(nothing));
  if (unpacked) unpack(headers);
  return answer(origin, body.stream(), headers);
}

const noteOf = ({ reason, detail }: Nothing) => (detail ? `${reason}: ${detail}` : reason);

/** What is there or comes in time, or why it did not. */
async function loading<T>(
  what: "html" | "model",
  load: () => T | PromiseLike<T>,
  milliseconds: number,
): Promise<{ value: T } | Nothing> {
  try {
    const given = load();
    if (typeof field(given, "then") !== "function") return { value: given as T };
    const value = await within(given as PromiseLike<T>, milliseconds);
    return value === LATE ? { reason: `${what}-late` } : { value };
  } catch (error) {
    return { reason: what, detail: detailOf(field(error, "code"), error) };
  }
}

function orderJson(
  html: Html,
  orderer: Orderer,
  bytes: Uint8Array,
  { path, id }: { readonly path: string; readonly id: string },
  isRuled: boolean,
): [text: Uint8Array, list: ListReport] | null {
  try {
    const found = html.reorderable(bytes, path, id);
    if (!found) return null;
    try {
      const all = found.ids();
      const ids = all.filter((each) => each !== null);
      const fields = isRuled ? elementsAt(bytes, path).filter((_, at) => all[at] !== null) : [];
      const ordered = orderer.order(ids, fields);
      const stays = (reason: ListReason): ReturnType<typeof orderJson> => [
        bytes,
        { tiles: ids.length, moved: 0, reason },
      ];
      if (typeof ordered === "string") return stays(ordered);
      const [order, removed] = ordered;
      const moved = order.reduce((sum, from, at) => sum + Number(from !== at), 0);
      if (moved === 0) return stays("no-order");
      const text = found.order(order);
      return text
        ? [text, { tiles: ids.length, moved, reason: null, ...(removed > 0 && { removed }) }]
        : stays("order");
    } finally {
      found.free();
    }
  } catch (error) {
    if (isTrap(error)) abandon(html);
    return null;
  }
}

/** The elements of a list at a path, which is there, with their fields; none where the text is not read so. */
function elementsAt(bytes: Uint8Array, path: string): readonly unknown[] {
  try {
    let at: unknown = JSON.parse(new TextDecoder().decode(bytes));
    for (const step of path === "" ? [] : path.split(".")) at = (at as Record<string, unknown>)[step];
    return Array.isArray(at) ? at : [];
  } catch {
    return [];
  }
}

/** A code, or what a foreign error says. */
function detailOf(code: unknown, error: unknown): string {
  return typeof code === "string" ? code : messageOf(error).slice(0, 100);
}

function report(
  { onReport, refused }: Settings,
  { reason, detail }: Partial<Nothing> | { reason: null; detail?: undefined },
  lists: readonly ListReport[] = [],
): void {
  if (onReport === null) return;
  const more = { ...(detail !== undefined && { detail }), ...(refused.length > 0 && { refused: [...refused] }) };
  try {
    const given: unknown = onReport({ reason: reason ?? null, lists, ...more } satisfies PageReport);
    if (typeof field(given, "then") === "function") Promise.resolve(given).catch(() => undefined);
  } catch {} // The shop's own code: the page does not suffer from it.
}
