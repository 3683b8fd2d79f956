//! Who stands at a given place: what the server pinned, what rules pin, and the sponsored, in this order.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use super::case::{Case, Scale};
use super::matches::Match;
use super::rule::{Kind, Rule};
use super::table::Columns;

/// A candidate, by its place among those that are left, at a place of the answer; both from 0.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pin {
    /// The rule, by its place among those that count; `None` for the server's own.
    pub rule: Option<usize>,
    pub candidate: usize,
    pub place: usize,
}

/// The greatest whole number that counts as a position.
const SAFE: f64 = 9_007_199_254_740_991.0;

/// The place that the server pinned a candidate to: from 0.
pub(super) fn server_pin(columns: &Columns<'_>, at: usize) -> Option<f64> {
    columns.first("pinned", at)?;
    // `true` stays where it came; `1` is a position.
    let position = columns.number("pinned", at);
    if position.fract() == 0.0 && (1.0..=SAFE).contains(&position) {
        return Some(position - 1.0);
    }
    (position.is_nan() && columns.says_yes("pinned", at)).then_some(at as f64)
}

/// Pins as they come, with who has one and which places are taken.
struct Pinning {
    pins: Vec<Pin>,
    pinned: BTreeSet<usize>,
    taken: BTreeSet<usize>,
    /// Positions of rules behind the end, the last first.
    behind: Vec<usize>,
    last: usize,
}

impl Pinning {
    fn pin(&mut self, rule: Option<usize>, candidate: usize, wanted: f64) {
        // A list that is shorter has its last place in the place of those behind it.
        let is_behind = wanted > self.last as f64;
        let mut place = wanted as usize;
        if is_behind {
            let among = self.behind.iter().position(|&position| position as f64 == wanted + 1.0).unwrap_or(0);
            place = self.last.saturating_sub(among);
            while place > 0 && self.taken.contains(&place) {
                place -= 1;
            }
        }
        self.pins.push(Pin { rule, candidate, place });
        self.pinned.insert(candidate);
        self.taken.insert(place);
    }
}

/// All pins of a list, those first that go before others, and the rules of those for whom there is nobody. `values` are the final
/// scores.
pub(super) fn pins(
    of: &Case<'_>,
    scale: &Scale,
    rules: &[&Rule],
    left: &[usize],
    values: &[f32],
) -> (Vec<Pin>, Vec<usize>) {
    let columns = of.columns();
    let position = |rule: &&Rule| match rule.kind {
        Kind::Pin { position, .. } if position > left.len() => Some(position),
        _ => None,
    };
    let mut behind: Vec<usize> = rules.iter().filter_map(position).collect();
    behind.sort_by(|a, b| b.cmp(a));
    let last = left.len().saturating_sub(1);
    let mut all = Pinning { pins: Vec::new(), pinned: BTreeSet::new(), taken: BTreeSet::new(), behind, last };
    let mut missed = Vec::new();
    for (candidate, &at) in left.iter().enumerate() {
        if let Some(place) = server_pin(&columns, at) {
            all.pin(None, candidate, place);
        }
    }
    for (number, rule) in rules.iter().enumerate() {
        let Kind::Pin { item, matches, position } = &rule.kind else { continue };
        let mut best: Option<usize> = None;
        for (candidate, &at) in left.iter().enumerate() {
            let better = match matches {
                None => best.is_none() && columns.id(at) == Some(item.as_str()),
                Some(matches) => {
                    !all.pinned.contains(&candidate)
                        && matches.means(&columns, at)
                        && best.is_none_or(|best| values[candidate] > values[best])
                }
            };
            best = if better { Some(candidate) } else { best };
        }
        match best {
            Some(candidate) => all.pin(Some(number), candidate, (position - 1) as f64),
            None => missed.push(number),
        }
    }
    for (number, rule) in rules.iter().enumerate() {
        let Kind::Sponsored { positions, .. } = &rule.kind else { continue };
        let wanted: BTreeSet<usize> = positions.iter().map(|position| position - 1).collect();
        let free: Vec<usize> =
            wanted.into_iter().filter(|place| *place < left.len() && !all.taken.contains(place)).collect();
        let worth: Vec<usize> = by_worth(of, scale, &rule.kind, left)
            .into_iter()
            .filter(|candidate| !all.pinned.contains(candidate))
            .collect();
        for (place, candidate) in free.into_iter().zip(worth) {
            all.pin(Some(number), candidate, place as f64);
        }
    }
    (all.pins, missed)
}

/// The candidates that a sponsored place may have, the highest expected value first.
fn by_worth(of: &Case<'_>, scale: &Scale, rule: &Kind, left: &[usize]) -> Vec<usize> {
    let Kind::Sponsored { bid, matches, rank, share, .. } = rule else { return Vec::new() };
    let columns = of.columns();
    let floor = rank.min((share * left.len() as f64).ceil());
    let descending = |a: f64, b: f64| b.partial_cmp(&a).unwrap_or(Ordering::Equal);
    let mut relevant: Vec<usize> = (0..left.len()).collect();
    relevant.sort_by(|&a, &b| descending(scale.base[left[a]], scale.base[left[b]]));
    relevant.truncate(floor as usize);
    let meant = |matches: &Option<Match>, at| matches.as_ref().is_none_or(|matches| matches.means(&columns, at));
    relevant.retain(|&candidate| columns.number(bid, left[candidate]) > 0.0 && meant(matches, left[candidate]));
    let worth = |candidate: usize| scale.clicks[left[candidate]] * columns.number(bid, left[candidate]);
    relevant.sort_by(|&a, &b| descending(worth(a), worth(b)).then(a.cmp(&b)));
    relevant
}
