//! How good what is trained is so far: held-out sessions replayed through the engine, the same code that serves.

use std::sync::Arc;

use reshelf::artifact::{Artifact, ArtifactError};
use reshelf::rank::ShortListBy;
use reshelf::reranker::Reranker;

use crate::data::SessionLog;
use crate::metrics::Quality;
pub use crate::replay::sample;
use crate::replay::{Ranker, Step, walk};

/// What `visit` makes of every step of some sessions, in order. The items of the log's events are rows of the artifact's table;
/// of others that its signals name nothing is known.
///
/// # Errors
/// When the artifact's head does not fit the engine.
pub fn steps<T: Send>(
    artifact: &Arc<Artifact>,
    log: &SessionLog,
    sessions: &[usize],
    visit: impl Fn(&mut Reranker, Step) -> Option<T> + Sync,
) -> Result<Vec<T>, ArtifactError> {
    Reranker::new(artifact.clone())?;
    let rows = log.item_ids.len() as u32;
    let handle = |_: &mut Reranker, item: u32| (item < rows).then_some(item);
    Ok(walk(artifact, log, sessions, handle, visit).into_iter().flatten().collect())
}

/// The rank of the next item at every step of some sessions, counted from 0; `None` beyond the first 20.
///
/// # Errors
/// As [`steps`].
pub fn ranks(
    artifact: &Arc<Artifact>,
    log: &SessionLog,
    sessions: &[usize],
    ranker: Ranker,
) -> Result<Vec<(Step, Option<usize>)>, ArtifactError> {
    steps(artifact, log, sessions, |reranker, step| {
        let rank = match ranker {
            Ranker::ShortList => {
                reranker.short_list(Quality::CUT, ShortListBy::Sum).items().iter().position(|&item| item == step.target)
            }
            Ranker::Head => reranker.retrieve(Quality::CUT).position(|(item, _)| item == step.target),
        };
        Some((step, rank))
    })
}

/// Measures an artifact on sessions.
///
/// # Errors
/// As [`steps`].
pub fn measure(
    artifact: &Arc<Artifact>,
    log: &SessionLog,
    sessions: &[usize],
    ranker: Ranker,
) -> Result<Quality, ArtifactError> {
    Ok(Quality::of(ranks(artifact, log, sessions, ranker)?.into_iter().map(|(_, rank)| rank)))
}
