//! Whom a list prefers, before any rule: by score, or by score and diversity.
//!
//! Each way picks the next candidate greedily, the best of those that are left; of equal ones the one with the better score. A
//! candidate's relevance is its score, stretched so that the best of the list has 1 and the worst 0; where all scores are equal,
//! its place in the given list stands in. Two candidates resemble each other by `(1 + cosine) / 2` of their rows.

mod calibration;
mod dpp;
mod mmr;

use super::program::{CALIBRATION, DPP, MMR, Program};
use alloc::vec::Vec;
use reshelf_kernels::kernels::{CodeTable, Codes, Kernel, Operands, Products, Selection};
use reshelf_kernels::math::{SESSION_ZERO_POINT, sqrt};

/// So many first places at most are put in order by diversity; behind them scores count alone.
const MOST_DIVERSE: usize = 256;

/// The candidates' rows, to be compared: their directions count and nothing else.
pub struct Rows<'a> {
    /// Codes of -127 to 127, one row after the other in the order of the given list; zeros where nobody knows one.
    pub codes: &'a [i8],
    /// Codes of a row: a multiple of 16, at most 256.
    pub dimension: usize,
    /// What multiplies them; all kernels give the same.
    pub kernel: &'a dyn Kernel,
}

/// All candidates, the preferred first; `order` has them by score.
pub(crate) fn preference(program: &Program<'_>, scores: &[f32], order: Vec<u32>, rows: Option<&Rows<'_>>) -> Vec<u32> {
    let depth = program.depth.min(MOST_DIVERSE);
    if program.amount == 0.0 || !matches!(program.diversity, MMR | DPP | CALIBRATION) {
        return order;
    }
    let relevance = relevance(scores, program.count);
    let pick = Pick { order, depth, relevance, amount: program.amount };
    if program.diversity == CALIBRATION {
        return calibration::pick(pick, program.categories, program.shares);
    }
    let mut sums = Vec::new();
    let likeness = Likeness::new(rows, program.count, &mut sums);
    let window = program.window.min(depth);
    if program.diversity == MMR { mmr::pick(pick, likeness, window) } else { dpp::pick(pick, likeness, window) }
}

/// A score of 0 to 1 for each candidate.
fn relevance(scores: &[f32], count: usize) -> Vec<f32> {
    let score = |at: usize| scores.get(at).copied().filter(|score| score.is_finite());
    let (mut low, mut high) = (f32::MAX, f32::MIN);
    for score in (0..count).filter_map(score) {
        low = if score < low { score } else { low };
        high = if score > high { score } else { high };
    }
    let spread = high - low;
    let stretched = |at| match score(at) {
        Some(score) if spread > 0.0 => (score - low) / spread,
        Some(_) => 1.0 - at as f32 / count as f32,
        None => 0.0,
    };
    (0..count).map(stretched).collect()
}

/// Candidates that are picked one after the other.
struct Pick {
    /// Those who are picked, and behind them the others by score.
    order: Vec<u32>,
    /// So many are picked.
    depth: usize,
    relevance: Vec<f32>,
    amount: f32,
}

/// Picks for a place whom `gain` says most of, of those who stand there and behind.
fn pick_next(order: &mut [u32], place: usize, gain: impl Fn(usize) -> f32) -> usize {
    let (mut best, mut most) = (place, f32::NEG_INFINITY);
    for (at, &candidate) in order.iter().enumerate().skip(place) {
        let gain = gain(candidate as usize);
        if gain > most {
            (best, most) = (at, gain);
        }
    }
    let picked = order[best];
    order.copy_within(place..best, place + 1);
    order[place] = picked;
    picked as usize
}

/// How much candidates resemble each other.
struct Likeness<'a> {
    rows: Option<(&'a Rows<'a>, CodeTable<'a>)>,
    /// One by the length of each row; 0 where there is none.
    inverse: Vec<f32>,
    /// A row in two of the kernels' side for sessions.
    session: Vec<u8>,
    products: Products,
}

impl<'a> Likeness<'a> {
    fn new(rows: Option<&'a Rows<'a>>, count: usize, sums: &'a mut Vec<i16>) -> Self {
        let mut inverse = alloc::vec![0.0; count];
        let rows = rows.and_then(|rows| {
            *sums = Codes::Int8(rows.codes).row_sums(rows.dimension);
            let table = CodeTable::new(Codes::Int8(rows.codes), sums, rows.dimension)?;
            Some((rows, table))
        });
        if let Some((rows, _)) = rows {
            for (inverse, row) in inverse.iter_mut().zip(rows.codes.chunks_exact(rows.dimension)) {
                let squares: i32 = row.iter().map(|&code| i32::from(code) * i32::from(code)).sum();
                *inverse = if squares > 0 { 1.0 / sqrt(squares as f32) } else { 0.0 };
            }
        }
        Likeness { rows, inverse, session: Vec::new(), products: Products::default() }
    }

    /// How much everybody resembles one: 1 for the one itself.
    fn with(&mut self, candidate: usize, to: &mut Vec<f32>) {
        to.clear();
        to.resize(self.inverse.len(), 0.5);
        if let Some((rows, table)) = &self.rows {
            let row = &rows.codes[candidate * rows.dimension..][..rows.dimension];
            // A code is twice its half, and what is left: both fit the side for sessions, so that the sum is exact.
            let coded = |code: i8| (i16::from(code) + i16::from(SESSION_ZERO_POINT)) as u8;
            self.session.clear();
            self.session.extend(row.iter().map(|&code| coded(code / 2)));
            self.session.extend(row.iter().map(|&code| coded(code % 2)));
            let all = Selection::Range { first: 0, count: table.rows() };
            if let Some(operands) = Operands::new(&self.session, *table, all) {
                rows.kernel.multiply(&operands, &mut self.products);
                let halves = self.products.row(0).iter().zip(self.products.row(1));
                for ((to, (half, rest)), other) in to.iter_mut().zip(halves).zip(&self.inverse) {
                    *to += 0.5 * ((2 * half + rest) as f32 * (self.inverse[candidate] * other));
                }
            }
        }
        to[candidate] = 1.0;
    }
}

#[cfg(test)]
pub(crate) mod tests;
