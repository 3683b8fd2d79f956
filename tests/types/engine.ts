// The declarations that the facade is written against must agree with what wasm-bindgen generated.

import type * as GeneratedGpu from "../../target/modules/gpu/reshelf_gpu.js";
import type * as GeneratedHtml from "../../target/modules/html/reshelf_html.js";
import type * as Generated from "../../target/modules/simd128/reshelf.js";
import type * as Declared from "../../www/src/engine/reshelf.js";
import type * as DeclaredGpu from "../../www/src/gpu/reshelf_gpu.js";
import type * as DeclaredHtml from "../../www/src/html/reshelf_html.js";

declare const generated: typeof Generated;
declare const generatedHtml: typeof GeneratedHtml;
declare const generatedGpu: typeof GeneratedGpu;

export const engine: new (artifact: Uint8Array) => Declared.Engine = generated.Engine;

export const open: typeof DeclaredGpu.GpuCatalogue.open = generatedGpu.GpuCatalogue.open;
export const initGpu: typeof DeclaredGpu.default = generatedGpu.default;

// Texts and numbers in arrays are not told by what was generated.
type Loose<T> = { [K in keyof T]: T[K] extends (...given: infer G) => unknown ? (...given: G) => unknown : T[K] };
export const page: new (options: DeclaredHtml.PageOptions) => Loose<DeclaredHtml.Page> = generatedHtml.Page;
export const reorderable: (
  ...given: Parameters<DeclaredHtml.Html["reorderable"]>
) => Loose<DeclaredHtml.JsonList> | undefined = generatedHtml.reorderable;
