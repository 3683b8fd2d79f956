//! What ranking a log is asked to do.

use std::path::PathBuf;

/// The flags of `reshelf rank`.
#[derive(Clone, Debug, PartialEq)]
pub struct RankOptions {
    /// The artifact.
    pub model: PathBuf,
    /// The sessions to replay: a file or a folder of files.
    pub sessions: PathBuf,
    /// The column that names the split; a named column must exist. Goes as it is into [`crate::data::EventOptions`].
    pub split_column: Option<String>,
    /// Which split to replay; `None` replays all rows.
    pub split: Option<String>,
    /// Candidate lists; without them the whole catalogue is ranked.
    pub candidates: Option<PathBuf>,
    /// How many items to write per step, at least 1.
    pub k: usize,
    /// Where the rankings go, as Parquet.
    pub out: PathBuf,
    /// Worker threads, at least 1.
    pub threads: usize,
    /// Whether to show no progress.
    pub quiet: bool,
}
