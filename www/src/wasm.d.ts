// What a host makes of the module where it is imported: workerd of the bare file, edge-light with the suffix.
declare module "*.wasm" {
  const module: WebAssembly.Module;
  export default module;
}
declare module "*.wasm?module" {
  const module: WebAssembly.Module;
  export default module;
}
