//! How good a model is: replays sessions through the shipped artifact and measures every ranked list.
//!
//! Its one job: from ranked steps to measures with intervals, as JSON, as a table and as a page. It may use
//! `reshelf::metrics`, the readers of `crate::data`, the replay of `crate::rank`, the lists of `crate::server` and the writer of `crate::output`; it
//! neither ranks nor trains. docs/evaluation.md says what is measured and how to read it.
//!
//! - `protocol`: what is measured at each step, whoever ranks.
//! - `tally`, `bootstrap`: sums by session, means, lifts, intervals.
//! - `slices`, `summary`: the result, whole and in parts.
//! - `calibration`, `attention`: whether scores mean what they say, and which part of the model says it.
//! - `checks`: signs of leaks. `compare`: one model against another.
//! - `text`, `report`: the result for people.
//! - `run`: the command.

mod attention;
mod bootstrap;
mod calibration;
mod checks;
mod compare;
mod error;
mod options;
mod protocol;
mod report;
mod run;
mod slices;
mod summary;
mod tally;
#[cfg(test)]
mod tests;
mod text;

pub use attention::{Attention, GroupAttention};
pub use bootstrap::{CONFIDENCE, Difference, Estimate, RESAMPLES};
pub use calibration::{Calibration, CalibrationBin};
pub use checks::{Checks, Warning};
pub use compare::{ComparedCut, Comparison};
pub use error::EvaluateError;
pub use options::EvaluateOptions;
pub use protocol::{Collector, Outcome, Outcomes, Placement, Setting, TargetPopularity};
pub use report::page;
pub use run::{MOST_PLACES, item_popularity, run};
pub use slices::{AtCut, Slice, SliceGroup};
pub use summary::{Counts, Cut, Evaluation, FORMAT, Lifts, ListMeasures, Protocol, Subject};
pub use tally::{Lift, Order, Quantity, Tally};
