//! One model against another on the same steps.

use serde::Serialize;

use super::checks::Warning;
use crate::measure::{AtCut, Difference, Estimate, Order, Outcomes, Tally};

/// The cuts that lists are measured at, as far as they are within k; k itself is added.
const CUTS: [usize; 12] = [1, 2, 3, 5, 10, 15, 20, 30, 50, 100, 200, 500];

/// Another model, and what the evaluated one has over it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Comparison {
    /// The other artifact's path as given.
    pub model: String,
    /// The identity of its training run.
    pub model_id: String,
    /// Its size in bytes.
    pub model_bytes: u64,
    /// Both at fewer places and at k, ascending; the last is k.
    pub cuts: Vec<ComparedCut>,
    /// What its own card gives reason to warn of.
    pub warnings: Vec<Warning>,
}

/// Two models at one cut.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct ComparedCut {
    /// The number of places looked at.
    pub k: usize,
    /// The other model.
    pub other: AtCut<Estimate>,
    /// The evaluated model minus the other, in pairs: within each draw of sessions.
    pub difference: AtCut<Difference>,
}

/// Compares what two models made of the same steps. Empty when they share none.
pub fn compared_cuts(model: &Outcomes, other: &Outcomes, seed: u64) -> Vec<ComparedCut> {
    let cuts = cuts_within(model.k);
    let pairs = model.beside(other);
    let tally = Tally::new(pairs.iter(), &cuts, seed);
    let at = |(index, &k): (usize, &usize)| {
        Some(ComparedCut {
            k,
            other: AtCut::of(|quantity| tally.mean(Order::Server, quantity, index))?,
            difference: AtCut::of(|quantity| tally.difference(quantity, index))?,
        })
    };
    cuts.iter().enumerate().filter_map(at).collect()
}

impl Comparison {
    /// Both at k.
    pub fn at_k(&self) -> Option<&ComparedCut> {
        self.cuts.last()
    }
}

pub(super) fn cuts_within(k: usize) -> Vec<usize> {
    let mut cuts: Vec<usize> = CUTS.into_iter().filter(|&cut| cut < k).collect();
    cuts.push(k);
    cuts
}
