//! Places candidates one after the other: always the most preferred one with which the rest can still be done.

use super::board::{Board, Part};
use super::labels::{label, labelled};
use super::program::Program;
use alloc::vec::Vec;

/// Tries of a candidate at a place that one search may make, beside a few for each candidate.
const BUDGET: usize = 1 << 12;
/// The same for a search that only begins near the end.
const STEP: usize = 1 << 9;

/// How a search ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// All places are filled.
    Filled,
    /// They cannot be.
    Never,
    /// It did not know when its budget was spent.
    Unknown,
}

/// What a search is about.
pub(crate) struct Task<'a> {
    pub program: &'a Program<'a>,
    /// The labels of each record.
    pub labels: Vec<Vec<u32>>,
    /// All candidates, the preferred first.
    pub preference: Vec<u32>,
}

impl Task<'_> {
    /// Finds the order in which every record plays its part: place by place whom `preference` has first, as long as the search for
    /// it stays within its budget. `order` is written only where there is one; `tries` counts what it takes.
    ///
    /// Where the budget is spent, ever more places are given back, and the rest is filled with those first who are hard to place.
    pub fn solve(&self, parts: &[Part], order: &mut Vec<u32>, tries: &mut usize) -> Outcome {
        let count = self.program.count;
        *tries += 1 + count / 8;
        let Some(mut board) = Board::new(self.program, &self.labels, parts) else { return Outcome::Never };
        let end = self.program.records.iter().map(|record| record.end(count)).max().unwrap_or(0) as usize;
        let budget = BUDGET + 4 * count;
        let mut found = search(&mut board, 0, end, &self.preference, budget);
        if found == Outcome::Unknown {
            let by_need = self.by_need(parts);
            let (mut from, mut back) = (board.place, 1);
            while found != Outcome::Filled && from > 0 {
                from = from.saturating_sub(back);
                back *= 2;
                while board.place > from {
                    board.give_back();
                }
                found = search(&mut board, from, end, &by_need, if from == 0 { budget } else { STEP });
            }
        }
        *tries += board.tries;
        if found == Outcome::Filled {
            order.clear();
            order.extend_from_slice(&board.at[..end]);
            order.extend(self.preference.iter().filter(|&&candidate| board.waits(candidate)));
        }
        found
    }

    /// All candidates; those first who are in the largest groups, of all rules together.
    fn by_need(&self, parts: &[Part]) -> Vec<u32> {
        let mut order = self.preference.clone();
        let need = |candidate: u32| -> u32 {
            let labels = self.labels.iter().zip(parts).filter(|(_, part)| **part == Part::Must);
            let size = |(labels, _): (&Vec<u32>, _)| match label(labels, candidate) {
                0 => 0,
                own => labelled(&self.preference, labels, own),
            };
            labels.map(size).sum()
        };
        let mut needs: Vec<u32> = order.iter().map(|&candidate| need(candidate)).collect();
        for end in 1..order.len() {
            let mut at = end;
            while at > 0 && needs[at - 1] < needs[at] {
                order.swap(at - 1, at);
                needs.swap(at - 1, at);
                at -= 1;
            }
        }
        order
    }
}

/// Fills the places from one to another, or finds that they cannot be, with those in front as they are.
fn search(board: &mut Board<'_>, from: usize, end: usize, order: &[u32], budget: usize) -> Outcome {
    let limit = board.tries + budget;
    let mut after = None;
    while board.place < end {
        let next = if board.look() { board.next(order, after) } else { None };
        if board.tries > limit {
            return Outcome::Unknown;
        }
        after = None;
        match next {
            Some(candidate) => board.take(candidate),
            None if board.place == from => return Outcome::Never,
            None => after = Some(board.give_back()),
        }
    }
    Outcome::Filled
}
