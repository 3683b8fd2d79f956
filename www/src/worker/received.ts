// What came from the page, made into what the caller passed, as far as anybody can tell.
import { CALLBACK, DETACHED, FORMS, LIST, OBJECT, RAW, RESPONSE, SIGNAL, THROWS } from "./sent.js";

/** What of the page's a call may reach while it is answered. */
export interface Reach {
  /** Asks a function of the caller's. */
  callback(name: string): unknown;
  signal(): AbortSignal;
}

/** Throws where reading the value threw on the page. */
export function received(sent: unknown, reach: Reach): unknown {
  if (!Array.isArray(sent)) return sent;
  const [kind, first, ...rest] = sent as [number, unknown, ...unknown[]];
  if (kind === OBJECT) return objectOf(Object.keys(FORMS[first as number] ?? {}), rest, reach);
  if (kind === LIST) return listOf(first as unknown[], rest, reach);
  if (kind === RAW) return first;
  if (kind === THROWS) throw new Error(first as string);
  if (kind === CALLBACK) return reach.callback(first as string);
  if (kind === SIGNAL) return reach.signal();
  if (kind === RESPONSE) return responseOf(sent);
  if (kind === DETACHED) return detached();
  return Symbol();
}

/** Behind the fields comes a name that no option has. */
function objectOf(names: readonly string[], fields: readonly unknown[], reach: Reach): object {
  const object: Record<string, unknown> = {};
  names.forEach((name, at) => {
    const sent = fields[at];
    if (sent === undefined) return;
    if (!Array.isArray(sent) || sent[0] !== THROWS) object[name] = received(sent, reach);
    else Object.defineProperty(object, name, { configurable: true, get: () => received(sent, reach) });
  });
  const odd = fields[names.length];
  if (typeof odd === "string") object[odd] = null;
  return object;
}

function listOf(items: readonly unknown[], broken: readonly unknown[], reach: Reach): Iterable<unknown> {
  const list = items.map((item) => received(item, reach));
  if (broken.length === 0) return list;
  return (function* () {
    yield* list;
    throw new Error(broken[0] as string);
  })();
}

/** A stand-in for what `fetch` answered: no constructor makes one of status 0, or with an address. */
function responseOf([, ok, status, url, type, bytes]: readonly unknown[]): object {
  const arrayBuffer = async () => {
    if (typeof bytes === "string") throw new Error(bytes);
    return bytes;
  };
  return { ok, status, url, headers: new Headers({ "content-type": type as string }), arrayBuffer };
}

function detached(): ArrayBuffer {
  const buffer = new ArrayBuffer(8);
  structuredClone(buffer, { transfer: [buffer] });
  return buffer;
}
