//! Lists under several orders: what each is worth, summed up by session.

use serde::Serialize;

use crate::measure::{Clusters, Estimate, Lift, Resamples};
use crate::metrics::{Measures, calibration_error, diversity_at};

/// What lists are worth.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[allow(missing_docs)] // docs/evaluation.md has them
pub struct SlateMeasures {
    pub recall: Estimate,
    pub mrr: Estimate,
    pub ndcg: Estimate,
    pub revenue_ndcg: Option<Estimate>,
    pub diversity: Option<Estimate>,
    pub category_diversity: Option<Estimate>,
    pub calibration_error: Option<Estimate>,
    /// A property of all lists together: without an interval.
    pub coverage: Estimate,
}

/// What a policy changes of it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct SlateChange {
    pub recall: Option<Lift>,
    pub mrr: Option<Lift>,
    pub ndcg: Option<Lift>,
    pub revenue_ndcg: Option<Lift>,
    pub diversity: Option<Lift>,
    pub category_diversity: Option<Lift>,
    pub calibration_error: Option<Lift>,
}

/// One list that several orders were made of; everything by candidate, in the server's order.
pub(super) struct Slate {
    /// How many places are looked at.
    pub k: usize,
    /// The candidate that came next.
    pub target: Option<usize>,
    /// The category of each candidate; 0 where nobody knows.
    pub categories: Vec<u32>,
    /// The model's vector of each, of length 1; empty where there is none, or none is asked for.
    pub vectors: Vec<Vec<f32>>,
    /// The categories of the session's own events.
    pub wanted: Vec<u32>,
}

/// What one order of one list is worth.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Row {
    measures: [f64; 3],
    /// Diversity by vectors, by categories, and calibration error, where they are defined.
    variety: [Option<f64>; 3],
}

impl Slate {
    /// Measures an order, candidates by their places in the server's.
    pub fn measure(&self, order: &[usize]) -> Row {
        let shown = &order[..self.k.min(order.len())];
        let rank = self.target.and_then(|target| shown.iter().position(|&at| at == target));
        let Measures { recall, mrr, ndcg, .. } = Measures::of_one(rank, self.k);
        let apart = |&one: &usize, &other: &usize| {
            let (one, other) = (&self.vectors[one], &self.vectors[other]);
            let cosine: f32 = one.iter().zip(other).map(|(one, other)| one * other).sum();
            (!one.is_empty() && !other.is_empty()).then(|| (1.0 - f64::from(cosine)) / 2.0)
        };
        let differ = |&one: &usize, &other: &usize| {
            let (one, other) = (self.categories[one], self.categories[other]);
            (one > 0 && other > 0).then(|| f64::from(u8::from(one != other)))
        };
        let of_shown: Vec<u32> = shown.iter().map(|&at| self.categories[at]).filter(|&category| category > 0).collect();
        let variety = [
            diversity_at(shown, self.k, apart),
            diversity_at(shown, self.k, differ),
            calibration_error(&self.wanted, &of_shown),
        ];
        Row { measures: [recall, mrr, ndcg], variety }
    }
}

/// What is averaged over steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Quantity {
    Recall,
    Mrr,
    Ndcg,
    /// NDCG, each step weighted by the price of its target.
    RevenueNdcg,
    Diversity,
    CategoryDiversity,
    CalibrationError,
}

/// Columns of a session as a whole: steps, and the prices of their targets.
const STEPS: usize = 0;
const PRICES: usize = 1;
const SHARED: usize = 2;
/// Columns of an order: recall, MRR, NDCG, NDCG times price, and of each variety its sum and in how many steps it is defined.
const OF_ORDER: usize = 10;
const OF_VARIETY: usize = 4;

/// Sums by session, of several orders of the same lists.
#[derive(Clone, Debug)]
pub(super) struct Sums {
    clusters: Clusters,
    orders: usize,
    /// Whether the newest session has a step.
    is_open: bool,
}

impl Sums {
    pub fn new(orders: usize) -> Self {
        Sums { clusters: Clusters::new(SHARED + OF_ORDER * orders), orders, is_open: false }
    }

    /// The next steps are of another session.
    pub fn begin(&mut self) {
        self.is_open = false;
    }

    /// Adds a step: a row an order, and the price of the target where one is known.
    pub fn add(&mut self, rows: &[Row], price: Option<f32>) {
        let sums = if self.is_open { self.clusters.last() } else { self.clusters.push() };
        self.is_open = true;
        let price = price.unwrap_or(0.0);
        sums[STEPS] += 1.0;
        sums[PRICES] += price;
        for (row, sums) in rows.iter().zip(sums[SHARED..].chunks_exact_mut(OF_ORDER)) {
            row.measures.iter().zip(&mut *sums).for_each(|(measure, sum)| *sum += *measure as f32);
            sums[3] += row.measures[2] as f32 * price;
            for (variety, sums) in row.variety.iter().zip(sums[OF_VARIETY..].chunks_exact_mut(2)) {
                if let Some(variety) = variety {
                    sums[0] += *variety as f32;
                    sums[1] += 1.0;
                }
            }
        }
    }

    /// Whether nothing was added.
    pub fn is_empty(&self) -> bool {
        self.clusters.sessions() == 0
    }

    /// How many steps were added.
    pub fn steps(&self, resamples: &Resamples) -> usize {
        resamples.totals()[STEPS] as usize
    }

    /// Random draws of the sessions. Runs on rayon's current pool.
    pub fn resample(&self, seed: u64) -> Resamples {
        self.clusters.resample(seed)
    }

    /// What an order is worth. `None` where nothing was measured.
    pub fn measures(&self, resamples: &Resamples, order: usize, coverage: f64) -> Option<SlateMeasures> {
        let of = |quantity| resamples.estimate(|totals| self.mean(totals, order, quantity));
        Some(SlateMeasures {
            recall: of(Quantity::Recall)?,
            mrr: of(Quantity::Mrr)?,
            ndcg: of(Quantity::Ndcg)?,
            revenue_ndcg: of(Quantity::RevenueNdcg),
            diversity: of(Quantity::Diversity),
            category_diversity: of(Quantity::CategoryDiversity),
            calibration_error: of(Quantity::CalibrationError),
            coverage: Estimate::exact(coverage),
        })
    }

    /// What one order has over another, in pairs.
    pub fn change(&self, resamples: &Resamples, order: usize, over: usize) -> SlateChange {
        let of = |quantity| {
            let pair = |totals: &[f64]| Some((self.mean(totals, order, quantity)?, self.mean(totals, over, quantity)?));
            Some(Lift {
                difference: resamples.estimate(|totals| pair(totals).map(|(one, other)| one - other))?,
                relative: resamples.estimate(|totals| {
                    pair(totals).filter(|(_, other)| *other > 0.0).map(|(one, other)| one / other - 1.0)
                }),
            })
        };
        SlateChange {
            recall: of(Quantity::Recall),
            mrr: of(Quantity::Mrr),
            ndcg: of(Quantity::Ndcg),
            revenue_ndcg: of(Quantity::RevenueNdcg),
            diversity: of(Quantity::Diversity),
            category_diversity: of(Quantity::CategoryDiversity),
            calibration_error: of(Quantity::CalibrationError),
        }
    }

    fn mean(&self, totals: &[f64], order: usize, quantity: Quantity) -> Option<f64> {
        debug_assert!(order < self.orders);
        let own = totals.get(SHARED + OF_ORDER * order..)?.get(..OF_ORDER)?;
        let (sum, count) = match quantity {
            Quantity::Recall => (own[0], totals[STEPS]),
            Quantity::Mrr => (own[1], totals[STEPS]),
            Quantity::Ndcg => (own[2], totals[STEPS]),
            Quantity::RevenueNdcg => (own[3], totals[PRICES]),
            Quantity::Diversity => (own[4], own[5]),
            Quantity::CategoryDiversity => (own[6], own[7]),
            Quantity::CalibrationError => (own[8], own[9]),
        };
        (count > 0.0).then(|| sum / count)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn slate() -> Slate {
        Slate {
            k: 2,
            target: Some(2),
            categories: vec![1, 1, 2, 0],
            vectors: vec![vec![1.0, 0.0], vec![1.0, 0.0], vec![-1.0, 0.0], vec![]],
            wanted: vec![1],
        }
    }

    #[test]
    fn a_list_is_measured_in_any_order() {
        let row = |order: &[usize]| slate().measure(order);
        let hit = row(&[0, 2, 1, 3]);
        assert_eq!((hit.measures[0], hit.measures[1]), (1.0, 0.5));
        assert_eq!(&hit.variety[..2], [Some(1.0), Some(1.0)]);
        assert!(hit.variety[2].unwrap() > 0.0);
        let alike = row(&[0, 1, 2, 3]);
        assert_eq!((alike.measures[0], alike.variety), (0.0, [Some(0.0), Some(0.0), Some(0.0)]));
        assert_eq!(row(&[0, 3]).variety[..2], [None, None], "of an item that nobody knows nothing is said");
        assert_eq!(row(&[]).measures, [0.0; 3]);
    }

    #[test]
    fn changes_are_in_pairs_and_dear_targets_weigh_more() {
        let mut sums = Sums::new(2);
        for session in 0..40 {
            let (hit, miss) = (slate().measure(&[2, 0]), slate().measure(&[0, 1]));
            sums.begin();
            // A target of 3 is found, one of 1 is not.
            match session % 2 {
                0 => sums.add(&[hit, miss], Some(3.0)),
                _ => sums.add(&[miss, miss], Some(1.0)),
            }
        }
        let resamples = sums.resample(1);
        let measures = sums.measures(&resamples, 0, 0.5).unwrap();
        assert_eq!((measures.ndcg.value, measures.revenue_ndcg.unwrap().value), (0.5, 0.75));
        let change = sums.change(&resamples, 0, 1);
        assert_eq!(change.recall.unwrap().difference.value, 0.5);
        assert_eq!(change.diversity.unwrap().relative, None, "over nothing there is no part");
        assert_eq!(sums.change(&resamples, 1, 1).calibration_error.unwrap().difference.low, Some(0.0));
    }
}
