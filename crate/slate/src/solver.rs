//! Places candidates one after the other: always the most preferred one with which the rest can still be done.

use super::board::{Board, MUST};
use super::program::{Program, Record};
use alloc::vec::Vec;

/// Tries of a candidate at a place that one search may make: some for each place, and more in short lists, where each is cheap.
/// Lists of 8 are always searched to the end.
pub(crate) fn budget(count: usize) -> usize {
    64 * count + (1 << 17) / (count + 1)
}

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
    pub program: Program<'a>,
    /// All candidates, the preferred first.
    pub preference: Vec<u32>,
}

impl Task<'_> {
    /// Finds the order in which every record plays its part: place by place whom `preference` has first, as long as the search for
    /// it stays within its budget. `order` is written only where there is one; `tries` counts what it takes.
    ///
    /// Where the budget is spent, ever more places are given back, and the rest is filled with those first who are hard to place.
    pub fn solve(&self, parts: &[u32], order: &mut Vec<u32>, tries: &mut usize) -> Outcome {
        let count = self.program.count;
        *tries += 1 + count / 8;
        let Some(mut board) = Board::new(&self.program, parts) else { return Outcome::Never };
        let end = self.program.records.iter().map(|record| record.end(count)).max().unwrap_or(0) as usize;
        let budget = budget(count);
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
                found = search(&mut board, from, end, &by_need, budget);
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
    fn by_need(&self, parts: &[u32]) -> Vec<u32> {
        let mut order = self.preference.clone();
        let need = |candidate: u32| -> u32 {
            let records = self.program.records.iter().zip(parts).filter(|(_, part)| **part == MUST);
            let size = |(record, _): (&Record, _)| match record.label(candidate) {
                0 => 0,
                own => record.labelled(&self.preference, own),
            };
            records.map(size).sum()
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
