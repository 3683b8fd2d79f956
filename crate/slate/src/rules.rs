//! Some of a program's records, followed while places are taken one after the other.

use super::caps::Cap;
use super::minimums::Minimum;
use super::moves::Moves;
use super::pins::Pins;
use super::program::{Kind, Record};
use alloc::vec::Vec;

/// Caps, minimums and moves; pins that cannot be kept are among them as wishes.
#[derive(Debug)]
pub(crate) struct Rules {
    pub caps: Vec<Cap>,
    pub minimums: Vec<Minimum>,
    pub moves: Option<Moves>,
    /// Candidates that would stand at these places; those who are pinned elsewhere are not among them.
    wishes: Vec<(u32, usize)>,
}

impl Rules {
    /// These records, over nobody placed.
    pub fn new<'a>(records: &[&'a Record<'a>], count: usize, pins: &Pins) -> Self {
        let of = |kind| records.iter().copied().filter(move |record| record.kind == kind);
        let wishes = of(Kind::Pin).filter(|pin| pin.a < count && pins.of(pin.a).is_none());
        Rules {
            caps: of(Kind::Cap).map(|record| Cap::new(record, count)).collect(),
            minimums: of(Kind::Minimum).map(|record| Minimum::new(record, count, pins)).collect(),
            moves: Moves::new(of(Kind::Moves), count, pins),
            wishes: wishes.map(|pin| (pin.a as u32, pin.b)).collect(),
        }
    }

    /// More than can be broken at once.
    pub fn most_broken(&self) -> usize {
        self.caps.len() + self.minimums.len() + usize::from(self.moves.is_some()) + self.wishes.len() + 1
    }

    /// Looks from the next place; false where moves can no more be kept.
    pub fn look(&mut self, place: usize, pins: &Pins) -> bool {
        self.moves.as_mut().is_none_or(|moves| moves.look(place, pins))
    }

    /// How many of the rules a candidate at the next place breaks, for sure and more than they are already.
    pub fn broken_by(&self, candidate: u32, place: usize, pins: &Pins, placed: &[bool]) -> usize {
        let caps = self.caps.iter().filter(|cap| !cap.allows(candidate, place, pins)).count();
        let minimums = self.minimums.iter().filter(|minimum| !minimum.allows(candidate, place, pins)).count();
        let moves = self.moves.iter().filter(|moves| !moves.allows(candidate, place, pins)).count();
        // Who could not stand at a place comes as soon behind it as may be.
        let wishes =
            self.wishes.iter().filter(|&&(who, at)| !placed[who as usize] && (who == candidate) == (place < at));
        caps + minimums + moves + wishes.count()
    }

    /// A candidate takes the next place.
    pub fn place(&mut self, candidate: u32, place: usize, pins: &Pins) {
        self.caps.iter_mut().for_each(|cap| cap.place(candidate, place));
        self.minimums.iter_mut().for_each(|minimum| minimum.place(candidate, place, pins));
        self.moves.iter_mut().for_each(|moves| moves.place(candidate, pins));
    }

    /// The one that came last leaves its place.
    pub fn unplace(&mut self, candidate: u32, place: usize, pins: &Pins) {
        self.caps.iter_mut().for_each(|cap| cap.unplace(candidate, place));
        self.minimums.iter_mut().for_each(|minimum| minimum.unplace(candidate, place, pins));
        self.moves.iter_mut().for_each(|moves| moves.unplace(candidate, pins));
    }
}
