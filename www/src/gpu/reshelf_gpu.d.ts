// What the facade relies on of the GPU module that wasm-bindgen generates into dist/gpu/. Written by hand, so that the
// facade compiles before that module is built; tests/types checks that the generated module agrees.

export default function init(options: { module_or_path: WebAssembly.Module }): Promise<unknown>;

/** One table of codes on one GPU. Whatever fails throws or rejects with an Error with a `code`. */
export class GpuCatalogue {
  /**
   * Uploads a table; `options` is for tests. Rejects with `gpu.unsupported`, `gpu.adapter`, `gpu.memory`, `gpu.lost` or
   * `gpu.failed`.
   */
  static open(
    dimension: number,
    narrow: boolean,
    codes: Uint8Array,
    scales: Float32Array,
    options: object | null,
  ): Promise<GpuCatalogue>;

  /** The GPU, as the browser tells. */
  readonly adapter: string;
  /** The kernel: `"webgpu dot4I8Packed"` or `"webgpu unpacked"`. */
  readonly kernel: string;
  /** Whether the device is gone; every call rejects with `gpu.lost` then. */
  readonly lost: boolean;
  /**
   * The `k` (1 to 1,024) rows nearest to a session row, best first: pairs of row (u32) and bits of its key (u32), fewer for
   * a table of fewer rows.
   */
  nearest(session: Uint8Array, k: number): Promise<Uint32Array>;
  /** Gives the device back. Calls under way reject with `gpu.lost`. */
  free(): void;
}
