//! Candidate lists to train the head on, made by replaying held-out sessions through the engine.
//!
//! Two kinds, by turns, since the head must serve both:
//! - *catalogue*: the engine's own short list of everything, hard, with no word from the server;
//! - *server*: what a server that knows nothing of the session would send ([`crate::server`]).
//!
//! Where items can be composed, some lists of a server hold items as if they were new, the target no less than others:
//! composed of their descriptions, and where a server puts what it has never sold. So the head learns what they are worth.

use std::sync::Arc;

use reshelf::artifact::{Artifact, ArtifactError};
use reshelf::catalogue::ItemHandle;
use reshelf::rank::{FEATURES, FeatureMatrix, SHORTLIST, ShortListBy};
use reshelf::reranker::{NO_ITEM, Reranker};

use super::validation::steps;
use crate::data::{Catalogue, SessionLog};
use crate::replay::Step;
use crate::rng::{NegativeSampler, Rng};
use crate::server::Server;

/// Candidates of a list such as servers send.
const SERVER_LENGTH: usize = 100;

/// One in so many of a server's lists holds items that are new.
const NEW_ODDS: usize = 3;
/// In one in so many of those the target is new: half as often as new items stand there ([`crate::server::COLD_ODDS`]). More
/// would have them take the places of known items, which are what most shoppers turn to.
const NEW_TARGET_ODDS: usize = 20;

/// Lists one after the other, candidate by candidate, the target first in each.
#[derive(Clone, Debug, Default)]
pub struct Lists {
    /// `candidates of all lists x features`.
    features: Vec<f32>,
    /// Where each list ends, in candidates.
    ends: Vec<usize>,
    /// The session of each list.
    sessions: Vec<usize>,
}

impl Lists {
    /// How many lists there are.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Adds a list of a session: features of its candidates, one after the other.
    pub fn push(&mut self, session: usize, features: &[f32]) {
        self.sessions.push(session);
        self.features.extend_from_slice(features);
        self.ends.push(self.features.len() / FEATURES.len());
    }

    /// The candidates of one list, the target first.
    pub fn list(&self, list: usize) -> impl ExactSizeIterator<Item = &[f32]> {
        let begin = if list == 0 { 0 } else { self.ends[list - 1] };
        self.features[begin * FEATURES.len()..self.ends[list] * FEATURES.len()].chunks_exact(FEATURES.len())
    }

    /// The session that a list was made of.
    pub fn session(&self, list: usize) -> usize {
        self.sessions[list]
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
    catalogue: Option<&Catalogue>,
    sessions: &[usize],
    sampler: &NegativeSampler,
    seed: u64,
) -> Result<Lists, ArtifactError> {
    let catalogue = catalogue.filter(|_| artifact.tokens.is_some());
    let server = Server::new(artifact, sampler.clone());
    let with_twins = catalogue.map(|_| server.clone().with_twins());
    let made = steps(artifact, log, sessions, |reranker, step| {
        let purpose = format!("list {} {}", step.session, step.seen);
        let mut random = Rng::new(seed, &purpose);
        let features = if random.below(2) == 0 {
            catalogue_list(reranker, step)
        } else {
            let twin = |reranker: &mut Reranker, item: u32| twin(reranker, log, catalogue?, item);
            let meets_new = with_twins.as_ref().filter(|_| random.below(NEW_ODDS) == 0);
            server_list(reranker, step, meets_new.unwrap_or(&server), &twin, &mut random)
        };
        features.map(|features| (step.session, features))
    })?;
    let mut lists = Lists::default();
    made.iter().for_each(|(session, features)| lists.push(*session, features));
    Ok(lists)
}

/// Features of a list's candidates, the target first.
type List = Vec<f32>;

fn catalogue_list(reranker: &mut Reranker, step: Step) -> Option<List> {
    // All of the short list: a head that saw only the hardest would put the easy ones in front.
    let items = reranker.short_list(SHORTLIST, ShortListBy::Model).items().to_vec();
    let target = items.iter().position(|&item| item == step.target)?;
    Some(rows(reranker.features(&items, &[], false), target))
}

/// An item as if it were new: composed of its description, under a name of its own.
fn twin(reranker: &mut Reranker, log: &SessionLog, catalogue: &Catalogue, item: u32) -> Option<ItemHandle> {
    let id = log.item_ids.text(item as usize);
    reranker.compose(&format!("new {id}"), &catalogue.describe(&id).unwrap_or_default()).ok()
}

fn server_list(
    reranker: &mut Reranker,
    step: Step,
    server: &Server,
    twin: &dyn Fn(&mut Reranker, u32) -> Option<ItemHandle>,
    random: &mut Rng,
) -> Option<List> {
    // An item that the session has met is no stranger.
    let new = server.has_twins() && reranker.state().profile().seen(step.target).is_none();
    let sought = if new && random.below(NEW_TARGET_ODDS) == 0 { server.twin(step.target) } else { step.target };
    let sent = server.list(sought, SERVER_LENGTH, random);
    let target = sent.iter().position(|(item, _)| *item == sought)?;
    let handle = |(item, _): &(ItemHandle, f32)| match server.original(*item) {
        Some(original) => twin(reranker, original).unwrap_or(NO_ITEM),
        None => *item,
    };
    let items: Vec<ItemHandle> = sent.iter().map(handle).collect();
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
