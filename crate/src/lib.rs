//! The Reshelf engine: re-ranks a shop's product lists with what the shopper did in this session, on the shopper's device.
//!
//! Data flows one way, and each module may use only those above it:
//!
//! - [`math`]: deterministic scalar maths, quantization
//! - [`kernels`]: session codes times candidate codes into `i32`
//! - `gpu`: the same products on a GPU, and the rows nearest to a session; uses `math` and `kernels` only (feature `gpu`)
//! - [`model`]: the artifact, and rows that travel
//! - [`session`]: events, the log, the state they fold into
//! - [`rank`]: candidate features and the learned head
//! - [`reranker`]: the facade: observe, rerank, forget, retrieve, snapshot
//! - `synthetic`: artifacts drawn from a seed, for golden files and benchmarks (feature `native`)
//! - `web`: the browser's side, nothing but translation (feature `web`)
//!
//! The crate knows no browser, no file system and no network. Feature `native` adds writing artifacts, models in full
//! precision, and what commands and tests share: `synthetic` and [`reranker`]'s `promises`.

#[cfg(feature = "gpu")]
pub mod gpu;
pub mod kernels;
pub mod math;
pub mod model;
pub mod rank;
pub mod reranker;
pub mod session;
#[cfg(any(test, feature = "native"))]
pub mod synthetic;
#[cfg(all(target_arch = "wasm32", feature = "web"))]
pub mod web;

#[cfg(all(target_arch = "wasm32", feature = "web", feature = "web-gpu"))]
compile_error!("features `web` and `web-gpu` make two modules: build them one after the other");
