//! Session codes times candidate codes into exact `i32` sums. One trait, a plain reference, and a fast path for each
//! kind of machine; all of them give the same integers. Uses `math` for the zero point only.
//!
//! - `operands`: the table of candidate codes in 8 or 4 bits, the rows that are wanted, the session; checked once
//! - `products`: what a multiplication leaves, with the room that it needs
//! - `four_rows`: the walk over the candidates that all fast paths share
//! - `lanes`, `bulk`: vectors of 128 bits for what is no product: the head's sums, and loops over all bytes of a file
//! - `reference`, `simd128`, `relaxed`, `avx2`, `avx512`, `neon`: the kernels
//!
//! `unsafe` lives in this folder and nowhere else.

#[cfg(all(target_arch = "wasm32", not(target_feature = "simd128")))]
compile_error!("WebAssembly modules use 128-bit SIMD: pass `-C target-feature=+simd128`, as .cargo/config.toml does");

#[cfg(all(target_arch = "x86_64", feature = "std"))]
mod avx2;
#[cfg(all(target_arch = "x86_64", feature = "std"))]
mod avx512;
pub mod bulk;
mod four_rows;
pub mod lanes;
#[cfg(all(target_arch = "aarch64", feature = "std"))]
mod neon;
mod operands;
mod products;
mod reference;
#[cfg(all(target_arch = "wasm32", feature = "relaxed-simd"))]
mod relaxed;
#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
mod simd128;
#[cfg(test)]
mod tests;

#[cfg(all(target_arch = "x86_64", feature = "std"))]
pub use avx2::Avx2;
#[cfg(all(target_arch = "x86_64", feature = "std"))]
pub use avx512::Avx512;
#[cfg(all(target_arch = "aarch64", feature = "std"))]
pub use neon::Neon;
pub use operands::{CodeTable, Codes, Operands, Selection, pack};
pub use products::Products;
pub use reference::Reference;
#[cfg(all(target_arch = "wasm32", feature = "relaxed-simd"))]
pub use relaxed::Relaxed;
#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
pub use simd128::Simd128;

/// Dimensions are multiples of this many codes: one 128-bit register.
pub const LANE: usize = 16;

/// The largest dimension that an artifact may have. Sums stay far inside `i32`: 256 * 63 * 127 is about two million.
pub const MAX_DIMENSION: usize = 256;

/// One way to compute the products.
pub trait Kernel: Send + Sync {
    /// The name that `info()` and the benchmarks print.
    fn name(&self) -> &'static str;

    /// Fills `products` with `sum over k of (session[s][k] - 64) * candidate[c][k]` for each session row `s` and each
    /// selected candidate `c`.
    fn multiply(&self, operands: &Operands<'_>, products: &mut Products);
}

/// The fastest kernel that this machine runs.
pub fn best() -> &'static dyn Kernel {
    #[cfg(all(target_arch = "wasm32", feature = "relaxed-simd"))]
    return &Relaxed;
    #[cfg(all(target_arch = "wasm32", target_feature = "simd128", not(feature = "relaxed-simd")))]
    return &Simd128;
    #[cfg(not(target_arch = "wasm32"))]
    all().last().copied().unwrap_or(&Reference)
}

/// All kernels that this machine runs, the plain reference first and the fastest last: for tests and benchmarks.
#[cfg(not(target_arch = "wasm32"))]
pub fn all() -> alloc::vec::Vec<&'static dyn Kernel> {
    let all: &[Option<&'static dyn Kernel>] = &[
        Some(&Reference),
        #[cfg(all(target_arch = "x86_64", feature = "std"))]
        Avx2::detect().map(|kernel| kernel as &dyn Kernel),
        #[cfg(all(target_arch = "x86_64", feature = "std"))]
        Avx512::detect().map(|kernel| kernel as &dyn Kernel),
        #[cfg(all(target_arch = "aarch64", feature = "std"))]
        Neon::detect().map(|kernel| kernel as &dyn Kernel),
    ];
    all.iter().copied().flatten().collect()
}
