//! Rules that cannot all be kept: which of them exclude each other, which are given up, and the list that is made all the same.

use super::board::MUST;
use super::program::Kind;
use super::solver::{Outcome, Task, budget};
use alloc::vec;
use alloc::vec::Vec;

/// A record that is kept as far as may be.
const WISH: u32 = 0;
/// A record that is not looked at while a smallest set is found.
const LEFT_OUT: u32 = 2;
/// Budgets of a search after which no more conflicts are looked into.
const SEARCHES: usize = 4;

/// A list, and what was found about its rules.
pub(crate) struct Settled {
    pub order: Vec<u32>,
    /// Of each record, in which smallest conflicting sets it is: bit 1 for the first set, and so on.
    pub conflicts: Vec<u32>,
    /// Whether a search ended by its budget before it knew.
    pub unsure: bool,
    parts: Vec<u32>,
    tries: usize,
}

/// Makes the list: keeps, in order of precedence, each record that can be kept with those before it, and of a minimum that cannot be
/// as many as can.
pub(crate) fn settle(mut task: Task<'_>) -> Settled {
    let records = &task.program.records;
    let mut settled = Settled {
        order: task.preference.clone(),
        conflicts: vec![0; records.len()],
        unsure: false,
        parts: vec![MUST; records.len()],
        tries: 0,
    };
    if settled.attempt(&task) == Outcome::Filled {
        return settled;
    }
    (settled.unsure, settled.tries) = (false, 0);
    settled.parts.fill(WISH);
    let mut set = 1;
    for kind in Kind::Pin as u8..Kind::Nothing as u8 {
        for at in 0..settled.parts.len() {
            if task.program.records[at].kind as u8 != kind {
                continue;
            }
            settled.parts[at] = MUST;
            let mut outcome = settled.attempt(&task);
            if outcome == Outcome::Never {
                set <<= 1;
                settled.explain(&task, at, set);
            }
            while outcome != Outcome::Filled && kind == Kind::Minimum as u8 && task.program.records[at].a > 1 {
                task.program.records[at].a -= 1;
                outcome = settled.attempt(&task);
            }
            if outcome != Outcome::Filled {
                settled.parts[at] = WISH;
            }
        }
    }
    let (unsure, tries) = (settled.unsure, core::mem::take(&mut settled.tries));
    settled.attempt(&task);
    (settled.unsure, settled.tries) = (unsure, tries);
    settled
}

impl Settled {
    /// Whether these can be kept; once the budget is spent, nobody knows.
    fn attempt(&mut self, task: &Task<'_>) -> Outcome {
        let mut outcome = Outcome::Unknown;
        if self.tries < SEARCHES * budget(task.program.count) {
            outcome = task.solve(&self.parts, &mut self.order, &mut self.tries);
        }
        self.unsure |= outcome == Outcome::Unknown;
        outcome
    }

    /// Finds a smallest set of records that excludes the one that is lost: leaves out what can be left out.
    fn explain(&mut self, task: &Task<'_>, lost: usize, set: u32) {
        // The order of those that are kept stays.
        let order = core::mem::take(&mut self.order);
        for at in 0..self.parts.len() {
            if at != lost && self.parts[at] == MUST {
                self.parts[at] = LEFT_OUT;
                if self.attempt(task) != Outcome::Never {
                    self.parts[at] = MUST;
                }
            }
            if self.parts[at] == MUST {
                self.conflicts[at] |= set;
            }
        }
        self.order = order;
        self.parts.iter_mut().filter(|part| **part == LEFT_OUT).for_each(|part| *part = MUST);
    }
}
