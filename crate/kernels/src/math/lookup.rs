//! A small open-addressing table from item numbers to positions, cleared in one sweep and reused: no allocation once it
//! has grown to a session's size.

use alloc::vec;
use alloc::vec::Vec;

/// Marks an empty slot; item numbers never reach it.
const EMPTY: u32 = u32::MAX;

/// From a number to the position at which it was first put in.
#[derive(Clone, Debug, Default)]
pub struct Lookup {
    slots: Vec<(u32, u32)>,
    count: u32,
}

impl Lookup {
    /// Empties the table and makes room for this many different numbers.
    pub fn reset(&mut self, most: usize) {
        // At most half full, so that probes stay short.
        let wanted = (2 * most.max(8)).next_power_of_two();
        self.count = 0;
        if self.slots.len() >= wanted {
            self.slots.fill((EMPTY, 0));
        } else {
            self.slots = vec![(EMPTY, 0); wanted];
        }
    }

    /// How many numbers more it takes.
    pub fn room(&self) -> usize {
        (self.slots.len() / 2 + 1).saturating_sub(self.count as usize).min(self.slots.len())
    }

    /// The position of a number.
    #[inline]
    pub fn find(&self, number: u32) -> Option<usize> {
        if self.slots.is_empty() {
            return None;
        }
        let (found, position) = self.slots[self.probe(number)];
        (found == number && number != EMPTY).then_some(position as usize)
    }

    /// The position of a number, and whether it is new: positions count up from zero.
    ///
    /// `None` when the table is full or the number is the reserved one; `reset` with enough room rules that out.
    pub fn insert(&mut self, number: u32) -> Option<(usize, bool)> {
        if number == EMPTY || self.slots.is_empty() || self.count as usize * 2 > self.slots.len() {
            return None;
        }
        let slot = self.probe(number);
        if self.slots[slot].0 == number {
            return Some((self.slots[slot].1 as usize, false));
        }
        self.slots[slot] = (number, self.count);
        self.count += 1;
        Some((self.count as usize - 1, true))
    }

    /// The slot that holds the number, or the empty one where it belongs.
    fn probe(&self, number: u32) -> usize {
        let mask = self.slots.len() - 1;
        // Fibonacci hashing (Knuth, TAOCP 6.4): the high bits of a product with 2^32 / golden ratio.
        let mut slot = (number.wrapping_mul(0x9E37_79B9) >> 7) as usize & mask;
        while self.slots[slot].0 != EMPTY && self.slots[slot].0 != number {
            slot = (slot + 1) & mask;
        }
        slot
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::HashMap;

    proptest! {
        #[test]
        fn behaves_like_a_hash_map(numbers in prop::collection::vec(0u32..200, 0..300), most in 200usize..400) {
            let (mut lookup, mut expected) = (Lookup::default(), HashMap::new());
            lookup.reset(most);
            for number in numbers {
                let next = expected.len();
                let position = *expected.entry(number).or_insert(next);
                prop_assert_eq!(lookup.insert(number).unwrap(), (position, position == next));
            }
            for number in 0..200 {
                prop_assert_eq!(lookup.find(number), expected.get(&number).copied());
            }
            lookup.reset(most);
            prop_assert_eq!(lookup.find(0), None);
        }
    }
}
