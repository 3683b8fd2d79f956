//! What is measured at each step, whoever ranks.
//!
//! Every session, every position t >= 1: the item at t is to be predicted from the events before it. An item that the
//! model does not know counts as a miss, items seen in the session stay eligible. With candidate lists from a server the
//! same is measured on those lists, once in the model's order and once in the server's.

use reshelf::artifact::Artifact;
use reshelf::session::EventKind;

use crate::metrics::{Coverage, auc_at_rank, auc_behind};
use crate::replay::RankedStep;

/// The part of the catalogue that counts as head: the most popular fifth, as is usual since the "80/20 rule" of sales.
const HEAD_SHARE: f64 = 0.2;

/// What the measuring needs to know besides the ranked lists.
#[derive(Clone, Copy, Debug)]
pub struct Setting<'a> {
    /// Where each session's events begin in `items`, and the end of the last (sessions + 1 offsets).
    pub offsets: &'a [usize],
    /// The log's items, numbered in any way.
    pub items: &'a [u32],
    /// What was done with each.
    pub kinds: &'a [EventKind],
    /// How many items the model knows; its numbers are 0..catalogue.
    pub catalogue: usize,
    /// How often training saw each of them, as `ln(1 + n) / ln(1 + largest n)`, 0..=1; `None` when nobody knows.
    pub popularity: Option<&'a [f32]>,
    /// How many places of a list are looked at, at least 1.
    pub k: usize,
    /// Steps with fewer events before them are not measured: 1 for all steps.
    pub from_step: usize,
}

/// How well one list placed the target.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Placement {
    /// Its place in the list from 0; `None` when the list does not hold it within k.
    pub rank: Option<u32>,
    /// Area under the ROC curve over all candidates; `None` where it is undefined: a target that is no candidate.
    pub auc: Option<f32>,
    /// Mean popularity of the first k items, 0..=1.
    pub popularity: f32,
}

/// How popular the target was in training.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TargetPopularity {
    /// Among the most popular fifth of the items.
    Head,
    /// Seen in training, less often.
    Tail,
    /// Never seen in training.
    Unknown,
}

/// What one step measured.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Outcome {
    /// Index of the session in the log.
    pub session: u32,
    /// Number of events seen before, at least 1.
    pub step: u32,
    /// Number of events of the whole session.
    pub length: u32,
    /// Whether the target stands among the events seen before.
    pub seen: bool,
    /// What was then done with it.
    pub kind: EventKind,
    /// How popular the target was.
    pub target: TargetPopularity,
    /// Its popularity, 0..=1; 0 for an item that training never saw.
    pub target_popularity: f32,
    /// The probability that the head gave the first place; `None` where the head ordered nothing.
    pub confidence: Option<f32>,
    /// What the model made of it.
    pub model: Placement,
    /// What the server had made of it, where it sent candidates.
    pub server: Option<Placement>,
}

/// Everything that was measured.
#[derive(Clone, Debug)]
pub struct Outcomes {
    /// One per step, in the order of sessions and steps.
    pub steps: Vec<Outcome>,
    /// How many steps the log has that no list came for.
    pub steps_without_list: usize,
    /// The part of the catalogue that the first k of any list showed.
    pub coverage: f64,
    /// The same for the server's lists.
    pub server_coverage: Option<f64>,
    /// How many places of a list were looked at.
    pub k: usize,
    /// How many items the model knows.
    pub catalogue: usize,
    /// Whether popularities were known.
    pub popularity_known: bool,
}

impl Outcomes {
    /// The steps that both measured, with the other's order in the place of a server's: for comparisons in pairs.
    pub fn beside(&self, other: &Outcomes) -> Vec<Outcome> {
        let key = |step: &Outcome| (step.session, step.step);
        let pair = |step: &Outcome| {
            let at = other.steps.binary_search_by_key(&key(step), key).ok()?;
            Some(Outcome { server: Some(other.steps[at].model), ..*step })
        };
        self.steps.iter().filter_map(pair).collect()
    }
}

/// Takes ranked steps and measures each.
#[derive(Clone, Debug)]
pub struct Collector<'a> {
    setting: Setting<'a>,
    head_from: f32,
    steps: Vec<Outcome>,
    coverage: Coverage,
    server_coverage: Option<Coverage>,
}

impl<'a> Collector<'a> {
    /// Starts with nothing measured.
    pub fn new(setting: Setting<'a>) -> Self {
        Self {
            head_from: setting.popularity.map_or(f32::INFINITY, head_threshold),
            setting,
            steps: Vec::with_capacity(expected_steps(setting)),
            coverage: Coverage::new(setting.catalogue),
            server_coverage: None,
        }
    }

    /// Measures one step. Steps outside the log are ignored.
    pub fn add(&mut self, ranked: RankedStep<'_>) {
        let Some((history, target, kind, length)) = self.events(ranked.session, ranked.step) else { return };
        let k = self.setting.k;
        let known = ranked.target.filter(|&target| (target as usize) < self.setting.catalogue);
        self.coverage.add(ranked.items, k);
        if let Some(server) = ranked.server {
            let catalogue = self.setting.catalogue;
            self.server_coverage.get_or_insert_with(|| Coverage::new(catalogue)).add(server, k);
        }
        let target_popularity = known.map_or(0.0, |target| self.popularity(target));
        self.steps.push(Outcome {
            session: ranked.session as u32,
            step: ranked.step as u32,
            length: length as u32,
            seen: history.contains(&target),
            kind,
            confidence: if ranked.logits { first_probability(ranked.scores) } else { None },
            target: match known {
                None => TargetPopularity::Unknown,
                Some(_) if target_popularity >= self.head_from => TargetPopularity::Head,
                Some(_) => TargetPopularity::Tail,
            },
            target_popularity,
            model: Placement {
                auc: self.area(&ranked).map(|area| area as f32),
                ..self.placement(ranked.items, ranked.target)
            },
            server: ranked.server.map(|server| {
                let rank = ranked.target.and_then(|target| server.iter().position(|&item| item == target));
                let auc = rank.and_then(|rank| auc_at_rank(rank, server.len()));
                Placement { auc: auc.map(|area| area as f32), ..self.placement(server, ranked.target) }
            }),
        });
    }

    /// Everything that was measured, in the order of sessions and steps whatever order it came in.
    pub fn finish(mut self) -> Outcomes {
        self.steps.sort_by_key(|step| (step.session, step.step));
        Outcomes {
            steps_without_list: expected_steps(self.setting).saturating_sub(self.steps.len()),
            steps: self.steps,
            coverage: self.coverage.share(),
            server_coverage: self.server_coverage.map(|coverage| coverage.share()),
            k: self.setting.k,
            catalogue: self.setting.catalogue,
            popularity_known: self.setting.popularity.is_some(),
        }
    }

    /// The items before a step as the log numbers them, item and kind of the event to predict, and the length of the
    /// session.
    fn events(&self, session: usize, step: usize) -> Option<(&'a [u32], u32, EventKind, usize)> {
        let (start, end) = (*self.setting.offsets.get(session)?, *self.setting.offsets.get(session.checked_add(1)?)?);
        let events = self.setting.items.get(start..end)?;
        let target = *events.get(step)?;
        let kind = *self.setting.kinds.get(start + step)?;
        (step >= self.setting.from_step.max(1)).then(|| (&events[..step], target, kind, events.len()))
    }

    fn placement(&self, list: &[u32], target: Option<u32>) -> Placement {
        let shown = &list[..self.setting.k.min(list.len())];
        let rank = target.and_then(|target| shown.iter().position(|&item| item == target));
        let popularity: f32 = shown.iter().map(|&item| self.popularity(item)).sum();
        Placement { rank: rank.map(|rank| rank as u32), auc: None, popularity: popularity / shown.len().max(1) as f32 }
    }

    /// The area under the ROC curve over all candidates. What the ranker put in no order ties.
    fn area(&self, ranked: &RankedStep<'_>) -> Option<f64> {
        let target = match ranked.server {
            Some(server) => ranked.target.filter(|target| server.contains(target))?,
            None => match ranked.target.filter(|&target| (target as usize) < self.setting.catalogue) {
                Some(target) => target,
                // The protocol's miss: an item that nobody could rank stands below all others.
                None => return Some(0.0),
            },
        };
        match ranked.target_rank.or_else(|| ranked.items.iter().position(|&item| item == target)) {
            Some(rank) => auc_at_rank(rank, ranked.candidates),
            None => auc_behind(ranked.items.len(), ranked.candidates),
        }
    }

    fn popularity(&self, item: u32) -> f32 {
        self.setting.popularity.and_then(|popularity| popularity.get(item as usize)).copied().unwrap_or(0.0)
    }
}

/// The popularity from which an item belongs to the head. Items that tie with the last of the head belong to it too.
fn head_threshold(popularity: &[f32]) -> f32 {
    let mut descending = popularity.to_vec();
    descending.sort_by(|a, b| b.total_cmp(a));
    let head = (descending.len() as f64 * HEAD_SHARE).ceil() as usize;
    head.checked_sub(1).and_then(|last| descending.get(last)).copied().unwrap_or(f32::INFINITY)
}

/// Every session, every position from the first that is measured on.
fn expected_steps(setting: Setting<'_>) -> usize {
    let first = setting.from_step.max(1);
    setting.offsets.windows(2).map(|pair| pair[1].saturating_sub(pair[0]).saturating_sub(first)).sum()
}

/// What is to be said of the steps that are left out, behind how many there are.
pub fn from_step_in_words(from_step: usize) -> String {
    if from_step > 1 { format!(" with {from_step} events or more before them") } else { String::new() }
}

/// What the artifact says about how often training saw each item: logarithms, 255 for the most frequent.
pub fn item_popularity(artifact: &Artifact) -> Vec<f32> {
    artifact.items.attributes().iter().map(|item| f32::from(item.popularity) / f32::from(u8::MAX)).collect()
}

/// The probability of the first of some scores, best first; `None` of nothing.
fn first_probability(scores: &[f32]) -> Option<f32> {
    let best = f64::from(*scores.first()?);
    let sum: f64 = scores.iter().map(|&score| (f64::from(score) - best).exp()).sum();
    Some((1.0 / sum) as f32).filter(|probability| probability.is_finite())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_probability_is_that_of_a_softmax() {
        assert_eq!(first_probability(&[]), None);
        assert_eq!(first_probability(&[3.0]), Some(1.0));
        assert!((first_probability(&[1.0, 1.0, 1.0, 1.0]).unwrap() - 0.25).abs() < 1e-6);
        assert!((first_probability(&[1_000.0, 1_000.0 - 3f32.ln()]).unwrap() - 0.75).abs() < 1e-4);
        assert_eq!(first_probability(&[f32::NAN]), None);
    }
}
