// Where a ledger is kept: in IndexedDB, whose transactions make a read and a write one step for all tabs of the origin, or in
// memory. The only file of the package besides the session's stores that stores anything. May use types.
import type { LedgerStore } from "./types.js";

const DATABASE = "reshelf-ledger";
const TABLE = "ledger";
const KEY = "taste";

/** Milliseconds in which a device must answer: a blocked database may never do. */
const PATIENCE = 5_000;

/** A ledger in the device's IndexedDB, in a database of its own. Nothing is created before the first update. */
export function deviceLedger(): LedgerStore {
  return {
    read: () => using(false, "readonly", (table, done) => done(table.get(KEY))),
    update: (change) =>
      using(true, "readwrite", (table, done) => {
        const request = table.get(KEY);
        request.onsuccess = () => {
          const next = change(request.result);
          if (next !== undefined) done(table.put(next, KEY));
        };
      }),
  };
}

/**
 * One transaction on the table; what the request that it is done with resulted in, once it is kept for good. Where there is no
 * table and none is to be made: undefined.
 */
async function using(
  create: boolean,
  mode: IDBTransactionMode,
  work: (table: IDBObjectStore, done: (request: IDBRequest) => void) => void,
): Promise<unknown> {
  let database: IDBDatabase | undefined;
  let late = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const opening = indexedDB.open(DATABASE);
  const answer = new Promise<unknown>((resolve, reject) => {
    timer = setTimeout(() => reject(new Error("IndexedDB does not answer")), PATIENCE);
    opening.onupgradeneeded = () => {
      // An upgrade that is aborted leaves no database behind.
      if (create) opening.result.createObjectStore(TABLE);
      else opening.transaction?.abort();
    };
    opening.onerror = () =>
      create || opening.error?.name !== "AbortError" ? reject(opening.error) : resolve(undefined);
    opening.onsuccess = () => {
      database = opening.result;
      if (late) return database.close();
      try {
        // Strict: a token that was spent must not be forgotten in a crash.
        const transaction = database.transaction(TABLE, mode, { durability: "strict" });
        let result: IDBRequest | undefined;
        transaction.onabort = () => reject(transaction.error);
        transaction.oncomplete = () => resolve(result?.result);
        work(transaction.objectStore(TABLE), (request) => (result = request));
      } catch (error) {
        reject(error);
      }
    };
  });
  try {
    return await answer;
  } finally {
    clearTimeout(timer);
    late = true;
    database?.close();
  }
}

/** A ledger that ends with the page: for tests, and for a process that keeps what is spent somewhere else. */
export function memoryLedger(): LedgerStore {
  let kept: unknown;
  return {
    read: async () => structuredClone(kept),
    update: async (change) => {
      kept = structuredClone(change(structuredClone(kept))) ?? kept;
    },
  };
}
