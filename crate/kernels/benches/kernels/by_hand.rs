//! Loops written by hand for rows of 64 codes, four at a time, and nothing else: the limit that the library's kernels are
//! held against. A row's codes are the unsigned operand, shifted up by one exclusive or, and the session's sum corrects.

use super::DIMENSION;
use core::arch::x86_64::*;

/// Rows that are multiplied together; callers bring a multiple of it.
const TOGETHER: usize = 4;

/// The session's rows as a loop wants them.
pub struct Session {
    /// Codes without their zero point; for 4 bits those that stand in low halves of a byte before those in high ones.
    rows: Vec<[u8; DIMENSION]>,
    /// What to take off each product: the shift (128 or 8) times the row's sum.
    corrections: Vec<i32>,
}

impl Session {
    pub fn new(codes: &[u8], bits: usize) -> Session {
        let (mut rows, mut corrections) = (Vec::new(), Vec::new());
        for codes in codes.chunks_exact(DIMENSION) {
            rows.push(core::array::from_fn(|at| {
                let half = DIMENSION / 2;
                codes[if bits == 8 { at } else { at % half * 2 + at / half }].wrapping_sub(64)
            }));
            let shift = if bits == 8 { 128 } else { 8 };
            corrections.push(codes.iter().map(|&code| shift * (i32::from(code) - 64)).sum());
        }
        Session { rows, corrections }
    }
}

/// Products of a chunk of rows: all rows with the first session, then all with the second.
type Multiply = fn(&Session, &[u8], &mut [i32]);

/// One instruction set's loops.
pub struct Loops {
    pub name: &'static str,
    pub wide: Multiply,
    pub narrow: Multiply,
}

/// What this machine runs.
pub fn all() -> Vec<Loops> {
    let mut all = Vec::new();
    if is_x86_feature_detected!("avx2") {
        // SAFETY: the machine has AVX2.
        let wide: Multiply = |session, codes, products| unsafe { avx2::<DIMENSION>(session, codes, products) };
        // SAFETY: the machine has AVX2.
        let narrow: Multiply =
            |session, codes, products| unsafe { avx2::<{ DIMENSION / 2 }>(session, codes, products) };
        all.push(Loops { name: "by hand, AVX2", wide, narrow });
    }
    if is_x86_feature_detected!("avx512vnni") && is_x86_feature_detected!("avx512bw") {
        // SAFETY: the machine has AVX-512 with byte operations and VNNI.
        let wide: Multiply = |session, codes, products| unsafe { avx512::<DIMENSION>(session, codes, products) };
        // SAFETY: the machine has AVX-512 with byte operations and VNNI.
        let narrow: Multiply =
            |session, codes, products| unsafe { avx512::<{ DIMENSION / 2 }>(session, codes, products) };
        all.push(Loops { name: "by hand, AVX-512 VNNI", wide, narrow });
    }
    all
}

/// Adds up all bytes, eight at a time: as fast as memory gives them.
pub fn sum(bytes: &[u8]) -> i32 {
    #[target_feature(enable = "avx2")]
    fn fast(words: &[u64]) -> u64 {
        words.iter().fold(0, |sum, &word| sum.wrapping_add(word))
    }
    let (_, words, _) = bytemuck::pod_align_to(bytes);
    if is_x86_feature_detected!("avx2") {
        // SAFETY: the machine has AVX2.
        return unsafe { fast(words) } as i32;
    }
    words.iter().fold(0u64, |sum, &word| sum.wrapping_add(word)) as i32
}

/// `BYTES` a row: 64 for 8 bits, 32 for 4.
#[target_feature(enable = "avx2")]
fn avx2<const BYTES: usize>(session: &Session, codes: &[u8], products: &mut [i32]) {
    let (count, ones) = (codes.len() / BYTES, _mm256_set1_epi16(1));
    for (group, rows) in codes.chunks_exact(TOGETHER * BYTES).enumerate() {
        let mut halves = [[ones; 2]; TOGETHER];
        for (row, halves) in rows.chunks_exact(BYTES).zip(&mut halves) {
            *halves = shifted256(row);
        }
        for (at, (own, &correction)) in session.rows.iter().zip(&session.corrections).enumerate() {
            let (low, high) = (load256(own, 0), load256(own, 32));
            let parts = halves.map(|[first, second]| {
                _mm256_add_epi32(
                    _mm256_madd_epi16(_mm256_maddubs_epi16(first, low), ones),
                    _mm256_madd_epi16(_mm256_maddubs_epi16(second, high), ones),
                )
            });
            let pairs = [0, 2].map(|of| {
                let (a, b) = (parts[of], parts[of + 1]);
                _mm256_add_epi32(_mm256_unpacklo_epi32(a, b), _mm256_unpackhi_epi32(a, b))
            });
            let lanes =
                _mm256_add_epi32(_mm256_unpacklo_epi64(pairs[0], pairs[1]), _mm256_unpackhi_epi64(pairs[0], pairs[1]));
            let sums = _mm_add_epi32(_mm256_castsi256_si128(lanes), _mm256_extracti128_si256::<1>(lanes));
            store(&mut products[at * count + group * TOGETHER..], _mm_sub_epi32(sums, _mm_set1_epi32(correction)));
        }
    }
}

#[target_feature(enable = "avx512f,avx512bw,avx512vnni")]
fn avx512<const BYTES: usize>(session: &Session, codes: &[u8], products: &mut [i32]) {
    let (count, none) = (codes.len() / BYTES, _mm512_setzero_si512());
    for (group, rows) in codes.chunks_exact(TOGETHER * BYTES).enumerate() {
        let mut whole = [none; TOGETHER];
        for (row, whole) in rows.chunks_exact(BYTES).zip(&mut whole) {
            *whole = shifted512(row);
        }
        for (at, (own, &correction)) in session.rows.iter().zip(&session.corrections).enumerate() {
            let own = load512(own);
            let parts = whole.map(|row| _mm512_dpbusd_epi32(none, row, own));
            let pairs = [0, 2].map(|of| {
                let (a, b) = (parts[of], parts[of + 1]);
                _mm512_add_epi32(_mm512_unpacklo_epi32(a, b), _mm512_unpackhi_epi32(a, b))
            });
            let lanes =
                _mm512_add_epi32(_mm512_unpacklo_epi64(pairs[0], pairs[1]), _mm512_unpackhi_epi64(pairs[0], pairs[1]));
            let half = _mm256_add_epi32(_mm512_castsi512_si256(lanes), _mm512_extracti64x4_epi64::<1>(lanes));
            let sums = _mm_add_epi32(_mm256_castsi256_si128(half), _mm256_extracti128_si256::<1>(half));
            store(&mut products[at * count + group * TOGETHER..], _mm_sub_epi32(sums, _mm_set1_epi32(correction)));
        }
    }
}

/// A row of 64 codes shifted up: 8 bits from two loads, or 4 bits from one (low halves first).
#[inline]
#[target_feature(enable = "avx2")]
fn shifted256(row: &[u8]) -> [__m256i; 2] {
    if row.len() == DIMENSION {
        let shift = _mm256_set1_epi8(-128);
        return [_mm256_xor_si256(load256(row, 0), shift), _mm256_xor_si256(load256(row, 32), shift)];
    }
    let (packed, mask, shift) = (load256(row, 0), _mm256_set1_epi8(15), _mm256_set1_epi8(8));
    let halves = [packed, _mm256_srli_epi16::<4>(packed)];
    halves.map(|half| _mm256_xor_si256(_mm256_and_si256(half, mask), shift))
}

/// The same in one register.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512vnni")]
fn shifted512(row: &[u8]) -> __m512i {
    if row.len() == DIMENSION {
        return _mm512_xor_si512(load512(row), _mm512_set1_epi8(-128));
    }
    let packed = load256(row, 0);
    let halves = _mm512_inserti64x4::<1>(_mm512_castsi256_si512(packed), _mm256_srli_epi16::<4>(packed));
    _mm512_xor_si512(_mm512_and_si512(halves, _mm512_set1_epi8(15)), _mm512_set1_epi8(8))
}

#[inline]
#[target_feature(enable = "avx2")]
fn load256(bytes: &[u8], at: usize) -> __m256i {
    // SAFETY: the slice that is read from holds 32 bytes; the load needs no alignment.
    unsafe { _mm256_loadu_si256(bytes[at..at + 32].as_ptr().cast()) }
}

#[inline]
#[target_feature(enable = "avx512f")]
fn load512(bytes: &[u8]) -> __m512i {
    // SAFETY: the slice that is read from holds 64 bytes; the load needs no alignment.
    unsafe { _mm512_loadu_si512(bytes[..64].as_ptr().cast()) }
}

#[inline]
fn store(products: &mut [i32], sums: __m128i) {
    // SAFETY: the slice that is written to holds four numbers; the store needs no alignment. SSE2 is always there.
    unsafe { _mm_storeu_si128(products[..TOGETHER].as_mut_ptr().cast(), sums) }
}
