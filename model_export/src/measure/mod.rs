//! Measured steps: what every ranked list was worth, summed by session, with intervals.
//!
//! Its one job: from ranked steps to estimates, whoever ranked. `evaluate` and `baselines` measure with it. It may use
//! [`crate::metrics`], [`crate::rng`], the step of [`crate::replay`], and the engine.
//!
//! - `protocol`: what is measured at each step.
//! - `tally`, `bootstrap`: sums by session, means, lifts, intervals.

mod bootstrap;
mod protocol;
mod tally;

pub use bootstrap::{CONFIDENCE, Clusters, Difference, Estimate, RESAMPLES, Resamples};
pub use protocol::{
    Collector, Outcome, Outcomes, Placement, Setting, TargetPopularity, from_step_in_words, item_popularity,
};
pub use tally::{AtCut, Lift, Order, Quantity, Tally};

/// The most places of a list that are looked at: more than any page shows.
pub const MOST_PLACES: usize = 1_000;
