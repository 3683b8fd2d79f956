// Whether this host runs relaxed SIMD, and runs it right.

/**
 * The smallest module that tells whether relaxed SIMD's dot product, which the faster build of the engine needs, is there
 * and right. It computes four times -3 * 5, plus 7, and does not start unless that is -53:
 *
 *   (module (start 0) (func
 *     (if (i32.ne (i32.const -53) (i32x4.extract_lane 0 (i32x4.relaxed_dot_i8x16_i7x16_add_s
 *       (i8x16.splat (i32.const -3)) (i8x16.splat (i32.const 5)) (i32x4.splat (i32.const 7)))))
 *       (then (unreachable)))))
 *
 * www/test/wasm.test.mjs assembles that text and compares.
 */
// biome-ignore format: bytes in rows
export const RELAXED_SIMD_PROBE: Uint8Array<ArrayBuffer> = /* @__PURE__ */ new Uint8Array([
  0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00, // magic, version 1
  0x01, 0x04, 0x01, 0x60, 0x00, 0x00, // one type: nothing in, nothing out
  0x03, 0x02, 0x01, 0x00, // one function of that type
  0x08, 0x01, 0x00, // which runs at the start
  0x0a, 0x1d, 0x01, 0x1b, 0x00, // one body, no locals
  0x41, 0x4b, // i32.const -53
  0x41, 0x7d, 0xfd, 0x0f, // i32.const -3, i8x16.splat
  0x41, 0x05, 0xfd, 0x0f, // i32.const 5, i8x16.splat
  0x41, 0x07, 0xfd, 0x11, // i32.const 7, i32x4.splat
  0xfd, 0x93, 0x02, // i32x4.relaxed_dot_i8x16_i7x16_add_s
  0xfd, 0x1b, 0x00, 0x47, // i32x4.extract_lane 0, i32.ne
  0x04, 0x40, 0x00, 0x0b, 0x0b, // if, unreachable, end, end
]);

/**
 * Whether the relaxed build would run, and give the same bits. The probe is run, not only validated: V8 11.3 (Node 20,
 * behind a flag) loses the addend until the optimising compiler has been at work, and gives -120.
 */
export function runsRelaxedSimd(): boolean {
  try {
    return Boolean(new WebAssembly.Instance(new WebAssembly.Module(RELAXED_SIMD_PROBE)));
  } catch {
    return false; // No WebAssembly may be compiled here, or none at once: the other build will tell.
  }
}
