//! How far candidates may move: each has a first and a last place.

use super::pins::Pins;
use super::program::Record;
use alloc::vec;
use alloc::vec::Vec;

/// No last place.
const ANY: u32 = u32::MAX;

/// The first and the last place of each candidate, over all records that say one.
///
/// Both grow with the place in the given list, so that of two candidates with the same codes the earlier one may always go first.
#[derive(Debug)]
pub(crate) struct Moves {
    first: Vec<u32>,
    last: Vec<u32>,
    /// Where the places end that records say anything of.
    end: usize,
    /// How many that are neither placed nor pinned have each place as their last.
    ends_at: Vec<u32>,
    /// Of the places from the next one on, all up to this are needed for those who must not stand behind it.
    due: u32,
}

/// The first and the last place of a candidate by one record; its last is none where the record does not reach so far.
pub(crate) fn bounds(record: &Record<'_>, candidate: usize) -> (usize, usize) {
    let last = candidate.saturating_add(record.b);
    let last = if last < record.within { last } else { ANY as usize };
    (candidate.saturating_sub(record.a).min(record.within), last)
}

impl Moves {
    /// What all these records say together, over nobody placed; `None` where there are none.
    pub fn new<'a>(records: impl Iterator<Item = &'a Record<'a>>, count: usize, pins: &Pins) -> Option<Self> {
        let (mut first, mut last) = (vec![0; count], vec![ANY; count]);
        let (mut end, mut any) = (0, false);
        for record in records {
            any = true;
            end = end.max(record.within);
            for (candidate, (first, last)) in first.iter_mut().zip(&mut last).enumerate() {
                let (from, to) = bounds(record, candidate);
                (*first, *last) = ((*first).max(from as u32), (*last).min(to as u32));
            }
        }
        let mut ends_at = vec![0; count];
        for (candidate, &place) in last.iter().enumerate() {
            if pins.of(candidate).is_none()
                && let Some(ends) = ends_at.get_mut(place as usize)
            {
                *ends += 1;
            }
        }
        any.then_some(Moves { first, last, end, ends_at, due: ANY })
    }

    /// Whether a place is one of a candidate's.
    pub fn reaches(&self, candidate: u32, place: usize) -> bool {
        let place = place as u32;
        (self.first[candidate as usize]..=self.last[candidate as usize]).contains(&place)
    }

    /// Looks from a place at who must be placed by when; false where that cannot be.
    pub fn look(&mut self, from: usize, pins: &Pins) -> bool {
        let (mut waiting, mut free) = (0, 0);
        self.due = ANY;
        for place in from..self.end {
            waiting += self.ends_at[place];
            free += u32::from(pins.at(place).is_none());
            if waiting >= free && waiting > 0 {
                self.due = place as u32;
                return waiting == free;
            }
        }
        true
    }

    /// Whether a candidate may stand at the place that was looked from, and all others still can.
    pub fn allows(&self, candidate: u32, place: usize, pins: &Pins) -> bool {
        let is_due = self.last[candidate as usize] <= self.due || pins.at(place).is_some();
        self.reaches(candidate, place) && is_due
    }

    /// A candidate takes a place.
    pub fn place(&mut self, candidate: u32, pins: &Pins) {
        if let Some(ends) = self.ends(candidate, pins) {
            *ends -= 1;
        }
    }

    /// It leaves it.
    pub fn unplace(&mut self, candidate: u32, pins: &Pins) {
        if let Some(ends) = self.ends(candidate, pins) {
            *ends += 1;
        }
    }

    fn ends(&mut self, candidate: u32, pins: &Pins) -> Option<&mut u32> {
        let last = self.last[candidate as usize] as usize;
        if pins.of(candidate as usize).is_some() { None } else { self.ends_at.get_mut(last) }
    }
}
