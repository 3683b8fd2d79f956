//! One measurement of a model, and a stated figure beside it.

use std::sync::Arc;

use reshelf::artifact::Artifact;
use reshelf::rank::ShortListBy;
use serde::Serialize;

use crate::data::SessionLog;
use crate::measure::{Clusters, Estimate};
use crate::metrics::{Measures, Quality};
use crate::replay::{Ranker, Replay};

/// The columns of a session: steps, hits, reciprocal ranks.
const COLUMNS: usize = 3;

/// Draws of fewer sessions than this hardly differ, and their intervals are too narrow.
const FEWEST_SESSIONS: usize = 10;

/// A stated figure and its measurement.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Figure {
    /// What it is a figure of, as the report names it.
    pub name: &'static str,
    /// `recall` or `mrr`, at 20.
    pub measure: &'static str,
    /// What training stated.
    pub stated: f64,
    /// What was measured.
    pub measured: Estimate,
    /// Whether the stated one lies within the interval of the measured; null where so few sessions cannot tell.
    pub holds: Option<bool>,
}

impl Figure {
    /// Compares the two, of so many sessions.
    pub(super) fn new(
        name: &'static str,
        measure: &'static str,
        stated: f64,
        measured: Estimate,
        sessions: usize,
    ) -> Self {
        // A model states sums of `f32`, whose last bits go by their order.
        let same = (stated - measured.value).abs() < 1e-6;
        let within = measured.low.zip(measured.high).is_some_and(|(low, high)| (low..=high).contains(&stated));
        let tells = same || sessions >= FEWEST_SESSIONS;
        Figure { name, measure, stated, measured, holds: tells.then_some(same || within) }
    }
}

/// Recall and MRR at 20 over the steps of some sessions.
pub(super) struct Measured {
    pub steps: usize,
    /// Those that have a step.
    pub sessions: usize,
    pub recall: Estimate,
    pub mrr: Estimate,
}

impl Measured {
    /// Replays the sessions. `None` where they have no step. Runs on rayon's current pool.
    pub fn of(
        artifact: &Arc<Artifact>,
        log: &SessionLog,
        sessions: &[usize],
        ranker: Ranker,
        seed: u64,
    ) -> Option<Measured> {
        let replay = Replay { artifact, log, catalogue: None, candidates: None, ranker, k: Quality::CUT };
        let handles = replay.handles();
        let ranks = replay.walk(sessions, &handles, |reranker, step| {
            // A target that the model does not know is a miss.
            let is_target = |item: u32| Some(item) == handles[step.target as usize];
            Some(match ranker {
                Ranker::ShortList => {
                    reranker.short_list(Quality::CUT, ShortListBy::Sum).items().iter().position(|&item| is_target(item))
                }
                Ranker::Head => reranker.retrieve(Quality::CUT).position(|(item, _)| is_target(item)),
            })
        });
        let mut clusters = Clusters::new(COLUMNS);
        for ranks in ranks.iter().filter(|ranks| !ranks.is_empty()) {
            let row = clusters.push();
            for &rank in ranks {
                let measures = Measures::of_one(rank, Quality::CUT);
                row[0] += 1.0;
                row[1] += measures.recall as f32;
                row[2] += measures.mrr as f32;
            }
        }
        let resamples = clusters.resample(seed);
        let mean = |column: usize| resamples.estimate(|totals| (totals[0] > 0.0).then(|| totals[column] / totals[0]));
        let (steps, sessions) = (resamples.totals()[0] as usize, clusters.sessions());
        Some(Measured { steps, sessions, recall: mean(1)?, mrr: mean(2)? })
    }
}
