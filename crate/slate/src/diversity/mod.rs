//! Whom a list prefers, before any rule: by score, or by score and diversity.
//!
//! Each way picks the next candidate greedily, the best of those that are left; of equal ones the one with the better score. A
//! candidate's relevance is its score, stretched so that the best of the list has 1 and the worst 0; where all scores are equal,
//! its place in the given list stands in. Two candidates resemble each other by `(1 + cosine) / 2` of their rows.
//!
//! - Maximal marginal relevance (Carbonell and Goldstein 1998): a candidate loses what the one that it resembles most has in
//!   common with it.
//! - A determinantal point process (Kulesza and Taskar 2012), its most likely list by the fast greedy way with a sliding window
//!   (Chen, Zhang, Zhou 2018): a candidate counts with that part of it that the newest picked ones do not span.
//! - Calibration (Steck 2018): categories get the shares that are wanted. The distance is Hellinger's, which needs no logarithm and
//!   takes shares of nothing as they are.

mod likeness;

pub use likeness::Rows;

use super::program::{BY_SCORE, CALIBRATION, DPP, MMR, Program};
use alloc::vec;
use alloc::vec::Vec;
use likeness::Likeness;
use reshelf_kernels::math::{exp, sqrt};

/// So many first places at most are put in order by diversity; behind them scores count alone.
const MOST_DIVERSE: usize = 256;

/// No less of a candidate is taken to be left: below, `f32` is noise.
const LEAST: f32 = 1e-6;

/// All candidates, the preferred first; `order` has them by score.
pub(crate) fn preference(
    program: &Program<'_>,
    scores: &[f32],
    mut order: Vec<u32>,
    rows: Option<&Rows<'_>>,
) -> Vec<u32> {
    let (way, amount) = (program.diversity, program.amount);
    if amount == 0.0 || way == BY_SCORE || way > CALIBRATION {
        return order;
    }
    let mut worth = relevance(scores);
    for worth in &mut worth {
        *worth = if way == DPP { exp((1.0 - amount) / amount * (*worth - 1.0)) } else { (1.0 - amount) * *worth };
    }
    let depth = program.depth.min(MOST_DIVERSE);
    let mut newest = Newest { window: program.window.min(depth), parts: Vec::new(), left: vec![1.0; scores.len()] };
    let mut sums = Vec::new();
    let mut likeness = Likeness::new(rows, scores.len(), &mut sums);
    let mut shares =
        Shares { categories: program.categories, wanted: program.shares, shown: vec![0; program.shares.len()] };
    let mut extra = vec![0.0; scores.len()];
    for place in 0..depth {
        if way == CALIBRATION {
            (0..).zip(&mut extra).for_each(|(candidate, extra)| *extra = shares.gain(candidate, place));
        }
        let (mut best, mut most) = (place, f32::NEG_INFINITY);
        for (at, &candidate) in order.iter().enumerate().skip(place) {
            let candidate = candidate as usize;
            let worth = worth[candidate];
            let gain = if way == DPP { worth * newest.left[candidate] } else { worth + amount * extra[candidate] };
            if gain > most {
                (best, most) = (at, gain);
            }
        }
        let picked = order[best];
        order.copy_within(place..best, place + 1);
        order[place] = picked;
        match way {
            CALIBRATION => shares.show(picked as usize),
            MMR => newest.nearest(likeness.with(picked as usize), &mut extra),
            _ => newest.span(likeness.with(picked as usize), picked as usize),
        }
    }
    order
}

/// A score of 0 to 1 for each candidate.
fn relevance(scores: &[f32]) -> Vec<f32> {
    let (mut low, mut high) = (f32::MAX, f32::MIN);
    for &score in scores {
        low = if score < low { score } else { low };
        high = if score > high { score } else { high };
    }
    let stretched = |(at, &score): (u32, &f32)| match high > low {
        true => (score - low) / (high - low),
        false => 1.0 - at as f32 / scores.len() as f32,
    };
    (0..).zip(scores).map(stretched).collect()
}

/// The picked candidates that new ones are compared with.
struct Newest {
    /// So many at most.
    window: usize,
    /// Each of them, and a number for every candidate: how alike they are, or what of that candidate it alone spans. The latter rows
    /// are, for the picked ones, a Cholesky factor of their likeness.
    parts: Vec<(usize, Vec<f32>)>,
    /// What is left of each candidate, squared, beside what these span.
    left: Vec<f32>,
}

impl Newest {
    /// The oldest, where there is no room for one more.
    fn oldest(&mut self) -> Option<Vec<f32>> {
        (self.parts.len() == self.window).then(|| self.parts.remove(0).1)
    }

    /// One more, and the likeness of each candidate to the one that it resembles most, below zero.
    fn nearest(&mut self, like: Vec<f32>, nearest: &mut [f32]) {
        self.oldest();
        self.parts.push((0, like));
        nearest.fill(0.0);
        for (_, like) in &self.parts {
            for (nearest, &like) in nearest.iter_mut().zip(like) {
                *nearest = if -like < *nearest { -like } else { *nearest };
            }
        }
    }

    /// One more, which spans its own part.
    fn span(&mut self, mut like: Vec<f32>, picked: usize) {
        if let Some(oldest) = self.oldest() {
            self.forget(oldest);
        }
        for (_, part) in &self.parts {
            let own = part[picked];
            like.iter_mut().zip(part).for_each(|(like, part)| *like -= own * part);
        }
        let scale = 1.0 / sqrt(if self.left[picked] > LEAST { self.left[picked] } else { LEAST });
        for (like, left) in like.iter_mut().zip(&mut self.left) {
            *like *= scale;
            let rest = *left - *like * *like;
            *left = if rest > 0.0 { rest } else { 0.0 };
        }
        self.parts.push((picked, like));
    }

    /// Turns a row that goes, pair by pair, into the ones that stay, so that nothing of it is left in their candidates.
    fn forget(&mut self, mut oldest: Vec<f32>) {
        for (picked, part) in &mut self.parts {
            let (along, across) = (part[*picked], oldest[*picked]);
            let length = sqrt(along * along + across * across);
            if length > 0.0 {
                let (cosine, sine) = (along / length, across / length);
                for (part, oldest) in part.iter_mut().zip(&mut oldest) {
                    (*part, *oldest) = (cosine * *part + sine * *oldest, cosine * *oldest - sine * *part);
                }
            }
        }
        self.left.iter_mut().zip(&oldest).for_each(|(left, oldest)| *left += oldest * oldest);
    }
}

/// Categories, and how often each was picked.
struct Shares<'a> {
    /// From 1; 0 for none.
    categories: &'a [u32],
    /// The bits of the share of each, from 1.
    wanted: &'a [u32],
    shown: Vec<u32>,
}

impl Shares<'_> {
    fn category(&self, candidate: usize) -> usize {
        (self.categories.get(candidate).copied().unwrap_or(0) as usize).wrapping_sub(1)
    }

    /// What a candidate at a place adds to how much the shares overlap, times the length of the list.
    fn gain(&self, candidate: usize, place: usize) -> f32 {
        let category = self.category(candidate);
        let (Some(&shown), Some(&wanted)) = (self.shown.get(category), self.wanted.get(category)) else { return 0.0 };
        let wanted = f32::from_bits(wanted) * (place + 1) as f32;
        let gain = sqrt(wanted * (shown + 1) as f32) - sqrt(wanted * shown as f32);
        // No share, no gain; nor where it is no number.
        if gain > 0.0 && gain < f32::INFINITY { gain } else { 0.0 }
    }

    fn show(&mut self, candidate: usize) {
        let category = self.category(candidate);
        if let Some(shown) = self.shown.get_mut(category) {
            *shown += 1;
        }
    }
}

#[cfg(test)]
pub(crate) mod tests;
