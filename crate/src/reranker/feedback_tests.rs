//! What a shopper's clicks in lists are worth: drawn shoppers, each with the learner and without, on the same lists.
//!
//! A shopper goes through ten lists and chooses from each by a conditional logit: what the head says of the candidates, and what
//! the shopper's own taste adds, as far from the head as the artifact says that shoppers are. The lists are drawn, so that they
//! are the same with the learner and without. Before each choice both orders are measured by it: NDCG@10, which with one relevant
//! item is one over the logarithm of its rank.
//!
//! `cargo test --package reshelf --features testing --lib feedback_tests -- --nocapture` prints the figures. They say that the
//! learner does what it is for, and nothing of any shop: the shoppers are made as it expects them.
#![allow(clippy::unwrap_used)]

use super::*;
use crate::artifact::Feedback;
use crate::math::Rng;
use crate::session::EventKind;
use crate::synthetic;
use alloc::format;

const ITEMS: usize = 400;
const SHOPPERS: usize = 800;
const LISTS: usize = 10;
const LENGTH: usize = 24;
const NAMES: [&str; 6] = ["state_1", "memory_sum", "category", "brand", "price", "popularity"];

/// By what a shopper clicks, and by what the order is judged.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Shopper {
    /// A taste of their own for both.
    OwnTaste,
    /// The model's taste for both.
    ModelsTaste,
    /// Chance for the clicks, and the model's taste for what is wanted: clicks that mean nothing.
    RandomClicks,
}

/// A model whose head weighs what may move, and lets it move by two deviations of how shoppers differ, as training does.
fn artifact(deviation: f32) -> Artifact {
    let mut artifact = synthetic::artifact(ITEMS, 32, 8, 12).unwrap();
    artifact.feedback = Some(Feedback {
        features: NAMES.map(Into::into).to_vec(),
        bounds: vec![2.0 * deviation; NAMES.len()],
        precision: vec![deviation.powi(-2); NAMES.len()],
    });
    artifact
}

/// The mean of a figure over shoppers, and the half of its 95 % interval.
fn mean(values: &[f64]) -> (f64, f64) {
    let count = values.len() as f64;
    let mean = values.iter().sum::<f64>() / count;
    let variance = values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / (count - 1.0);
    (mean, 1.96 * (variance / count).sqrt())
}

fn unit(draw: &mut Rng) -> f64 {
    f64::from(draw.signed()).abs().clamp(1e-9, 1.0 - 1e-9)
}

/// NDCG@10 of a list whose one relevant candidate is the target.
fn ndcg(scores: &[f32], target: usize) -> f64 {
    let ahead = |(at, score): (usize, &f32)| *score > scores[target] || (*score == scores[target] && at < target);
    let rank = scores.iter().enumerate().filter(|candidate| ahead(*candidate)).count();
    if rank < 10 { 1.0 / (rank as f64 + 2.0).log2() } else { 0.0 }
}

/// NDCG@10 before each choice, list by list, with the learner and without.
fn visit(model: &Reranker, shopper: Shopper, draw: &mut Rng) -> [Vec<f64>; 2] {
    let feedback = model.rows().artifact().feedback.clone().unwrap();
    let columns = model.learns.clone().unwrap();
    let (mut with, mut without) = (model.session(), model.session());
    without.stop_learning();
    let normal = |draw: &mut Rng| (-2.0 * unit(draw).ln()).sqrt() * (core::f64::consts::TAU * unit(draw)).cos();
    let deviation = |precision: &f32| f64::from(*precision).sqrt().recip();
    let taste: Vec<f64> = feedback.precision.iter().map(|precision| deviation(precision) * normal(draw)).collect();
    let mut found = [Vec::new(), Vec::new()];
    let see = |event: Event, with: &mut Reranker, without: &mut Reranker| {
        [with, without].into_iter().for_each(|reranker| _ = reranker.observe(event).unwrap());
    };
    for _ in 0..3 {
        see(Event::new(draw.below(ITEMS) as u32, EventKind::View, 0.0), &mut with, &mut without);
    }
    for list in 1..=LISTS as u32 {
        let mut items: Vec<u32> = Vec::new();
        while items.len() < LENGTH {
            let item = draw.below(ITEMS) as u32;
            if !items.contains(&item) {
                items.push(item);
            }
        }
        let own = without.rerank(&items, &[], LENGTH).scores.to_vec();
        let features = without.features(&items, &[], true);
        // Gumbel's noise makes the best a draw from the logit.
        let mut choose = |taste: &[f64], heeds_head: bool| {
            let wanted = |at: usize, draw: &mut Rng| {
                let own = if heeds_head { f64::from(own[at]) } else { 0.0 };
                let added = taste
                    .iter()
                    .enumerate()
                    .map(|(weight, taste)| taste * f64::from(features.column(columns.column(weight))[at]));
                own + added.sum::<f64>() - (-unit(draw).ln()).ln()
            };
            let wanted: Vec<f64> = (0..LENGTH).map(|at| wanted(at, draw)).collect();
            (0..LENGTH).max_by(|&a, &b| wanted[a].total_cmp(&wanted[b])).unwrap()
        };
        let (target, clicked) = match shopper {
            Shopper::OwnTaste => {
                let at = choose(&taste, true);
                (at, at)
            }
            Shopper::ModelsTaste => {
                let at = choose(&[], true);
                (at, at)
            }
            Shopper::RandomClicks => (choose(&[], true), choose(&[], false)),
        };
        found[0].push(ndcg(with.rerank(&items, &[], LENGTH).scores, target));
        found[1].push(ndcg(&own, target));
        for (place, &item) in items.iter().enumerate() {
            let shown = Event { amount: place as f32, list, ..Event::new(item, EventKind::Impression, 0.0) };
            see(shown, &mut with, &mut without);
        }
        see(Event::new(items[clicked], EventKind::View, 0.0), &mut with, &mut without);
    }
    found
}

/// What the learner gains by list, and over all lists as a part of what is reached without it: means with half intervals.
fn gains(artifact: Artifact, shopper: Shopper) -> ([(f64, f64); LISTS], (f64, f64)) {
    let model = Reranker::new(artifact).unwrap();
    let mut draw = Rng(11);
    let visits: Vec<[Vec<f64>; 2]> = (0..SHOPPERS).map(|_| visit(&model, shopper, &mut draw)).collect();
    let by_list = core::array::from_fn(|list| {
        mean(&visits.iter().map(|[with, without]| with[list] - without[list]).collect::<Vec<f64>>())
    });
    let whole = |values: &[f64]| values.iter().sum::<f64>() / LISTS as f64;
    let base = visits.iter().map(|[_, without]| whole(without)).sum::<f64>() / SHOPPERS as f64;
    let all: Vec<f64> = visits.iter().map(|[with, without]| (whole(with) - whole(without)) / base).collect();
    (by_list, mean(&all))
}

/// The figures, printed in percent.
fn measured(deviation: f32, shopper: Shopper) -> ([(f64, f64); LISTS], (f64, f64)) {
    let (by_list, all) = gains(artifact(deviation), shopper);
    let percent = |(mean, half): (f64, f64)| {
        format!("{:+.2} % [{:+.2}, {:+.2}]", 100.0 * mean, 100.0 * (mean - half), 100.0 * (mean + half))
    };
    let last = by_list[LISTS - 1];
    println!(
        "{shopper:?}, deviation {deviation}: NDCG@10 {} of that without the learner over {LISTS} lists; before the last {:+.4} [{:+.4}, {:+.4}]",
        percent(all),
        last.0,
        last.0 - last.1,
        last.0 + last.1
    );
    (by_list, all)
}

#[test]
fn clicks_of_shoppers_with_a_taste_of_their_own_raise_what_they_look_for() {
    for deviation in [1.0, 2.0] {
        let (by_list, all) = measured(deviation, Shopper::OwnTaste);
        let (gain, half) = by_list[LISTS - 1];
        assert!(gain - half > 0.0, "before the last list: {gain} {half}");
        assert!(all.0 - all.1 > 0.0, "over all lists: {all:?}");
        assert_eq!(by_list[0], (0.0, 0.0), "nothing was clicked before the first");
    }
}

#[test]
fn clicks_that_mean_nothing_cost_next_to_nothing() {
    for deviation in [1.0, 2.0] {
        let (gain, half) = measured(deviation, Shopper::RandomClicks).1;
        assert!(gain - half > -0.01, "{gain} {half}");
        // A shopper who is as the model expects pays for those who are not.
        let (gain, half) = measured(deviation, Shopper::ModelsTaste).1;
        assert!(gain - half > -0.03, "{gain} {half}");
    }
}
