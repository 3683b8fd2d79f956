// The kernels alone, without glue or package: modules built from crate/kernel-check compare a fast kernel with
// the plain reference inside the runtime under test. Runs everywhere, as proof.mjs does.

/** Random and extreme cases of every shape, as many as the project promises. */
export const CASES = 10_000;

/** The modules by the name of their file, with what the kernel in them calls itself. */
export const KERNELS = {
  "kernel_check_simd128.wasm": /simd128/,
  "kernel_check_relaxed.wasm": /relaxed/,
};

/**
 * @param {WebAssembly.Module} module
 * @param {number} seed of the cases
 * @returns the kernel's name, in how many cases it disagrees with the reference, and in how many a broken one does
 */
export async function checkKernel(module, seed) {
  const instance = await WebAssembly.instantiate(module);
  const { memory, kernel_name_pointer, kernel_name_length, check, check_broken } = instance.exports;
  const name = new TextDecoder().decode(new Uint8Array(memory.buffer, kernel_name_pointer(), kernel_name_length()));
  return { name, seed, disagreements: check(CASES, seed), brokenDisagreements: check_broken(CASES, seed) };
}
