//! What a shop writes, read and cleaned: session logs, catalogues, candidate lists.
//!
//! Its one job: from Parquet, CSV or JSON to columns in memory, with a report of what was dropped and why. It may use
//! `reshelf::session` for the kinds of events, `reshelf::artifact` for descriptions and how long an id may be, and Apache DataFusion
//! for reading and cleaning; it knows no model.

mod candidates;
mod catalogue;
mod choice;
mod clean;
mod clock;
mod columns;
mod encoder;
mod error;
mod event_table;
mod fingerprint;
mod hidden;
mod ids;
mod joins;
mod log;
mod read_candidates;
mod read_events;
mod read_items;
mod read_rows;
mod read_signals;
mod read_tokens;
mod report;
mod session_column;
mod signals;
mod source;
mod split;
#[cfg(test)]
mod tests;
mod values;
mod visits;

pub use candidates::{CandidateLists, CandidateView};
pub use catalogue::Catalogue;
pub use clock::Clock;
pub use error::DataError;
pub use fingerprint::sampled;
pub use hidden::HiddenItems;
pub use ids::{Ids, canonical_integer};
pub use joins::Join;
pub use log::{SessionLog, SessionView};
pub use read_candidates::{read_candidates, read_candidates_with};
pub use read_events::read_events;
pub use read_items::{CatalogueReport, read_items, read_items_with, read_items_with_report};
pub use read_tokens::{TokenFault, TokenGroup, TokenReport, read_tokens};
pub use report::{Cleaning, CleaningReport, CleaningRules, DropReason, Dropped, EventOptions};
pub use session_column::SessionColumn;
pub use signals::{Signal, Signals, is_signal};
pub use source::{ENDINGS, FilesReport};
pub use split::{Part, Split};
pub use visits::{Parted, SessionGap};
