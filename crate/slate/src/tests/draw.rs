//! Drawn programs, small enough to be solved by hand, and what writes them as words.

use crate::{BY_SCORE, CAP, MINIMUM, MOVES, PIN};
use reshelf_kernels::math::Rng;

/// A record before it is words.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Rule {
    pub kind: u32,
    pub a: u32,
    pub b: u32,
    pub c: u32,
    pub codes: Vec<u32>,
}

/// A program without diversity.
pub(super) fn words(top: u32, rules: &[Rule]) -> Vec<u32> {
    let mut words = vec![top, BY_SCORE, 0, 0, 0, 0];
    for (number, rule) in rules.iter().enumerate() {
        let members = u32::from(!rule.codes.is_empty());
        words.extend([rule.kind, number as u32, rule.a, rule.b, rule.c, members]);
        words.extend(&rule.codes);
    }
    words
}

/// A case: how many candidates, in how many first places rules hold (0: all), and rules of every kind.
pub(super) fn case(draw: &mut Rng, most: usize) -> (usize, u32, Vec<Rule>) {
    let count = 1 + draw.below(most);
    let top = if draw.below(2) == 0 { 0 } else { draw.below(count + 1) as u32 };
    let mut rules = Vec::new();
    let number = |draw: &mut Rng, end: usize| draw.below(end) as u32;
    for _ in 0..1 + number(draw, 5) {
        let within = if draw.below(2) == 0 { 0 } else { number(draw, count + 2) };
        rules.push(match draw.below(7) {
            0 | 1 => Rule { kind: PIN, a: number(draw, count), b: number(draw, count), c: 0, codes: Vec::new() },
            2 | 3 => {
                let groups = 1 + draw.below(3);
                // Up to the largest word.
                let codes = (0..count).map(|_| number(draw, groups + 1) * 0x5555_5555).collect();
                Rule { kind: CAP, a: number(draw, 3), b: 1 + number(draw, 5), c: within, codes }
            }
            4 | 5 => {
                let rare = 2 + draw.below(2);
                let codes = (0..count).map(|_| u32::from(draw.below(rare) == 0)).collect();
                Rule { kind: MINIMUM, a: number(draw, 4), b: 0, c: within, codes }
            }
            _ => {
                let far = |draw: &mut Rng| if draw.below(3) == 0 { u32::MAX } else { draw.below(5) as u32 };
                Rule { kind: MOVES, a: far(draw), b: far(draw), c: within, codes: Vec::new() }
            }
        });
    }
    (count, top, rules)
}
