//! What an evaluation is asked to do.

use std::path::PathBuf;

/// The flags of `reshelf evaluate`.
#[derive(Clone, Debug, PartialEq)]
pub struct EvaluateOptions {
    /// The artifact.
    pub model: PathBuf,
    /// The sessions to replay: a file or a folder of files.
    pub sessions: PathBuf,
    /// The column that names the split; a named column must exist. Goes as it is into [`crate::data::EventOptions`].
    pub split_column: Option<String>,
    /// Which split to replay; `None` replays all rows.
    pub split: Option<String>,
    /// Candidate lists of the shop's server; without them the whole catalogue is ranked.
    pub candidates: Option<PathBuf>,
    /// How many places of a list are looked at, 1 to [`super::MOST_PLACES`].
    pub k: usize,
    /// Where the HTML report goes, if one is wanted.
    pub report: Option<PathBuf>,
    /// The seed of the bootstrap.
    pub seed: u64,
    /// Worker threads, at least 1. The result does not depend on them.
    pub threads: usize,
    /// Whether to show no progress.
    pub quiet: bool,
}
