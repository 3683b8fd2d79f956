//! The kernels on a GPU, through wgpu: products of a session with a whole table, and the rows nearest to it, with the very
//! bits that the CPU computes. Uses the crate `reshelf-kernels` only.
//!
//! - `shaders`: the WGSL texts, validated by `build.rs`; [`twins`] has each of them in Rust, for the tests
//! - `device`: a device, and what became of it
//! - `wait`: waiting for a device without a runtime; calls take turns
//! - `plan`: what a call dispatches, as plain numbers
//! - `pack`: checks what a caller hands over and packs the session's words
//! - `pipelines`: the compiled programs
//! - `catalogue`: a table in the device's memory: [`Catalogue::nearest`], [`Catalogue::multiply`]
//! - `order`: the key that says how near a row is, and the order of keys
//!
//! A call is one submit and one readback. All buffers are made with the catalogue and used again by every call. Nothing
//! panics when a device goes away: the call, and every later one, fails with [`GpuError::Lost`].

mod catalogue;
mod device;
mod error;
pub mod order;
mod pack;
pub mod params;
mod pipelines;
pub mod plan;
mod shaders;
#[cfg(test)]
mod tests;
#[cfg(not(target_arch = "wasm32"))]
pub mod twins;
mod wait;

pub use catalogue::Catalogue;
pub use device::Gpu;
pub use error::GpuError;
pub use order::Near;
pub use pack::{Source, Table};

/// Rows of the session matrix that a call takes.
pub const MOST_SESSION_ROWS: usize = 16;

/// Rows that a search gives for each session row.
pub const MOST_NEAREST: usize = 1024;
