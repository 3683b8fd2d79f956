//! AVX2 on x86-64 servers and laptops, found at run time.

use super::four_rows::{FourRows, SessionForm, SessionLayout, multiply};
use super::{Codes, Kernel, Operands, Products};
use core::arch::x86_64::{
    __m128i, __m256i, _mm_add_epi32, _mm_loadl_epi64, _mm_loadu_si128, _mm_set1_epi32, _mm_storeu_si128, _mm_sub_epi32,
    _mm256_add_epi32, _mm256_and_si256, _mm256_castsi256_si128, _mm256_extracti128_si256, _mm256_hadd_epi32,
    _mm256_inserti128_si256, _mm256_loadu_si256, _mm256_madd_epi16, _mm256_maddubs_epi16, _mm256_set1_epi8,
    _mm256_set1_epi16, _mm256_setzero_si256, _mm256_srli_epi16, _mm256_xor_si256, _mm256_zextsi128_si256,
};

/// Unsigned times signed bytes by `maddubs`. The table's codes are the unsigned side, moved up by 128 or by 8: that leaves
/// one correction a session row and none a candidate, and 255 * 64 * 2 stays under the 32,767 at which pairs of products
/// would saturate.
pub struct Avx2 {
    // Made only by `detect`, so that holding one proves that the machine has AVX2.
    _detected: (),
}

static AVX2: Avx2 = Avx2 { _detected: () };

impl Avx2 {
    /// The kernel, if this machine has AVX2.
    pub fn detect() -> Option<&'static Avx2> {
        std::arch::is_x86_feature_detected!("avx2").then_some(&AVX2)
    }
}

const LAYOUT: SessionLayout = SessionLayout { session: SessionForm::Signed, wide_bias: 128, narrow_bias: 8 };

impl Kernel for Avx2 {
    fn name(&self) -> &'static str {
        "x86-64 AVX2"
    }

    fn multiply(&self, operands: &Operands<'_>, products: &mut Products) {
        // SAFETY: `self` exists only where `detect` found AVX2.
        unsafe { multiply_avx2(operands, products) }
    }
}

#[target_feature(enable = "avx2")]
fn multiply_avx2(operands: &Operands<'_>, products: &mut Products) {
    match operands.table.codes() {
        Codes::Int8(_) => multiply(operands, LAYOUT, products, |session, zero_point_correction, four| unsafe {
            // SAFETY: `four_rows::multiply` hands over what the kernel asks for.
            wide(session, zero_point_correction, four)
        }),
        Codes::Int4(_) => multiply(operands, LAYOUT, products, |session, zero_point_correction, four| unsafe {
            // SAFETY: `four_rows::multiply` hands over what the kernel asks for.
            narrow(session, zero_point_correction, four)
        }),
    }
}

/// # Safety
/// As `four_rows::multiply` hands it over.
#[inline]
#[target_feature(enable = "avx2")]
unsafe fn wide(session: *const u8, session_correction: i32, four: FourRows) -> [i32; 4] {
    let FourRows { rows, length, .. } = four;
    let mut sums = [_mm256_setzero_si256(); 4];
    for at in (0..length - length % 32).step_by(32) {
        // SAFETY: the caller's promise: rows and session row are of one length; 32 bytes are there.
        unsafe {
            let codes = load(session, at);
            for (sum, row) in sums.iter_mut().zip(rows) {
                *sum = add_products(*sum, raised(load(row, at)), codes);
            }
        }
    }
    if !length.is_multiple_of(32) {
        let at = length - 16;
        // SAFETY: lengths are multiples of 16, so that 16 bytes are left.
        unsafe {
            let codes = load_half(session, at);
            for (sum, row) in sums.iter_mut().zip(rows) {
                *sum = add_products(*sum, raised(load_half(row, at)), codes);
            }
        }
    }
    add_lanes(sums, session_correction)
}

/// # Safety
/// As `four_rows::multiply` hands it over.
#[inline]
#[target_feature(enable = "avx2")]
unsafe fn narrow(session: *const u8, session_correction: i32, four: FourRows) -> [i32; 4] {
    let FourRows { rows, length, .. } = four;
    let mut sums = [_mm256_setzero_si256(); 4];
    for at in (0..length - length % 16).step_by(16) {
        // SAFETY: as above, but the rows hold two codes a byte, so that the session row is twice as long: its even codes
        // lie before its odd ones, as the halves of the bytes are put beside each other here.
        unsafe {
            let codes = load(session, 2 * at);
            for (sum, row) in sums.iter_mut().zip(rows) {
                *sum = add_products(*sum, halves(_mm_loadu_si128(row.add(at).cast())), codes);
            }
        }
    }
    if !length.is_multiple_of(16) {
        let at = length - 8;
        // SAFETY: row lengths are multiples of 8, so that 8 bytes are left, and 16 of the session row.
        unsafe {
            let pointer = session.add(2 * at);
            let even = _mm256_zextsi128_si256(_mm_loadl_epi64(pointer.cast()));
            let codes = _mm256_inserti128_si256::<1>(even, _mm_loadl_epi64(pointer.add(8).cast()));
            for (sum, row) in sums.iter_mut().zip(rows) {
                *sum = add_products(*sum, halves(_mm_loadl_epi64(row.add(at).cast())), codes);
            }
        }
    }
    add_lanes(sums, session_correction)
}

/// The low halves of 16 bytes of packed codes and then the high ones, each code plus 8.
#[inline]
#[target_feature(enable = "avx2")]
fn halves(bytes: __m128i) -> __m256i {
    let both = _mm256_inserti128_si256::<1>(_mm256_zextsi128_si256(bytes), bytes);
    let biased = _mm256_xor_si256(both, _mm256_set1_epi8(0x88_u8 as i8));
    // Shifting by 16-bit lanes lets bits of the neighbouring byte in; the mask takes them out.
    let high = _mm256_srli_epi16::<4>(biased);
    let mixed = _mm256_inserti128_si256::<1>(biased, _mm256_extracti128_si256::<1>(high));
    _mm256_and_si256(mixed, _mm256_set1_epi8(15))
}

/// Each code plus 128.
#[inline]
#[target_feature(enable = "avx2")]
fn raised(codes: __m256i) -> __m256i {
    _mm256_xor_si256(codes, _mm256_set1_epi8(i8::MIN))
}

#[inline]
#[target_feature(enable = "avx2")]
fn add_products(sum: __m256i, codes: __m256i, session: __m256i) -> __m256i {
    _mm256_add_epi32(sum, _mm256_madd_epi16(_mm256_maddubs_epi16(codes, session), _mm256_set1_epi16(1)))
}

/// # Safety
/// `from` must have 32 bytes from `at` on.
#[inline]
#[target_feature(enable = "avx2")]
unsafe fn load(from: *const u8, at: usize) -> __m256i {
    // SAFETY: the caller's promise; the load needs no alignment.
    unsafe { _mm256_loadu_si256(from.add(at).cast()) }
}

/// # Safety
/// `from` must have 16 bytes from `at` on; the other half is zero.
#[inline]
#[target_feature(enable = "avx2")]
unsafe fn load_half(from: *const u8, at: usize) -> __m256i {
    // SAFETY: the caller's promise; the load needs no alignment.
    unsafe { _mm256_zextsi128_si256(_mm_loadu_si128(from.add(at).cast())) }
}

/// The sum of each register's lanes, less what it is too large by.
#[inline]
#[target_feature(enable = "avx2")]
fn add_lanes([a, b, c, d]: [__m256i; 4], session_correction: i32) -> [i32; 4] {
    let quarters = _mm256_hadd_epi32(_mm256_hadd_epi32(a, b), _mm256_hadd_epi32(c, d));
    let sums = _mm_add_epi32(_mm256_castsi256_si128(quarters), _mm256_extracti128_si256::<1>(quarters));
    let sums = _mm_sub_epi32(sums, _mm_set1_epi32(session_correction));
    let mut out = [0; 4];
    // SAFETY: the array has room for 16 bytes; the store needs no alignment.
    unsafe { _mm_storeu_si128(out.as_mut_ptr().cast(), sums) };
    out
}
