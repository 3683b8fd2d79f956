//! All measures of a list at one cut-off, and their means over many lists.

use core::fmt;

use serde::Serialize;

use super::list::{
    average_precision_at, discount, f1_at, hit_rate_at, ndcg_at, precision_at, recall_at, reciprocal_rank_at,
};

/// The measures of one list at one `k`, or their means over many lists. Each is in 0..=1; see the function of the same
/// name for its formula.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Measures {
    /// [`recall_at`].
    pub recall: f64,
    /// [`precision_at`].
    pub precision: f64,
    /// [`f1_at`].
    pub f1: f64,
    /// [`hit_rate_at`].
    pub hit_rate: f64,
    /// [`reciprocal_rank_at`]; as a mean, the MRR.
    pub mrr: f64,
    /// [`ndcg_at`].
    pub ndcg: f64,
    /// [`average_precision_at`]; as a mean, the MAP.
    pub map: f64,
}

impl Measures {
    /// Measures one ranked list against its relevant items.
    pub fn of<T: PartialEq>(ranked: &[T], relevant: &[T], k: usize) -> Self {
        Self {
            recall: recall_at(ranked, relevant, k),
            precision: precision_at(ranked, relevant, k),
            f1: f1_at(ranked, relevant, k),
            hit_rate: hit_rate_at(ranked, relevant, k),
            mrr: reciprocal_rank_at(ranked, relevant, k),
            ndcg: ndcg_at(ranked, relevant, k),
            map: average_precision_at(ranked, relevant, k),
        }
    }

    /// The same for a list with exactly one relevant item, in closed form: `rank` is its place counted from 0, `None`
    /// when the list does not hold it.
    pub fn of_one(rank: Option<usize>, k: usize) -> Self {
        let Some(rank) = rank.filter(|&rank| rank < k) else { return Self::default() };
        let reciprocal = 1.0 / (rank + 1) as f64;
        Self {
            recall: 1.0,
            precision: 1.0 / k as f64,
            f1: 2.0 / (k as f64 + 1.0),
            hit_rate: 1.0,
            mrr: reciprocal,
            ndcg: discount(rank),
            map: reciprocal,
        }
    }
}

/// Means of [`Measures`] over many lists, each list counting the same.
#[derive(Clone, Debug)]
pub struct MeanMeasures {
    k: usize,
    lists: usize,
    sums: Measures,
}

impl MeanMeasures {
    /// Starts with no list; every list is measured at `k`.
    pub fn new(k: usize) -> Self {
        Self { k, lists: 0, sums: Measures::default() }
    }

    /// Measures one list and adds it. A list without relevant items says nothing and is left out.
    pub fn add<T: PartialEq>(&mut self, ranked: &[T], relevant: &[T]) {
        if !relevant.is_empty() {
            self.add_measured(Measures::of(ranked, relevant, self.k));
        }
    }

    /// Adds a list with exactly one relevant item, at `rank` (from 0; `None`: not in the list).
    pub fn add_one(&mut self, rank: Option<usize>) {
        self.add_measured(Measures::of_one(rank, self.k));
    }

    /// How many lists were added.
    pub fn lists(&self) -> usize {
        self.lists
    }

    /// The mean over the lists added; all 0 when there is none.
    pub fn mean(&self) -> Measures {
        let share = if self.lists == 0 { 0.0 } else { 1.0 / self.lists as f64 };
        let sums = &self.sums;
        Measures {
            recall: sums.recall * share,
            precision: sums.precision * share,
            f1: sums.f1 * share,
            hit_rate: sums.hit_rate * share,
            mrr: sums.mrr * share,
            ndcg: sums.ndcg * share,
            map: sums.map * share,
        }
    }

    fn add_measured(&mut self, list: Measures) {
        self.lists += 1;
        self.sums.recall += list.recall;
        self.sums.precision += list.precision;
        self.sums.f1 += list.f1;
        self.sums.hit_rate += list.hit_rate;
        self.sums.mrr += list.mrr;
        self.sums.ndcg += list.ndcg;
        self.sums.map += list.map;
    }
}

/// Recall and mean reciprocal rank at 20 over next items: what training goes by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Quality {
    /// Steps measured.
    pub steps: usize,
    /// Share of steps whose next item is among the first 20.
    pub recall: f64,
    /// Mean of 1 / rank, 0 past 20.
    pub mrr: f64,
}

impl Quality {
    /// How many places count.
    pub const CUT: usize = 20;

    /// The means over some steps, from the place of the next item at each, counted from 0; `None` where it has none.
    pub fn of(ranks: impl Iterator<Item = Option<usize>>) -> Self {
        let (mut steps, mut hits, mut reciprocal) = (0, 0.0, 0.0);
        for rank in ranks {
            let measures = Measures::of_one(rank, Self::CUT);
            steps += 1;
            hits += measures.recall;
            reciprocal += measures.mrr;
        }
        let total = steps.max(1) as f64;
        Quality { steps, recall: hits / total, mrr: reciprocal / total }
    }
}

impl fmt::Display for Quality {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Recall@20 {:.4}, MRR@20 {:.4} ({} steps)", self.recall, self.mrr, self.steps)
    }
}
