// The declaration that the facade is written against must agree with what wasm-bindgen generated.
import type * as Declared from "../../www/src/engine/reshelf.js";
import type * as Generated from "../../www/dist/engine/reshelf.js";

declare const generated: typeof Generated;

export const engine: new (artifact: Uint8Array) => Declared.Engine = generated.Engine;
export const init: typeof Declared.default = generated.default;
