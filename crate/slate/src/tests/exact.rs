//! An independent solver: every order there is, cut off as soon as a rule is broken for good. It shares no code with the crate's.

use super::draw::Rule;
use crate::{CAP, MINIMUM, MOVES, PIN};

/// Rules over so many candidates; `top` as in a program.
pub(super) struct Exact {
    pub count: usize,
    pub top: u32,
}

impl Exact {
    fn within(&self, rule: &Rule) -> usize {
        let first = |said: u32, other: usize| if said == 0 { other } else { self.count.min(said as usize) };
        first(rule.c, first(self.top, self.count))
    }

    /// In how many places a rule does not hold: of a cap those who stand in a window with
    /// too many of their code, of a minimum those who are missing, of moves candidates.
    pub fn broken(&self, rule: &Rule, order: &[u32]) -> usize {
        let within = self.within(rule);
        match rule.kind {
            PIN => usize::from(order[rule.b as usize] != rule.a),
            CAP => {
                let window = (rule.b as usize).min(within);
                let code = |place: usize| rule.codes[order[place] as usize];
                let over = |first: usize, code_here: u32| {
                    (first..first + window).filter(|&place| code(place) == code_here).count() > rule.a as usize
                };
                let is_over = |&place: &usize| {
                    let firsts = (0..=within - window).filter(|&first| (first..first + window).contains(&place));
                    code(place) != 0 && firsts.into_iter().any(|first| over(first, code(place)))
                };
                (0..within).filter(is_over).count()
            }
            MINIMUM => {
                let have = order[..within].iter().filter(|&&at| rule.codes[at as usize] == 1).count();
                (rule.a as usize).saturating_sub(have)
            }
            MOVES => (0..self.count).filter(|&place| self.moved_too_far(rule, order[place] as usize, place)).count(),
            _ => 0,
        }
    }

    fn moved_too_far(&self, rule: &Rule, given: usize, place: usize) -> bool {
        let within = self.within(rule);
        let above = place < within && given > place + rule.a as usize;
        let last = given + rule.b as usize;
        above || (last < within && place > last)
    }

    /// Whether some order keeps all these rules: the first such by the numbers of its candidates.
    pub fn solve(&self, rules: &[&Rule]) -> Option<Vec<u32>> {
        let mut first = None;
        self.extend(rules, &mut Vec::new(), &mut |order| first = Some(order.to_vec()), true);
        first
    }

    /// Shows every order that keeps all these rules.
    pub fn each(&self, rules: &[&Rule], show: &mut dyn FnMut(&[u32])) {
        self.extend(rules, &mut Vec::new(), show, false);
    }

    /// Whether to end, since an order is found and one is enough.
    fn extend(&self, rules: &[&Rule], order: &mut Vec<u32>, show: &mut dyn FnMut(&[u32]), one: bool) -> bool {
        if !rules.iter().all(|rule| self.may_hold(rule, order)) {
            return false;
        }
        if order.len() == self.count {
            show(order);
            return one;
        }
        for candidate in 0..self.count as u32 {
            if !order.contains(&candidate) {
                order.push(candidate);
                let ended = self.extend(rules, order, show, one);
                order.pop();
                if ended {
                    return true;
                }
            }
        }
        false
    }

    /// Whether a rule is not broken for good by the places that are taken.
    fn may_hold(&self, rule: &Rule, order: &[u32]) -> bool {
        if order.len() == self.count {
            return self.broken(rule, order) == 0;
        }
        let Some(place) = order.len().checked_sub(1) else { return true };
        let (last, within) = (order[place], self.within(rule));
        match rule.kind {
            PIN => (rule.a == last) == (rule.b as usize == place),
            CAP if place < within => {
                let begin = (place + 1).saturating_sub(rule.b as usize);
                let code = rule.codes[last as usize];
                let same = order[begin..].iter().filter(|&&at| rule.codes[at as usize] == code).count();
                code == 0 || same <= rule.a as usize
            }
            MINIMUM if place + 1 == within => {
                order.iter().filter(|&&at| rule.codes[at as usize] == 1).count() >= rule.a as usize
            }
            MOVES => !self.moved_too_far(rule, last as usize, place),
            _ => true,
        }
    }
}
