//! Candidate lists to train the head on, made by replaying held-out sessions through the engine.
//!
//! Two kinds, by turns, since the head must serve both:
//! - *catalogue*: the engine's own short list of everything, hard, with no word from the server;
//! - *server*: what a server that knows nothing of the session would send: popular items, part of them of the target's
//!   department as on a category page, in noisy order of popularity, with the target somewhere among them.

use std::sync::Arc;

use reshelf::model::{Artifact, ArtifactError, ItemHandle, UNKNOWN_ATTRIBUTE};
use reshelf::rank::{FEATURES, FeatureMatrix, SHORTLIST};
use reshelf::reranker::Reranker;

use super::random::{NegativeSampler, Random};
use super::replay::{Step, replay};
use crate::data::SessionLog;

/// Candidates of a training list, the target among them.
pub const LIST_LENGTH: usize = 80;
/// How many of the first of a short list are always kept: those that a head must tell apart.
const HARDEST: usize = 40;
/// Candidates of a list such as servers send.
const SERVER_LENGTH: usize = 100;
/// How far noise may move an item in the server's order, in codes of popularity (0 to 255).
const SERVER_NOISE: f32 = 96.0;

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
    sessions: &[usize],
    sampler: &NegativeSampler,
    seed: u64,
) -> Result<Lists, ArtifactError> {
    let departments = Departments::of(artifact);
    let made = replay(artifact, log, sessions, |reranker, step| {
        let purpose = format!("list {} {}", step.session, step.seen);
        let mut random = Random::new(seed, &purpose);
        if random.below(2) == 0 {
            catalogue_list(reranker, step, &mut random)
        } else {
            server_list(reranker, step, sampler, &departments, &mut random)
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

fn server_list(
    reranker: &mut Reranker,
    step: Step,
    sampler: &NegativeSampler,
    departments: &Departments,
    random: &mut Random,
) -> Option<List> {
    let mut items: Vec<ItemHandle> = vec![step.target];
    // Drawing gives up after a while: a tiny catalogue has no hundred different items.
    for _ in 0..4 * SERVER_LENGTH {
        let item = match departments.like(step.target) {
            Some(same) if random.below(2) == 0 => same[random.below(same.len())],
            _ => sampler.draw(random),
        };
        if items.len() < SERVER_LENGTH && !items.contains(&item) {
            items.push(item);
        }
    }
    let popularity =
        |item: ItemHandle| reranker.rows().get(item).map_or(0.0, |row| f32::from(row.attributes.popularity));
    let mut keyed: Vec<(f32, ItemHandle)> =
        items.iter().map(|&item| (popularity(item) + random.signed() * SERVER_NOISE, item)).collect();
    keyed.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    let target = keyed.iter().position(|(_, item)| *item == step.target)?;
    let items: Vec<ItemHandle> = keyed.iter().map(|(_, item)| *item).collect();
    // Half of the servers send their scores.
    let scores: Vec<f32> =
        if random.below(2) == 0 { keyed.iter().map(|(score, _)| *score).collect() } else { Vec::new() };
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

/// Items by department.
struct Departments {
    of: Vec<u16>,
    items: Vec<Vec<ItemHandle>>,
}

impl Departments {
    fn of(artifact: &Artifact) -> Self {
        let of: Vec<u16> = artifact.items.attributes().iter().map(|item| item.department).collect();
        let mut items = vec![Vec::new(); of.iter().max().map_or(0, |&most| usize::from(most) + 1)];
        of.iter().enumerate().for_each(|(item, &department)| items[usize::from(department)].push(item as ItemHandle));
        Departments { of, items }
    }

    /// Items of the same department, if it is known.
    fn like(&self, item: ItemHandle) -> Option<&[ItemHandle]> {
        let department = *self.of.get(item as usize)?;
        (department != UNKNOWN_ATTRIBUTE).then(|| self.items[usize::from(department)].as_slice())
    }
}
