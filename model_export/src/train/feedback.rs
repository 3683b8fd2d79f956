//! How far a shopper's own clicks may move the head: as far as shoppers of the log differ from one another.
//!
//! What a list tells of a weight is the slope of its loss: the feature of what was chosen, less its mean under the head. Were all
//! shoppers alike, the slopes of two lists of one session would have nothing to do with each other. What they have in common,
//! over the product of their curvatures, is the variance of the weight among shoppers (the method of moments for random
//! coefficients: Swamy 1970).

use std::collections::BTreeMap;

use reshelf::artifact::{Feedback, Head};
use reshelf::rank::FEATURES;

use super::head_bounds::score;
use super::lists::Lists;

/// The weights that may move: one of each kind of evidence, so that one click is not counted under several names.
const LEARNERS: [&str; 6] = ["state_1", "memory_sum", "category", "brand", "price", "popularity"];
/// With fewer sessions of several lists the variance is a guess.
const FEWEST_SESSIONS: usize = 200;
/// A weight moves by so many standard deviations of how shoppers differ, at most.
const MOST_DEVIATIONS: f64 = 2.0;

/// Sums over the lists of one session.
#[derive(Clone, Copy, Debug, Default)]
struct Session {
    lists: usize,
    slope: f64,
    slopes_squared: f64,
    curvature: f64,
    curvatures_squared: f64,
}

impl Session {
    fn add(&mut self, slope: f64, curvature: f64) {
        self.lists += 1;
        self.slope += slope;
        self.slopes_squared += slope * slope;
        self.curvature += curvature;
        self.curvatures_squared += curvature * curvature;
    }

    /// What two different lists have in common, over all pairs of them.
    fn pairs(&self) -> (f64, f64) {
        (self.slope * self.slope - self.slopes_squared, self.curvature * self.curvature - self.curvatures_squared)
    }
}

/// Bounds and precisions of the weights in which shoppers differ; `None` where the log shows of none that they do.
pub fn feedback(lists: &Lists, head: &Head) -> Option<Feedback> {
    let mut found = Feedback { features: Vec::new(), bounds: Vec::new(), precision: Vec::new() };
    let shares: Vec<Vec<f64>> = (0..lists.len()).map(|list| shares(lists.list(list), head)).collect();
    for name in LEARNERS {
        let Some(column) = FEATURES.iter().position(|feature| *feature == name) else { continue };
        let told: Vec<(f64, f64)> = (0..lists.len())
            .map(|list| told(lists.list(list).map(|candidate| f64::from(candidate[column])), &shares[list]))
            .collect();
        // What the head gets wrong for everybody is no difference among shoppers.
        let mean = told.iter().map(|told| told.0).sum::<f64>() / told.len().max(1) as f64;
        let mut sessions: BTreeMap<usize, Session> = BTreeMap::new();
        for (list, (slope, curvature)) in told.iter().enumerate() {
            sessions.entry(lists.session(list)).or_default().add(slope - mean, *curvature);
        }
        let several: Vec<&Session> = sessions.values().filter(|session| session.lists > 1).collect();
        let [common, scale] =
            several.iter().map(|session| session.pairs()).fold([0.0; 2], |[a, b], (c, d)| [a + c, b + d]);
        let variance = common / scale;
        if several.len() >= FEWEST_SESSIONS && variance.is_finite() && variance > 1e-6 {
            found.features.push(name.to_owned());
            found.bounds.push((MOST_DEVIATIONS * variance.sqrt()) as f32);
            found.precision.push((1.0 / variance) as f32);
        }
    }
    (!found.features.is_empty()).then_some(found)
}

/// The slope and the curvature of one list, the chosen candidate first, by one feature.
fn told(values: impl Iterator<Item = f64>, shares: &[f64]) -> (f64, f64) {
    let (mut mean, mut squares, mut chosen) = (0.0, 0.0, None);
    for (value, share) in values.zip(shares) {
        chosen.get_or_insert(value);
        mean += share * value;
        squares += share * value * value;
    }
    (chosen.unwrap_or(mean) - mean, (squares - mean * mean).max(0.0))
}

/// What the head expects: the probability of each candidate.
fn shares<'a>(candidates: impl Iterator<Item = &'a [f32]>, head: &Head) -> Vec<f64> {
    let scores: Vec<f64> = candidates.map(|candidate| f64::from(score(head, candidate))).collect();
    let best = scores.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let powers: Vec<f64> = scores.iter().map(|score| (score - best).exp()).collect();
    let sum: f64 = powers.iter().sum();
    powers.into_iter().map(|power| power / sum).collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::rng::Rng;
    use crate::train::head::plain_head;

    /// Sessions of four lists of eight candidates; a shopper's own taste for what is popular spreads by `deviation`.
    fn drawn(deviation: f64, sessions: usize) -> Lists {
        let (mut lists, mut random) = (Lists::default(), Rng::new(4, "feedback"));
        let popularity = FEATURES.iter().position(|name| *name == "popularity").unwrap();
        for session in 0..sessions {
            // The sum of twelve uniform numbers is nearly normal.
            let taste = deviation * (0..12).map(|_| f64::from(random.signed()) / 2.0).sum::<f64>();
            for _ in 0..4 {
                let values: Vec<f32> = (0..8).map(|_| random.signed()).collect();
                let powers: Vec<f64> = values.iter().map(|value| (taste * f64::from(*value)).exp()).collect();
                let mut left = f64::from(random.signed()).abs() * powers.iter().sum::<f64>();
                let chosen = powers.iter().position(|power| {
                    left -= power;
                    left <= 0.0
                });
                let chosen = chosen.unwrap_or(0);
                let order = std::iter::once(chosen).chain((0..8).filter(|&at| at != chosen));
                let mut features = vec![0.0; 8 * FEATURES.len()];
                for (row, at) in features.chunks_exact_mut(FEATURES.len()).zip(order) {
                    row[popularity] = values[at];
                }
                lists.push(session, &features);
            }
        }
        lists
    }

    #[test]
    fn weights_may_move_as_far_as_shoppers_differ() {
        let head = plain_head(0.0, 0.0);
        let found = feedback(&drawn(1.0, 4_000), &head).unwrap();
        assert_eq!(found.features, ["popularity"], "nothing else varies");
        let deviation = f64::from(found.precision[0]).sqrt().recip();
        assert!((0.7..1.3).contains(&deviation), "{deviation}");
        assert!((f64::from(found.bounds[0]) - 2.0 * deviation).abs() < 1e-3);
        let alike = feedback(&drawn(0.0, 4_000), &head);
        assert!(alike.is_none_or(|found| found.bounds[0] < 0.5), "shoppers who are alike move little");
        assert_eq!(feedback(&drawn(1.0, 100), &head), None, "too few to tell");
    }
}
