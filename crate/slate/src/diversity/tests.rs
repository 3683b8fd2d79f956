//! Each way against its definition, and what their lists are like.

use super::Rows;
use super::likeness::Likeness;
use crate::{CALIBRATION, DPP, MMR, Program};
use reshelf_kernels::kernels::{Reference, all};
use reshelf_kernels::math::Rng;

/// Codes of a row.
const DIMENSION: usize = 16;

/// Rows of random codes, in groups that look alike.
pub(crate) struct Drawn(Vec<i8>, Vec<f32>);

impl Drawn {
    pub fn new(count: usize, groups: usize) -> Self {
        let mut draw = Rng(count as u64 + 1);
        let mut code = |limit: usize| draw.below(2 * limit + 1) as i32 - limit as i32;
        let centres: Vec<i32> = (0..groups * DIMENSION).map(|_| code(100)).collect();
        let of = |at: usize| (at % groups) * DIMENSION;
        let codes = (0..count).flat_map(|at| {
            let row: Vec<i8> = centres[of(at)..][..DIMENSION].iter().map(|&centre| (centre + code(27)) as i8).collect();
            row
        });
        let codes: Vec<i8> = codes.collect();
        let length = |row: &[i8]| row.iter().map(|&code| f32::from(code) * f32::from(code)).sum::<f32>().sqrt();
        let scales = codes.chunks_exact(DIMENSION).map(|row| 1.0 / length(row)).collect();
        Drawn(codes, scales)
    }

    pub fn rows(&self) -> Rows<'_> {
        Rows { codes: &self.0, scales: &self.1, dimension: DIMENSION, kernel: &Reference }
    }

    /// How alike two are, in `f64` and by the definition.
    fn like(&self, a: usize, b: usize) -> f64 {
        let row = |at: usize| self.0[at * DIMENSION..][..DIMENSION].iter().map(|&code| f64::from(code));
        let dot = |a, b| row(a).zip(row(b)).map(|(a, b)| a * b).sum::<f64>();
        0.5 + 0.5 * dot(a, b) / (dot(a, a) * dot(b, b)).sqrt()
    }
}

/// A list of at least half of so many, best first, with its scores and rows.
pub(crate) fn drawn(draw: &mut Rng, most: usize) -> (usize, Vec<f32>, Drawn) {
    let count = most / 2 + draw.below(most / 2);
    let mut scores = draw.many(count, 1.0);
    scores.sort_by(|a, b| b.total_cmp(a));
    (count, scores, Drawn::new(count, 4))
}

fn order(header: &[u32], scores: &[f32], rows: Option<&Rows<'_>>) -> Vec<u32> {
    let given: Vec<u32> = (0..scores.len() as u32).collect();
    let mut order = Program::read(header, scores.len()).arrange(scores, &given, rows);
    order.truncate(scores.len());
    order
}

/// The determinant, by elimination.
fn determinant(mut matrix: Vec<Vec<f64>>) -> f64 {
    let mut product = 1.0;
    for at in 0..matrix.len() {
        product *= matrix[at][at];
        for below in at + 1..matrix.len() {
            let (factor, row) = (matrix[below][at] / matrix[at][at], matrix[at].clone());
            matrix[below].iter_mut().zip(&row).for_each(|(value, above)| *value -= factor * above);
        }
    }
    product
}

#[test]
fn likeness_is_exact_and_the_same_on_every_kernel() {
    let drawn = Drawn::new(30, 5);
    for kernel in all() {
        let (rows, mut sums) = (Rows { kernel, ..drawn.rows() }, Vec::new());
        let mut likeness = Likeness::new(Some(&rows), 30, &mut sums);
        for at in 0..30 {
            let like = likeness.with(at);
            assert_eq!(like[at], 1.0);
            assert!((0..30).all(|other| (f64::from(like[other]) - drawn.like(at, other)).abs() < 1e-6));
        }
    }
}

#[test]
fn a_determinantal_list_is_the_greedy_one_by_its_definition() {
    let mut draw = Rng(3);
    for window in [2, 5, 40] {
        let (count, scores, drawn) = drawn(&mut draw, 40);
        let amount = 0.7f32;
        let found = order(&[0, DPP, amount.to_bits(), window as u32, 0, 0], &scores, Some(&drawn.rows()));
        let (low, high) = (f64::from(scores[count - 1]), f64::from(scores[0]));
        let relevance = |at: usize| (f64::from(scores[at]) - low) / (high - low);
        let weight = (1.0 - f64::from(amount)) / f64::from(amount);
        for place in 0..count.min(12) {
            let newest = &found[place.saturating_sub(window)..place];
            let volume = |more: Option<usize>| {
                let set: Vec<usize> = newest.iter().map(|&at| at as usize).chain(more).collect();
                determinant(set.iter().map(|&a| set.iter().map(|&b| drawn.like(a, b)).collect()).collect())
            };
            let gain = |at: usize| (weight * (relevance(at) - 1.0)).exp() * volume(Some(at)) / volume(None);
            let best = (0..count).filter(|&at| !found[..place].contains(&(at as u32))).map(gain).fold(0.0, f64::max);
            let picked = gain(found[place] as usize);
            assert!(picked > best * 0.999, "window {window}, place {place}: {picked} is not {best}");
        }
    }
}

#[test]
fn a_marginally_relevant_list_is_the_greedy_one_by_its_definition() {
    let mut draw = Rng(5);
    for window in [1, 4, 40] {
        let (count, scores, drawn) = drawn(&mut draw, 40);
        let found = order(&[0, MMR, 0.5f32.to_bits(), window as u32, 0, 0], &scores, Some(&drawn.rows()));
        let (low, high) = (f64::from(scores[count - 1]), f64::from(scores[0]));
        for place in 0..count {
            let newest = &found[place.saturating_sub(window)..place];
            let gain = |at: usize| {
                let nearest = newest.iter().map(|&other| drawn.like(at, other as usize)).fold(0.0, f64::max);
                (f64::from(scores[at]) - low) / (high - low) - nearest
            };
            let best = (0..count).filter(|&at| !found[..place].contains(&(at as u32))).map(gain).fold(-9.0, f64::max);
            assert!(gain(found[place] as usize) > best - 1e-5);
        }
    }
}

#[test]
fn a_calibrated_list_has_the_wanted_shares() {
    let scores: Vec<f32> = (0..40).map(|at| 1.0 - at as f32 / 40.0).collect();
    // The best twenty are all of category 1.
    let categories: Vec<u32> = (0..40).map(|at| 1 + at / 20).collect();
    let wanted = [0.7f32, 0.3].map(f32::to_bits);
    let header = |amount: f32| vec![0, CALIBRATION, amount.to_bits(), 0, 1, 10];
    let words = |amount| [header(amount), categories.clone(), vec![2], wanted.to_vec()].concat();
    let second = |amount: f32| order(&words(amount), &scores, None)[..10].iter().filter(|&&at| at >= 20).count();
    assert_eq!(second(0.0), 0);
    assert_eq!(second(0.99), 3);
    assert!((0..=3).contains(&second(0.5)));
}

#[test]
fn lists_grow_more_diverse_with_the_amount() {
    let (count, mut draw) = (60, Rng(9));
    let mut scores = draw.many(count, 1.0);
    scores.sort_by(|a, b| b.total_cmp(a));
    let drawn = Drawn::new(count, 6);
    for way in [MMR, DPP] {
        let alike = |amount: f32| {
            let first = &order(&[0, way, amount.to_bits(), 0, 0, 10], &scores, Some(&drawn.rows()))[..10];
            let pairs = first.iter().flat_map(|&a| first.iter().map(move |&b| (a as usize, b as usize)));
            pairs.filter(|(a, b)| a < b).map(|(a, b)| drawn.like(a, b)).sum::<f64>()
        };
        assert!(alike(0.9) < alike(0.0) - 1.0, "{} {}", alike(0.9), alike(0.0));
    }
}

#[test]
fn equal_scores_leave_relevance_to_the_given_place() {
    let drawn = Drawn::new(12, 12);
    let found = order(&[0, MMR, 0.05f32.to_bits(), 0, 0, 0], &[0.0; 12], Some(&drawn.rows()));
    assert_eq!(found[0], 0);
    let without_rows = order(&[0, DPP, 0.5f32.to_bits(), 0, 0, 0], &[0.0; 12], None);
    assert!(without_rows.into_iter().eq(0..12));
}
