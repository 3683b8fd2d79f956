// What the facade relies on of the module that wasm-bindgen generates into dist/engine/. Written by hand, so that the
// facade compiles before the engine is built; tests/types checks that the generated module agrees.

/** The module's exports that the facade reads itself. */
export interface InitOutput {
  readonly memory: WebAssembly.Memory;
}

export default function init(options: { module_or_path: WebAssembly.Module }): Promise<InitOutput>;

/**
 * One model with one session. Items are named by handle: the position in the model's table, or past it for added rows.
 * Methods that take input from outside throw an Error with a `code`.
 */
export class Engine {
  /** Checks and takes over an artifact. */
  constructor(artifact: Uint8Array);
  free(): void;

  /** The kernel that computes dot products. */
  readonly backend: string;
  /** The version in the artifact. */
  readonly modelVersion: string;
  /** Items in the artifact's own table. */
  readonly items: number;

  /** Handles of the ids whose UTF-8 bytes lie one after the other in `ids`; 0xffffffff for an unknown one. */
  resolve(ids: Uint8Array, lengths: Uint32Array): Uint32Array;
  /** The id of a handle as text, or undefined. */
  itemId(handle: number): string | undefined;
  /** Takes in an item's row that travelled with a candidate or an event. */
  addRow(id: string, row: Uint8Array): number;

  /** The number of an event type, other than the plain names that the facade knows; 6 (other) for an unknown word. */
  eventKind(name: string): number;
  /** Returns the event's number. */
  observe(item: number, kind: number, at: number, dwell: number): number;
  forget(event: number): boolean;
  /** Returns how many events were forgotten. */
  forgetItem(item: number): number;
  /** Returns how many events were forgotten. */
  forgetAll(): number;
  /** Five numbers per event, oldest first: event, item, kind, at (ms), dwell (ms). */
  events(): Float64Array;

  /** Makes room for so many candidates. The pointers below hold until the next call of `reserve`. */
  reserve(count: number): void;
  /** Where to write candidates: 8 bytes each, the item (u32) and the server's score (f32, NaN for none). */
  candidatesPointer(): number;
  /** Ranks the first `count` candidates. The pointers below hold until the next call. */
  rerank(count: number): void;
  /** Where the new order lies: positions in the input (u32), the best one first. */
  orderPointer(): number;
  /** Where the scores lie (f32), in the new order. */
  scoresPointer(): number;

  snapshot(): Uint8Array;
  restore(snapshot: Uint8Array): void;
}
