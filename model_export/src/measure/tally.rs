//! Measured steps, summed up by session and turned into means and lifts with intervals.

use serde::Serialize;

use super::bootstrap::{Clusters, Difference, Estimate, Resamples};
use super::protocol::{Outcome, Placement};
use crate::metrics::Measures;

/// Which order of the list is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// The model's.
    Model,
    /// The one that the server's candidates came in.
    Server,
}

/// What is averaged over steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quantity {
    /// Recall at a cut; with one target per step also the hit rate.
    Recall,
    /// Reciprocal rank at a cut; with one target per step also the average precision.
    Mrr,
    /// NDCG at a cut.
    Ndcg,
    /// Area under the ROC curve, over the steps where it is defined.
    Auc,
    /// Popularity of the first k items minus that of the target.
    PopularityBias,
}

/// What the model's order gains over the server's, measured on the same steps.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Lift {
    /// Model minus server.
    pub difference: Estimate,
    /// Model / server - 1; absent when the server's value is 0.
    pub relative: Option<Estimate>,
}

/// Recall, MRR and NDCG at one cut: as estimates, or as lifts.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct AtCut<T> {
    /// Recall, which with one target per step is also the hit rate.
    pub recall: T,
    /// Mean reciprocal rank.
    pub mrr: T,
    /// Normalised discounted cumulative gain.
    pub ndcg: T,
}

impl<T> AtCut<T> {
    /// The three quantities, each by the same rule; `None` unless all of them are there.
    pub fn of(rule: impl Fn(Quantity) -> Option<T>) -> Option<AtCut<T>> {
        Some(AtCut { recall: rule(Quantity::Recall)?, mrr: rule(Quantity::Mrr)?, ndcg: rule(Quantity::Ndcg)? })
    }
}

/// The columns of one order: area, steps that have an area, popularity, then three per cut.
const COLUMNS_PER_ORDER: usize = 3;
const COLUMNS_PER_CUT: usize = 3;

/// The columns of a session as a whole: steps, popularity of the targets.
const STEPS: usize = 0;
const TARGET_POPULARITY: usize = 1;
const SHARED_COLUMNS: usize = 2;

/// Sums over a set of steps, and over random draws of their sessions.
#[derive(Clone, Debug)]
pub struct Tally {
    cuts: Vec<usize>,
    sessions: usize,
    with_server: bool,
    resamples: Resamples,
}

impl Tally {
    /// Sums up steps that come ordered by session. `cuts` are the numbers of places at which lists are measured.
    pub fn new<'o>(steps: impl Iterator<Item = &'o Outcome> + Clone, cuts: &[usize], seed: u64) -> Self {
        let with_server = steps.clone().any(|step| step.server.is_some());
        let order_columns = COLUMNS_PER_ORDER + COLUMNS_PER_CUT * cuts.len();
        let orders = if with_server { 2 } else { 1 };
        let mut clusters = Clusters::new(SHARED_COLUMNS + orders * order_columns);
        let mut session = None;
        for step in steps {
            let row = if session == Some(step.session) { clusters.last() } else { clusters.push() };
            session = Some(step.session);
            row[STEPS] += 1.0;
            row[TARGET_POPULARITY] += step.target_popularity;
            let (model, server) = row[SHARED_COLUMNS..].split_at_mut(order_columns);
            add(model, &step.model, cuts);
            if let Some(placement) = &step.server {
                add(server, placement, cuts);
            }
        }
        Self { cuts: cuts.to_vec(), sessions: clusters.sessions(), with_server, resamples: clusters.resample(seed) }
    }

    /// How many steps were summed up.
    pub fn steps(&self) -> usize {
        self.resamples.totals()[STEPS] as usize
    }

    /// How many sessions they belong to.
    pub fn sessions(&self) -> usize {
        self.sessions
    }

    /// Whether the server's order was measured too.
    pub fn has_server(&self) -> bool {
        self.with_server
    }

    /// A mean over the steps with its interval. `cut` is an index into the cuts; area and popularity ignore it. `None`
    /// where there is no step to average over, or no server.
    pub fn mean(&self, order: Order, quantity: Quantity, cut: usize) -> Option<Estimate> {
        if order == Order::Server && !self.with_server {
            return None;
        }
        self.resamples.estimate(|totals| self.statistic(totals, order, quantity, cut))
    }

    /// What the model's order gains over the server's.
    pub fn lift(&self, quantity: Quantity, cut: usize) -> Option<Lift> {
        let pair = |totals: &[f64]| {
            let model = self.statistic(totals, Order::Model, quantity, cut)?;
            Some((model, self.statistic(totals, Order::Server, quantity, cut)?))
        };
        if !self.with_server {
            return None;
        }
        Some(Lift {
            difference: self.resamples.estimate(|totals| pair(totals).map(|(model, server)| model - server))?,
            relative: self.resamples.estimate(|totals| {
                let (model, server) = pair(totals)?;
                (server > 0.0).then(|| model / server - 1.0)
            }),
        })
    }

    /// What the model's order gains over the server's, with the probability that it gains nothing.
    pub fn difference(&self, quantity: Quantity, cut: usize) -> Option<Difference> {
        if !self.with_server {
            return None;
        }
        self.resamples.difference(|totals| {
            let model = self.statistic(totals, Order::Model, quantity, cut)?;
            Some(model - self.statistic(totals, Order::Server, quantity, cut)?)
        })
    }

    fn statistic(&self, totals: &[f64], order: Order, quantity: Quantity, cut: usize) -> Option<f64> {
        let order_columns = COLUMNS_PER_ORDER + COLUMNS_PER_CUT * self.cuts.len();
        let first = SHARED_COLUMNS + if order == Order::Server { order_columns } else { 0 };
        let columns = totals.get(first..first + order_columns)?;
        let at_cut = |offset: usize| columns.get(COLUMNS_PER_ORDER + COLUMNS_PER_CUT * cut + offset).copied();
        let (sum, count) = match quantity {
            Quantity::Auc => (columns[0], columns[1]),
            Quantity::PopularityBias => (columns[2] - totals[TARGET_POPULARITY], totals[STEPS]),
            Quantity::Recall => (at_cut(0)?, totals[STEPS]),
            Quantity::Mrr => (at_cut(1)?, totals[STEPS]),
            Quantity::Ndcg => (at_cut(2)?, totals[STEPS]),
        };
        (count > 0.0).then(|| sum / count)
    }
}

fn add(columns: &mut [f32], placement: &Placement, cuts: &[usize]) {
    if let Some(area) = placement.auc {
        columns[0] += area;
        columns[1] += 1.0;
    }
    columns[2] += placement.popularity;
    let Some(rank) = placement.rank else { return };
    for (sums, &cut) in columns[COLUMNS_PER_ORDER..].chunks_exact_mut(COLUMNS_PER_CUT).zip(cuts) {
        let measures = Measures::of_one(Some(rank as usize), cut);
        sums[0] += measures.recall as f32;
        sums[1] += measures.mrr as f32;
        sums[2] += measures.ndcg as f32;
    }
}
