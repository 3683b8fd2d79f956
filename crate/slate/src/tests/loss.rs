//! What greedy placing loses against the best order there is.

use super::arrange;
use super::draw::{Rule, case, words};
use super::exact::Exact;
use reshelf_kernels::math::Rng;

/// Scores from the front, discounted as in NDCG; they fall from 1 by the place in the given list.
fn worth(order: &[u32]) -> f64 {
    let score = |at: u32| 1.0 - f64::from(at) / order.len() as f64;
    order.iter().enumerate().map(|(place, &at)| score(at) / (place as f64 + 2.0).log2()).sum()
}

#[test]
#[ignore = "prints what docs/slate.md states: cargo test -p reshelf-slate loss -- --ignored --nocapture"]
fn loss_against_the_best_order() {
    let (mut draw, mut losses) = (Rng(21), Vec::new());
    while losses.len() < 2_000 {
        let (count, top, rules) = case(&mut draw, 7);
        let exact = Exact { count, top };
        let all: Vec<&Rule> = rules.iter().collect();
        let mut best = 0.0f64;
        exact.each(&all, &mut |order| best = best.max(worth(order)));
        if count == 7 && best > 0.0 {
            losses.push(1.0 - worth(&arrange(count, &words(top, &rules)).order) / best);
        }
    }
    let count = losses.len() as f64;
    let most = losses.iter().copied().fold(0.0, f64::max);
    let best = losses.iter().filter(|&&loss| loss < 1e-9).count() as f64;
    println!(
        "lists of 7 whose rules can be kept: {:.3} % lost on average, {:.1} % at most, none in {:.1} % of them",
        100.0 * losses.iter().sum::<f64>() / count,
        100.0 * most,
        100.0 * best / count,
    );
    assert!(losses.iter().all(|&loss| loss > -1e-9), "no order is better than the best");
}
