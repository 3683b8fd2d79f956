//! A minimum: at least so many of some candidates in so many first places.

use super::pins::Pins;
use super::program::Record;
use alloc::vec::Vec;

/// A minimum, and how far it is reached.
#[derive(Debug)]
pub(crate) struct Minimum {
    pub wanted: usize,
    /// It holds in so many first places.
    pub within: usize,
    /// Whether each candidate counts: it is named, and not pinned behind.
    counts: Vec<bool>,
    /// Those that stand there.
    have: usize,
    /// Those that do not yet, pinned and not.
    pinned: usize,
    free: usize,
}

impl Minimum {
    /// The minimum of a record, over nobody placed.
    pub fn new(record: &Record<'_>, count: usize, pins: &Pins) -> Self {
        let counts =
            |candidate| record.code(candidate) == 1 && pins.of(candidate).is_none_or(|place| place < record.within);
        let counts: Vec<bool> = (0..count).map(counts).collect();
        let all = counts.iter().filter(|&&counts| counts).count();
        let pinned = (0..count).filter(|&candidate| counts[candidate] && pins.of(candidate).is_some()).count();
        // No more can be missing than one more than there are.
        Minimum { wanted: record.a.min(count + 1), within: record.within, counts, have: 0, pinned, free: all - pinned }
    }

    /// Whether a candidate counts.
    #[inline]
    pub fn counts(&self, candidate: u32) -> bool {
        self.counts[candidate as usize]
    }

    /// How many are missing, with places up to this one taken.
    #[inline]
    pub fn missing(&self, place: usize) -> usize {
        if place < self.within { self.wanted.saturating_sub(self.have) } else { 0 }
    }

    /// How many more can come from a place on.
    pub fn coming(&self, from: usize, pins: &Pins) -> usize {
        self.pinned + self.free.min(pins.free(from, self.within))
    }

    /// Whether as much of it stays in reach with a candidate at a place as before.
    pub fn allows(&self, candidate: u32, place: usize, pins: &Pins) -> bool {
        let missing = self.missing(place);
        if missing == 0 || self.counts(candidate) || pins.at(place).is_some() {
            return true;
        }
        missing.min(self.coming(place, pins)) <= self.coming(place + 1, pins)
    }

    /// A candidate takes a place.
    pub fn place(&mut self, candidate: u32, place: usize, pins: &Pins) {
        if self.counts(candidate) && place < self.within {
            self.have += 1;
            *self.left(candidate, pins) -= 1;
        }
    }

    /// It leaves it.
    pub fn unplace(&mut self, candidate: u32, place: usize, pins: &Pins) {
        if self.counts(candidate) && place < self.within {
            self.have -= 1;
            *self.left(candidate, pins) += 1;
        }
    }

    fn left(&mut self, candidate: u32, pins: &Pins) -> &mut usize {
        if pins.of(candidate as usize).is_some() { &mut self.pinned } else { &mut self.free }
    }
}
