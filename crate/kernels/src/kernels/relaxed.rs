//! WebAssembly relaxed SIMD: Chromium since 114, Firefox since 145 and others; a build of its own.

use super::four_rows::{FourRows, SessionForm, SessionLayout, multiply};
use super::simd128::{add_lanes, halves, load};
use super::{Codes, Kernel, Operands, Products};
use core::arch::wasm32::{i32x4_relaxed_dot_i8x16_i7x16_add, i32x4_splat, v128_load64_zero};

/// 16 products an instruction. Exact although it is relaxed: with one operand in 0..=127, which u7 session codes are, every
/// machine gives the same sums (WebAssembly relaxed SIMD, `i32x4.relaxed_dot_i8x16_i7x16_add_s`).
pub struct Relaxed;

const LAYOUT: SessionLayout = SessionLayout { session: SessionForm::Unsigned, wide_bias: 0, narrow_bias: 8 };

impl Kernel for Relaxed {
    fn name(&self) -> &'static str {
        "wasm relaxed-simd"
    }

    fn multiply(&self, operands: &Operands<'_>, products: &mut Products) {
        multiply_relaxed(operands, products);
    }
}

// A function of its own: the trait's cannot ask for a target feature.
#[target_feature(enable = "relaxed-simd")]
fn multiply_relaxed(operands: &Operands<'_>, products: &mut Products) {
    // One walk for both widths, as in `simd128`.
    let is_narrow = matches!(operands.table.codes(), Codes::Int4(_));
    multiply(operands, LAYOUT, products, |session, zero_point_correction, four| unsafe {
        // SAFETY: `four_rows::multiply` hands over what the kernel asks for.
        if is_narrow {
            narrow(session, zero_point_correction, four)
        } else {
            wide(session, zero_point_correction, four)
        }
    });
}

/// # Safety
/// As `four_rows::multiply` hands it over.
#[inline]
#[target_feature(enable = "relaxed-simd")]
unsafe fn wide(session: *const u8, session_correction: i32, four: FourRows) -> [i32; 4] {
    let FourRows { rows, length, zero_point_correction } = four;
    let mut sums = [i32x4_splat(0); 4];
    for at in (0..length).step_by(16) {
        // SAFETY: the caller's promise: rows and session row are of one length, a multiple of 16.
        unsafe {
            let codes = load(session, at);
            for (sum, row) in sums.iter_mut().zip(rows) {
                *sum = i32x4_relaxed_dot_i8x16_i7x16_add(load(row, at), codes, *sum);
            }
        }
    }
    add_lanes(sums, session_correction, zero_point_correction)
}

/// # Safety
/// As `four_rows::multiply` hands it over.
#[inline]
#[target_feature(enable = "relaxed-simd")]
unsafe fn narrow(session: *const u8, session_correction: i32, four: FourRows) -> [i32; 4] {
    let FourRows { rows, length, zero_point_correction } = four;
    let mut sums = [i32x4_splat(0); 4];
    for at in (0..length - length % 16).step_by(16) {
        // SAFETY: as above, but the rows hold two codes a byte, so that the session row is twice as long.
        unsafe {
            let (even_codes, odd_codes) = (load(session, 2 * at), load(session, 2 * at + 16));
            for (sum, row) in sums.iter_mut().zip(rows) {
                let (even, odd) = halves(load(row, at));
                *sum = i32x4_relaxed_dot_i8x16_i7x16_add(even, even_codes, *sum);
                *sum = i32x4_relaxed_dot_i8x16_i7x16_add(odd, odd_codes, *sum);
            }
        }
    }
    if !length.is_multiple_of(16) {
        let at = length - 8;
        // SAFETY: row lengths are multiples of 8, so that 8 bytes are left, and 16 of the session row.
        unsafe {
            let pointer = session.add(2 * at);
            let (even_codes, odd_codes) = (v128_load64_zero(pointer.cast()), v128_load64_zero(pointer.add(8).cast()));
            for (sum, row) in sums.iter_mut().zip(rows) {
                let (even, odd) = halves(v128_load64_zero(row.add(at).cast()));
                *sum = i32x4_relaxed_dot_i8x16_i7x16_add(even, even_codes, *sum);
                *sum = i32x4_relaxed_dot_i8x16_i7x16_add(odd, odd_codes, *sum);
            }
        }
    }
    add_lanes(sums, session_correction, zero_point_correction)
}
