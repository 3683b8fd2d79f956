//! WebAssembly SIMD: every browser since 2023, Node, Deno and workerd.

use super::{Kernel, LANE, Operands};
use crate::math::SESSION_ZERO_POINT;
use core::arch::wasm32::{
    i8x16_splat, i8x16_sub, i16x8_extend_high_i8x16, i16x8_extend_low_i8x16, i32x4, i32x4_add, i32x4_dot_i16x8,
    i32x4_extract_lane, v128, v128_load,
};

/// 16 codes a step: widened to 16 bits, multiplied in pairs and added into four 32-bit lanes.
pub struct Simd128;

impl Kernel for Simd128 {
    fn name(&self) -> &'static str {
        "wasm simd128"
    }

    fn multiply(&self, operands: &Operands<'_>, products: &mut Vec<i32>) {
        products.clear();
        products.reserve(operands.session_rows() * operands.candidate_rows());
        for session in operands.session.chunks_exact(operands.dimension) {
            for candidate in operands.candidates.chunks_exact(operands.dimension) {
                products.push(dot(session, candidate));
            }
        }
    }
}

#[inline]
fn dot(session: &[u8], candidate: &[i8]) -> i32 {
    let zero_point = i8x16_splat(SESSION_ZERO_POINT as i8);
    let mut sum: v128 = i32x4(0, 0, 0, 0);
    for (s, c) in session.chunks_exact(LANE).zip(candidate.chunks_exact(LANE)) {
        // SAFETY: `chunks_exact` hands out slices of exactly 16 bytes, and `v128_load` needs no alignment.
        let (s, c) = unsafe { (v128_load(s.as_ptr().cast()), v128_load(c.as_ptr().cast())) };
        let s = i8x16_sub(s, zero_point);
        sum = i32x4_add(sum, i32x4_dot_i16x8(i16x8_extend_low_i8x16(s), i16x8_extend_low_i8x16(c)));
        sum = i32x4_add(sum, i32x4_dot_i16x8(i16x8_extend_high_i8x16(s), i16x8_extend_high_i8x16(c)));
    }
    i32x4_extract_lane::<0>(sum)
        + i32x4_extract_lane::<1>(sum)
        + i32x4_extract_lane::<2>(sum)
        + i32x4_extract_lane::<3>(sum)
}
