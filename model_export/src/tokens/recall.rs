//! Expected recall of a server that ranks by a token alone.
//!
//! It counts, in sessions of its own log, which item came next while a session was in which cluster. Shown a token `z` it ranks
//! an item by `n + (e^epsilon - 1) n_z`, where `n` is how often the item came next at all, and `n_z` how often in cluster `z`: that
//! is in the order of the item's probability given the token. Without tokens it ranks by `n`.
//!
//! Nothing is drawn: a step counts with the probability that the token of its cluster is one whose list holds the next item.

use std::cmp::Reverse;

use rayon::prelude::*;
use serde::Serialize;

use super::response::probabilities;
use crate::measure::{Clusters as Sums, Difference, Estimate};

/// Places of a list that are looked at.
pub const CUT: usize = 20;
/// The epsilons that are measured, and none at all to say what could be gained.
const EPSILONS: [f64; 5] = [1.0, 2.0, 3.0, 4.0, f64::INFINITY];

/// Recall with tokens of one epsilon.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct WorthRow {
    /// How much a token may tell; null for one that is the cluster itself, which nobody is to send.
    pub epsilon: Option<f64>,
    /// How probable it is that it shows its own cluster.
    pub own: f64,
    /// Where the token is drawn anew at every step: the most that there is to have.
    pub fresh: Estimate,
    /// The same minus popularity.
    pub fresh_gain: Difference,
    /// Where it is drawn once, after the session's first event, and stands for the rest of it.
    pub held: Estimate,
    /// The same minus popularity.
    pub held_gain: Difference,
}

/// The next item of a step, by its number in the server's log, and the clusters from which a token would be drawn.
#[derive(Clone, Copy, Debug)]
pub struct Step {
    pub target: Option<u32>,
    /// That of the state before the step, and the first that the session had.
    pub clusters: [Option<u32>; 2],
}

/// How often each item came next, in all and by cluster.
struct Next {
    all: Vec<u32>,
    /// Item after item, `count` numbers each.
    by_cluster: Vec<u32>,
    count: usize,
}

impl Next {
    /// Counts with the clusters of fresh tokens (0) or of those that are held (1).
    fn new(sessions: &[Vec<Step>], which: usize, items: usize, count: usize) -> Self {
        let mut next = Next { all: vec![0; items], by_cluster: vec![0; items * count], count };
        for Step { target, clusters } in sessions.iter().flatten() {
            let Some(target) = target.map(|target| target as usize) else { continue };
            next.all[target] += 1;
            if let Some(cluster) = clusters[which] {
                next.by_cluster[target * count + cluster as usize] += 1;
            }
        }
        next
    }

    /// For each item the clusters whose tokens of this epsilon have it in their list, a bit each: there are 64 at most.
    fn lists(&self, epsilon: f64) -> Vec<u64> {
        let weight = epsilon.exp_m1();
        let of_cluster = |cluster: usize| {
            let score = |item: usize| {
                let (all, own) = (f64::from(self.all[item]), f64::from(self.by_cluster[item * self.count + cluster]));
                // Of the cluster itself, popularity tells only what is equal apart.
                if weight.is_finite() { (all + weight * own, 0.0) } else { (own, all) }
            };
            let mut items: Vec<usize> = (0..self.all.len()).collect();
            let better = |a: &usize, b: &usize| {
                let ((a1, a2), (b1, b2)) = (score(*a), score(*b));
                b1.total_cmp(&a1).then(b2.total_cmp(&a2)).then(a.cmp(b))
            };
            if items.len() > CUT {
                items.select_nth_unstable_by(CUT, better);
            }
            items.truncate(CUT);
            items
        };
        let mut lists = vec![0u64; self.all.len()];
        let found: Vec<Vec<usize>> = (0..self.count).into_par_iter().map(of_cluster).collect();
        for (cluster, items) in found.iter().enumerate() {
            items.iter().for_each(|&item| lists[item] |= 1 << cluster);
        }
        lists
    }

    /// Whether each item is among the most frequent.
    fn popular(&self) -> Vec<bool> {
        let mut items: Vec<usize> = (0..self.all.len()).collect();
        items.sort_by_key(|&item| Reverse(self.all[item]));
        let mut popular = vec![false; items.len()];
        items.iter().take(CUT).for_each(|&item| popular[item] = true);
        popular
    }
}

/// Recall of popularity and with tokens; `None` where there is no step. `items` is how many there are, `count` how many clusters.
/// Runs on rayon's current pool.
pub fn recalls(
    counted: &[Vec<Step>],
    measured: &[Vec<Step>],
    items: usize,
    count: usize,
    seed: u64,
) -> Option<(Estimate, Vec<WorthRow>)> {
    let next = [0, 1].map(|which| Next::new(counted, which, items, count));
    let popular = next[0].popular();
    let lists: Vec<[Vec<u64>; 2]> =
        EPSILONS.iter().map(|&epsilon| next.each_ref().map(|next| next.lists(epsilon))).collect();
    // Steps, hits of popularity, and hits of fresh and of held tokens for each epsilon.
    let mut sums = Sums::new(2 + 2 * EPSILONS.len());
    for session in measured.iter().filter(|steps| !steps.is_empty()) {
        let row = sums.push();
        row[0] = session.len() as f32;
        for Step { target, clusters } in session {
            let Some(target) = target.map(|target| target as usize) else { continue };
            let by_popularity = f32::from(u8::from(popular[target]));
            row[1] += by_popularity;
            for (at, &epsilon) in EPSILONS.iter().enumerate() {
                let (own, other) = probabilities(epsilon, count);
                for (which, cluster) in clusters.iter().enumerate() {
                    let having = lists[at][which][target];
                    row[2 + 2 * at + which] += cluster.map_or(by_popularity, |cluster| {
                        let shown = having >> cluster & 1;
                        (own * shown as f64 + other * (u64::from(having.count_ones()) - shown) as f64) as f32
                    });
                }
            }
        }
    }
    let drawn = sums.resample(seed);
    let recall = |column: usize| drawn.estimate(|totals| (totals[0] > 0.0).then(|| totals[column] / totals[0]));
    let gain =
        |column: usize| drawn.difference(|totals| (totals[0] > 0.0).then(|| (totals[column] - totals[1]) / totals[0]));
    let row = |(at, &epsilon): (usize, &f64)| {
        Some(WorthRow {
            epsilon: epsilon.is_finite().then_some(epsilon),
            own: probabilities(epsilon, count).0,
            fresh: recall(2 + 2 * at)?,
            fresh_gain: gain(2 + 2 * at)?,
            held: recall(3 + 2 * at)?,
            held_gain: gain(3 + 2 * at)?,
        })
    };
    Some((recall(1)?, EPSILONS.iter().enumerate().map(row).collect::<Option<Vec<_>>>()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Sessions of two clusters, in each of which other 20 items come next, and 20 more that are popular in both.
    fn sessions(count: usize) -> Vec<Vec<Step>> {
        let session = |number: usize| {
            let (cluster, turn) = (number % 2, number / 2);
            let step = |at: usize| {
                let item = if (number + at).is_multiple_of(3) {
                    40 + (turn * 7 + at) % 20
                } else {
                    20 * cluster + (turn * 3 + at) % 20
                };
                Step { target: Some(item as u32), clusters: [Some(cluster as u32), Some(cluster as u32)] }
            };
            (0..3).map(step).collect()
        };
        (0..count).map(session).collect()
    }

    #[test]
    fn the_more_a_token_tells_the_more_it_is_worth() {
        let (counted, measured) = (sessions(2_000), sessions(500));
        let Some((popularity, rows)) = recalls(&counted, &measured, 60, 2, 1) else { return assert_eq!(0, 1) };
        let recalls: Vec<f64> = rows.iter().map(|row| row.fresh.value).collect();
        assert!(popularity.value < recalls[0] && recalls.is_sorted(), "{} {recalls:?}", popularity.value);
        // The cluster itself lists its own 20 items, which are the next two times in three.
        assert!((recalls[4] - 2.0 / 3.0).abs() < 1e-6, "{recalls:?}");
        for row in &rows {
            assert_eq!(
                (row.fresh, row.fresh_gain),
                (row.held, row.held_gain),
                "all steps of a session are of one cluster"
            );
            assert!((row.fresh.value - popularity.value - row.fresh_gain.value).abs() < 1e-9);
        }
    }

    #[test]
    fn the_expected_recall_is_that_of_drawn_tokens() {
        let (counted, measured) = (sessions(2_000), sessions(900));
        let Some((_, rows)) = recalls(&counted, &measured, 60, 2, 1) else { return assert_eq!(0, 1) };
        let next = Next::new(&counted, 0, 60, 2);
        let mut rng = crate::rng::Rng::new(3, "worth");
        for (at, &epsilon) in EPSILONS.iter().enumerate() {
            let (lists, (own, _)) = (next.lists(epsilon), probabilities(epsilon, 2));
            let (mut hits, mut all) = (0.0, 0.0);
            for Step { target, clusters } in measured.iter().flatten() {
                for _ in 0..20 {
                    let cluster = clusters[0].unwrap_or(0);
                    let shown = if f64::from(rng.unit()) < own { cluster } else { 1 - cluster };
                    hits += (lists[target.unwrap_or(0) as usize] >> shown & 1) as f64;
                    all += 1.0;
                }
            }
            let drawn: f64 = hits / all;
            assert!((drawn - rows[at].fresh.value).abs() < 0.01, "{epsilon}: {drawn} for {}", rows[at].fresh.value);
        }
    }

    #[test]
    fn steps_without_a_cluster_are_popularitys_and_no_step_is_nothing() {
        let unknown = |mut steps: Vec<Step>| {
            steps.iter_mut().for_each(|step| step.clusters = [None, None]);
            steps
        };
        let measured: Vec<Vec<Step>> = sessions(100).into_iter().map(unknown).collect();
        let Some((popularity, rows)) = recalls(&sessions(200), &measured, 60, 2, 1) else { return assert_eq!(0, 1) };
        assert!(rows.iter().all(|row| row.fresh == popularity && row.held_gain.value == 0.0));
        assert!(recalls(&sessions(200), &[Vec::new()], 60, 2, 1).is_none());
    }
}
