//! The Reshelf engine: re-ranks a shop's product lists with what the shopper did in this session, on the shopper's device.
//!
//! Data flows one way, and each module may use only those above it:
//!
//! - [`math`]: deterministic scalar maths, quantization
//! - [`kernels`]: session codes times candidate codes into `i32`
//! - [`artifact`]: the file that holds a model
//! - [`catalogue`]: where rows come from during a visit
//! - [`session`]: events, the log, the state they fold into
//! - [`rank`]: candidate features and the learned head
//! - [`reranker`]: the facade: observe, rerank, forget, retrieve, snapshot
//! - `synthetic`: artifacts drawn from a seed, for golden files and benchmarks (feature `testing`)
//!
//! The crate knows no browser, no GPU, no file system and no network: `reshelf-web` brings it into a page, `reshelf-gpu` has
//! its kernels on a GPU. Features: `write` adds writing artifacts, `exact` models in full precision, `testing` what tests
//! and benchmarks of several crates share.

#![cfg_attr(not(test), no_std)]

extern crate alloc;

pub mod reranker;
#[cfg(any(test, feature = "testing"))]
pub mod synthetic;

pub use reshelf_artifact as artifact;
pub use reshelf_kernels::{kernels, math};
pub use reshelf_rank as rank;
pub use reshelf_session::{catalogue, session};
