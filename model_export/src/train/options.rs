//! What a training run is asked to do.

use std::path::PathBuf;

use crate::data::{HiddenItems, SessionColumn, SessionGap, Split};
use crate::quantization::Bits;

use super::{Ablation, ClusterCount, Compute, Floor, Preset};

/// The flags of `reshelf train`.
#[derive(Clone, Debug, PartialEq)]
pub struct TrainOptions {
    /// The log of events: a file or a folder of files.
    pub events: PathBuf,
    /// The shop's items, where their attributes are to be used.
    pub items: Option<PathBuf>,
    /// Where the artifact goes.
    pub out: PathBuf,
    /// Which sessions to train on.
    pub split: Split,
    /// How long a session may be silent.
    pub session_gap: SessionGap,
    /// The column whose values are sessions.
    pub session_column: SessionColumn,
    /// Items to learn nothing of, to be measured on as new ones.
    pub hidden_items: Option<HiddenItems>,
    /// How much to spend.
    pub preset: Preset,
    /// A folder for the model without each of some parts, where that is wanted.
    pub ablations: Option<PathBuf>,
    /// Those parts.
    pub without: Vec<Ablation>,
    /// Seed of everything random. The same seed and threads give the same file, bit for bit.
    pub seed: u64,
    /// Bits of a vector's numbers.
    pub bits: Bits,
    /// How many distinct sessions whatever is learned of two items rests on.
    pub floor: Floor,
    /// How many clusters of items the artifact is to have.
    pub clusters: ClusterCount,
    /// Where vectors are trained.
    pub device: Compute,
    /// Worker threads, at least 1.
    pub threads: usize,
    /// Whether to show no progress.
    pub quiet: bool,
}

/// How to train on a log in memory.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FitOptions {
    /// How much to spend.
    pub preset: Preset,
    /// Bits of a vector's numbers.
    pub bits: Bits,
    /// How many distinct sessions whatever is learned of two items rests on.
    pub floor: Floor,
    /// How many clusters of items the artifact is to have.
    pub clusters: ClusterCount,
    /// Seed of everything random.
    pub seed: u64,
    /// Where vectors are trained.
    pub device: Compute,
    /// Whether to show no progress.
    pub quiet: bool,
    /// The artifact that is to be: what is done is kept in a file beside it, from which a stopped run goes on.
    pub resume_beside: Option<PathBuf>,
    /// Parts without each of which the model is made as well.
    pub without: Vec<Ablation>,
}
