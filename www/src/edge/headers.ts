// What passes, and which headers an answer has that was put in order for one shopper.
import type { PageReason } from "./types.js";

/** HTML alone, since XHTML is read by other rules; said twice it is HTML as well. */
export const HTML = /^\s*text\/html\s*(;[^,]*)?(,\s*text\/html\s*(;[^,]*)?)*$/i;
export const JSON_TYPE = /^\s*(application\/(?:[\w.!#$&^-]+\+)?json|text\/json)\s*(;[^,]*)?$/i;

/** Charsets in which a byte that looks like `<` need not be one, by their labels. */
const UNREADABLE = /^(utf-?16|csutf16|unicode|csunicode|ucs-?2|iso-10646-ucs-2|(cs)?iso-?2022|hz-gb)/i;

/** Why an answer is none of ours to put in order: it passes as it is, the very same object. Null where it is ours. */
export function passes(origin: Response, method: string | null, type: RegExp): PageReason | null {
  if (origin.bodyUsed || origin.body?.locked) return "used";
  if (method === "HEAD") return "method";
  if (origin.status !== 200) return "status";
  const { headers } = origin;
  const kind = headers.get("content-type") ?? "";
  if (!type.test(kind)) return "type";
  if (UNREADABLE.test(charsetOf(kind) ?? "")) return "charset";
  if (/^\s*attachment\b/i.test(headers.get("content-disposition") ?? "")) return "attachment";
  if (directives(headers).some(([name]) => name === "no-transform")) return "no-transform";
  return origin.body === null ? "empty" : null;
}

/** The charset that a content type names. */
export function charsetOf(type: string): string | null {
  const [, quoted, bare] = /;\s*charset\s*=\s*(?:"([^"]*)"|([^\s;,"]+))/i.exec(type) ?? [];
  return (quoted ?? bare)?.trim() || null;
}

/** `Cache-Control` as names, in small letters, and what stands behind them. */
function directives(headers: Headers): [name: string, whole: string][] {
  const text = headers.get("cache-control") ?? "";
  return [...text.matchAll(/\s*([^\s=,"]+)(?:\s*=\s*(?:"(?:[^"\\]|\\.)*"|[^\s,"]*))?/g)].map(([whole, name = ""]) => [
    name.toLowerCase(),
    whole.trim(),
  ]);
}

/** The longest that a cache counts, in seconds: RFC 9111, 1.2.2. */
const LONGEST = 2 ** 31;

/** What a browser's own cache may go by still. All others (`public`, `s-maxage`, `stale-...`, `immutable`) go. */
const OF_BROWSERS = ["no-store", "no-cache", "must-revalidate"];

/**
 * Headers of the page as it was for everyone, by what they tell: what shared caches may do with it, by the names that vendors
 * gave them; which bytes it has; how many.
 */
const OF_THE_SHARED = [
  /^(age|expires)$/,
  /.-cache-control$/, // Targeted ones, whoever's: RFC 9213.
  /^(x-)?surrogate-(control|key|keys|capability)$/,
  /(^|-)cache-tags?$/,
  /^(edge-control|x-accel-expires|xkey|x-key|netlify-vary|netlify-cache-id|cdn-tag)$/,
  /^x-(litespeed-(tag|vary)|drupal-cache-contexts|magento-tags)$/,
  /^(etag|last-modified)$/,
  /^((repr-|content-|unencoded-)?digest|content-md5|signature|signature-input|x-goog-hash|x-ms-blob-content-md5)$/,
  /^x-amz-checksum-/,
  /^(content-length|content-range|accept-ranges|transfer-encoding)$/,
];

/** The headers of an answer that was put in order: private, and without what told of the page as it was for everyone. */
export function privateHeaders(origin: Headers, note: string): Headers {
  const headers = new Headers(origin); // A copy keeps several `Set-Cookie` apart.
  const kept = directives(origin).filter(([name]) => OF_BROWSERS.includes(name));
  const freshness = directives(origin).find(([name]) => name === "max-age")?.[1];
  const seconds = Number(/=\s*"?(\d+)"?$/.exec(freshness ?? "")?.[1] ?? NaN);
  // How long it has lain in caches before is no longer told: what is left of it is.
  const left = Math.min(LONGEST, Math.max(0, seconds - Math.max(0, Number(origin.get("age")) || 0)));
  const texts = ["private", ...kept.map(([name]) => name), ...(Number.isFinite(left) ? [`max-age=${left}`] : [])];
  for (const name of [...origin.keys()]) if (OF_THE_SHARED.some((each) => each.test(name))) headers.delete(name);
  headers.set("cache-control", [...new Set(texts)].join(", "));
  return noted(headers, note);
}

/** Adds a line to `Server-Timing`, beside the origin's. */
export function noted(headers: Headers, note: string): Headers {
  headers.append("server-timing", `reshelf;desc="${note.replace(/[^\w .:-]/g, "")}"`);
  return headers;
}

/** The same answer with another body or other headers. */
export function answer(origin: Response, body: ReadableStream<Uint8Array> | null, headers: Headers): Response {
  const { status, statusText } = origin;
  // workerd would pack the bytes anew where they are told to be packed: they are as they are to leave.
  const packed = headers.has("content-encoding") && origin.body !== body;
  const init = { status, statusText, headers, ...(packed && { encodeBody: "manual" }) };
  return new Response(body, init as ResponseInit);
}
