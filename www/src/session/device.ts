// The store of the device: one IndexedDB database that all pages, tabs and workers of the shop share, encrypted under a key that it
// keeps beside. Every change is one transaction, which happens whole or not at all, and only where the store still is as its
// writer saw it. Encryption ends before a transaction begins: one that waits for anything else commits on its own. May use engine, errors and types.
import { WRITERS } from "../engine/numbers.js";
import type { Refusal } from "../errors.js";
import type { Reason } from "../types.js";
import { isKey, newKey, seal, unseal } from "./seal.js";
import { type Kept, type Mark, MOST_AGE, newVersion, type SessionStore } from "./store.js";
import { DAMAGED, NO_KEY, unsupported } from "./why.js";

/** The database, and the layout that it has: one object store with `meta`, `key`, `base`, and records by their numbers from 1. */
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

/** Record numbers sort before all texts. */
const records = () => IDBKeyRange.bound(0, Number.MAX_VALUE);

/** What sealed bytes are bound to: nothing of one version passes for part of another. */
const nameOf = (what: "base" | "record", version: number) => `${NAME} ${LAYOUT} ${what} ${version}`;

/** The reason where the platform lacks something. `gone` hears when somebody else deletes the database, or changes its layout. */
export function openDevice(now: () => number, gone: () => void): SessionStore | Refusal {
  if (typeof indexedDB !== "object" || indexedDB === null) return unsupported("IndexedDB");
  if (typeof crypto !== "object" || !crypto.subtle) return unsupported("crypto.subtle (it takes https)");
  return new Device(now, gone);
}

class Device implements SessionStore {
  readonly shared = true;
  readonly #now: () => number;
  readonly #gone: () => void;
  #database: IDBDatabase | null = null;
  #key: CryptoKey | null = null;

  constructor(now: () => number, gone: () => void) {
    this.#now = now;
    this.#gone = gone;
  }

  async read(choice: { readonly share: boolean } | null, claims: boolean): Promise<Kept | null> {
    const database = await this.#open(choice !== null);
    if (!database) return null;
    const made = choice && (await newKey());
    const read = await change(database, async (log) => {
      const [names, values] = await Promise.all([asked(log.getAllKeys()), asked(log.getAll())]);
      const all = new Map(names.map((name, at) => [name, values[at] as unknown]));
      let meta = all.get("meta");
      if (!isMeta(meta) || this.#now() - meta.written > MOST_AGE) {
        all.clear();
        log.clear();
        if (!choice) return null;
        meta = { version: newVersion(), count: 0, writer: 0, written: this.#now(), share: false };
      }
      const before = meta as Meta;
      const writer = claims ? (before.writer % LAST_WRITER) + 1 : before.writer;
      const after = { ...before, writer, share: choice?.share ?? before.share };
      if (choice || claims) log.put(after, "meta");
      let key = all.get("key");
      if (!isKey(key) && made) log.put((key = made), "key");
      return { all, meta: after, key: isKey(key) ? key : null };
    });
    this.#key = read?.key ?? null;
    return read && (await this.#unsealed(read.all, read.meta, claims));
  }

  async #unsealed(all: Map<IDBValidKey, unknown>, meta: Meta, claims: boolean): Promise<Kept> {
    const { version, count, share, writer } = meta;
    const sealed: [name: string, value: unknown][] = [];
    if (all.has("base")) sealed.push([nameOf("base", version), all.get("base")]);
    for (const [name, value] of all) if (typeof name === "number") sealed.push([nameOf("record", version), value]);
    const key = this.#key;
    const opened = key ? await Promise.all(sealed.map(([name, value]) => unseal(key, name, value))) : [];
    const parcels = opened.filter((bytes) => bytes !== null);
    let lost: Reason | null = parcels.length < sealed.length ? DAMAGED : null;
    if (!key) lost = NO_KEY;
    return { mark: { version, count }, share, writer: claims ? writer : 0, parcels, lost };
  }

  async append(version: number, parcel: Uint8Array<ArrayBuffer>): Promise<number> {
    const [database, key] = [await this.#open(false), this.#key];
    if (!database || !key) return -1;
    const sealed = await seal(key, nameOf("record", version), parcel);
    return change(database, async (log) => {
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
    const mark = await change(database, async (log) => {
      const meta = await asked(log.get("meta"));
      if (!isMeta(meta)) return null;
      if (seen && (meta.version !== seen.version || meta.count !== seen.count)) return null;
      log.delete(records());
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
      if (database) await change(database, async (log) => void log.clear());
    } finally {
      this.close();
      this.#key = null;
      const request = indexedDB.deleteDatabase(NAME);
      await new Promise<void>((done, failed) => {
        request.onsuccess = request.onblocked = () => done();
        request.onerror = () => failed(request.error);
      });
    }
  }

  close(): void {
    this.#database?.close();
    this.#database = null;
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
        this.#database = null;
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

function asked<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((done, failed) => {
    request.onsuccess = () => done(request.result);
    request.onerror = () => failed(request.error);
  });
}

/** One transaction, of which all counts or nothing. Resolves once it is written. */
async function change<T>(database: IDBDatabase, work: (log: IDBObjectStore) => Promise<T>): Promise<T> {
  const transaction = database.transaction(LOG, "readwrite");
  const ended = new Promise<void>((done, failed) => {
    transaction.oncomplete = () => done();
    transaction.onabort = () => failed(transaction.error);
  });
  ended.catch(() => undefined); // Awaited below, unless the work itself fails first.
  try {
    const result = await work(transaction.objectStore(LOG));
    await ended;
    return result;
  } catch (error) {
    try {
      transaction.abort();
    } catch {
      // It has ended.
    }
    throw error;
  }
}
