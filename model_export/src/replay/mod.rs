//! Sessions replayed through the engine, as a page would run it.
//!
//! Its one job: the one loop over sessions. Training measures and makes lists with it, `rank` writes what it ranks, `evaluate`
//! and `baselines` measure that. It may use `data`, `pool`, `progress` and the engine, and knows nothing of training.
//!
//! - `held_out`: which sessions training measured itself on. `walk`: the loop. `told`: what it tells the engine beside events. `ranked`: whole lists, of the catalogue or of candidates, step by step.

mod held_out;
mod ranked;
#[cfg(test)]
mod tests;
mod told;
mod walk;

pub use held_out::{HeldOut, sample};
pub use ranked::{Offered, Replay};
pub use walk::{Step, walk};

use std::borrow::Cow;
use std::path::{Path, PathBuf};

use reshelf::artifact::Artifact;

use crate::data::{Cleaning, EventOptions, Join, SessionColumn, SessionGap, SessionLog, Split};

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
    /// The column whose values are sessions.
    pub session_column: SessionColumn,
    /// Candidate lists; without them the whole catalogue is ranked.
    pub candidates: Option<PathBuf>,
}

impl ReplayInput {
    /// How the sessions are read: as they are.
    pub fn events(&self) -> EventOptions {
        let (split, session_column) = (self.split.clone(), self.session_column.clone());
        EventOptions {
            split,
            session_gap: self.session_gap,
            session_column,
            cleaning: Cleaning::None,
            hidden_items: None,
        }
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

/// How many items of the sessions the model knows.
pub fn known_items(artifact: &Artifact, log: &SessionLog) -> Join {
    let model = 0..artifact.vocabulary.len() as u32;
    let model = model.filter_map(|row| artifact.vocabulary.id(row).map(Cow::Owned));
    let items = (0..log.item_ids.len()).map(|item| log.item_ids.text(item));
    Join::new(["items of the sessions", "the model"], items, model)
}

/// Who orders a whole catalogue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ranker {
    /// The short list alone, in its own order; steps come without scores.
    ShortList,
    /// The short list in the order of the head.
    Head,
}

/// The list that was ranked before one event of one session, and the item that the event then named.
///
/// Borrowed from the ranker's buffers: copy what must outlive the call. Items are numbered by the model (handles
/// below the size of its catalogue). An item that the model does not know but that a candidate list holds gets a
/// number from the size of the catalogue up, the same one wherever it stands within one step.
#[derive(Clone, Copy, Debug)]
pub struct RankedStep<'a> {
    /// Index of the session in the log.
    pub session: usize,
    /// Number of events already seen, at least 1. The event to predict is the session's `step`-th, counted from 0.
    pub step: usize,
    /// The item of the event to predict; `None` when neither the model nor the candidate list knows it.
    pub target: Option<u32>,
    /// The best items, best first, each once: as many as the ranker put in order, at least the k asked for. Candidates
    /// that are not here count as tied behind them.
    pub items: &'a [u32],
    /// The score of each of `items`, in the same order; empty where the ranker gives none.
    pub scores: &'a [f32],
    /// How many candidates were ranked in all, those left out of `items` included.
    pub candidates: usize,
    /// Where the target stands among all candidates, counted from 0; `None` when it is not one of them, or when it is
    /// beyond those that the ranker put in order.
    pub target_rank: Option<usize>,
    /// The same candidates in the server's own order (by its score, else as given); `None` when the whole catalogue
    /// was ranked.
    pub server: Option<&'a [u32]>,
    /// Whether `scores` are the head's: logits of a softmax over the list.
    pub logits: bool,
}
