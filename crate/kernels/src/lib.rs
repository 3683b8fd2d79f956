//! What the engine computes with, and nothing of what it computes: uses nothing of ours.
//!
//! - [`math`]: deterministic scalar maths, quantization, lookup, random numbers
//! - [`kernels`]: session codes times candidate codes into `i32`
//!
//! Features: `std` asks the processor which kernel it can run; `relaxed-simd` uses an instruction that newer browsers have.
#![cfg_attr(not(test), no_std)]

extern crate alloc;
#[cfg(all(feature = "std", not(test)))]
extern crate std;

pub mod kernels;
pub mod math;
