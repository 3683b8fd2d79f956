//! Candidate lists to train the head on, made by replaying held-out sessions through the engine.
//!
//! Two kinds, by turns, since the head must serve both:
//! - *catalogue*: the engine's own short list of everything, hard, with no word from the server;
//! - *server*: what a server that knows nothing of the session would send ([`crate::server`]).
//!
//! Where items can be composed, some lists of a server hold items as if they were new, the target no less than others:
//! composed of their descriptions, and where a server puts what it has never sold. So the head learns what they are worth.

use std::sync::Arc;

use reshelf::model::{Artifact, ArtifactError, ItemHandle};
use reshelf::rank::{FEATURES, FeatureMatrix, SHORTLIST};
use reshelf::reranker::{NO_ITEM, Reranker};

use super::replay::{Step, replay};
use crate::data::{Catalogue, SessionLog};
use crate::random::{NegativeSampler, Random};
use crate::server::{COLD_ODDS, Server};

/// Candidates of a training list, the target among them.
pub const LIST_LENGTH: usize = 80;
/// How many of the first of a short list are always kept: those that a head must tell apart.
const HARDEST: usize = 40;
/// Candidates of a list such as servers send.
const SERVER_LENGTH: usize = 100;

/// One in so many of a server's lists holds items that are new.
const NEW_ODDS: usize = 3;

/// Lists as one matrix: `lists x LIST_LENGTH x features`, the target first in each.
#[derive(Clone, Debug, Default)]
pub struct Lists {
    /// Feature values.
    pub features: Vec<f32>,
    /// Candidates that each list really has; the rest of its rows are zeros.
    pub lengths: Vec<usize>,
}

impl Lists {
    /// How many lists there are.
    pub fn len(&self) -> usize {
        self.lengths.len()
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
    let made = replay(artifact, log, sessions, |reranker, step| {
        let purpose = format!("list {} {}", step.session, step.seen);
        let mut random = Random::new(seed, &purpose);
        if random.below(2) == 0 {
            catalogue_list(reranker, step, &mut random)
        } else {
            let twin = |reranker: &mut Reranker, item: u32| twin(reranker, log, catalogue?, item);
            let meets_new = with_twins.as_ref().filter(|_| random.below(NEW_ODDS) == 0);
            server_list(reranker, step, meets_new.unwrap_or(&server), &twin, &mut random)
        }
    })?;
    let mut lists = Lists::default();
    for (features, length) in made {
        lists.features.extend(features);
        lists.lengths.push(length);
    }
    Ok(lists)
}

type List = (Vec<f32>, usize);

fn catalogue_list(reranker: &mut Reranker, step: Step, random: &mut Random) -> Option<List> {
    let items = reranker.short_list(SHORTLIST).to_vec();
    let target = items.iter().position(|&item| item == step.target)?;
    let mut others: Vec<usize> = (0..items.len()).filter(|&at| at != target).collect();
    if others.len() > HARDEST {
        random.shuffle(&mut others[HARDEST..]);
    }
    Some(rows(reranker.features(&items, &[], false), target, &others))
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
    random: &mut Random,
) -> Option<List> {
    // An item that the session has met is no stranger.
    let new = server.has_twins() && reranker.state().profile().seen(step.target).is_none();
    let sought = if new && random.below(COLD_ODDS) == 0 { server.twin(step.target) } else { step.target };
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
    let mut others: Vec<usize> = (0..items.len()).filter(|&at| at != target).collect();
    random.shuffle(&mut others);
    Some(rows(reranker.features(&items, &scores, true), target, &others))
}

/// The features of the target and of the first others, candidate by candidate.
fn rows(features: &FeatureMatrix, target: usize, others: &[usize]) -> List {
    let chosen: Vec<usize> = core::iter::once(target).chain(others.iter().copied()).take(LIST_LENGTH).collect();
    let mut values = Vec::with_capacity(LIST_LENGTH * FEATURES.len());
    for &candidate in &chosen {
        values.extend((0..FEATURES.len()).map(|feature| features.column(feature)[candidate]));
    }
    values.resize(LIST_LENGTH * FEATURES.len(), 0.0);
    (values, chosen.len())
}
