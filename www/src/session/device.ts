// The store of the device: one IndexedDB database that all pages, tabs and workers of the shop share, encrypted under a key that it
// keeps beside. Every change is one transaction, which happens whole or not at all, and only where the store still is as its
// writer saw it. Encryption ends before a transaction begins: one that waits for anything else commits on its own. May use engine, errors and types.
import { WRITERS } from "../engine/numbers.js";
import type { Refusal } from "../errors.js";
import type { Reason } from "../types.js";
import { cover, isKey, newKey, newPad, type Pad, seal, unseal } from "./seal.js";
import { type Kept, type Mark, MOST_AGE, newVersion, type SessionStore } from "./store.js";
import { DAMAGED, NO_KEY, unsupported, whyNot } from "./why.js";

/**
 * The database, and the layout that it has, which moves with what is in a parcel too: an older package must not take what it cannot
 * read for damage. One object store with `meta`, `key`, `base`, records by their numbers from 1, and what
 * was written in a last moment by numbers below 0, drawn at random.
 */
const NAME = "reshelf session";
const LAYOUT = 1;
const LOG = "log";

interface Meta extends Mark {
  readonly share: boolean;
  /** When anything was last written. */
  readonly written: number;
  /** The last number that a writer was given. */
  readonly writer: number;
}

/** The last number that is given to a writer before they begin again; those above are drawn by who may not ask for one. */
const LAST_WRITER = WRITERS / 2 - 1;

/** All that is named by a number. Numbers sort before texts. */
const numbered = () => IDBKeyRange.upperBound(Number.MAX_VALUE);
const late = () => IDBKeyRange.upperBound(0);

/** What sealed bytes are bound to: nothing of one version passes for part of another. */
const nameOf = (what: "base" | "record", version: number) => `${NAME} ${LAYOUT} ${what} ${version}`;

/** The same of a pad, which is made before anybody knows for which version. */
const PAD = `${NAME} ${LAYOUT} pad`;

/** Bytes that can be written in a last moment: some 200 events. */
const MOST_LATE = 16_384;

/** What is written in a last moment: a pad, sealed, and what it covers. */
interface Late {
  readonly pad: Uint8Array<ArrayBuffer>;
  readonly covered: Uint8Array;
}

/** The reason where the platform lacks something. `gone` hears when somebody else deletes the database, or changes its layout. */
export function openDevice(now: () => number, gone: () => void): SessionStore | Refusal {
  try {
    if (typeof indexedDB !== "object" || indexedDB === null) return unsupported("IndexedDB");
    if (typeof crypto !== "object" || !crypto.subtle) return unsupported("crypto.subtle (it takes https)");
    return new Device(now, gone);
  } catch (error) {
    // Browsers that forbid storage may throw where it is named.
    return whyNot(error);
  }
}

class Device implements SessionStore {
  readonly shared = true;
  readonly #now: () => number;
  readonly #gone: () => void;
  #database: IDBDatabase | null = null;
  #key: CryptoKey | null = null;
  #pad: Pad | null = null;
  /** What was written in a last moment and is read, by name. */
  #late = new Set<IDBValidKey>();
  /** Transactions that have yet to be told all of what they are to do. */
  readonly #under = new Set<IDBTransaction>();

  constructor(now: () => number, gone: () => void) {
    this.#now = now;
    this.#gone = gone;
  }

  async read(choice: { readonly share: boolean } | null, claims: boolean): Promise<Kept | null> {
    const database = await this.#open(choice !== null);
    if (!database) return null;
    const made = choice && (await newKey());
    const read = await this.#change(database, async (log) => {
      const [names, values] = await Promise.all([asked(log.getAllKeys()), asked(log.getAll())]);
      const all = new Map(names.map((name, at) => [name, values[at] as unknown]));
      const kept = all.get("meta");
      let meta: Meta = { version: newVersion(), count: 0, writer: 0, written: this.#now(), share: false };
      const old = isMeta(kept) && this.#now() - kept.written > MOST_AGE;
      if (isMeta(kept) && !old) meta = kept;
      else if (!choice) return old;
      else {
        all.clear();
        log.clear();
      }
      const writer = claims ? (meta.writer % LAST_WRITER) + 1 : meta.writer;
      // A clock that was ahead when it was written does not make it last longer.
      const written = Math.min(meta.written, this.#now());
      const after = { ...meta, writer, written, share: choice?.share ?? meta.share };
      if (choice || claims) log.put(after, "meta");
      let key = all.get("key");
      if (!isKey(key) && made) log.put((key = made), "key");
      return { all, meta: after, key: isKey(key) ? key : null };
    });
    // Nobody has written to it for too long.
    if (read === true) await this.erase();
    if (typeof read === "boolean") return null;
    this.#key = read.key;
    void this.#prepare();
    return this.#unsealed(read.all, read.meta, claims);
  }

  async #unsealed(all: Map<IDBValidKey, unknown>, meta: Meta, claims: boolean): Promise<Kept> {
    const { version, count, share, writer } = meta;
    const sealed: [name: string, value: unknown][] = [];
    if (all.has("base")) sealed.push([nameOf("base", version), all.get("base")]);
    this.#late.clear();
    for (const [name, value] of all) {
      if (typeof name !== "number") continue;
      if (name > 0) sealed.push([nameOf("record", version), value]);
      else this.#late.add(name);
    }
    const key = this.#key;
    const lates = [...this.#late].map((name) => all.get(name) as Partial<Late> | null);
    const opened = await Promise.all([
      ...sealed.map(([name, value]) => unseal(key, name, value)),
      ...lates.map((each) => unseal(key, PAD, each?.pad).then((pad) => pad && uncovered(each?.covered, pad))),
    ]);
    const parcels = opened.filter((bytes) => bytes !== null);
    let lost: Reason | null = parcels.length < opened.length ? DAMAGED : null;
    if (!key) lost = NO_KEY;
    return { mark: { version, count }, share, writer: claims ? writer : 0, parcels, late: lates.length > 0, lost };
  }

  /** Makes a pad while there is time. */
  async #prepare(): Promise<void> {
    const key = this.#key;
    try {
      if (key) this.#pad ??= await newPad(key, PAD, MOST_LATE);
    } catch {
      // Then nothing is written in a last moment.
    }
  }

  last(parcel: Uint8Array): boolean {
    const pad = this.#pad;
    if (!this.#database || !pad || parcel.length > MOST_LATE) return false;
    this.#pad = null;
    void this.#prepare();
    try {
      // Those that wait for this page's next turn would keep this one waiting, and a page that is put away has none.
      this.#under.forEach((transaction) => transaction.abort());
      const transaction = this.#database.transaction(LOG, "readwrite");
      const written: Late = { pad: pad.sealed, covered: cover(parcel, pad.bytes) };
      transaction.objectStore(LOG).put(written, -Math.random() - 1);
      // What is asked for here is done, though nobody may be there to hear of it.
      transaction.commit?.();
      return true;
    } catch {
      return false;
    }
  }

  async append(version: number, parcel: Uint8Array<ArrayBuffer>): Promise<number> {
    const [database, key] = [await this.#open(false), this.#key];
    if (!database || !key) return -1;
    const sealed = await seal(key, nameOf("record", version), parcel);
    return this.#change(database, async (log) => {
      const meta = await asked(log.get("meta"));
      if (!isMeta(meta) || meta.version !== version) return -1;
      const count = meta.count + 1;
      log.put({ ...meta, count, written: this.#now() }, "meta");
      log.put(sealed, count);
      return count;
    });
  }

  async replace(seen: Mark | null, parcel: Uint8Array<ArrayBuffer> | null): Promise<Mark | null> {
    const database = await this.#open(false);
    if (!database) return null;
    const version = (seen?.version ?? newVersion()) + 1;
    const made = this.#key ? null : await newKey();
    const key = this.#key ?? made;
    const sealed = parcel && key && (await seal(key, nameOf("base", version), parcel));
    const mark = await this.#change(database, async (log) => {
      const meta = await asked(log.get("meta"));
      if (!isMeta(meta)) return null;
      if (seen && (meta.version !== seen.version || meta.count !== seen.count)) return null;
      if (seen && !(await asked(log.getAllKeys(late()))).every((name) => this.#late.has(name))) return null;
      log.delete(numbered());
      if (sealed) log.put(sealed, "base");
      else log.delete("base");
      if (made) log.put(made, "key");
      log.put({ ...meta, version, count: 0, written: this.#now() }, "meta");
      return { version, count: 0 };
    });
    if (mark) this.#key = key;
    return mark;
  }

  async erase(): Promise<void> {
    try {
      // What it holds goes first: others may keep it open, frozen tabs for as long as they like, and it is deleted after that.
      const database = await this.#open(false);
      if (database) await this.#change(database, async (log) => void log.clear());
    } catch {
      // It is of another version, say: deleted it is all the same.
    }
    this.close();
    this.#key = this.#pad = null;
    const request = indexedDB.deleteDatabase(NAME);
    await new Promise<void>((done, failed) => {
      request.onsuccess = request.onblocked = () => done();
      request.onerror = () => failed(request.error);
    });
  }

  close(): void {
    this.#database?.close();
    this.#database = null;
  }

  /** One transaction, of which all counts or nothing. Resolves once it is written. */
  async #change<T>(database: IDBDatabase, work: (log: IDBObjectStore) => Promise<T>): Promise<T> {
    const transaction = database.transaction(LOG, "readwrite");
    const ended = new Promise<void>((done, failed) => {
      transaction.oncomplete = () => done();
      transaction.onabort = () => failed(transaction.error);
    });
    ended.catch(() => undefined); // Awaited below, unless the work itself fails first.
    this.#under.add(transaction);
    try {
      const result = await work(transaction.objectStore(LOG));
      this.#under.delete(transaction);
      // There is no more to come: it need not wait for this page's next turn.
      transaction.commit?.();
      await ended;
      return result;
    } catch (error) {
      if (this.#under.delete(transaction)) transaction.abort();
      throw error;
    }
  }

  /** The database; null where there is none and none is to be made: that of others is found without making one. */
  async #open(make: boolean): Promise<IDBDatabase | null> {
    if (this.#database) return this.#database;
    if (!make && typeof indexedDB.databases === "function") {
      if (!(await indexedDB.databases()).some(({ name }) => name === NAME)) return null;
    }
    const request = indexedDB.open(NAME, LAYOUT);
    let none = false;
    request.onupgradeneeded = () => {
      if (make) return void request.result.createObjectStore(LOG);
      none = true;
      request.transaction?.abort(); // Undone, the database was never there.
    };
    try {
      const database = await asked(request);
      database.onclose = () => (this.#database = null);
      database.onversionchange = () => {
        database.close();
        this.#database = this.#pad = null;
        this.#gone();
      };
      return (this.#database = database);
    } catch (error) {
      if (none) return null;
      throw error;
    }
  }
}

function isMeta(value: unknown): value is Meta {
  const { version, count, written, writer } = (value ?? {}) as Partial<Meta>;
  return [version, count, written, writer].every((number) => Number.isFinite(number));
}

/** Null for what is no bytes. */
const uncovered = (covered: unknown, pad: Uint8Array) => (covered instanceof Uint8Array ? cover(covered, pad) : null);

function asked<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((done, failed) => {
    request.onsuccess = () => done(request.result);
    request.onerror = () => failed(request.error);
  });
}
