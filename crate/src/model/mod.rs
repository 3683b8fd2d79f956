//! The artifact: one `.safetensors` file that holds everything the engine knows, checked in full before use. Uses `math`
//! and `kernels` (for what codes are, their sums and the dimension's limits).
//!
//! - `header`: what a safetensors header says, as plain data, and the checksum over the whole file; `header_text`: its text
//! - `tensors`: typed views of the header's byte ranges
//! - `vocabulary`, `items`, `memory`, `weights`: the parts
//! - `codes`: the vectors' codes in 8 or 4 bits, `neighbours`: one item's list in the memory, packed
//! - `description`: what a shop says of an item, as tokens; `tokens`: their vectors, which compose items never seen
//! - `artifact`: all parts together, `write`: back into bytes (feature `native`)
//! - `lookup`: from numbers to positions; `extras`: items that only this page has named
//! - `rows`: one item's part as a row that can travel, and where rows come from

mod artifact;
mod codes;
mod description;
mod error;
mod event_kind;
mod extras;
mod header;
#[cfg(all(test, feature = "native"))]
mod header_tests;
mod header_text;
mod items;
mod lookup;
mod memory;
mod neighbours;
mod rows;
mod tensors;
#[cfg(all(test, feature = "native"))]
mod tests;
mod tokens;
mod vocabulary;
mod weights;
#[cfg(feature = "native")]
mod write;

pub use artifact::{Artifact, FORMAT};
pub use description::{Description, MOST_TOKENS, TokenKind, price_band};
pub use error::ArtifactError;
pub use event_kind::EventKind;
pub use header::{Dtype, Header, TensorEntry};
pub use items::{Attributes, ItemTable, UNKNOWN_ATTRIBUTE, UNKNOWN_PRICE};
pub use memory::Memory;
pub use neighbours::{BOUGHT, CHANNELS, MOST_NEIGHBOURS, NEAR, NEXT, Neighbour, Neighbours};
pub use rows::{InlineRow, Item, ItemHandle, LONGEST_ID, Row, RowError, Rows};
pub use tokens::TokenTable;
pub use vocabulary::Vocabulary;
pub use weights::{Head, Retrieval, StateWeights};

pub(crate) use lookup::Lookup;
