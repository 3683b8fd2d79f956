//! From scores and a shop's rules to a list. Uses the maths and the kernels of `reshelf-kernels`, and knows no model, no
//! session and no artifact: what a rule is about comes as codes, what candidates look like as rows of codes.
//!
//! A [`Program`] says what is asked: pins, caps in windows, minimums, bounds for moves, and how diverse the list is to be. Whom
//! diversity prefers (or the score, where there is none) goes first, place by place, as long as all rules can still be kept; so
//! the list is the first one in which they hold. Where they cannot all be kept, [`Program::arrange`] says which exclude each
//! other, gives up what comes last in precedence, and keeps of that as much as it can. Any words give a permutation.
//!
//! ```
//! use reshelf_slate::{CAP, HEADER_WORDS, PIN, Program};
//!
//! // Candidate 3 first; of a brand at most one in any two places.
//! let header = [0; HEADER_WORDS];
//! let records = [&[PIN, 0, 3, 0, 0, 0][..], &[CAP, 1, 1, 2, 0, 1], &[7, 7, 8, 8]];
//! let words = [&header[..], &records.concat()].concat();
//! let answer = Program::read(&words, 4).arrange(&[0.9, 0.8, 0.7, 0.1], &[0, 1, 2, 3], None);
//! assert_eq!(answer[..4], [3, 0, 2, 1]);
//! assert_eq!(answer[4..], [0, 0, 0, 0, 0]); // both records are kept, and that is known
//! ```
//!
//! - `program`: what a caller asks, read from words
//! - `diversity`: whom the list prefers
//! - `pins`, `caps`, `minimums`, `moves`: one kind of rule each, followed while places are taken; `rules`: several of them
//! - `look_ahead`: whether what is left can fill the places that are left; `kinds`: who need not be tried
//! - `board`: what is settled so far, with `queue`, who waits; `solver`: the search
//! - `conflict`: what is given up, and why; `measure`: what is broken in the end
#![cfg_attr(not(test), no_std)]

extern crate alloc;

mod board;
mod caps;
mod conflict;
mod diversity;
mod kinds;
mod look_ahead;
mod measure;
mod minimums;
mod moves;
mod pins;
mod program;
mod queue;
mod rules;
mod solver;
#[cfg(test)]
mod tests;

pub use diversity::Rows;
pub use program::{
    BY_SCORE, CALIBRATION, CAP, DPP, HEADER_WORDS, MINIMUM, MMR, MOVES, PIN, Program, RECORD_WORDS, USUAL_WINDOW,
};

use alloc::vec::Vec;

/// In a record's status: it does not hold everywhere in the answer.
pub const BROKEN: u32 = 1;
/// In a record's status: it is in the first smallest conflicting set. The bits above are for further sets.
pub const IN_CONFLICT: u32 = 2;

impl Program<'_> {
    /// Puts candidates in order.
    ///
    /// `scores` has one a candidate, and `by_score` their places in the given list, best first; what is no permutation of these
    /// counts as the given order. `rows` are asked for by [`Program::compares_rows`].
    ///
    /// The answer has the candidates in their order, by their places in the given list; then two words a record: its status
    /// ([`BROKEN`], [`IN_CONFLICT`] and the bits above), and in how many places it does not hold: windows of a cap, candidates
    /// that a minimum misses or that moved too far. The last word is 1 where the search ended by its budget.
    pub fn arrange(&self, scores: &[f32], by_score: &[u32], rows: Option<&Rows<'_>>) -> Vec<u32> {
        let order = permutation(by_score, self.count);
        let preference = diversity::preference(self, scores, order, rows);
        let settled = conflict::settle(self, &preference);
        let mut answer = settled.order;
        for (record, conflicts) in self.records.iter().zip(settled.conflicts) {
            let broken = measure::broken(record, &answer[..self.count]);
            answer.extend([(u32::from(broken > 0) * BROKEN) | (conflicts * IN_CONFLICT), broken as u32]);
        }
        answer.push(u32::from(settled.unsure));
        answer
    }
}

/// The order, if it is one of so many candidates, or the given one.
fn permutation(order: &[u32], count: usize) -> Vec<u32> {
    let mut seen = alloc::vec![false; count];
    let is_new = |&candidate: &u32| {
        let slot = seen.get_mut(candidate as usize);
        slot.is_some_and(|seen| !core::mem::replace(seen, true))
    };
    if order.len() == count && order.iter().all(is_new) { order.to_vec() } else { (0..count as u32).collect() }
}
