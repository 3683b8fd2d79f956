//! Confidence intervals by resampling whole sessions.
//!
//! The steps of one session resemble each other, so they are not independent observations: sessions are drawn with
//! replacement, each with all its steps (the cluster bootstrap), and a statistic is computed from the sums over the
//! sessions drawn. The interval is made of percentiles of those values. Efron and Tibshirani, "An introduction to the
//! bootstrap", 1993, chapter 13; Field and Welsh, "Bootstrapping clustered data", JRSS B 2007.

use std::fmt::{self, Display, Formatter};

use rayon::prelude::*;
use serde::Serialize;

use crate::rng::Rng;

/// How often the sessions are drawn anew: enough for the ends of a 95 % interval to settle in their third digit.
pub const RESAMPLES: usize = 1_000;

/// The part of resampled values that an interval holds.
pub const CONFIDENCE: f64 = 0.95;

/// A measured value and the interval that it lies in with [`CONFIDENCE`].
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Estimate {
    /// The value over all sessions.
    pub value: f64,
    /// The lower end of the interval; absent where resampling says nothing (coverage, a single session).
    pub low: Option<f64>,
    /// The upper end.
    pub high: Option<f64>,
}

impl Estimate {
    /// A value without an interval.
    pub fn exact(value: f64) -> Self {
        Self { value, low: None, high: None }
    }

    /// Value and interval multiplied by a constant that is not negative.
    pub fn times(self, factor: f64) -> Self {
        Self { value: self.value * factor, low: self.low.map(|x| x * factor), high: self.high.map(|x| x * factor) }
    }

    /// Half the width of the interval; 0 without one.
    pub fn half_width(&self) -> f64 {
        self.low.zip(self.high).map_or(0.0, |(low, high)| (high - low) / 2.0)
    }
}

impl Display for Estimate {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        let text = match self.low.zip(self.high) {
            Some((low, high)) => format!("{:.4} [{low:.4}, {high:.4}]", self.value),
            None => format!("{:.4}", self.value),
        };
        out.pad(&text)
    }
}

/// What one order of the lists has over another on the same steps.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Difference {
    /// The difference over all sessions.
    pub value: f64,
    /// The lower end of its interval; absent where resampling says nothing.
    pub low: Option<f64>,
    /// The upper end.
    pub high: Option<f64>,
    /// How probable so large a difference is if there is none (two-sided): twice the part of the draws that lie on the other
    /// side of 0, each side counted with one draw more than there was, at most 1. Absent where there is no interval.
    pub p: Option<f64>,
}

impl Display for Difference {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        let text = match self.low.zip(self.high) {
            Some((low, high)) => format!("{:+.4} [{low:+.4}, {high:+.4}]", self.value),
            None => format!("{:+.4}", self.value),
        };
        out.pad(&text)
    }
}

/// Sums per session: one row per session, one column per quantity. Single precision suffices for what one session can
/// add up to; everything over sessions is summed in double precision.
#[derive(Clone, Debug)]
pub struct Clusters {
    columns: usize,
    cells: Vec<f32>,
}

impl Clusters {
    /// Starts with no session.
    pub fn new(columns: usize) -> Self {
        Self { columns, cells: Vec::new() }
    }

    /// Adds a session whose sums are all 0, to be filled in.
    pub fn push(&mut self) -> &mut [f32] {
        let start = self.cells.len();
        self.cells.resize(start + self.columns, 0.0);
        &mut self.cells[start..]
    }

    /// The session that was added last; empty when there is none.
    pub fn last(&mut self) -> &mut [f32] {
        let start = self.cells.len().saturating_sub(self.columns);
        &mut self.cells[start..]
    }

    /// How many sessions there are.
    pub fn sessions(&self) -> usize {
        self.cells.len().checked_div(self.columns).unwrap_or(0)
    }

    /// Sums up all sessions, and [`RESAMPLES`] random draws of as many sessions with replacement. The same seed gives
    /// the same result, bit for bit, on any number of threads. Runs on rayon's current pool.
    pub fn resample(&self, seed: u64) -> Resamples {
        let sessions = self.sessions();
        let every_session_once = vec![1u32; sessions];
        let drawn = if sessions < 2 {
            Vec::new()
        } else {
            let draw = |resample| self.totals(&draw_counts(sessions, seed, resample as u64));
            (0..RESAMPLES).into_par_iter().map(draw).collect()
        };
        Resamples { all: self.totals(&every_session_once), drawn }
    }

    /// Column sums with session `s` counted `counts[s]` times.
    fn totals(&self, counts: &[u32]) -> Vec<f64> {
        let mut totals = vec![0.0; self.columns];
        for (row, &count) in self.cells.chunks_exact(self.columns.max(1)).zip(counts) {
            if count > 0 {
                let count = f64::from(count);
                for (total, &cell) in totals.iter_mut().zip(row) {
                    *total += count * f64::from(cell);
                }
            }
        }
        totals
    }
}

/// Column sums over all sessions, and over each random draw of them.
#[derive(Clone, Debug)]
pub struct Resamples {
    all: Vec<f64>,
    drawn: Vec<Vec<f64>>,
}

impl Resamples {
    /// Column sums over all sessions.
    pub fn totals(&self) -> &[f64] {
        &self.all
    }

    /// A statistic of the column sums with its interval. `None` where the statistic is undefined over all sessions;
    /// draws in which it is undefined are left out.
    pub fn estimate(&self, statistic: impl Fn(&[f64]) -> Option<f64>) -> Option<Estimate> {
        let value = statistic(&self.all)?;
        let drawn = self.ascending(statistic);
        let tail = (1.0 - CONFIDENCE) / 2.0;
        Some(Estimate { value, low: quantile(&drawn, tail), high: quantile(&drawn, 1.0 - tail) })
    }

    /// The same of a difference, with its two-sided p-value (Efron and Tibshirani, chapter 15.4: the achieved level of the
    /// percentile interval that ends at 0).
    pub fn difference(&self, statistic: impl Fn(&[f64]) -> Option<f64>) -> Option<Difference> {
        let Estimate { value, low, high } = self.estimate(&statistic)?;
        let drawn = self.ascending(statistic);
        let below = drawn.iter().filter(|&&value| value <= 0.0).count();
        let above = drawn.iter().filter(|&&value| value >= 0.0).count();
        let p = 2.0 * (below.min(above) + 1) as f64 / (drawn.len() + 1) as f64;
        Some(Difference { value, low, high, p: (!drawn.is_empty()).then_some(p.min(1.0)) })
    }

    fn ascending(&self, statistic: impl Fn(&[f64]) -> Option<f64>) -> Vec<f64> {
        let mut drawn: Vec<f64> = self.drawn.iter().filter_map(|totals| statistic(totals)).collect();
        drawn.sort_by(f64::total_cmp);
        drawn
    }
}

/// How often each of `sessions` sessions comes up in as many draws with replacement.
fn draw_counts(sessions: usize, seed: u64, resample: u64) -> Vec<u32> {
    let mut random = Rng::stream(seed, resample);
    let mut counts = vec![0u32; sessions];
    for _ in 0..sessions {
        counts[random.below(sessions)] += 1;
    }
    counts
}

/// The value below which a part `at` (0..=1) of the ascending values lies, linear between neighbours; `None` of nothing.
fn quantile(ascending: &[f64], at: f64) -> Option<f64> {
    let place = at * ascending.len().saturating_sub(1) as f64;
    let lower = *ascending.get(place.floor() as usize)?;
    let upper = *ascending.get(place.ceil() as usize)?;
    Some(lower + (upper - lower) * place.fract())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    impl Resamples {
        fn mean(&self, sum: usize, count: usize) -> Option<Estimate> {
            self.estimate(|totals| (totals[count] > 0.0).then(|| totals[sum] / totals[count]))
        }
    }

    /// Sessions of 1 to 5 steps whose steps hit with a probability that is the session's own: 0.2 or 0.6.
    fn generated(sessions: usize, seed: u64) -> Clusters {
        let mut random = Rng::stream(seed, u64::MAX);
        let mut clusters = Clusters::new(2);
        for _ in 0..sessions {
            let steps = 1 + random.below(5);
            let chance = if random.below(2) == 0 { 200 } else { 600 };
            let hits = (0..steps).filter(|_| random.below(1000) < chance).count();
            clusters.push().copy_from_slice(&[steps as f32, hits as f32]);
        }
        clusters
    }

    #[test]
    fn the_interval_covers_a_known_mean_about_as_often_as_it_says() {
        let trials = 200;
        let covered = (0..trials)
            .filter(|&trial| {
                let estimate = generated(150, trial).resample(7).mean(1, 0).unwrap();
                estimate.low.unwrap() <= 0.4 && 0.4 <= estimate.high.unwrap()
            })
            .count();
        // 190 expected, standard deviation 3.1; the percentile bootstrap runs a little narrow on 150 sessions.
        assert!((178..=199).contains(&covered), "{covered} of {trials}");
    }

    #[test]
    fn more_sessions_make_it_narrower() {
        let width = |sessions| generated(sessions, 3).resample(1).mean(1, 0).unwrap().half_width();
        let (few, many) = (width(100), width(1_600));
        assert!(many > 0.0 && (2.5..6.5).contains(&(few / many)), "{few} {many}");
    }

    #[test]
    fn steps_of_one_session_stay_together() {
        // Sessions of ten equal steps: the interval must be that of the sessions, not of ten times as many steps.
        let cluster = |steps: f32| {
            let mut clusters = Clusters::new(2);
            for session in 0..100 {
                clusters.push().copy_from_slice(&[steps, if session % 2 == 0 { steps } else { 0.0 }]);
            }
            clusters.resample(1).mean(1, 0).unwrap()
        };
        assert_eq!(cluster(1.0), cluster(10.0));
        assert!((0.07..0.12).contains(&cluster(10.0).half_width()));
    }

    #[test]
    fn a_seed_gives_the_same_on_any_number_of_threads() {
        let clusters = generated(300, 5);
        let on = |threads, seed| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| clusters.resample(seed)).drawn
        };
        assert_eq!(on(1, 11), on(3, 11));
        assert_ne!(on(1, 11), on(1, 12));
        assert_ne!(on(1, 11)[0], on(1, 11)[1]);
    }

    #[test]
    fn a_difference_is_as_improbable_as_it_is_large() {
        let p =
            |gap: f64| generated(300, 5).resample(1).difference(|t| Some(t[1] / t[0] - 0.4 + gap)).unwrap().p.unwrap();
        assert!(p(0.0) > 0.05 && p(0.1) < 0.01 && p(-0.1) < 0.01, "{} {} {}", p(0.0), p(0.1), p(-0.1));
        assert_eq!(generated(300, 5).resample(1).difference(|_| Some(0.0)).unwrap().p, Some(1.0));
        assert_eq!(Clusters::new(1).resample(1).difference(|_| Some(0.0)).unwrap().p, None);
    }

    #[test]
    fn edges_have_defined_values() {
        assert_eq!(Clusters::new(2).resample(1).mean(1, 0), None);
        assert_eq!(Clusters::new(0).sessions(), 0);
        assert!(Clusters::new(2).last().is_empty());
        let mut one = Clusters::new(2);
        one.push().copy_from_slice(&[2.0, 1.0]);
        assert_eq!(one.resample(1).mean(1, 0), Some(Estimate::exact(0.5)));
        assert_eq!(quantile(&[], 0.5), None);
        assert_eq!(quantile(&[1.0, 2.0, 4.0], 0.75), Some(3.0));
        assert_eq!(quantile(&[1.0, 2.0, 4.0], 1.0), Some(4.0));
    }

    #[test]
    fn draws_are_uniform() {
        let mut seen = [0u32; 10];
        (0..2_000).for_each(|resample| {
            for (seen, count) in seen.iter_mut().zip(draw_counts(10, 1, resample)) {
                *seen += count;
            }
        });
        // 20,000 draws: 2,000 each, standard deviation 42.
        assert!(seen.iter().all(|&count| (1_800..2_200).contains(&count)), "{seen:?}");
    }
}
