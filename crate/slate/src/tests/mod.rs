//! The solver against every order there is, and what holds of any words at all.
#![allow(clippy::unwrap_used)]

mod draw;
mod exact;
mod loss;
mod properties;

use crate::{BROKEN, IN_CONFLICT, MINIMUM, Program};
use draw::{Rule, case, words};
use exact::Exact;
use reshelf_kernels::math::Rng;

/// What is said of a case: its order, a status and a count for each rule, and whether the search was cut off.
pub(super) struct Answer {
    pub order: Vec<u32>,
    pub rules: Vec<(u32, usize)>,
    pub cut_off: bool,
}

pub(super) fn arrange(count: usize, words: &[u32]) -> Answer {
    let scores: Vec<f32> = (0..count).map(|at| 1.0 - at as f32 / count as f32).collect();
    let given: Vec<u32> = (0..count as u32).collect();
    let answer = Program::read(words, count).arrange(&scores, &given, None);
    let (order, rest) = answer.split_at(count);
    let (&cut_off, rules) = rest.split_last().unwrap();
    let rules = rules.as_chunks::<2>().0.iter().map(|&[status, broken]| (status, broken as usize)).collect();
    Answer { order: order.to_vec(), rules, cut_off: cut_off == 1 }
}

/// Every rule but these.
fn without<'a>(rules: &[&'a Rule], one: usize) -> Vec<&'a Rule> {
    rules.iter().enumerate().filter(|&(at, _)| at != one).map(|(_, rule)| *rule).collect()
}

/// Holds the answer of a case against the exact solver's. Returns whether all rules can be kept.
fn check(count: usize, top: u32, rules: &[Rule]) -> bool {
    let exact = Exact { count, top };
    let answer = arrange(count, &words(top, rules));
    let mut sorted = answer.order.clone();
    sorted.sort_unstable();
    assert!(sorted.iter().copied().eq(0..count as u32), "a permutation");
    assert!(!answer.cut_off && answer.rules.len() == rules.len());
    for (rule, &(status, broken)) in rules.iter().zip(&answer.rules) {
        assert_eq!(broken, exact.broken(rule, &answer.order), "{rule:?} in {:?}", answer.order);
        assert_eq!(status & BROKEN > 0, broken > 0);
    }
    let all: Vec<&Rule> = rules.iter().collect();
    if let Some(first) = exact.solve(&all) {
        // The given list is the preference, so that the first order by numbers is the wanted one.
        assert_eq!(answer.order, first);
        assert!(answer.rules.iter().all(|&rule| rule == (0, 0)));
        return true;
    }
    // In order of precedence, each rule that can be kept beside those before it is, and of a minimum as many as can be.
    let rank = |rule: &Rule| [1, 3, 2, 4].iter().position(|&kind| kind == rule.kind);
    let mut ranked: Vec<usize> = (0..rules.len()).collect();
    ranked.sort_by_key(|&at| rank(&rules[at]));
    let mut kept: Vec<usize> = Vec::new();
    let mut asked: Vec<Rule> = rules.to_vec();
    let holds =
        |asked: &[Rule], kept: &[usize]| exact.solve(&kept.iter().map(|&at| &asked[at]).collect::<Vec<_>>()).is_some();
    let mut set = IN_CONFLICT;
    for at in ranked {
        kept.push(at);
        if holds(&asked, &kept) {
            assert_eq!(answer.rules[at].1, 0, "kept: {:?}", rules[at]);
            continue;
        }
        let is_in = |other: &usize| answer.rules[*other].0 & set > 0;
        let excluding: Vec<&Rule> = (0..rules.len()).filter(is_in).map(|other| &asked[other]).collect();
        assert!(is_in(&at) && exact.solve(&excluding).is_none(), "they exclude each other: {excluding:?}");
        for one in 0..excluding.len() {
            assert!(exact.solve(&without(&excluding, one)).is_some(), "without {one} they do not: {excluding:?}");
        }
        set <<= 1;
        while rules[at].kind == MINIMUM && asked[at].a > 1 && !holds(&asked, &kept) {
            asked[at].a -= 1;
        }
        if holds(&asked, &kept) {
            assert_eq!(answer.rules[at].1 as u32, rules[at].a - asked[at].a, "as many as can be: {:?}", rules[at]);
        } else {
            kept.pop();
        }
    }
    false
}

#[test]
fn an_order_is_found_wherever_one_is_and_else_the_smallest_conflict() {
    let mut draw = Rng(15);
    let mut kept = 0;
    for _ in 0..20_000 {
        let (count, top, rules) = case(&mut draw, 8);
        kept += usize::from(check(count, top, &rules));
    }
    assert!((5_000..15_000).contains(&kept), "{kept} of 20,000 can be kept");
}
