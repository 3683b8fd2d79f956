//! The Reshelf engine: re-ranks a shop's product lists with what the shopper did in this session, on the shopper's device.
//!
//! A [`Reranker`] is one shopper's session over one model. It takes [`Event`]s, turns lists of item handles into a
//! [`Ranking`], and finds items in the whole catalogue. Forgetting is exact, any input gives a permutation, and every machine
//! gives the same bits.
//!
//! ```
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use reshelf::{Artifact, Event, EventKind, NO_ITEM, Outcome, Reranker};
//!
//! # let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/golden/golden.safetensors");
//! // A file that `reshelf train` made, checked in full.
//! let mut reranker = Reranker::new(Artifact::from_bytes(&std::fs::read(path)?)?)?;
//!
//! // What the server sent, as handles. Items that the model does not know keep the server's order among themselves.
//! let list = ["7", "10", "13", "new-in"].map(|id| reranker.resolve(id).unwrap_or(NO_ITEM));
//!
//! let item = reranker.name("13")?;
//! let view = reranker.observe(Event::new(item, EventKind::View, 0.0))?;
//! let ranking = reranker.rerank(&list, &[], list.len());
//! assert_eq!((ranking.outcome, ranking.order.len()), (Outcome::Reranked, 4));
//!
//! reranker.forget(view);
//! assert_eq!(reranker.rerank(&list, &[], list.len()).order, [0, 1, 2, 3]); // the server's order
//! # Ok(())
//! # }
//! ```
//!
//! # Where to go next
//!
//! - [`Reranker`]: every call; `examples/rerank.rs` goes through one visit
//! - [`Reranker::compose`] and [`Description`]: items that training never saw
//! - [`Reranker::add_row`] and [`InlineRow`]: models without a table; `examples/inline_rows.rs`
//! - [`Reranker::retrieve`]: the best items of the whole catalogue
//! - [`Reranker::arrange`]: rules over a ranked list
//! - [`Reranker::session`]: many shoppers over one model
//! - [`Artifact`]: the format of the file, tensor by tensor
//!
//! # Modules
//!
//! What most users need is at the root. Data flows one way, and each module may use only those above it:
//!
//! - [`math`]: deterministic scalar maths, quantization
//! - [`kernels`]: session codes times candidate codes into `i32`
//! - [`artifact`]: the file that holds a model
//! - [`catalogue`]: where rows come from during a visit
//! - [`session`]: events, the log, the state they fold into
//! - [`rank`]: candidate features and the learned head
//! - [`slate`]: a shop's rules and diversity, from scores to a list
//! - [`reranker`]: the facade: observe, rerank, forget, retrieve, snapshot
//! - `synthetic`: artifacts drawn from a seed, for golden files and benchmarks (feature `testing`)
//!
//! The crate knows no browser, no GPU, no file system and no network: `reshelf-web` brings it into a page, `reshelf-gpu` has
//! its kernels on a GPU.
//!
//! # Features
//!
//! - `std` (default): asks the processor which kernel it can run, and says in words what is wrong with a file
//! - `write`: writes artifacts
//! - `exact`: models in full precision, for measuring
//! - `testing`: what tests and benchmarks of several crates share
//! - `relaxed-simd`: on wasm32, an instruction for dot products that newer browsers have

#![cfg_attr(not(test), no_std)]

extern crate alloc;

pub mod reranker;
#[cfg(any(test, feature = "testing"))]
pub mod synthetic;

pub use reshelf_artifact as artifact;
pub use reshelf_kernels::{kernels, math};
pub use reshelf_rank as rank;
pub use reshelf_session::{catalogue, session};
pub use reshelf_slate as slate;

pub use artifact::{Artifact, ArtifactError, Description};
pub use catalogue::{InlineRow, ItemHandle, RowError};
pub use reranker::{NO_ITEM, Outcome, Ranking, Reranker, SnapshotError};
pub use session::{Event, EventError, EventId, EventKind};
