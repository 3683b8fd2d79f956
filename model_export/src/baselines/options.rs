//! What a comparison with simple methods is asked to do.

use std::path::PathBuf;

use crate::data::{SessionGap, Split};

/// The flags of `reshelf baselines`.
#[derive(Clone, Debug, PartialEq)]
pub struct BaselinesOptions {
    /// The log: a file or a folder of files.
    pub events: PathBuf,
    /// The sessions to fit on.
    pub train: Split,
    /// The sessions to measure on.
    pub test: Split,
    /// How long a session may be silent.
    pub session_gap: SessionGap,
    /// An artifact trained on the same sessions, whose parts are to be measured beside.
    pub model: Option<PathBuf>,
    /// How many places of a list are looked at, 1 to [`crate::evaluate::MOST_PLACES`].
    pub k: usize,
    /// The seed of the bootstrap.
    pub seed: u64,
    /// Worker threads, at least 1. The result does not depend on them.
    pub threads: usize,
    /// Whether to show no progress.
    pub quiet: bool,
}
