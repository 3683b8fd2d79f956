//! One list that a policy is to arrange: its candidates, what the model says of them, and what the session holds.

use std::collections::{BTreeMap, HashMap};

use super::table::{Columns, Table};

/// No item: a handle that names nobody.
const NONE: u32 = u32::MAX;

/// What the session holds, by handle.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Told {
    /// When an item was bought last, in milliseconds.
    pub bought: HashMap<u32, f64>,
    /// How often lists showed it before.
    pub shown: HashMap<u32, u32>,
}

/// One list: slices of the same length, in the server's order.
#[derive(Clone, Copy, Debug)]
pub struct Case<'a> {
    /// What is known of items.
    pub table: &'a Table,
    /// The candidates, as the table numbers items.
    pub items: &'a [u32],
    /// Their rows in the lists' own file, for columns by row.
    pub rows: &'a [usize],
    /// The model's scores; zeros where it ranked nothing.
    pub scores: &'a [f32],
    /// The model's handles.
    pub handles: &'a [u32],
    /// How many places the answer has.
    pub length: usize,
    /// The page that the list stands on, where it is known.
    pub page: Option<&'a str>,
    /// Now, in milliseconds since 1970.
    pub now: f64,
    /// What the shopper likes, as weights by the value of a field; by predicted clicks where there is nothing.
    pub taste: &'a BTreeMap<String, f64>,
    /// What the session holds.
    pub told: &'a Told,
}

/// Scores on the scale on which rules add and take.
pub(super) struct Scale {
    pub base: Vec<f64>,
    /// How long one unit is.
    pub unit: f64,
    /// Whose predicted click is one half.
    pub middle: f64,
    /// The predicted click of each candidate, between 0 and 1.
    pub clicks: Vec<f64>,
}

impl<'a> Case<'a> {
    pub(super) fn columns(&self) -> Columns<'a> {
        Columns { table: self.table, items: self.items, rows: self.rows }
    }

    pub(super) fn count(&self) -> usize {
        self.scores.len()
    }

    /// When a candidate was bought last in this session; -infinity if it was not.
    pub(super) fn bought_at(&self, at: usize) -> f64 {
        self.of(&self.told.bought, at).unwrap_or(f64::NEG_INFINITY)
    }

    /// How often lists showed a candidate before.
    pub(super) fn shown(&self, at: usize) -> u32 {
        self.of(&self.told.shown, at).unwrap_or(0)
    }

    fn of<T: Copy>(&self, map: &HashMap<u32, T>, at: usize) -> Option<T> {
        self.handles.get(at).filter(|&&handle| handle != NONE).and_then(|handle| map.get(handle)).copied()
    }

    /// Where all scores are alike, as those of an empty session are, the server's order makes the scale: even steps of the same
    /// spread.
    pub(super) fn scale(&self) -> Scale {
        let count = self.count();
        let finite = |score: &f32| if score.is_finite() { f64::from(*score) } else { 0.0 };
        let divisor = count.max(1) as f64;
        let mut sum = 0.0;
        self.scores.iter().for_each(|score| sum += finite(score));
        let mean = sum / divisor;
        let mut far = 0.0;
        self.scores.iter().for_each(|score| far += (finite(score) - mean).abs());
        let spread = far / divisor;
        let (flat, steps) = (spread == 0.0, count.saturating_sub(1).max(1) as f64);
        let unit = if flat { 1.0 } else { spread };
        let middle = if flat { 0.0 } else { mean };
        let base = |(at, score): (usize, &f32)| if flat { 2.0 - (4.0 * at as f64) / steps } else { finite(score) };
        let base: Vec<f64> = self.scores.iter().enumerate().map(base).collect();
        let click = |score: &f64| {
            let x = (score - middle) / unit;
            (1.0 + x / (1.0 + x.abs())) / 2.0
        };
        Scale { clicks: base.iter().map(click).collect(), base, unit, middle }
    }
}
