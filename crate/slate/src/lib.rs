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
//! - `labels`: what tells candidates apart for a rule
//! - `board`: what is settled so far, and who may come next; `look_ahead`: whether what is left can fill the places that are left
//! - `solver`: the search; `conflict`: what is given up, and why; `measure`: what is broken in the end
#![cfg_attr(not(test), no_std)]

extern crate alloc;

mod board;
mod conflict;
mod diversity;
mod labels;
mod look_ahead;
mod measure;
mod program;
mod solver;
#[cfg(test)]
mod tests;

pub use diversity::Rows;
pub use program::{
    BY_SCORE, CALIBRATION, CAP, DPP, HEADER_WORDS, MINIMUM, MMR, MOVES, PIN, Program, RECORD_WORDS, USUAL_WINDOW,
};

use alloc::vec::Vec;
use solver::Task;

/// In a record's status: it does not hold everywhere in the answer.
pub const BROKEN: u32 = 1;
/// In a record's status: it is in the first smallest conflicting set. The bits above are for further sets.
pub const IN_CONFLICT: u32 = 2;

impl Program<'_> {
    /// Puts candidates in order.
    ///
    /// `scores` has one a candidate, as many as the program was read for, and `by_score` is the permutation that has the best
    /// first. `rows` are asked for by [`Program::compares_rows`].
    ///
    /// The answer has the candidates in their order, by their places in the given list; then two words a record: its status
    /// ([`BROKEN`], [`IN_CONFLICT`] and the bits above), and in how many places it does not hold: of a cap those who stand
    /// in a window with too many of their code, of a minimum those who are missing, of moves those who went too far. The last word
    /// is 1 where the search ended by its budget.
    pub fn arrange(&self, scores: &[f32], by_score: &[u32], rows: Option<&Rows<'_>>) -> Vec<u32> {
        let preference = diversity::preference(self, scores, by_score.to_vec(), rows);
        let settled = conflict::settle(Task { program: self.clone(), preference });
        let mut answer = settled.order;
        for (conflicts, broken) in settled.conflicts.into_iter().zip(measure::broken(self, &answer)) {
            answer.extend([u32::from(broken > 0) | conflicts, broken]);
        }
        answer.push(u32::from(settled.unsure));
        answer
    }
}
