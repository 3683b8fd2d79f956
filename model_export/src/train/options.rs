//! What a training run is asked to do.

use std::path::PathBuf;

/// The flags of `reshelf train`.
#[derive(Clone, Debug, PartialEq)]
pub struct TrainOptions {
    /// The log of events: a file or a folder of files.
    pub events: PathBuf,
    /// The shop's items, where their attributes are to be used.
    pub items: Option<PathBuf>,
    /// Where the artifact goes.
    pub out: PathBuf,
    /// The column that names the split. `None` means `split` where the log has it; a named column must exist.
    /// Goes as it is into [`crate::data::EventOptions`].
    pub split_column: Option<String>,
    /// Which split to train on; `train` unless another is named. All rows where the log has no split column.
    pub split: String,
    /// Seed of everything random. The same seed and threads give the same file, bit for bit.
    pub seed: u64,
    /// Worker threads, at least 1.
    pub threads: usize,
    /// Whether to show no progress.
    pub quiet: bool,
}
