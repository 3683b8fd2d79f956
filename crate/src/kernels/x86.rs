//! AVX2 on x86-64 servers and laptops, found at run time.

use super::{Kernel, Operands};
use crate::math::SESSION_ZERO_POINT;
use core::arch::x86_64::{
    __m128i, _mm_add_epi32, _mm_cvtsi128_si32, _mm_loadu_si128, _mm_madd_epi16, _mm_maddubs_epi16, _mm_set1_epi16,
    _mm_shuffle_epi32, _mm256_add_epi32, _mm256_castsi256_si128, _mm256_extracti128_si256, _mm256_loadu_si256,
    _mm256_madd_epi16, _mm256_maddubs_epi16, _mm256_set1_epi16, _mm256_setzero_si256,
};

/// Unsigned times signed bytes by `maddubs`: exact, because u7 codes keep each pair of products under 32,767.
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

impl Kernel for Avx2 {
    fn name(&self) -> &'static str {
        "x86-64 AVX2"
    }

    fn multiply(&self, operands: &Operands<'_>, products: &mut Vec<i32>) {
        products.clear();
        products.reserve(operands.session_rows() * operands.candidate_rows());
        for session in operands.session.chunks_exact(operands.dimension) {
            for (candidate, &sum) in operands.candidates.chunks_exact(operands.dimension).zip(operands.sums) {
                // SAFETY: `self` exists only where `detect` found AVX2; both slices are `dimension` bytes long, a
                // multiple of 16 that `Operands::new` checked.
                let product = unsafe { dot(session, candidate) };
                products.push(product - i32::from(SESSION_ZERO_POINT) * i32::from(sum));
            }
        }
    }
}

/// # Safety
/// The machine must have AVX2, and both slices must have the same length, a multiple of 16.
#[target_feature(enable = "avx2")]
unsafe fn dot(session: &[u8], candidate: &[i8]) -> i32 {
    let length = session.len();
    let mut wide = _mm256_setzero_si256();
    let mut at = 0;
    while at + 32 <= length {
        // SAFETY: `at + 32 <= length` for both slices; unaligned loads.
        let (s, c) = unsafe {
            (_mm256_loadu_si256(session.as_ptr().add(at).cast()), _mm256_loadu_si256(candidate.as_ptr().add(at).cast()))
        };
        wide = _mm256_add_epi32(wide, _mm256_madd_epi16(_mm256_maddubs_epi16(s, c), _mm256_set1_epi16(1)));
        at += 32;
    }
    let mut sum: __m128i = _mm_add_epi32(_mm256_castsi256_si128(wide), _mm256_extracti128_si256::<1>(wide));
    if at < length {
        // SAFETY: lengths are multiples of 16, so 16 bytes remain in both slices; unaligned loads.
        let (s, c) = unsafe {
            (_mm_loadu_si128(session.as_ptr().add(at).cast()), _mm_loadu_si128(candidate.as_ptr().add(at).cast()))
        };
        sum = _mm_add_epi32(sum, _mm_madd_epi16(_mm_maddubs_epi16(s, c), _mm_set1_epi16(1)));
    }
    sum = _mm_add_epi32(sum, _mm_shuffle_epi32::<0b01_00_11_10>(sum));
    sum = _mm_add_epi32(sum, _mm_shuffle_epi32::<0b10_11_00_01>(sum));
    _mm_cvtsi128_si32(sum)
}
