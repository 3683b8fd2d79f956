// Models in the browser's Cache, each under its hash and the address that it came from. Storage that is blocked, full or slow is as none.
import { KEY_ALGORITHM } from "./integrity.js";

/** Models that stay: those that were put there last. */
const MOST = 3;

/** Milliseconds after which storage that does not answer counts as none. */
const PATIENCE = 2000;

/** Keys of a Cache are addresses: nobody answers at this one. */
const PLACE = "https://reshelf.invalid/";

export interface Kept {
  readonly hash: string;
  readonly tag: string | null;
  readonly response: Response;
}

export interface Shelf {
  readonly address: string;
  /** The model of one of these hashes, or else of the address. */
  find(hashes: readonly string[] | null): Promise<Kept | null>;
  /** Keeps a model, in place of earlier ones of its address, and the oldest where there are too many. */
  put(hash: string, tag: string | null, bytes: Uint8Array): Promise<void>;
}

/** What a server calls this version of a file; null where it does not say, or another origin's may not be read. */
export function tagOf(answer: Response | undefined): string | null {
  const header = (name: string) => answer?.headers?.get?.(name);
  return header("etag") ?? header("last-modified") ?? null;
}

/** The shelf of this name for a model's address; null where nothing can be kept. */
export async function openShelf(name: string, given: string): Promise<Shelf | null> {
  try {
    const address = new Request(given).url;
    const cache = await soon(caches.open(name));
    if (!cache) return null;
    return {
      address,
      find: (hashes) => find(cache, address, hashes),
      put: (...model) => put(cache, address, ...model),
    };
  } catch {
    return null;
  }
}

async function find(cache: Cache, address: string, hashes: readonly string[] | null): Promise<Kept | null> {
  try {
    const entries = (await soon(entriesOf(cache))) ?? [];
    const named = hashes?.[0]?.startsWith(KEY_ALGORITHM) ? hashes : null;
    const entry = entries.find((each) => (named ? named.includes(each.hash) : each.address === address));
    const response = entry && (await soon(cache.match(entry.request)));
    return response ? { hash: entry.hash, tag: response.headers.get("etag"), response } : null;
  } catch {
    return null;
  }
}

async function put(cache: Cache, address: string, hash: string, tag: string | null, bytes: Uint8Array): Promise<void> {
  const key = `${PLACE}${encodeURIComponent(hash)}?${encodeURIComponent(address)}`;
  const headers = { "content-length": String(bytes.length), ...(tag && { etag: tag }) };
  await cache.put(key, new Response(new Uint8Array(bytes), { headers }));
  const others = (await entriesOf(cache)).filter((entry) => entry.address !== address || entry.hash !== hash);
  const stay = others.filter((entry) => entry.address !== address).slice(0, MOST - 1);
  await Promise.all(others.filter((entry) => !stay.includes(entry)).map(({ request }) => cache.delete(request)));
}

interface Entry {
  readonly request: Request;
  readonly hash: string;
  readonly address: string;
}

/** What of a Cache is ours, the newest first. */
async function entriesOf(cache: Cache): Promise<Entry[]> {
  const ours = (await cache.keys()).filter(({ url }) => url.startsWith(PLACE)).reverse();
  return ours.map((request) => {
    const [hash = "", address = ""] = request.url.slice(PLACE.length).split("?").map(decodeURIComponent);
    return { request, hash, address };
  });
}

/** What a promise brings, if it does so soon. */
export function soon<T>(promise: Promise<T>): Promise<T | undefined> {
  return Promise.race([promise, new Promise<undefined>((done) => setTimeout(done, PATIENCE))]);
}
