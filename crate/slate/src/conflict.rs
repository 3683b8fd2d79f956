//! Rules that cannot all be kept: which of them exclude each other, which are given up, and the list that is made all the same.

use super::board::Part;
use super::program::Kind;
use super::solver::{Outcome, Task};
use alloc::vec;
use alloc::vec::Vec;

/// Which kinds are kept where not all can be, the first before the last; of one kind the earlier record.
const PRECEDENCE: [Kind; 4] = [Kind::Pin, Kind::Minimum, Kind::Cap, Kind::Moves];
/// Tries after which no more conflicts are looked into.
const BUDGET: usize = 1 << 14;

/// A list, and what was found about its rules.
pub(crate) struct Settled {
    pub order: Vec<u32>,
    /// Of each record, in which smallest conflicting sets it is: bit 1 for the first set, and so on.
    pub conflicts: Vec<u32>,
    /// Whether a search ended by its budget before it knew.
    pub unsure: bool,
    tries: usize,
}

/// Makes the list: keeps, in order of precedence, each record that can be kept with those before it.
pub(crate) fn settle(task: &Task<'_>) -> Settled {
    let count = task.program.records.len();
    let order = task.preference.clone();
    let mut settled = Settled { order, conflicts: vec![0; count], unsure: false, tries: 0 };
    let mut parts = vec![Part::Must; count];
    if settled.attempt(task, &parts) != Outcome::Filled {
        settled.unsure = false;
        parts.fill(Part::Out);
        let mut set = 1;
        for kind in PRECEDENCE {
            for (at, record) in task.program.records.iter().enumerate() {
                if record.kind == kind {
                    parts[at] = Part::Must;
                    let outcome = settled.attempt(task, &parts);
                    if outcome == Outcome::Never {
                        set <<= 1;
                        settled.explain(task, parts.clone(), at, set);
                    }
                    if outcome != Outcome::Filled {
                        parts[at] = Part::Out;
                    }
                }
            }
        }
        // Wishes may lead a search where it does not find out in time: then the list is made without them.
        for given_up in [Part::Wish, Part::Out] {
            parts.iter_mut().filter(|part| **part != Part::Must).for_each(|part| *part = given_up);
            if task.solve(&parts, &mut settled.order, &mut settled.tries) == Outcome::Filled {
                break;
            }
        }
    }
    settled
}

impl Settled {
    /// Whether these can be kept; once the budget is spent, nobody knows.
    fn attempt(&mut self, task: &Task<'_>, parts: &[Part]) -> Outcome {
        let mut outcome = Outcome::Unknown;
        if self.tries < BUDGET {
            outcome = task.solve(parts, &mut self.order, &mut self.tries);
        }
        self.unsure |= outcome == Outcome::Unknown;
        outcome
    }

    /// Finds a smallest set of records that excludes the one that is lost: leaves out what can be left out.
    fn explain(&mut self, task: &Task<'_>, mut parts: Vec<Part>, lost: usize, set: u32) {
        for at in 0..parts.len() {
            if at != lost && parts[at] == Part::Must {
                parts[at] = Part::Out;
                if self.attempt(task, &parts) != Outcome::Never {
                    parts[at] = Part::Must;
                }
            }
            if parts[at] == Part::Must {
                self.conflicts[at] |= set;
            }
        }
    }
}
