//! The dot product of ARMv8.2 (phones and laptops since 2018, edge servers), found at run time.

use super::four_rows::{FourRows, SessionForm, SessionLayout, multiply};
use super::{Codes, Kernel, Operands, Products};
use core::arch::aarch64::{
    int8x16_t, int32x4_t, vaddvq_s32, vcombine_s8, vdup_n_s8, vdupq_n_s32, vld1_s8, vld1q_s8, vshlq_n_s8, vshrq_n_s8,
};
use core::arch::asm;

/// 16 products an instruction, signed times signed bytes straight into 32 bits.
pub struct Neon {
    // Made only by `detect`, so that holding one proves that the machine has it.
    _detected: (),
}

static NEON: Neon = Neon { _detected: () };

impl Neon {
    /// The kernel, if this machine has the dot product.
    pub fn detect() -> Option<&'static Neon> {
        std::arch::is_aarch64_feature_detected!("dotprod").then_some(&NEON)
    }
}

// Signed on both sides: nothing is too large.
const LAYOUT: SessionLayout = SessionLayout { session: SessionForm::Signed, wide_bias: 0, narrow_bias: 0 };

impl Kernel for Neon {
    fn name(&self) -> &'static str {
        "aarch64 NEON dot product"
    }

    fn multiply(&self, operands: &Operands<'_>, products: &mut Products) {
        // SAFETY: `self` exists only where `detect` found the dot product.
        unsafe { multiply_neon(operands, products) }
    }
}

#[target_feature(enable = "neon,dotprod")]
fn multiply_neon(operands: &Operands<'_>, products: &mut Products) {
    match operands.table.codes() {
        Codes::Int8(_) => multiply(operands, LAYOUT, products, |session, _, four| unsafe {
            // SAFETY: `four_rows::multiply` hands over what the kernel asks for.
            wide(session, four)
        }),
        Codes::Int4(_) => multiply(operands, LAYOUT, products, |session, _, four| unsafe {
            // SAFETY: `four_rows::multiply` hands over what the kernel asks for.
            narrow(session, four)
        }),
    }
}

/// # Safety
/// As `four_rows::multiply` hands it over.
#[inline]
#[target_feature(enable = "neon,dotprod")]
unsafe fn wide(session: *const u8, four: FourRows) -> [i32; 4] {
    let FourRows { rows, length, .. } = four;
    let mut sums = [vdupq_n_s32(0); 4];
    for at in (0..length).step_by(16) {
        // SAFETY: the caller's promise: rows and session row are of one length, a multiple of 16.
        unsafe {
            let codes = load(session, at);
            for (sum, row) in sums.iter_mut().zip(rows) {
                *sum = add_products(*sum, codes, load(row, at));
            }
        }
    }
    sums.map(|sum| vaddvq_s32(sum))
}

/// # Safety
/// As `four_rows::multiply` hands it over.
#[inline]
#[target_feature(enable = "neon,dotprod")]
unsafe fn narrow(session: *const u8, four: FourRows) -> [i32; 4] {
    let FourRows { rows, length, .. } = four;
    let mut sums = [vdupq_n_s32(0); 4];
    for at in (0..length - length % 16).step_by(16) {
        // SAFETY: as above, but the rows hold two codes a byte, so that the session row is twice as long.
        unsafe {
            let (even, odd) = (load(session, 2 * at), load(session, 2 * at + 16));
            for (sum, row) in sums.iter_mut().zip(rows) {
                let (low, high) = halves(load(row, at));
                *sum = add_products(add_products(*sum, even, low), odd, high);
            }
        }
    }
    if !length.is_multiple_of(16) {
        let at = length - 8;
        // SAFETY: row lengths are multiples of 8, so that 8 bytes are left, and 16 of the session row.
        unsafe {
            let (even, odd) = (load_half(session, 2 * at), load_half(session, 2 * at + 8));
            for (sum, row) in sums.iter_mut().zip(rows) {
                let (low, high) = halves(load_half(row, at));
                *sum = add_products(add_products(*sum, even, low), odd, high);
            }
        }
    }
    sums.map(|sum| vaddvq_s32(sum))
}

/// The codes in the low and in the high halves of 16 bytes.
#[inline]
#[target_feature(enable = "neon,dotprod")]
fn halves(bytes: int8x16_t) -> (int8x16_t, int8x16_t) {
    (vshrq_n_s8::<4>(vshlq_n_s8::<4>(bytes)), vshrq_n_s8::<4>(bytes))
}

/// `sdot`, whose intrinsic is not stable yet (`stdarch_neon_dotprod`).
#[inline]
#[target_feature(enable = "neon,dotprod")]
fn add_products(mut sum: int32x4_t, a: int8x16_t, b: int8x16_t) -> int32x4_t {
    // SAFETY: the instruction works on these registers alone, and the machine has it: see `Neon::detect`.
    unsafe {
        asm!(
            "sdot {sum:v}.4s, {a:v}.16b, {b:v}.16b",
            sum = inout(vreg) sum, a = in(vreg) a, b = in(vreg) b,
            options(pure, nomem, nostack, preserves_flags)
        );
    }
    sum
}

/// # Safety
/// `from` must have 16 bytes from `at` on.
#[inline]
#[target_feature(enable = "neon")]
unsafe fn load(from: *const u8, at: usize) -> int8x16_t {
    // SAFETY: the caller's promise; the load needs no alignment.
    unsafe { vld1q_s8(from.add(at).cast()) }
}

/// # Safety
/// `from` must have 8 bytes from `at` on; the other half is zero.
#[inline]
#[target_feature(enable = "neon")]
unsafe fn load_half(from: *const u8, at: usize) -> int8x16_t {
    // SAFETY: the caller's promise; the load needs no alignment.
    unsafe { vcombine_s8(vld1_s8(from.add(at).cast()), vdup_n_s8(0)) }
}
