//! Candidate lists to train the head on, made by replaying held-out sessions through the engine.
//!
//! Two kinds, by turns, since the head must serve both:
//! - *catalogue*: the engine's own short list of everything, hard, with no word from the server;
//! - *server*: what a server that knows nothing of the session would send ([`crate::server`]).

use std::sync::Arc;

use reshelf::model::{Artifact, ArtifactError, ItemHandle};
use reshelf::rank::{FEATURES, FeatureMatrix, SHORTLIST};
use reshelf::reranker::Reranker;

use super::replay::{Step, replay};
use crate::data::SessionLog;
use crate::random::{NegativeSampler, Random};
use crate::server::Server;

/// Candidates of a list such as servers send.
const SERVER_LENGTH: usize = 100;

/// Lists one after the other, candidate by candidate, the target first in each.
#[derive(Clone, Debug, Default)]
pub struct Lists {
    /// `candidates of all lists x features`.
    features: Vec<f32>,
    /// Where each list ends, in candidates.
    ends: Vec<usize>,
}

impl Lists {
    /// How many lists there are.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Adds a list: features of its candidates, one after the other.
    pub fn push(&mut self, features: &[f32]) {
        self.features.extend_from_slice(features);
        self.ends.push(self.features.len() / FEATURES.len());
    }

    /// The candidates of one list, the target first.
    pub fn list(&self, list: usize) -> impl ExactSizeIterator<Item = &[f32]> {
        let begin = if list == 0 { 0 } else { self.ends[list - 1] };
        self.features[begin * FEATURES.len()..self.ends[list] * FEATURES.len()].chunks_exact(FEATURES.len())
    }

    /// All candidates of all lists.
    pub fn candidates(&self) -> impl Iterator<Item = &[f32]> {
        self.features.chunks_exact(FEATURES.len())
    }
}

/// Makes lists from the steps of some sessions. Steps whose target the short list lacks make no catalogue list.
///
/// # Errors
/// When the artifact does not fit the engine.
pub fn collect(
    artifact: &Arc<Artifact>,
    log: &SessionLog,
    sessions: &[usize],
    sampler: &NegativeSampler,
    seed: u64,
) -> Result<Lists, ArtifactError> {
    let server = Server::new(artifact, sampler.clone());
    let made = replay(artifact, log, sessions, |reranker, step| {
        let purpose = format!("list {} {}", step.session, step.seen);
        let mut random = Random::new(seed, &purpose);
        if random.below(2) == 0 {
            catalogue_list(reranker, step)
        } else {
            server_list(reranker, step, &server, &mut random)
        }
    })?;
    let mut lists = Lists::default();
    made.iter().for_each(|features| lists.push(features));
    Ok(lists)
}

/// Features of a list's candidates, the target first.
type List = Vec<f32>;

fn catalogue_list(reranker: &mut Reranker, step: Step) -> Option<List> {
    // All of the short list: a head that saw only the hardest would put the easy ones in front.
    let items = reranker.short_list(SHORTLIST).to_vec();
    let target = items.iter().position(|&item| item == step.target)?;
    Some(rows(reranker.features(&items, &[], false), target))
}

fn server_list(reranker: &mut Reranker, step: Step, server: &Server, random: &mut Random) -> Option<List> {
    let sent = server.list(step.target, SERVER_LENGTH, random);
    let target = sent.iter().position(|(item, _)| *item == step.target)?;
    let items: Vec<ItemHandle> = sent.iter().map(|(item, _)| *item).collect();
    // Half of the servers send their scores.
    let scores: Vec<f32> =
        if random.below(2) == 0 { sent.iter().map(|(_, score)| *score).collect() } else { Vec::new() };
    Some(rows(reranker.features(&items, &scores, true), target))
}

fn rows(features: &FeatureMatrix, target: usize) -> List {
    let others = (0..features.candidates()).filter(|&candidate| candidate != target);
    let value = |candidate: usize| (0..FEATURES.len()).map(move |feature| features.column(feature)[candidate]);
    core::iter::once(target).chain(others).flat_map(value).collect()
}
