//! A policy's rules as the program of words that the solver reads: a header of six words, and a record a rule behind it.

use std::collections::HashMap;

use reshelf::slate::{BY_SCORE, CALIBRATION, CAP, DPP, MINIMUM, MMR, MOVES, PIN};

use super::case::{Case, Scale};
use super::pins::Pin;
use super::rule::{How, Kind, Rule};

/// The rule of a record that nobody wrote.
const SERVER: u32 = u32::MAX;

/// A program, and the rule of each record; `None` for the server's pins.
pub(super) struct Words {
    pub words: Vec<u32>,
    pub owners: Vec<Option<usize>>,
}

impl Words {
    fn record(&mut self, kind: u32, rule: Option<usize>, [a, b, c]: [u32; 3], codes: Option<Vec<u32>>) {
        let number = rule.map_or(SERVER, |rule| rule as u32);
        self.words.extend([kind, number, a, b, c, u32::from(codes.is_some())]);
        self.words.extend(codes.into_iter().flatten());
        self.owners.push(rule);
    }
}

/// The program for the candidates that are left; earlier records win.
pub(super) fn program(
    of: &Case<'_>,
    scale: &Scale,
    rules: &[&Rule],
    left: &[usize],
    pins: &[Pin],
    top: Option<u32>,
) -> Words {
    let count = left.len() as u32;
    let length = u32::try_from(of.length).unwrap_or(u32::MAX);
    let within = |places: u32| places.min(count);
    let everywhere = within(top.unwrap_or(length));
    let columns = of.columns();
    // Each record says itself in how many places it holds; the header, how many of them diversity puts in order.
    let mut all = Words { words: header(of, scale, rules, left, within, length), owners: Vec::new() };
    for pin in pins {
        all.record(PIN, pin.rule, [pin.candidate as u32, pin.place as u32, 0], None);
    }
    for (number, rule) in rules.iter().enumerate() {
        if let Kind::Minimum { matches, least, first } = &rule.kind {
            let codes = left.iter().map(|&at| u32::from(matches.means(&columns, at))).collect();
            all.record(MINIMUM, Some(number), [*least, 0, within(*first)], Some(codes));
        }
    }
    for (number, rule) in rules.iter().enumerate() {
        if let Kind::Cap { field, most, window, first } = &rule.kind {
            let places = first.map_or(everywhere, within);
            let (codes, _) = codes(of, left, field);
            all.record(CAP, Some(number), [*most, (*window).min(places), places], Some(codes));
        }
    }
    for (number, rule) in rules.iter().enumerate() {
        if let Kind::MaxMoves { places } = rule.kind {
            all.record(MOVES, Some(number), [places, places, everywhere], None);
        }
    }
    all
}

fn header(
    of: &Case<'_>,
    scale: &Scale,
    rules: &[&Rule],
    left: &[usize],
    within: impl Fn(u32) -> u32,
    length: u32,
) -> Vec<u32> {
    let found = rules.iter().find_map(|rule| match &rule.kind {
        Kind::Diversify { how, amount, first, window, field } => Some((*how, *amount, *first, *window, field)),
        _ => None,
    });
    let first = found.and_then(|(_, _, first, _, _)| first);
    let limit = within(first.unwrap_or(length)).max(1);
    let Some((how, amount, _, window, field)) = found.filter(|(_, amount, ..)| *amount != 0.0) else {
        return vec![limit, BY_SCORE, 0, 0, 0, limit];
    };
    let way = match how {
        How::Mmr => MMR,
        How::Dpp => DPP,
        How::Calibrate => CALIBRATION,
    };
    let amount = (amount as f32).to_bits();
    if how != How::Calibrate {
        return vec![limit, way, amount, window, 0, limit];
    }
    let (codes, names) = codes(of, left, field);
    let shares = shares(of, scale, left, &codes, &names);
    let mut words = vec![limit, way, amount, window, 1, limit];
    words.extend(codes);
    words.push(names.len() as u32);
    words.extend(shares.into_iter().map(|share| (share as f32).to_bits()));
    words
}

/// A number for each value of a field, from 1 as they come; 0 for none.
fn codes<'a>(of: &Case<'a>, left: &[usize], field: &str) -> (Vec<u32>, Vec<&'a str>) {
    let columns = of.columns();
    let (mut numbers, mut names) = (HashMap::new(), Vec::new());
    let code = |&at: &usize| match columns.text(field, at) {
        "" => 0,
        name => *numbers.entry(name).or_insert_with(|| {
            names.push(name);
            names.len() as u32
        }),
    };
    let codes = left.iter().map(code).collect();
    (codes, names)
}

/// What share of the places each category should have: by the shopper's taste, or where nobody told it, by predicted clicks.
fn shares(of: &Case<'_>, scale: &Scale, left: &[usize], codes: &[u32], names: &[&str]) -> Vec<f64> {
    let liked = |name: &&str| of.taste.get(*name).copied().filter(|weight| *weight > 0.0 && weight.is_finite());
    let tastes: Vec<f64> = names.iter().map(|name| liked(name).unwrap_or(0.0)).collect();
    let mut weights = tastes;
    if !weights.iter().any(|weight| *weight > 0.0) {
        weights.fill(0.0);
        for (&code, &at) in codes.iter().zip(left) {
            if code > 0 {
                weights[code as usize - 1] += scale.clicks[at];
            }
        }
    }
    let mut sum = 0.0;
    weights.iter().for_each(|weight| sum += weight);
    weights.into_iter().map(|weight| if sum > 0.0 { weight / sum } else { 0.0 }).collect()
}
