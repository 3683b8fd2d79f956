// What `edge` relies on of the HTML module that wasm-bindgen generates into dist/html/, and of its glue, which glue.mjs makes a
// function. Written by hand, so that the facade compiles before that module is built; tests/types checks that they agree.

/** Glue for one instance. Does nothing before it is called; without a `FinalizationRegistry` nothing frees what is let go. */
export default function newGlue(registry: typeof FinalizationRegistry | undefined): {
  imports(): WebAssembly.Imports;
  start(instance: WebAssembly.Instance): Html;
};

/** What the module exports. */
export interface Html {
  readonly Page: new (options: PageOptions) => Page;
  /** The list that a path leads to; undefined where the text is no JSON, or the path leads to no list. */
  reorderable(text: Uint8Array, path: string, id: string): JsonList | undefined;
}

export interface PageOptions {
  readonly rules: readonly { readonly list: string; readonly item: string; readonly id: string }[];
  readonly islands: readonly { readonly script: string; readonly path: string; readonly id: string }[];
  /** By mark or header; null lets `meta` decide, else it is UTF-8. */
  readonly charset: string | null;
  readonly maxListBytes: number;
  readonly hydrate: boolean;
  /** Whether `rows` is called. */
  readonly rows: boolean;
  /** The row of the page's own item in base64; empty where there is none. */
  readonly pageRow: string;
}

/** One page on its way. The constructor throws an Error with a `code` for options that it cannot use. */
export interface Page {
  /** False where the charset cannot be read: the page is to pass as it is. */
  readonly supported: boolean;
  write(chunk: Uint8Array): void;
  /** The origin has ended. */
  end(): void;
  /**
   * What comes next. 0: nothing until more is written, after `end` nothing any more. 1: bytes may leave. 2: a list waits for its
   * order. 3: the report of a list that has left is there.
   */
  next(): number;
  /** After 1: a copy of them. */
  take(): Uint8Array<ArrayBuffer>;
  /** After 2: the ids of the tiles that have one, in the page's order. */
  ids(): string[];
  /** After 2, before `order`: the rows of these ids in base64, with spaces between, empty for none. */
  rows(rows: string): void;
  /** After 2: the number of the id that comes first, second, ... */
  order(order: Uint32Array): void;
  /** Whether a list is held that is not complete. */
  holding(): boolean;
  /** Lets what is held go as it came. */
  release(): void;
  /** After 3. */
  report(): { readonly rule: number; readonly tiles: number; readonly moved: number; readonly reason: string | null };
  free(): void;
}

export interface JsonList {
  /** Of every element, null where it has none. */
  ids(): (string | null)[];
  /** The text with those elements that have an id in that order; undefined where it is none. */
  order(order: Uint32Array): Uint8Array<ArrayBuffer> | undefined;
  free(): void;
}
