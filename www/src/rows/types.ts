// The types of `reshelf/rows`.

/** What `rowsHandler` takes. */
export interface RowsHandlerOptions {
  /** What `reshelf rows --out FILE.rows` wrote: its bytes, from a binding, a file or an asset. They are used where they lie. */
  readonly rows: ArrayBufferView | ArrayBufferLike;
  /** Seconds for which browsers and shared caches may keep an answer; a day when left out. Of a new model all addresses are new. */
  readonly maxAge?: number | null | undefined;
}

/** Answers a request for rows, in whatever host has `Request` and `Response`. Never throws. */
export type RowsHandler = (request: Request) => Promise<Response>;
