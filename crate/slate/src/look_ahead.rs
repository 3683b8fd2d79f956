//! Look-ahead by counting: whether the places that are left can still be filled, as far as any two rules together say.

use super::caps::Cap;
use super::minimums::Minimum;
use super::pins::Pins;
use super::rules::Rules;
use alloc::vec;
use alloc::vec::Vec;

/// How many candidates are left, by the group of each cap and by the minimum that they count for.
#[derive(Debug)]
pub(crate) struct LookAhead {
    /// A cap: its groups, for everybody and then for each minimum.
    caps: Vec<Vec<u32>>,
    /// Those who count for both of two minimums.
    pairs: Vec<u32>,
}

impl LookAhead {
    /// Counts with nobody placed.
    pub fn new(rules: &Rules, count: usize, pins: &Pins) -> Self {
        let minimums = rules.minimums.len();
        let caps = rules.caps.iter().map(|cap| vec![0; cap.groups() * (minimums + 1)]).collect();
        let mut counts = LookAhead { caps, pairs: vec![0; minimums * minimums] };
        for candidate in 0..count as u32 {
            counts.count(candidate, rules, pins, |left| *left += 1);
        }
        counts
    }

    /// Changes every count that a candidate is in.
    pub fn count(&mut self, candidate: u32, rules: &Rules, pins: &Pins, change: impl Fn(&mut u32)) {
        for (cap, counts) in rules.caps.iter().zip(&mut self.caps) {
            let (group, groups) = (cap.group(candidate), cap.groups());
            if pins.of(candidate as usize).is_none_or(|place| place < cap.within) {
                change(&mut counts[group]);
            }
            for (at, minimum) in rules.minimums.iter().enumerate() {
                if minimum.counts(candidate) {
                    change(&mut counts[(at + 1) * groups + group]);
                }
            }
        }
        let minimums = || rules.minimums.iter().enumerate().filter(|(_, minimum)| minimum.counts(candidate));
        for (at, _) in minimums() {
            for (other, _) in minimums() {
                change(&mut self.pairs[at * rules.minimums.len() + other]);
            }
        }
    }

    /// Whether the places from this one on can be filled, as far as counting tells.
    pub fn can_go_on(&self, from: usize, rules: &Rules, pins: &Pins) -> bool {
        let each = |minimum: &Minimum| minimum.missing(from) <= minimum.coming(from, pins);
        rules.minimums.iter().all(each) && self.pairs_fit(from, rules) && self.caps_fit(from, rules)
    }

    /// Two minimums need places for both, but for candidates who count twice.
    fn pairs_fit(&self, from: usize, rules: &Rules) -> bool {
        let minimums = &rules.minimums;
        (0..minimums.len()).all(|a| {
            (0..a).all(|b| {
                let missing = [minimums[a].missing(from), minimums[b].missing(from)];
                let places = minimums[a].within.max(minimums[b].within).saturating_sub(from);
                let both = self.pairs[a * minimums.len() + b] as usize;
                missing[0] + missing[1] <= places + both.min(missing[0]).min(missing[1])
            })
        })
    }

    /// A cap leaves room for enough candidates to fill its places, and for those who are missing for a minimum.
    fn caps_fit(&self, from: usize, rules: &Rules) -> bool {
        rules.caps.iter().zip(&self.caps).all(|(cap, counts)| {
            let mut classes = counts.chunks_exact(cap.groups());
            let fills =
                classes.next().is_none_or(|left| fits(cap, left, from, cap.within, cap.within.saturating_sub(from)));
            let wanted = |minimum: &Minimum| (minimum.within, minimum.missing(from));
            let mut needs = rules.minimums.iter().map(wanted).zip(classes);
            fills && needs.all(|((within, missing), left)| fits(cap, left, from, within, missing))
        })
    }
}

/// Whether so many of those who are left, by their groups, can stand in the places up to `within` as far as a cap goes.
///
/// Two bounds: what each group has room for after those of it that stand in front, and what disjoint windows hold of each. Of the
/// number of windows the largest tells all: what they hold is concave in it, and what they need is linear.
fn fits(cap: &Cap, left: &[u32], from: usize, within: usize, needed: usize) -> bool {
    let capped = cap.within.min(within);
    if needed == 0 || from >= capped {
        return true;
    }
    let beyond = within - capped;
    let windows = (capped - from) / cap.window;
    let rest = capped - from - windows * cap.window + beyond;
    let others = left[0] as usize;
    let (mut in_turn, mut in_windows) = (others, others + rest);
    for (group, &left) in left.iter().enumerate().skip(1) {
        if left > 0 {
            let left = left as usize;
            in_turn += left.min(cap.capacity(group, from, capped) + beyond);
            in_windows += left.min(windows.saturating_mul(cap.most));
        }
    }
    in_turn >= needed && in_windows >= needed
}
