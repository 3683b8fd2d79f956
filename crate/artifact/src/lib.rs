//! The artifact: one `.safetensors` file that holds everything the engine knows, checked in full before use. Uses the crate
//! `reshelf-kernels` (for what codes are, their sums and the dimension's limits).
//!
//! - `header`: what a safetensors header says, as plain data, and the checksum over the whole file; `header_text`: its text
//! - `tensors`: typed views of the header's byte ranges; `shared`: bytes that are used where they lie
//! - `vocabulary`, `items`, `memory`, `weights`: the parts
//! - `codes`: the vectors' codes in 8 or 4 bits, `neighbours`: one item's list in the memory, packed
//! - `description`: what a shop says of an item, as tokens; `tokens`: their vectors, which compose items never seen
//! - `clusters`: centres of the item table, by which a session's taste has a number
//! - `artifact`: all parts together; `file`: from a file's bytes, in two steps; `write`: back into bytes (feature `write`)
//! - `event_kind`: the kinds of events, by which the learned weights are indexed
#![cfg_attr(not(test), no_std)]

extern crate alloc;

mod artifact;
mod clusters;
mod codes;
mod description;
mod error;
mod event_kind;
mod file;
mod header;
#[cfg(test)]
mod header_tests;
mod header_text;
mod items;
mod memory;
mod neighbours;
mod shared;
mod tensors;
mod tokens;
mod vocabulary;
mod weights;
#[cfg(feature = "write")]
mod write;

pub use artifact::Artifact;
pub use clusters::Clusters;
pub use description::{Description, MOST_TOKENS, TokenKind, price_band, short_hash};
pub use error::{ArtifactError, Detail};
pub use event_kind::EventKind;
pub use file::ArtifactFile;
#[cfg(feature = "write")]
pub use header::sign;
pub use header::{Dtype, Header, TensorEntry};
pub use items::{Attributes, ItemTable, UNKNOWN_ATTRIBUTE, UNKNOWN_PRICE};
pub use memory::Memory;
pub use neighbours::{BOUGHT, CHANNELS, MOST_NEIGHBOURS, NEAR, NEXT, Neighbour, Neighbours};
pub use tokens::TokenTable;
pub use vocabulary::Vocabulary;
pub use weights::{DEFAULT_DWELL, DEFAULT_KINDS, DWELL_BANDS, DWELL_EDGES, Feedback, Head, Retrieval, StateWeights};

/// The longest id in bytes, so that every id fits a snapshot.
pub const LONGEST_ID: usize = u16::MAX as usize;

/// The artifact format that this engine writes and reads.
pub const FORMAT: &str = "3";
