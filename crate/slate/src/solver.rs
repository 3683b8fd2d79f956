//! Places candidates one after the other: always the most preferred one with which the rest can still be done.

use super::board::{Board, By, Part};
use super::program::Program;
use alloc::vec::Vec;

/// Tries of a candidate at a place that one search may make, beside a few for each candidate.
const BUDGET: usize = 1 << 15;
/// The same for one step of [`improve`].
const STEP: usize = 1 << 10;

/// What is known of records that must hold together.
#[derive(Debug, PartialEq)]
pub(crate) enum Outcome {
    /// They can: an order of all candidates in which they do.
    Order(Vec<u32>),
    /// They cannot.
    Never,
    /// The search ended before it knew.
    Unknown,
}

/// How a search ended.
#[derive(PartialEq)]
enum Search {
    Filled,
    Exhausted,
    Budget,
}

/// The order in which every record plays its part: place by place whom `preference` has first, as long as the search for it stays
/// within its budget. `tries` counts what it takes.
pub(crate) fn solve(program: &Program<'_>, parts: &[Part], preference: &[u32], tries: &mut usize) -> Outcome {
    let Some(mut board) = Board::new(program, parts, preference) else { return Outcome::Never };
    let budget = BUDGET + 8 * program.count;
    let mut found = search(&mut board, 0, By::Preference, budget);
    if found == Search::Budget {
        // Whoever is hard to place goes first; what that costs in preference is won back where it can be.
        found = search(&mut board, 0, By::Need, budget);
        if found == Search::Filled {
            improve(&mut board, budget);
        }
    }
    *tries += board.tries;
    match found {
        Search::Filled => Outcome::Order(board.finish()),
        Search::Exhausted => Outcome::Never,
        Search::Budget => Outcome::Unknown,
    }
}

/// Fills the places from one on. Where that cannot be, or takes too many tries, they are empty again.
fn search(board: &mut Board, from: usize, by: By, budget: usize) -> Search {
    let limit = board.tries + budget;
    let mut after = None;
    loop {
        if board.placed.len() == board.end.max(from) {
            return Search::Filled;
        }
        let next = if after.is_some() || board.is_open() { board.next(after, by) } else { None };
        let ended = board.tries > limit;
        match next.filter(|_| !ended) {
            Some(candidate) => {
                board.place(candidate);
                after = None;
            }
            None if ended => {
                clear(board, from);
                return Search::Budget;
            }
            None => {
                board.note_dead_end();
                if board.placed.len() == from {
                    return Search::Exhausted;
                }
                after = board.unplace();
            }
        }
    }
}

fn clear(board: &mut Board, from: usize) {
    while board.placed.len() > from {
        board.unplace();
    }
}

/// Goes through a list that was filled by need, and takes at each place the most preferred candidate behind whom a short search
/// can fill the rest.
fn improve(board: &mut Board, budget: usize) {
    let mut known = board.placed.clone();
    let limit = board.tries + budget;
    clear(board, 0);
    while board.placed.len() < board.end {
        let place = board.placed.len();
        let mut after = None;
        loop {
            let next = if board.tries < limit { board.next(after, By::Preference) } else { None };
            let Some(candidate) = next.filter(|&next| next != known[place]) else {
                board.place(known[place]);
                break;
            };
            board.place(candidate);
            if search(board, place + 1, By::Need, STEP) == Search::Filled {
                known.clone_from(&board.placed);
                clear(board, place + 1);
                break;
            }
            after = board.unplace();
        }
    }
}
