//! Rules that cannot all be kept: which of them exclude each other, which are given up, and the list that is made all the same.

use super::board::Part;
use super::program::{Kind, Program};
use super::solver::{Outcome, solve};
use alloc::vec;
use alloc::vec::Vec;

/// Which kinds are kept where not all can be, the first before the last; of one kind the earlier record.
const PRECEDENCE: [Kind; 4] = [Kind::Pin, Kind::Minimum, Kind::Cap, Kind::Moves];
/// Tries after which no more conflicts are looked into.
const BUDGET: usize = 1 << 18;
/// Conflicts that are told apart.
const MOST_CONFLICTS: u32 = 31;

/// A list, and what was found about its rules.
pub(crate) struct Settled {
    pub order: Vec<u32>,
    /// Of each record, in which smallest conflicting sets it is: bit 0 for the first set.
    pub conflicts: Vec<u32>,
    /// Whether a search ended by its budget before it knew.
    pub unsure: bool,
}

/// Makes the list.
pub(crate) fn settle(program: &Program<'_>, preference: &[u32]) -> Settled {
    let count = program.records.len();
    let mut search = Search { program, preference, tries: 0, conflicts: vec![0; count], unsure: false };
    let order = match solve(program, &vec![Part::Must; count], preference, &mut search.tries) {
        Outcome::Order(order) => order,
        outcome => {
            search.unsure = outcome == Outcome::Unknown;
            search.give_up()
        }
    };
    Settled { order, conflicts: search.conflicts, unsure: search.unsure }
}

struct Search<'a> {
    program: &'a Program<'a>,
    preference: &'a [u32],
    tries: usize,
    conflicts: Vec<u32>,
    unsure: bool,
}

impl Search<'_> {
    /// Keeps, in order of precedence, each record that can be kept with those before it, and makes the list with these.
    fn give_up(&mut self) -> Vec<u32> {
        let records = self.program.records.iter().enumerate();
        let of = |kind| records.clone().filter(move |(_, record)| record.kind == kind).map(|(at, _)| at);
        let ranked: Vec<usize> = PRECEDENCE.into_iter().flat_map(of).collect();
        let mut parts = vec![Part::Out; self.program.records.len()];
        let mut order = self.preference.to_vec();
        let (mut begin, mut sets) = (0, 0);
        while begin < ranked.len() {
            // All up to `low` can be kept, and not all up to `high`: at first that is known, later it is asked first.
            let (mut low, mut high) = (begin, ranked.len() + usize::from(begin > 0));
            while high - low > 1 {
                let middle = if high > ranked.len() { ranked.len() } else { low.midpoint(high) };
                match self.try_with(&parts, &ranked[begin..middle]) {
                    Outcome::Order(found) => (low, order) = (middle, found),
                    _ => high = middle,
                }
            }
            ranked[begin..low].iter().for_each(|&at| parts[at] = Part::Must);
            if let Some(&lost) = ranked.get(low) {
                self.explain(&parts, lost, &mut sets);
                parts[lost] = Part::Wish;
            }
            begin = low + 1;
        }
        match solve(self.program, &parts, self.preference, &mut self.tries) {
            Outcome::Order(found) => found,
            _ => order,
        }
    }

    /// Whether these can be kept beside those that are.
    fn try_with(&mut self, parts: &[Part], more: &[usize]) -> Outcome {
        let mut parts: Vec<Part> =
            parts.iter().map(|&part| if part == Part::Wish { Part::Out } else { part }).collect();
        more.iter().for_each(|&at| parts[at] = Part::Must);
        let outcome = match self.tries {
            0..BUDGET => solve(self.program, &parts, self.preference, &mut self.tries),
            _ => Outcome::Unknown,
        };
        self.unsure |= outcome == Outcome::Unknown;
        outcome
    }

    /// Finds a smallest set that excludes a record: of those that are kept, what can be left out and still does not let it in is.
    fn explain(&mut self, kept: &[Part], lost: usize, sets: &mut u32) {
        let mut set = kept.to_vec();
        if *sets == MOST_CONFLICTS || self.try_with(&set, &[lost]) != Outcome::Never {
            return;
        }
        for at in 0..set.len() {
            if set[at] == Part::Must {
                set[at] = Part::Out;
                if self.try_with(&set, &[lost]) != Outcome::Never {
                    set[at] = Part::Must;
                }
            }
        }
        set[lost] = Part::Must;
        for (conflicts, _) in self.conflicts.iter_mut().zip(&set).filter(|(_, part)| **part == Part::Must) {
            *conflicts |= 1 << *sets;
        }
        *sets += 1;
    }
}
