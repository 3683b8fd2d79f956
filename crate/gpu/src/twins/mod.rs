//! What each shader does, in Rust: the same names, words, chunks and order of work, one invocation after the other. The
//! tests compare every shader with its twin, exactly; nothing else runs them.
//!
//! - `dot4_packed`, `dot4_unpacked`: four products of signed bytes
//! - `multiply`: session rows times table rows
//! - `select`: the nearest of a chunk

mod dot4_packed;
mod dot4_unpacked;
pub mod multiply;
pub mod select;

/// `dot4_packed.wgsl`.
pub use dot4_packed::dot4 as dot4_packed;
/// `dot4_unpacked.wgsl`.
pub use dot4_unpacked::dot4 as dot4_unpacked;
