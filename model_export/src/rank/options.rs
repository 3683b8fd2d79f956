//! What ranking a log is asked to do.

use std::path::{Path, PathBuf};

use crate::data::{Cleaning, EventOptions, SessionGap, Split};

/// What is replayed through what: the same for every command that replays sessions.
#[derive(Clone, Debug, PartialEq)]
pub struct ReplayInput {
    /// The artifact.
    pub model: PathBuf,
    /// The sessions to replay: a file or a folder of files.
    pub sessions: PathBuf,
    /// Which of them.
    pub split: Split,
    /// How long a session may be silent.
    pub session_gap: SessionGap,
    /// Candidate lists; without them the whole catalogue is ranked.
    pub candidates: Option<PathBuf>,
}

impl ReplayInput {
    /// How the sessions are read: as they are.
    pub fn events(&self) -> EventOptions {
        EventOptions { split: self.split.clone(), cleaning: Cleaning::None, session_gap: self.session_gap }
    }

    /// All that is read.
    pub fn paths(&self) -> Vec<&Path> {
        [Some(&self.model), Some(&self.sessions), self.candidates.as_ref()]
            .into_iter()
            .flatten()
            .map(PathBuf::as_path)
            .collect()
    }
}

/// The flags of `reshelf rank`.
#[derive(Clone, Debug, PartialEq)]
pub struct RankOptions {
    /// What is ranked.
    pub input: ReplayInput,
    /// How many items to write per step, at least 1.
    pub k: usize,
    /// Where the rankings go, as Parquet.
    pub out: PathBuf,
    /// Worker threads, at least 1.
    pub threads: usize,
    /// Whether to show no progress.
    pub quiet: bool,
}
