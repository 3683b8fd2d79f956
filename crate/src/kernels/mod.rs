//! Session codes times candidate codes into exact `i32` sums. One trait, a plain reference, and a fast path for each
//! kind of machine; all of them give the same integers. Uses `math` for the zero point only.
//!
//! `unsafe` lives in this folder and nowhere else.

mod reference;
#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
mod simd128;
#[cfg(test)]
mod tests;
#[cfg(target_arch = "x86_64")]
mod x86;

pub use reference::Reference;
#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
pub use simd128::Simd128;
#[cfg(target_arch = "x86_64")]
pub use x86::Avx2;

/// Dimensions are multiples of this many codes: one 128-bit register.
pub const LANE: usize = 16;

/// The largest dimension that an artifact may have. Sums stay far inside `i32`: 256 * 63 * 127 is about two million.
pub const MAX_DIMENSION: usize = 256;

/// The two operands of a product, checked once so that kernels need not.
pub struct Operands<'a> {
    session: &'a [u8],
    candidates: &'a [i8],
    sums: &'a [i16],
    dimension: usize,
}

impl<'a> Operands<'a> {
    /// Puts a session matrix (`rows x dimension`, u7 codes) beside a candidate matrix (`sums.len() x dimension`, int8
    /// codes with the sum of each row's codes).
    ///
    /// `None` when the shapes disagree, the dimension is not a multiple of [`LANE`] up to [`MAX_DIMENSION`], or a session
    /// code is above 127.
    pub fn new(session: &'a [u8], candidates: &'a [i8], sums: &'a [i16], dimension: usize) -> Option<Self> {
        let fits = dimension > 0
            && dimension <= MAX_DIMENSION
            && dimension.is_multiple_of(LANE)
            && session.len().is_multiple_of(dimension)
            && candidates.len() == sums.len() * dimension
            && session.iter().all(|&code| code < 128);
        fits.then_some(Operands { session, candidates, sums, dimension })
    }

    /// Rows of the session matrix.
    pub fn session_rows(&self) -> usize {
        self.session.len() / self.dimension
    }

    /// Rows of the candidate matrix.
    pub fn candidate_rows(&self) -> usize {
        self.sums.len()
    }
}

/// One way to compute the products.
pub trait Kernel: Send + Sync {
    /// The name that `info()` and the benchmarks print.
    fn name(&self) -> &'static str;

    /// Writes `sum over k of (session[s][k] - 64) * candidates[c][k]` to `products[s * candidate_rows + c]`.
    ///
    /// `products` is resized to `session_rows * candidate_rows`.
    fn multiply(&self, operands: &Operands<'_>, products: &mut Vec<i32>);
}

/// The fastest kernel that this machine runs.
pub fn best() -> &'static dyn Kernel {
    #[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
    return &Simd128;
    #[cfg(target_arch = "x86_64")]
    if let Some(kernel) = Avx2::detect() {
        return kernel;
    }
    #[allow(unreachable_code)]
    &Reference
}

/// The sum of a row's codes, which corrects for the session side's zero point.
pub fn row_sum(codes: &[i8]) -> i16 {
    // At most 256 codes of at most 128: 32,768 would overflow only for 256 codes of -128, which validation refuses.
    codes.iter().map(|&code| i32::from(code)).sum::<i32>().clamp(i32::from(i16::MIN), i32::from(i16::MAX)) as i16
}
