//! AVX-512 with its instruction for exactly this job (VNNI): servers since 2019, found at run time.

use super::four_rows::{FourRows, SessionForm, SessionLayout, multiply};
use super::{Codes, Kernel, Operands, Products};
use core::arch::x86_64::{
    __m128i, __m256i, __m512i, _mm_add_epi32, _mm_loadl_epi64, _mm_set1_epi32, _mm_storeu_si128, _mm_sub_epi32,
    _mm256_add_epi32, _mm256_castsi256_si128, _mm256_extracti128_si256, _mm256_hadd_epi32, _mm256_inserti128_si256,
    _mm256_loadu_si256, _mm256_maskz_loadu_epi8, _mm256_zextsi128_si256, _mm512_and_si512, _mm512_castsi512_si256,
    _mm512_dpbusd_epi32, _mm512_extracti64x4_epi64, _mm512_loadu_si512, _mm512_mask_srli_epi16,
    _mm512_maskz_loadu_epi8, _mm512_set1_epi8, _mm512_setzero_si512, _mm512_shuffle_i64x2, _mm512_xor_si512,
    _mm512_zextsi256_si512,
};

/// 64 products an instruction, unsigned times signed bytes straight into 32 bits; the table's codes are the unsigned side.
/// Rows that are no multiple of 64 bytes are loaded with a mask.
pub struct Avx512 {
    // Made only by `detect`, so that holding one proves that the machine has it.
    _detected: (),
}

static AVX512: Avx512 = Avx512 { _detected: () };

impl Avx512 {
    /// The kernel, if this machine has AVX-512 with VNNI.
    pub fn detect() -> Option<&'static Avx512> {
        let found = std::arch::is_x86_feature_detected!("avx512f")
            && std::arch::is_x86_feature_detected!("avx512bw")
            && std::arch::is_x86_feature_detected!("avx512vl")
            && std::arch::is_x86_feature_detected!("avx512vnni");
        found.then_some(&AVX512)
    }
}

const LAYOUT: SessionLayout = SessionLayout { session: SessionForm::Signed, wide_bias: 128, narrow_bias: 8 };

impl Kernel for Avx512 {
    fn name(&self) -> &'static str {
        "x86-64 AVX-512 VNNI"
    }

    fn multiply(&self, operands: &Operands<'_>, products: &mut Products) {
        // SAFETY: `self` exists only where `detect` found these features.
        unsafe { multiply_avx512(operands, products) }
    }
}

#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni")]
fn multiply_avx512(operands: &Operands<'_>, products: &mut Products) {
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
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni")]
unsafe fn wide(session: *const u8, session_correction: i32, four: FourRows) -> [i32; 4] {
    let FourRows { rows, length, .. } = four;
    let mut sums = [_mm512_setzero_si512(); 4];
    for at in (0..length).step_by(64) {
        // SAFETY: the caller's promise: rows and session row are of one length; no more than is left is loaded.
        unsafe {
            let codes = load(session, at, length - at);
            for (sum, row) in sums.iter_mut().zip(rows) {
                let row = _mm512_xor_si512(load(row, at, length - at), _mm512_set1_epi8(i8::MIN));
                *sum = _mm512_dpbusd_epi32(*sum, row, codes);
            }
        }
    }
    add_lanes(sums, session_correction)
}

/// # Safety
/// As `four_rows::multiply` hands it over.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni")]
unsafe fn narrow(session: *const u8, session_correction: i32, four: FourRows) -> [i32; 4] {
    let FourRows { rows, length, .. } = four;
    let mut sums = [_mm512_setzero_si512(); 4];
    let whole = length - length % 16;
    for at in (0..whole).step_by(32) {
        let left = (whole - at).min(32);
        // SAFETY: as above, but the rows hold two codes a byte, so that the session row is twice as long.
        unsafe {
            let codes = load(session, 2 * at, 2 * left);
            for (sum, row) in sums.iter_mut().zip(rows) {
                let bytes = match left {
                    32.. => _mm256_loadu_si256(row.add(at).cast()),
                    _ => _mm256_maskz_loadu_epi8(u32::MAX >> (32 - left), row.add(at).cast()),
                };
                *sum = _mm512_dpbusd_epi32(*sum, halves(bytes), codes);
            }
        }
    }
    if whole < length {
        // SAFETY: row lengths are multiples of 8, so that 8 bytes are left, and 16 of the session row.
        unsafe {
            let pointer = session.add(2 * whole);
            let even = _mm256_zextsi128_si256(_mm_loadl_epi64(pointer.cast()));
            let both = _mm256_inserti128_si256::<1>(even, _mm_loadl_epi64(pointer.add(8).cast()));
            let codes = _mm512_zextsi256_si512(both);
            for (sum, row) in sums.iter_mut().zip(rows) {
                let bytes = _mm256_zextsi128_si256(_mm_loadl_epi64(row.add(whole).cast()));
                *sum = _mm512_dpbusd_epi32(*sum, halves(bytes), codes);
            }
        }
    }
    add_lanes(sums, session_correction)
}

/// The low halves of the first 16 bytes of packed codes, their high halves, then the same of the other 16 bytes: the
/// order of the prepared session. Each code plus 8.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni")]
fn halves(bytes: __m256i) -> __m512i {
    /// The 16-bit lanes of every other 128 bits.
    const HIGH: u32 = 0xFF00_FF00;
    let bytes = _mm512_zextsi256_si512(bytes);
    let twice = _mm512_shuffle_i64x2::<0b01_01_00_00>(bytes, bytes);
    let biased = _mm512_xor_si512(twice, _mm512_set1_epi8(0x88_u8 as i8));
    // Shifting by 16-bit lanes lets bits of the neighbouring byte in; the mask takes them out.
    let mixed = _mm512_mask_srli_epi16::<4>(biased, HIGH, biased);
    _mm512_and_si512(mixed, _mm512_set1_epi8(15))
}

/// Up to 64 bytes, zeros after the first `length`.
///
/// # Safety
/// `from` must have `length` bytes, or 64, from `at` on; `length` must not be 0.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni")]
unsafe fn load(from: *const u8, at: usize, length: usize) -> __m512i {
    // Plain where all is there: masked loads from beyond the caches take five times as long on some processors.
    // SAFETY: the caller's promise: masked bytes are not touched; the loads need no alignment.
    unsafe {
        match length {
            64.. => _mm512_loadu_si512(from.add(at).cast()),
            _ => _mm512_maskz_loadu_epi8(u64::MAX >> (64 - length), from.add(at).cast()),
        }
    }
}

/// The sum of each register's lanes, less what it is too large by.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni")]
fn add_lanes(sums: [__m512i; 4], session_correction: i32) -> [i32; 4] {
    let [a, b, c, d] =
        sums.map(|sum| _mm256_add_epi32(_mm512_castsi512_si256(sum), _mm512_extracti64x4_epi64::<1>(sum)));
    let quarters = _mm256_hadd_epi32(_mm256_hadd_epi32(a, b), _mm256_hadd_epi32(c, d));
    let sums: __m128i = _mm_add_epi32(_mm256_castsi256_si128(quarters), _mm256_extracti128_si256::<1>(quarters));
    let sums = _mm_sub_epi32(sums, _mm_set1_epi32(session_correction));
    let mut out = [0; 4];
    // SAFETY: the array has room for 16 bytes; the store needs no alignment.
    unsafe { _mm_storeu_si128(out.as_mut_ptr().cast(), sums) };
    out
}
