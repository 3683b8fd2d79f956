//! WebAssembly SIMD: every browser since 2023, Node, Deno and workerd.

use super::four_rows::{FourRows, Scratch, SessionForm, SessionLayout, multiply_unpacked};
use super::{Codes, Kernel, Operands, Products};
use core::arch::wasm32::{
    i16x8_load_extend_i8x8, i32x4, i32x4_add, i32x4_dot_i16x8, i32x4_shuffle, i32x4_splat, i32x4_sub, u8x16_shr,
    u8x16_splat, v128, v128_and, v128_load, v128_load64_zero, v128_store, v128_store64_lane, v128_xor,
};

/// Codes are widened to 16 bits, multiplied in pairs and added into four 32-bit lanes; the session's codes lie widened.
pub struct Simd128;

const LAYOUT: SessionLayout = SessionLayout { session: SessionForm::SignedPairs, wide_bias: 0, narrow_bias: 8 };

impl Kernel for Simd128 {
    fn name(&self) -> &'static str {
        "wasm simd128"
    }

    fn multiply(&self, operands: &Operands<'_>, products: &mut Products) {
        // One walk for both widths: the choice at every four rows is not seen in its time, and a second walk is in what a page loads.
        let narrow = matches!(operands.table.codes(), Codes::Int4(_));
        let unpack = |four, room: &mut Scratch| if narrow { unpack(four, room) } else { four };
        multiply_unpacked(operands, LAYOUT, products, unpack, |session, zero_point_correction, four| unsafe {
            // SAFETY: `four_rows::multiply_unpacked` hands over what the kernel asks for.
            wide(session, zero_point_correction, four)
        });
    }
}

/// # Safety
/// As `four_rows::multiply` hands it over.
#[inline(always)]
unsafe fn wide(session: *const u8, session_correction: i32, four: FourRows) -> [i32; 4] {
    let FourRows { rows, length, zero_point_correction } = four;
    let mut sums = [i32x4_splat(0); 4];
    for at in (0..length).step_by(16) {
        // SAFETY: the caller's promise: lengths are multiples of 16, and the session row is twice as long; loads need no
        // alignment.
        unsafe {
            let (low, high) = (load(session, 2 * at), load(session, 2 * at + 16));
            for (sum, row) in sums.iter_mut().zip(rows) {
                let codes = row.add(at).cast::<i8>();
                *sum = i32x4_add(*sum, i32x4_dot_i16x8(i16x8_load_extend_i8x8(codes), low));
                *sum = i32x4_add(*sum, i32x4_dot_i16x8(i16x8_load_extend_i8x8(codes.add(8)), high));
            }
        }
    }
    add_lanes(sums, session_correction, zero_point_correction)
}

/// Unpacks four rows of packed codes, once for all session rows: each step's low halves before its high ones, as the session
/// lies prepared, each code plus 8.
#[inline(always)]
fn unpack(four: FourRows, room: &mut Scratch) -> FourRows {
    let FourRows { rows, length, zero_point_correction } = four;
    let to = room.as_mut_ptr();
    for (number, row) in rows.into_iter().enumerate() {
        // SAFETY: rows have `length` bytes, a multiple of 8 and at most half of a quarter of the room; loads and stores need
        // no alignment.
        unsafe {
            let to = to.add(number * 2 * length);
            for at in (0..length - length % 16).step_by(16) {
                let (low, high) = halves(load(row, at));
                v128_store(to.add(2 * at).cast(), low);
                v128_store(to.add(2 * at + 16).cast(), high);
            }
            if !length.is_multiple_of(16) {
                let at = length - 8;
                let (low, high) = halves(v128_load64_zero(row.add(at).cast()));
                v128_store64_lane::<0>(low, to.add(2 * at).cast());
                v128_store64_lane::<0>(high, to.add(2 * at + 8).cast());
            }
        }
    }
    // SAFETY: four rows of twice the length lie in the room.
    let rows = core::array::from_fn(|number| unsafe { to.add(number * 2 * length).cast_const() });
    FourRows { rows, length: 2 * length, zero_point_correction }
}

/// # Safety
/// `from` must have 16 bytes from `at` on.
#[inline(always)]
pub(super) unsafe fn load(from: *const u8, at: usize) -> v128 {
    // SAFETY: the caller's promise; the load needs no alignment.
    unsafe { v128_load(from.add(at).cast()) }
}

/// The low and the high halves of 16 bytes of packed codes, each code plus 8.
#[inline(always)]
pub(super) fn halves(bytes: v128) -> (v128, v128) {
    let biased = v128_xor(bytes, u8x16_splat(0x88));
    (v128_and(biased, u8x16_splat(15)), u8x16_shr(biased, 4))
}

/// The sum of each register's lanes, less what it is too large by.
#[inline(always)]
pub(super) fn add_lanes([a, b, c, d]: [v128; 4], session_correction: i32, [e, f, g, h]: [i32; 4]) -> [i32; 4] {
    let ab = i32x4_add(i32x4_shuffle::<0, 4, 1, 5>(a, b), i32x4_shuffle::<2, 6, 3, 7>(a, b));
    let cd = i32x4_add(i32x4_shuffle::<0, 4, 1, 5>(c, d), i32x4_shuffle::<2, 6, 3, 7>(c, d));
    let sums = i32x4_add(i32x4_shuffle::<0, 1, 4, 5>(ab, cd), i32x4_shuffle::<2, 3, 6, 7>(ab, cd));
    let sums = i32x4_sub(sums, i32x4_add(i32x4(e, f, g, h), i32x4_splat(session_correction)));
    let mut out = [0; 4];
    // SAFETY: the array has room for 16 bytes; the store needs no alignment.
    unsafe { v128_store(out.as_mut_ptr().cast(), sums) };
    out
}
