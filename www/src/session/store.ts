// What a store of sessions is, whatever keeps it: bytes that it does not understand, under a version that writers compare, so that
// no two of them overwrite each other. A session is one base, all of it, and records of what happened since.
import type { Reason } from "../types.js";

/** Days that are kept: of an event since it happened, and of everything since anything was last written. */
export const MOST_AGE = 30 * 24 * 60 * 60 * 1000;

/** Which state of a store somebody has seen. The version moves with every base, the count with every record after it. */
export interface Mark {
  readonly version: number;
  readonly count: number;
}

/** What was read. */
export interface Kept {
  readonly mark: Mark;
  /** What else the shopper agreed to; that something is kept at all says that they agreed to that. */
  readonly share: boolean;
  /** A number that no other reader is given; 0 where none was asked for, or where nobody shares the store. */
  readonly writer: number;
  /** The base, the records since, and what was written in a last moment. */
  readonly parcels: readonly Uint8Array[];
  /** Whether there is any of the last: it is to be made one with the rest. */
  readonly late: boolean;
  /** Why some of it is lost; null where all of it is there. */
  readonly lost: Reason | null;
}

/**
 * Everything rejects with what the platform threw. Nothing is written but after `read` with a choice: where that was not
 * called, or `erase` was called since, by anybody, the others find nothing and leave nothing behind.
 */
export interface SessionStore {
  /** Whether other pages, tabs and workers have the same one. */
  readonly shared: boolean;
  /**
   * All that is kept; null where the shopper has not agreed. With a `choice` they just have: it is written, and the store made
   * if need be. `claims` asks for a writer's number.
   */
  read(choice: { readonly share: boolean } | null, claims: boolean): Promise<Kept | null>;
  /** Adds a record; returns how many there are now, or -1 where the version is another, in which case nothing is written. */
  append(version: number, parcel: Uint8Array<ArrayBuffer>): Promise<number>;
  /**
   * Puts a new base (null: none) in the place of base and records. Returns the new mark, or null where the store is not as
   * `seen`, or has what was written in a last moment and nobody here has read, in which case nothing is written; null for `seen`
   * takes any.
   */
  replace(seen: Mark | null, parcel: Uint8Array<ArrayBuffer> | null): Promise<Mark | null>;
  /**
   * Adds a record beside the others at once, without a look at the store: for a page that is about to be gone. Returns whether it
   * went on its way, which one that is too long does not; left out where `append` is as quick.
   */
  last?(parcel: Uint8Array): boolean;
  /** Removes everything, the choice and the key included. */
  erase(): Promise<void>;
  /** Holds nothing open; the next call opens it again. */
  close(): void;
}

/** Where versions of a store begin: one that was erased and begun again has others than before. */
export const newVersion = (): number => Math.floor(Math.random() * 2 ** 40);
