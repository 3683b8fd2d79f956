// The declarations that the facade is written against must agree with what wasm-bindgen generated.

import type * as GeneratedGpu from "../../target/modules/gpu/reshelf_gpu.js";
import type * as Generated from "../../target/modules/simd128/reshelf.js";
import type * as Declared from "../../www/src/engine/reshelf.js";
import type * as DeclaredGpu from "../../www/src/gpu/reshelf_gpu.js";

declare const generated: typeof Generated;
declare const generatedGpu: typeof GeneratedGpu;

export const engine: new (artifact: Uint8Array) => Declared.Engine = generated.Engine;

export const open: typeof DeclaredGpu.GpuCatalogue.open = generatedGpu.GpuCatalogue.open;
export const initGpu: typeof DeclaredGpu.default = generatedGpu.default;
