//! Where a model is strong and where it is weak: the same measures over parts of the steps.

use std::collections::BTreeSet;

use serde::Serialize;

use super::slots::Slots;
use crate::measure::{AtCut, Estimate, Lift, Order, Outcome, Outcomes, Tally, TargetPopularity};

/// The steps parted by one property.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SliceGroup {
    /// The property, a stable name.
    pub by: &'static str,
    /// The property in words.
    pub title: &'static str,
    /// Each part, the empty ones included.
    pub slices: Vec<Slice>,
}

/// One part of the steps.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Slice {
    /// What the steps have in common: a stable name, or a slot's own.
    pub name: String,
    /// How many steps.
    pub steps: usize,
    /// How many sessions they come from.
    pub sessions: usize,
    /// The model's order at k; absent when there is no step.
    pub model: Option<AtCut<Estimate>>,
    /// The server's order at k, where candidates were given.
    pub server: Option<AtCut<Estimate>>,
    /// Model over server.
    pub lift: Option<AtCut<Lift>>,
    /// Whether recall or MRR is weak here: its interval lies wholly below that of all steps.
    pub weak: bool,
}

/// The property whose values are a shop's own.
pub(super) const BY_SLOT: &str = "slot";

struct Slicing {
    by: &'static str,
    title: &'static str,
    names: &'static [&'static str],
    /// The index of a step's slice among the names.
    slice_of: fn(&Outcome) -> usize,
}

const SLICINGS: [Slicing; 5] = [
    Slicing {
        by: "step",
        title: "Events already seen",
        names: &["1", "2", "3", "4-5", "6-10", "11+"],
        slice_of: |step| match step.step {
            0..=3 => step.step.saturating_sub(1) as usize,
            4..=5 => 3,
            6..=10 => 4,
            _ => 5,
        },
    },
    Slicing {
        by: "session_length",
        title: "Length of the whole session",
        names: &["2", "3", "4-5", "6-10", "11+"],
        slice_of: |step| match step.length {
            0..=2 => 0,
            3 => 1,
            4..=5 => 2,
            6..=10 => 3,
            _ => 4,
        },
    },
    Slicing {
        by: "target_popularity",
        title: "Popularity of the target in training",
        names: &["head", "tail", "unknown"],
        slice_of: |step| match step.target {
            TargetPopularity::Head => 0,
            TargetPopularity::Tail => 1,
            TargetPopularity::Unknown => 2,
        },
    },
    Slicing {
        by: "target_seen",
        title: "Target already seen in the session",
        names: &["seen", "new"],
        slice_of: |step| if step.seen { 0 } else { 1 },
    },
    Slicing {
        by: "target_kind",
        title: "What was done with the target",
        names: &["view", "cart", "wish", "purchase", "review", "remove", "other"],
        slice_of: |step| step.kind as usize,
    },
];

/// Measures every slice at k, beside the whole.
pub fn slices(outcomes: &Outcomes, whole: &AtCut<Estimate>, seed: u64) -> Vec<SliceGroup> {
    let kinds: BTreeSet<u8> = outcomes.steps.iter().map(|step| step.kind as u8).collect();
    let telling = |slicing: &&Slicing| match slicing.by {
        "target_popularity" => outcomes.popularity_known,
        "target_kind" => kinds.len() > 1,
        _ => true,
    };
    let of = |slicing: &Slicing| {
        let names = slicing.names.iter().map(|name| (*name).to_owned());
        let slices = parts(names, slicing.slice_of, outcomes, whole, seed);
        SliceGroup { by: slicing.by, title: slicing.title, slices }
    };
    SLICINGS.iter().filter(telling).map(of).collect()
}

/// The same by the slots of lists.
pub(super) fn by_slot(slots: &Slots<'_>, outcomes: &Outcomes, whole: &AtCut<Estimate>, seed: u64) -> SliceGroup {
    let slice_of = |step: &Outcome| slots.slice(step.session as usize, step.step as usize);
    let slices = parts(slots.names.iter().cloned(), slice_of, outcomes, whole, seed);
    SliceGroup { by: BY_SLOT, title: "Slot that the list was made for", slices }
}

fn parts(
    names: impl Iterator<Item = String>,
    slice_of: impl Fn(&Outcome) -> usize,
    outcomes: &Outcomes,
    whole: &AtCut<Estimate>,
    seed: u64,
) -> Vec<Slice> {
    let below = |part: Estimate, whole: Estimate| part.high.zip(whole.low).is_some_and(|(high, low)| high < low);
    let slice = |(index, name): (usize, String)| {
        let steps = outcomes.steps.iter().filter(|step| slice_of(step) == index);
        let tally = Tally::new(steps, &[outcomes.k], seed);
        let model = AtCut::of(|quantity| tally.mean(Order::Model, quantity, 0));
        Slice {
            name,
            steps: tally.steps(),
            sessions: tally.sessions(),
            model,
            weak: model.is_some_and(|part| below(part.recall, whole.recall) || below(part.mrr, whole.mrr)),
            server: AtCut::of(|quantity| tally.mean(Order::Server, quantity, 0)),
            lift: AtCut::of(|quantity| tally.lift(quantity, 0)),
        }
    };
    names.enumerate().map(slice).collect()
}
