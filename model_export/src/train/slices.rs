//! The held-out steps in parts: where the model is weak.

use reshelf::artifact::Artifact;
use serde::Serialize;

use crate::data::SessionLog;
use crate::metrics::Quality;
use crate::replay::Step;

/// A weak slice reaches less than this part of the whole's recall.
const WEAK: f64 = 0.8;
/// A slice of fewer steps says nothing.
const FEWEST_STEPS: usize = 50;
/// Items below this code of popularity are rare: a third of the logarithm of the most frequent one's count.
const RARE: u8 = 85;

/// One part of the steps.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Slice {
    /// What its steps have in common.
    pub name: &'static str,
    /// The whole model on them.
    pub quality: Quality,
}

impl Slice {
    /// Whether it does much worse than the whole.
    pub fn is_weak(&self, whole: &Quality) -> bool {
        self.quality.steps >= FEWEST_STEPS && self.quality.recall < WEAK * whole.recall
    }
}

type Rule<'a> = &'a dyn Fn(&Step) -> bool;

/// All slices that have steps.
pub(super) fn slices(artifact: &Artifact, log: &SessionLog, ranks: &[(Step, Option<usize>)]) -> Vec<Slice> {
    let before = |step: &Step| &log.session(step.session).items[..step.seen];
    let rare =
        |step: &Step| artifact.items.attributes().get(step.target as usize).is_none_or(|item| item.popularity < RARE);
    let new =
        |step: &Step| artifact.items.attributes().get(step.target as usize).is_none_or(|item| item.popularity == 0);
    let parts: [(&str, Rule); 8] = [
        ("one event was seen", &|step| step.seen == 1),
        ("two to four events were seen", &|step| (2..=4).contains(&step.seen)),
        ("five or more events were seen", &|step| step.seen > 4),
        ("the next item was seen before", &|step| before(step).contains(&step.target)),
        ("the next item is new to the session", &|step| !before(step).contains(&step.target)),
        ("the next item is frequent", &|step| !rare(step)),
        ("the next item is rare", &|step| rare(step) && !new(step)),
        ("the next item is new to the shop", &|step| new(step)),
    ];
    let slice = |(name, holds): (&'static str, Rule)| Slice {
        name,
        quality: Quality::of(ranks.iter().filter(|(step, _)| holds(step)).map(|(_, rank)| *rank)),
    };
    parts.into_iter().map(slice).filter(|slice| slice.quality.steps > 0).collect()
}
