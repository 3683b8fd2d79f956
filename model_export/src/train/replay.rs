//! Sessions replayed through the engine during training: the same code that serves is the code that is measured.

use std::sync::Arc;

use rayon::prelude::*;
use reshelf::model::{Artifact, ArtifactError};
use reshelf::rank::ShortListBy;
use reshelf::reranker::Reranker;
use reshelf::session::Event;

use crate::data::SessionLog;
use crate::rank::Ranker;

/// Recall and mean reciprocal rank at 20 over next items.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Quality {
    /// Steps measured.
    pub steps: usize,
    /// Share of steps whose next item is among the first 20.
    pub recall: f64,
    /// Mean of 1 / rank, 0 past 20.
    pub mrr: f64,
}

/// One step of a replayed session.
#[derive(Clone, Copy, Debug)]
pub struct Step {
    /// The session in the log.
    pub session: usize,
    /// Events seen so far, at least one.
    pub seen: usize,
    /// The item that came next.
    pub target: u32,
}

/// How many ranks count.
const CUT: usize = 20;

/// Hands every step after the first event of the given sessions to `visit`, with a reranker that has seen the events
/// before it and the step to predict. Sessions are spread over threads; results come back in order.
///
/// # Errors
/// When the artifact's head does not fit the engine.
pub fn replay<T: Send>(
    artifact: &Arc<Artifact>,
    log: &SessionLog,
    sessions: &[usize],
    visit: impl Fn(&mut Reranker, Step) -> Option<T> + Sync,
) -> Result<Vec<T>, ArtifactError> {
    Reranker::new(artifact.clone())?;
    let per_session = sessions
        .par_iter()
        .with_min_len(16)
        .map_init(
            || Reranker::new(artifact.clone()).ok(),
            |reranker, &session| {
                let Some(reranker) = reranker else { return Vec::new() };
                reranker.forget_all();
                let view = log.session(session);
                let mut found = Vec::new();
                for (at, (&item, &kind)) in view.items.iter().zip(view.kinds).enumerate() {
                    if at > 0 {
                        found.extend(visit(reranker, Step { session, seen: at, target: item }));
                    }
                    // Items are rows of the table, so this cannot be refused.
                    let _ = reranker.observe(Event { item, kind, at_ms: view.times[at] as f64 });
                }
                found
            },
        )
        .collect::<Vec<_>>();
    Ok(per_session.into_iter().flatten().collect())
}

/// The rank of the next item at every step of some sessions, counted from 0; `None` beyond the first 20.
///
/// # Errors
/// As [`replay`].
pub fn ranks(
    artifact: &Arc<Artifact>,
    log: &SessionLog,
    sessions: &[usize],
    ranker: Ranker,
) -> Result<Vec<(Step, Option<usize>)>, ArtifactError> {
    replay(artifact, log, sessions, |reranker, step| {
        let rank = match ranker {
            Ranker::ShortList => {
                reranker.short_list(CUT, ShortListBy::Model).items().iter().position(|&item| item == step.target)
            }
            Ranker::Head => reranker.retrieve(CUT).position(|(item, _)| item == step.target),
        };
        Some((step, rank))
    })
}

/// Measures an artifact on sessions.
///
/// # Errors
/// As [`replay`].
pub fn measure(
    artifact: &Arc<Artifact>,
    log: &SessionLog,
    sessions: &[usize],
    ranker: Ranker,
) -> Result<Quality, ArtifactError> {
    Ok(Quality::of(ranks(artifact, log, sessions, ranker)?.into_iter().map(|(_, rank)| rank)))
}

impl Quality {
    /// The means over some steps.
    pub fn of(ranks: impl Iterator<Item = Option<usize>>) -> Self {
        let (mut steps, mut hits, mut reciprocal) = (0, 0.0, 0.0);
        for rank in ranks {
            steps += 1;
            if let Some(rank) = rank {
                hits += 1.0;
                reciprocal += 1.0 / (rank as f64 + 1.0);
            }
        }
        let total = steps.max(1) as f64;
        Quality { steps, recall: hits / total, mrr: reciprocal / total }
    }
}

/// Every so many of the given sessions, such that at most `most` steps or so are measured.
pub fn sample(log: &SessionLog, sessions: &[usize], most: usize) -> Vec<usize> {
    let steps: usize = sessions.iter().map(|&session| log.session(session).len().saturating_sub(1)).sum();
    sessions.iter().copied().step_by(steps.div_ceil(most.max(1)).max(1)).collect()
}
