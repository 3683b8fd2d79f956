//! How much each part of the model has to say in its first places.
//!
//! One group of features at a time is silenced: its columns are set to their mean over the list, so that they tell no
//! candidate from another. What then changes among the scores of the first places, beyond a shift of all alike, is the
//! group's say. Shares add up to 1 over the groups; groups that say the same thing share what either could say alone.

use reshelf::artifact::{Artifact, Head};
use reshelf::rank::{FeatureMatrix, HeadColumns, Order, Scorer};
use serde::Serialize;

use crate::replay::Replay;

/// About so many steps are looked at.
const STEPS: usize = 500;
/// The places whose scores are compared.
const PLACES: usize = 20;

/// Groups of features by the beginning of their names; what fits none is `other`. What is alike for all candidates, such as
/// the length of the session, tells none from another by itself: it only changes what the others say.
const GROUPS: [(&str, &[&str]); 9] = [
    ("state", &["state"]),
    ("similarity", &["similarity"]),
    ("memory", &["memory"]),
    ("seen", &["seen", "carted", "purchased", "returned", "disliked", "dwell"]),
    ("shown", &["shown", "skipped"]),
    ("item", &["popularity", "trend", "known"]),
    ("attributes", &["category", "department", "brand", "price"]),
    ("server", &["server"]),
    ("other", &[]),
];

/// What every group has to say.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Attention {
    /// Steps looked at.
    pub steps: usize,
    /// One per group of features.
    pub groups: Vec<GroupAttention>,
}

/// What one group has to say.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct GroupAttention {
    /// The group, a stable name.
    pub name: &'static str,
    /// Its share of the change of scores, 0..=1; all groups together 1.
    pub share: f64,
    /// By how many places the first twenty move when it is silenced, on average.
    pub places: f64,
}

impl Attention {
    /// Silences one group after the other on steps spread evenly over the log. `None` when the head ordered nothing. Runs on
    /// rayon's current pool.
    pub fn new(replay: &Replay<'_>) -> Option<Attention> {
        let log = replay.log;
        let all: usize = (0..log.sessions()).map(|session| log.session(session).len().saturating_sub(1)).sum();
        let sessions: Vec<usize> = (0..log.sessions()).step_by(all.div_ceil(STEPS).max(1)).collect();
        let handles = replay.handles();
        let columns = HeadColumns::of(&replay.artifact.head).ok()?;
        let walked = replay.walk(&sessions, &handles, |reranker, step| {
            let (items, scores, ordered) = replay.sent(reranker, step)?;
            if reranker.state().known() == 0 || items.len() < 2 {
                return None;
            }
            Some(silence(replay.artifact, &columns, reranker.features(&items, &scores, ordered)))
        });
        let found: Vec<[(f64, f64); GROUPS.len()]> = walked.into_iter().flatten().collect();
        if found.is_empty() {
            return None;
        }
        let steps = found.len() as f64;
        let mean = |group: usize, pick: fn(&(f64, f64)) -> f64| {
            found.iter().map(|step| pick(&step[group])).sum::<f64>() / steps
        };
        let whole: f64 = (0..GROUPS.len()).map(|group| mean(group, |change| change.0)).sum();
        let group = |(at, (name, _)): (usize, &(&'static str, &[&str]))| GroupAttention {
            name,
            share: if whole > 0.0 { mean(at, |change| change.0) / whole } else { 0.0 },
            places: mean(at, |change| change.1),
        };
        Some(Attention { steps: found.len(), groups: GROUPS.iter().enumerate().map(group).collect() })
    }
}

/// The group of a feature.
fn group_of(feature: &str) -> usize {
    let begins = |(_, names): &(&str, &[&str])| names.iter().any(|name| feature.starts_with(name));
    GROUPS.iter().position(begins).unwrap_or(GROUPS.len() - 1)
}

/// For each group: its part of the change of scores, and by how many places the first ones move.
fn silence(artifact: &Artifact, columns: &HeadColumns, features: &FeatureMatrix) -> [(f64, f64); GROUPS.len()] {
    let head = &artifact.head;
    let (mut scores, mut order) = (Vec::new(), Order::default());
    Scorer::new(head, columns).score(features, &mut scores);
    let first: Vec<usize> = order.by_score(&scores, usize::MAX).iter().take(PLACES).map(|&at| at as usize).collect();
    let means: Vec<f32> = columns
        .columns()
        .map(|column| features.column(column).iter().sum::<f32>() / features.candidates().max(1) as f32)
        .collect();
    let mut changes = [(0.0, 0.0); GROUPS.len()];
    for (group, change) in changes.iter_mut().enumerate() {
        let silent: Vec<usize> = (0..head.linear.len())
            .filter(|&at| head.features.get(at).is_some_and(|name| group_of(name) == group))
            .collect();
        let others = without(head, &silent, &means);
        let mut scores_without = Vec::new();
        Scorer::new(&others, columns).score(features, &mut scores_without);
        let others = scores_without;
        let places = order.by_score(&others, usize::MAX);
        let moved = first.iter().enumerate().map(|(place, &at)| {
            let now = places.iter().position(|&other| other as usize == at).unwrap_or(place);
            now.abs_diff(place) as f64
        });
        let gone: Vec<f64> = first.iter().map(|&at| f64::from(scores[at]) - f64::from(others[at])).collect();
        let shift = gone.iter().sum::<f64>() / gone.len().max(1) as f64;
        change.0 = gone.iter().map(|gone| (gone - shift).abs()).sum::<f64>() / gone.len().max(1) as f64;
        change.1 = moved.sum::<f64>() / first.len().max(1) as f64;
    }
    // Every step counts the same, however far apart its scores lie.
    let whole: f64 = changes.iter().map(|change| change.0).sum();
    if whole > 0.0 {
        changes.iter_mut().for_each(|change| change.0 /= whole);
    }
    changes
}

/// The head as it is when some features always have their mean.
fn without(head: &Head, silent: &[usize], means: &[f32]) -> Head {
    let mut head = head.clone();
    let width = head.linear.len();
    for &feature in silent {
        // What the linear part adds is the same for all candidates then.
        head.linear[feature] = 0.0;
        for hidden in 0..head.hidden {
            let weight = &mut head.hidden_weights[hidden * width + feature];
            head.hidden_bias[hidden] += *weight * means[feature];
            *weight = 0.0;
        }
    }
    head
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::sync::Arc;

    use reshelf::rank::FEATURES;
    use reshelf::session::EventKind;
    use reshelf::synthetic;

    use super::*;
    use crate::data::{CleaningReport, Ids, SessionLog, Signals};
    use crate::replay::Ranker;

    fn attention(change: impl Fn(&mut Head)) -> Attention {
        let mut artifact = synthetic::artifact(300, 64, 6, 1).unwrap();
        change(&mut artifact.head);
        let log = SessionLog {
            item_ids: Ids::Integer((0..10).map(|item| 7 + 3 * item).collect()),
            session_ids: Ids::Integer(vec![0, 1]),
            offsets: vec![0, 5, 10],
            items: (0..10).collect(),
            kinds: vec![EventKind::View; 10],
            times: vec![0; 10],
            steps: std::collections::BTreeMap::new(),
            signals: Signals::default(),
            has_clock: false,
            report: CleaningReport::default(),
        };
        let artifact = Arc::new(artifact);
        Attention::new(&Replay {
            artifact: &artifact,
            log: &log,
            catalogue: None,
            candidates: None,
            ranker: Ranker::Head,
            k: 200,
        })
        .unwrap()
    }

    #[test]
    fn shares_add_up_and_a_part_without_weight_has_no_say() {
        let all = attention(|_| ());
        assert_eq!(all.steps, 8);
        assert!((all.groups.iter().map(|group| group.share).sum::<f64>() - 1.0).abs() < 1e-9);
        let only_memory = attention(|head| {
            head.hidden_weights.fill(0.0);
            head.linear.iter_mut().zip(FEATURES).for_each(|(weight, name)| {
                *weight = if name == "memory_sum" { 1.0 } else { 0.0 };
            });
        });
        let share = |name: &str| only_memory.groups.iter().find(|group| group.name == name).unwrap().share;
        assert_eq!((share("memory"), share("state"), share("other")), (1.0, 0.0, 0.0));
    }

    #[test]
    fn every_feature_has_a_group() {
        assert_eq!(GROUPS[group_of("memory_sum")].0, "memory");
        assert_eq!(GROUPS[group_of("server_rank")].0, "server");
        assert_eq!(GROUPS[group_of("something new")].0, "other");
    }
}
