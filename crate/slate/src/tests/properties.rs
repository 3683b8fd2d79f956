//! What holds of any words, and of lists that are too long for the exact solver.

use super::draw::{Rule, case, words};
use super::exact::Exact;
use super::{Answer, arrange};
use crate::diversity::tests::{Drawn, drawn};
use crate::{CALIBRATION, CAP, DPP, MINIMUM, MMR, MOVES, PIN, Program};
use proptest::prelude::*;
use reshelf_kernels::math::Rng;

/// Words of which many are small: counts, kinds and places.
fn word() -> impl Strategy<Value = u32> {
    prop_oneof![6 => 0u32..9, 1 => any::<u32>(), 1 => Just(u32::MAX), 1 => (0.0f32..1.5).prop_map(f32::to_bits)]
}

fn score() -> impl Strategy<Value = f32> {
    prop_oneof![6 => -1.0f32..1.0, 1 => any::<f32>(), 1 => Just(0.0)]
}

fn by_score(scores: &[f32]) -> Vec<u32> {
    let mut order: Vec<u32> = (0..scores.len() as u32).collect();
    order.sort_by(|&a, &b| scores[b as usize].total_cmp(&scores[a as usize]));
    order
}

proptest! {
    #[test]
    fn any_words_give_a_permutation_and_the_same_one_again(
        words in prop::collection::vec(word(), 0..120),
        scores in prop::collection::vec(score(), 0..12),
    ) {
        let order = by_score(&scores);
        let drawn = Drawn::new(scores.len(), 3);
        let program = Program::read(&words, scores.len());
        let answer = program.arrange(&scores, &order, Some(&drawn.rows()));
        prop_assert!((answer.len() - scores.len()) % 2 == 1);
        let mut sorted = answer[..scores.len()].to_vec();
        sorted.sort_unstable();
        prop_assert!(sorted.into_iter().eq(0..scores.len() as u32));
        prop_assert_eq!(program.arrange(&scores, &order, Some(&drawn.rows())), answer);
    }

    #[test]
    fn without_rules_and_diversity_the_order_is_that_of_the_scores(
        scores in prop::collection::vec(-1.0f32..1.0, 0..60),
        top in 0u32..70,
        limit in 0u32..70,
    ) {
        let order = by_score(&scores);
        // An amount of nothing is none, whatever the way.
        for diversity in [0, MMR, DPP, CALIBRATION] {
            let words = [top, diversity, 0, 0, 0, limit];
            let answer = Program::read(&words, scores.len()).arrange(&scores, &order, None);
            prop_assert_eq!(&answer[..scores.len()], &order[..]);
            prop_assert_eq!(&answer[scores.len()..], &[0]);
        }
    }
}

#[test]
fn a_record_that_asks_nothing_changes_nothing() {
    let mut draw = Rng(4);
    for _ in 0..500 {
        let (count, top, mut rules) = case(&mut draw, 8);
        let before = arrange(count, &words(top, &rules));
        let nothing = [
            Rule { kind: 99, a: 1, b: 1, c: 0, codes: Vec::new() },
            Rule { kind: CAP, a: 0, b: 0, c: 0, codes: vec![1; count] },
            Rule { kind: CAP, a: 1, b: 3, c: 0, codes: vec![0; count] },
            Rule { kind: CAP, a: 0, b: 3, c: 0, codes: Vec::new() },
            Rule { kind: MINIMUM, a: 0, b: 0, c: 1, codes: vec![1; count] },
            Rule { kind: MOVES, a: u32::MAX, b: u32::MAX, c: 0, codes: Vec::new() },
        ];
        rules.push(nothing[draw.below(nothing.len())].clone());
        let after = arrange(count, &words(top, &rules));
        assert_eq!(after.order, before.order);
        assert_eq!(after.rules.split_last().unwrap(), (&(0, 0), &before.rules[..]));
    }
}

/// Rules of a shop over a list of its length: `kept` has an order in which all of them hold.
fn shop(draw: &mut Rng, count: usize) -> (u32, Vec<Rule>) {
    let mut kept: Vec<u32> = (0..count as u32).collect();
    (1..count).rev().for_each(|at| kept.swap(at, draw.below(at + 1)));
    let top = if draw.below(2) == 0 { 0 } else { 24 };
    let mut rules = Vec::new();
    for _ in 0..draw.below(4) {
        let place = draw.below(12);
        rules.push(Rule { kind: PIN, a: kept[place], b: place as u32, c: 0, codes: Vec::new() });
    }
    for groups in [3 + draw.below(4), 8 + draw.below(20)] {
        let codes: Vec<u32> =
            (0..count).map(|_| 1 + (draw.below(groups) * draw.below(groups) / groups) as u32).collect();
        let window = 2 + draw.below(7);
        let of = |at: &u32| codes[*at as usize];
        let first = if top == 0 { count } else { 24 };
        let most = kept[..first]
            .windows(window)
            .flat_map(|window| window.iter().map(|at| window.iter().filter(|other| of(other) == of(at)).count()));
        let most = most.max().unwrap_or(1);
        rules.push(Rule { kind: CAP, a: most as u32, b: window as u32, c: 0, codes });
    }
    for _ in 0..1 + draw.below(2) {
        let codes: Vec<u32> = (0..count).map(|_| u32::from(draw.below(6) == 0)).collect();
        let have = kept[..12].iter().filter(|&&at| codes[at as usize] == 1).count();
        rules.push(Rule { kind: MINIMUM, a: have as u32, b: 0, c: 12, codes });
    }
    (top, rules)
}

#[test]
fn rules_of_long_lists_are_kept_where_some_order_keeps_them() {
    let mut draw = Rng(8);
    for number in 0..400 {
        let count = 24 + draw.below(200);
        let (top, rules) = shop(&mut draw, count);
        let Answer { order, rules: told, cut_off } = arrange(count, &words(top, &rules));
        assert!(!cut_off && told.iter().all(|&rule| rule == (0, 0)), "list {number} of {count}: {told:?}");
        let exact = Exact { count, top };
        assert!(rules.iter().all(|rule| exact.broken(rule, &order) == 0), "list {number} of {count}");
    }
}

#[test]
fn a_pin_that_is_given_up_stands_as_near_behind_as_may_be() {
    let pin = |a, b| Rule { kind: PIN, a, b, c: 0, codes: Vec::new() };
    let answer = arrange(9, &words(0, &[pin(5, 2), pin(7, 2), pin(8, 3), pin(6, 0), pin(4, 20)]));
    assert_eq!(answer.order, [6, 0, 5, 8, 7, 1, 2, 3, 4]);
    assert_eq!(answer.rules, [(2, 0), (3, 1), (0, 0), (0, 0), (5, 1)]);
}

#[test]
fn a_minimum_of_more_than_there_are_brings_all_there_are() {
    let codes = vec![0, 0, 0, 0, 0, 1, 0, 1];
    let answer = arrange(8, &words(0, &[Rule { kind: MINIMUM, a: 4, b: 0, c: 4, codes }]));
    assert_eq!(answer.order, [0, 1, 5, 7, 2, 3, 4, 6]);
    assert_eq!(answer.rules, [(3, 2)]);
}

#[test]
fn a_cap_that_pins_break_holds_everywhere_else() {
    let pin = |a, b| Rule { kind: PIN, a, b, c: 0, codes: Vec::new() };
    let cap = Rule { kind: CAP, a: 1, b: 2, c: 0, codes: vec![1, 1, 1, 1, 2, 2, 2, 2] };
    let answer = arrange(8, &words(0, &[cap, pin(0, 0), pin(1, 1)]));
    assert_eq!(answer.order, [0, 1, 4, 2, 5, 3, 6, 7]);
    // Two are pinned side by side, and two of the other group are left over at the end.
    assert_eq!(answer.rules, [(3, 4), (2, 0), (2, 0)]);
}

#[test]
fn a_header_that_is_cut_off_asks_nothing() {
    for words in [&[][..], &[0; 5], &[0, DPP, f32::to_bits(0.5), 0, 1, 0, 1]] {
        assert_eq!(arrange(3, words).order, [0, 1, 2]);
    }
    // A record without all of its codes ends the program.
    let mut cut = words(0, &[Rule { kind: PIN, a: 2, b: 0, c: 0, codes: Vec::new() }]);
    cut.extend([CAP, 1, 1, 2, 0, 1, 7, 7]);
    let answer = arrange(3, &cut);
    assert_eq!((answer.order, answer.rules), (vec![2, 0, 1], vec![(0, 0)]));
}

#[test]
fn a_thousand_rules_that_conflict_end_in_time_with_a_list() {
    let mut draw = Rng(2);
    let pin = |draw: &mut Rng| Rule {
        kind: PIN,
        a: draw.below(50) as u32,
        b: draw.below(50) as u32,
        c: 0,
        codes: Vec::new(),
    };
    let rules: Vec<Rule> = (0..1_000).map(|_| pin(&mut draw)).collect();
    let answer = arrange(50, &words(0, &rules));
    let exact = Exact { count: 50, top: 0 };
    for (rule, (_, broken)) in rules.iter().zip(answer.rules) {
        assert_eq!(exact.broken(rule, &answer.order), broken);
    }
}

#[test]
fn diversity_and_rules_go_together() {
    let mut draw = Rng(6);
    for number in 0..60 {
        let (count, scores, rows) = drawn(&mut draw, 60);
        let (_, rules) = shop(&mut draw, count);
        let mut words = words(24, &rules);
        (words[1], words[2]) = (1 + number % 2, 0.6f32.to_bits());
        let order: Vec<u32> = (0..count as u32).collect();
        let answer = Program::read(&words, count).arrange(&scores, &order, Some(&rows.rows()));
        let exact = Exact { count, top: 24 };
        let first = &answer[..count];
        for (rule, told) in rules.iter().zip(answer[count..].as_chunks::<2>().0) {
            assert_eq!(exact.broken(rule, first), told[1] as usize);
        }
    }
}
