// A model by its hash: held against the one that a page expects, and kept for the next visit where a page asks for that. The one file
// that the rest of the package reaches, by `import()` and only with `integrity` or `cache`. `integrity` computes and compares, `shelf` is
// the browser's Cache. May use base64, errors and types.
import { field, Refusal } from "../errors.js";
import { fits, hashesOf, hashOf, KEY_ALGORITHM } from "./integrity.js";
import { type Kept, openShelf, type Shelf, soon, tagOf } from "./shelf.js";

/** What was asked of a load. */
export interface Asked {
  /** An address, or what was handed in, of which nothing is kept. */
  readonly model: unknown;
  readonly cache: boolean | string | null | undefined;
  readonly integrity: unknown;
}

/** How a model is fetched; `init` is of `fetch`. */
type Open = (where: string | URL, signal?: AbortSignal, init?: RequestInit) => Promise<Response | Uint8Array>;

/** What core does with a model. */
export interface Ways<T> {
  readonly open: Open;
  /** The bytes of what is a model's source; an address is opened as told. `quietly`, the page does not hear how far it is. */
  readonly read: (source: unknown, open: Open, quietly?: boolean) => Promise<Uint8Array>;
  /** Makes an engine of the bytes; rejects where they are no model that it reads. */
  readonly use: (bytes: Uint8Array) => Promise<T>;
}

/**
 * The model that was asked for, kept or fetched. One that is kept is used at once, and its server asked behind the page's back: the next
 * load has what that answers. With `integrity` there is nothing to ask. What goes wrong with the keeping costs the load nothing.
 */
export async function bring<T>(asked: Asked, ways: Ways<T>): Promise<T> {
  const { model, cache, integrity } = asked;
  const address = addressOf(model);
  const wanted = integrity == null ? null : hashesOf(integrity);
  const shelf = address !== null && cache ? await openShelf(cache === true ? "reshelf" : cache, address) : null;
  const kept = await shelf?.find(wanted);
  if (shelf && kept) {
    const used = await useKept(kept, wanted, ways);
    if (used) {
      if (!wanted) renew(shelf, kept, ways).catch(ignore);
      return used.made;
    }
  }

  let answer: unknown;
  const noting: Open = async (where, signal) => (answer = await ways.open(where, signal));
  const bytes = await ways.read(model, noting);
  if (wanted && !(await fits(bytes, wanted))) {
    throw new Refusal("integrity.mismatch", {
      name: address ?? "`model`",
      found: await hashOf(bytes, wanted[0]),
      wanted: wanted.join(" "),
    });
  }
  const made = await ways.use(bytes);
  if (shelf) keep(shelf, bytes, answer).catch(ignore);
  return made;
}

/** What was made of a model that is kept; null where it is damaged, not the one expected, or of no use to this version. */
async function useKept<T>(
  { hash, response }: Kept,
  wanted: readonly string[] | null,
  { read, open, use }: Ways<T>,
): Promise<{ made: T } | null> {
  let bytes: Uint8Array | undefined;
  try {
    bytes = await soon(read(response, open));
    if (!bytes || !(await fits(bytes, wanted ?? [hash]))) return null;
  } catch {
    return null;
  }
  try {
    return { made: await use(bytes) };
  } catch (error) {
    // The server may have another one by now, for another version of the package.
    if (/^artifact\./.test(String(field(error, "code")))) return null;
    throw error;
  }
}

/** Asks the server whether it has another model; the browser asks by what it knows of the last answer, and pays for news alone. */
async function renew<T>(shelf: Shelf, kept: Kept, { open, read }: Ways<T>): Promise<void> {
  const answer = (await open(shelf.address, undefined, { cache: "no-cache", priority: "low" })) as Response;
  const tag = tagOf(answer);
  if (answer.ok && (tag === null || tag !== kept.tag)) await keep(shelf, await read(answer, open, true), answer);
  else await answer.body?.cancel();
}

async function keep(shelf: Shelf, bytes: Uint8Array, answer: unknown): Promise<void> {
  await shelf.put(await hashOf(bytes, KEY_ALGORITHM), tagOf(answer as Response), bytes);
}

/** The address of a model that is fetched. */
function addressOf(model: unknown): string | null {
  const address = typeof model === "string" ? model : field(model, "href");
  return typeof address === "string" ? address : null;
}

const ignore = () => undefined;
