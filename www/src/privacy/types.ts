// The public types of `reshelf/privacy`. May use the package's types.
import type { Cluster, Reason } from "../types.js";

/** What may be sent of a shopper: a cluster of items, by k-ary randomised response. Plain data. */
export interface TasteToken {
  /** 0 to `clusters - 1`: the session's own cluster, or more or less often any other. */
  readonly cluster: number;
  readonly clusters: number;
  /** No cluster is more than e^epsilon times as likely to give this token as any other is. */
  readonly epsilon: number;
  /** Which stretch of `epochDays` days since 1970 the token stands for. */
  readonly epoch: number;
  /** The version of the model whose clusters these are. */
  readonly model: string;
}

/** Where the taste comes from: a reranker, or what stands for one in a worker or a test. */
export interface TasteSource {
  cluster(): Cluster | null | PromiseLike<Cluster | null>;
  /** A token needs `consent.share` to be true in it. */
  info(): Consenting | PromiseLike<Consenting>;
}

type Consenting = object & { readonly consent?: { readonly share?: boolean | null } | null };

/** How much tokens tell, how long one stands, and where the ledger is kept. */
export interface TasteOptions {
  /** How much one token may tell, 0.1 to 8: the smaller, the more it is noise (docs/tokens.md). */
  readonly epsilon: number;
  /** How many days one token stands, 1 to 366; 7 when left out. */
  readonly epochDays?: number | null | undefined;
  /** What all tokens of this device together may tell, above 0: the sum of their epsilons. 12 when left out. */
  readonly cap?: number | null | undefined;
  /** Where the ledger is kept; in the device's IndexedDB, for all tabs of the origin, when left out. */
  readonly ledger?: LedgerStore | null | undefined;
}

/** What has been spent. */
export interface Ledger {
  /** The sum of the epsilons of all tokens that were drawn on this device. */
  readonly spent: number;
  readonly cap: number;
  /** What is left of the cap. */
  readonly left: number;
  /** Each epoch's token by its epsilon, oldest first; the newest 64. */
  readonly epochs: readonly { readonly epoch: number; readonly epsilon: number }[];
  /** The token that stands; null before the first, once it is over, and once it is forgotten. */
  readonly token: TasteToken | null;
  /** When a new token may be drawn, in milliseconds since 1970; 0 where one may be at once. */
  readonly until: number;
}

/** The tokens of one device. Its methods need no `this`, and nothing that they are called with makes them throw or reject. */
export interface Taste {
  /**
   * The token of this epoch: drawn, and written to the ledger, at the first call in it; the same at every other one, in every
   * tab, whatever the session has become since. Null where there is none; `info().reason` says why.
   */
  token(this: void): Promise<TasteToken | null>;
  /** What has been spent; null where the ledger cannot be read. Writes nothing. */
  ledger(this: void): Promise<Ledger | null>;
  /**
   * Erases the token that stands. What was spent stays spent, and until the epoch is over there is no other.
   * @returns whether none is kept any more.
   */
  forget(this: void): Promise<boolean>;
  /** Why the last call had no answer; null where it had one. */
  info(this: void): { readonly reason: Reason | null };
}

/** Keeps one value, a plain object, for all who spend from one budget. */
export interface LedgerStore {
  /** What is kept; undefined where nothing is. Creates nothing. */
  read(): PromiseLike<unknown>;
  /**
   * Passes what is kept to `change` and keeps what that returns, or leaves it as it is for undefined. Nobody else's update comes
   * between; a store that finds one there begins again. Resolves once it is kept for good.
   */
  update(change: (kept: unknown) => unknown): PromiseLike<unknown>;
}
