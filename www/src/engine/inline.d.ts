// The engine's module for 128-bit SIMD in base64, as bundle.mjs writes it beside the module.
declare const base64: string;
export default base64;
