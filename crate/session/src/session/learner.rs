//! What the shopper's own clicks say of the head's weights: a small Bayesian learner over its output.
//!
//! For a list that was shown, the head's scores are the logits of what would be clicked (a conditional logit, as in discrete choice).
//! The weights of a few features may differ from shopper to shopper, each normally, by the artifact's precision. A click moves
//! each weight by one Newton step of the logarithm of its posterior, with a diagonal Hessian, and never past the artifact's
//! bound: what is odd in one visit cannot turn the list round.
//!
//! Clicks may also mean nothing: a child's, a crawler's, a finger's. So what was learned counts by the probability that the clicks
//! follow it, against that they are chance, each click having been foretold from those before it.

use alloc::vec::Vec;
use reshelf_artifact::Feedback;
use reshelf_kernels::math::exp;

/// The part of a weight's bound that one click may move it.
const STEP: f32 = 0.25;

/// How much likelier than chance the clicks must have been foretold for what was learned to count half.
const DOUBT: f32 = 9.0;

/// The values of one of the features that may move, one a candidate.
pub type Column<'a> = &'a dyn Fn(usize) -> &'a [f32];

/// What was learned from the clicks so far.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Learner {
    /// How far each weight has moved.
    moved: Vec<f32>,
    precision: Vec<f32>,
    /// How much likelier the clicks were by what was learned before each than by chance.
    odds: f32,
    /// Of the list that is learned from: what each item's share of the clicks would have been.
    shares: Vec<f32>,
}

impl Learner {
    /// Forgets what was learned.
    pub fn begin(&mut self, feedback: &Feedback) {
        self.moved.clear();
        self.moved.resize(feedback.bounds.len(), 0.0);
        self.odds = 1.0;
        self.precision.clear();
        self.precision.extend_from_slice(&feedback.precision);
    }

    /// Learns from one list: which of its candidates was clicked, by their features and the head's own scores.
    #[inline(never)]
    pub fn learn(&mut self, feedback: &Feedback, column: Column<'_>, scores: &[f32], clicked: usize) {
        self.shares.clear();
        self.shares.extend_from_slice(scores);
        let mut shares = core::mem::take(&mut self.shares);
        self.apply(column, &mut shares);
        let best = shares.iter().fold(f32::MIN, |best, &share| if share > best { share } else { best });
        let mut sum = 0.0;
        for share in &mut shares {
            *share = exp(*share - best);
            sum += *share;
        }
        if let Some(share) = shares.get(clicked) {
            self.odds *= share / sum * shares.len() as f32;
        }
        for at in 0..self.moved.len() {
            let column = column(at);
            let (mut mean, mut squares) = (0.0, 0.0);
            for (&share, &value) in shares.iter().zip(column) {
                mean += share / sum * value;
                squares += share / sum * value * value;
            }
            let Some(&value) = column.get(clicked) else { continue };
            let (bound, spread) = (feedback.bounds[at], squares - mean * mean);
            self.precision[at] += if spread > 0.0 { spread } else { 0.0 };
            let step = within((value - mean) / self.precision[at], STEP * bound);
            self.moved[at] = within(self.moved[at] + step, bound);
        }
        self.shares = shares;
    }

    /// Leaves of what was learned as much as is to be trusted: to be called once, after the last list.
    pub fn settle(&mut self) {
        let trust = 1.0 / (1.0 + DOUBT / self.odds);
        self.moved.iter_mut().for_each(|moved| *moved *= trust);
    }

    /// Adds to the scores of candidates what was learned.
    #[inline(never)]
    pub fn apply(&self, column: Column<'_>, scores: &mut [f32]) {
        for (at, &moved) in self.moved.iter().enumerate() {
            if moved != 0.0 {
                scores.iter_mut().zip(column(at)).for_each(|(score, value)| *score += value * moved);
            }
        }
    }

    /// How far each weight has moved, in the artifact's order.
    pub fn moved(&self) -> &[f32] {
        &self.moved
    }
}

/// A number no further than this from zero.
fn within(value: f32, bound: f32) -> f32 {
    value.max(-bound).min(bound)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn feedback() -> Feedback {
        Feedback { features: vec!["state_1".into()], bounds: vec![2.0], precision: vec![0.5] }
    }

    /// A list of three, of which the second is nearest to the session.
    const NEARNESS: [f32; 3] = [0.1, 0.9, 0.2];

    fn after(clicks: &[usize]) -> (Vec<f32>, f32) {
        let mut learner = Learner::default();
        learner.begin(&feedback());
        clicks.iter().for_each(|&clicked| learner.learn(&feedback(), &|_| &NEARNESS, &[0.0; 3], clicked));
        learner.settle();
        let mut scores = vec![0.0; 3];
        learner.apply(&|_| &NEARNESS, &mut scores);
        (scores, learner.moved()[0])
    }

    #[test]
    fn clicks_lift_what_they_have_in_common_and_never_past_the_bound() {
        assert_eq!(after(&[]), (vec![0.0; 3], 0.0));
        let (scores, once) = after(&[1]);
        assert!(scores[1] > scores[2] && scores[2] > scores[0] && once > 0.0 && once <= 0.5, "{once}");
        assert!(after(&[1, 1]).1 > once);
        assert!(after(&[0]).1 < 0.0, "a click on what is far says that nearness counts less");
        let far = after(&[1; 500]).1;
        assert!(far > after(&[1; 2]).1 && far <= 2.0, "{far}");
        // Not bounded by habit alone: what the scores explain already teaches little.
        let mut told = Learner::default();
        told.begin(&feedback());
        told.learn(&feedback(), &|_| &NEARNESS, &[-9.0, 9.0, -9.0], 1);
        told.settle();
        assert!(told.moved()[0] < once / 100.0);
    }

    #[test]
    fn what_chance_explains_as_well_counts_for_little() {
        let [once, often] = [after(&[1]).1, after(&[1; 9]).1];
        assert!(often > 9.0 * once, "{often} {once}");
        let [odd, told] = [[0, 1, 2, 0, 1, 2, 1], [1; 7]].map(|clicks| after(&clicks).1);
        assert!(odd.abs() < told / 20.0, "{odd} {told}");
    }
}
