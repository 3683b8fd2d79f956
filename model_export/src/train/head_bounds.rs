//! What a head may not learn, and what it weighs that a log tells too little of.
//!
//! - *Bounds.* The server's rank and score may not count against a candidate. What lists showed, what was passed over, sent back or
//!   not wanted may not count for it, whatever the hidden layer makes of it: more skips never lift.
//! - *Defaults.* A feature of the session's signals that hardly any candidate of the lists has is left out of training, so that a
//!   log without signals gives the head that it gave before there were any. Its weight is then so many standard deviations of
//!   the head's own scores within a list ([`DEFAULTS`]): with one skip a candidate loses a third of a deviation, with many one.
//! - *Not wanted.* What the shopper says not to want goes to the end of the list. That is a promise and nothing to be learned
//!   from a few dislikes of a log, so that no head weighs it less than the default.

use reshelf::artifact::Head;
use reshelf::rank::{FEATURES, SERVER_OPINION};

use super::lists::Lists;

/// Features of the session's signals, and what they weigh unless a log tells: in standard deviations of the head's scores.
const DEFAULTS: [(&str, f32); 5] =
    [("returned", -4.0), (DISLIKED, -8.0), ("dwell", 0.0), ("shown", 0.0), ("skipped", -1.0)];
/// No head weighs this less than its default.
const DISLIKED: &str = "disliked";
/// Features of which more is never better.
const AGAINST: [&str; 4] = ["returned", DISLIKED, "shown", "skipped"];
/// Candidates that must have a feature for anything to be learned of it.
const FEWEST_CANDIDATES: usize = 500;
/// The spread of scores where there is no list to find it by: about that of cosines.
const USUAL_SPREAD: f32 = 0.2;

/// Which features of a head count in one direction alone, by their place among those that it learns from.
pub(super) struct Bounds {
    /// Places, and 1 where more may only be better, -1 where it may only be worse.
    pub monotone: Vec<(usize, f32)>,
}

impl Bounds {
    /// Those of a head that learns from these columns.
    pub fn of(columns: &[usize]) -> Self {
        let sign = |column: usize| match FEATURES[column] {
            _ if SERVER_OPINION.contains(&column) => Some(1.0),
            name if AGAINST.contains(&name) => Some(-1.0),
            _ => None,
        };
        let monotone = columns.iter().enumerate().filter_map(|(place, &column)| Some((place, sign(column)?)));
        Bounds { monotone: monotone.collect() }
    }
}

fn default_of(column: usize) -> Option<f32> {
    DEFAULTS.iter().find(|(name, _)| *name == FEATURES[column]).map(|(_, weight)| *weight)
}

/// The columns that a head learns from: all but those of signals that hardly any candidate has.
pub(super) fn learned_columns(lists: &Lists) -> Vec<usize> {
    let enough = |&column: &usize| {
        let told = || lists.candidates().filter(|candidate| candidate[column] != 0.0).take(FEWEST_CANDIDATES).count();
        default_of(column).is_none() || told() == FEWEST_CANDIDATES
    };
    (0..FEATURES.len()).filter(enough).collect()
}

/// A head that learned from some columns, with the defaults of the others that are kept.
pub(super) fn with_defaults(mut head: Head, lists: &Lists, kept: &[bool], learned: &[usize]) -> Head {
    let spread = spread(&head, lists);
    for column in (0..FEATURES.len()).filter(|&column| kept[column]) {
        let Some(default) = default_of(column).map(|weight| weight * spread) else { continue };
        let weight = &mut head.linear[column];
        if !learned.contains(&column) {
            *weight = default;
        } else if FEATURES[column] == DISLIKED {
            *weight = weight.min(default);
        }
    }
    head
}

/// The mean standard deviation of a head's scores within a list.
fn spread(head: &Head, lists: &Lists) -> f32 {
    let mut sum = 0.0f64;
    for list in 0..lists.len() {
        let scores: Vec<f64> = lists.list(list).map(|candidate| f64::from(score(head, candidate))).collect();
        let mean = scores.iter().sum::<f64>() / scores.len().max(1) as f64;
        sum += (scores.iter().map(|score| (score - mean).powi(2)).sum::<f64>() / scores.len().max(1) as f64).sqrt();
    }
    if sum > 0.0 { (sum / lists.len() as f64) as f32 } else { USUAL_SPREAD }
}

/// A candidate's score by all features.
pub(super) fn score(head: &Head, candidate: &[f32]) -> f32 {
    let dot = |row: &[f32]| row.iter().zip(candidate).map(|(weight, value)| weight * value).sum::<f32>();
    let hidden = head.hidden_weights.chunks_exact(FEATURES.len()).zip(&head.hidden_bias).zip(&head.output);
    dot(&head.linear) + hidden.map(|((row, bias), output)| (dot(row) + bias).max(0.0) * output).sum::<f32>()
}
