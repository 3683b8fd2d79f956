//! Who is pinned where, and which places that leaves to others.

use super::program::Record;
use alloc::vec;
use alloc::vec::Vec;

/// No candidate, or no place.
pub(crate) const NONE: u32 = u32::MAX;

/// Pins that can all be kept.
#[derive(Debug)]
pub(crate) struct Pins {
    /// The candidate of each place.
    at: Vec<u32>,
    /// The place of each candidate.
    of: Vec<u32>,
    /// How many places in front of each are pinned.
    before: Vec<u32>,
    /// Behind this place nothing is pinned.
    end: usize,
}

impl Pins {
    /// Takes pins; `None` where two of them, or one alone, cannot be.
    pub fn new<'a>(pins: impl Iterator<Item = &'a Record<'a>>, count: usize) -> Option<Self> {
        let (mut at, mut of, mut end) = (vec![NONE; count], vec![NONE; count], 0);
        for pin in pins {
            let (place_of, candidate_at) = (of.get_mut(pin.a)?, at.get_mut(pin.b)?);
            let (candidate, place) = (pin.a as u32, pin.b as u32);
            if (*place_of != NONE && *place_of != place) || (*candidate_at != NONE && *candidate_at != candidate) {
                return None;
            }
            (*place_of, *candidate_at) = (place, candidate);
            end = end.max(pin.b + 1);
        }
        let mut before = Vec::with_capacity(count + 1);
        before.push(0);
        let mut pinned = 0;
        before.extend(at.iter().map(|&candidate| {
            pinned += u32::from(candidate != NONE);
            pinned
        }));
        Some(Pins { at, of, before, end })
    }

    /// The candidate that is pinned at a place.
    #[inline]
    pub fn at(&self, place: usize) -> Option<u32> {
        self.at.get(place).copied().filter(|&candidate| candidate != NONE)
    }

    /// The place at which a candidate is pinned.
    #[inline]
    pub fn of(&self, candidate: usize) -> Option<usize> {
        self.of.get(candidate).filter(|&&place| place != NONE).map(|&place| place as usize)
    }

    /// Behind this place nothing is pinned.
    #[inline]
    pub fn end(&self) -> usize {
        self.end
    }

    /// How many places from one to another, the second left out, nobody is pinned at.
    #[inline]
    pub fn free(&self, from: usize, to: usize) -> usize {
        to.saturating_sub(from + (self.before[to] - self.before[from.min(to)]) as usize)
    }
}
