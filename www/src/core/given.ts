// For entries that leave the engine's module to the caller: what is said where none is handed in.
import { Refusal } from "../errors.js";

export async function givenEngine(): Promise<WebAssembly.Module> {
  throw new Refusal("wasm.missing", {});
}
