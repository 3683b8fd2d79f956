//! What other sessions say: the neighbours of this session's items, added up.

use alloc::vec::Vec;
use reshelf_artifact::{BOUGHT, NEAR, NEXT, Neighbours};
use reshelf_kernels::math::Lookup;

/// What other sessions say about one item. "Weighted" is by each event's recency and kind.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Strength {
    /// It comes near the session's items: weighted sum over all of them.
    pub sum: f32,
    /// It comes near the newest item: the strength itself, of that item alone.
    pub last: f32,
    /// The largest single part of `sum`.
    pub max: f32,
    /// It directly follows the newest item: the strength itself.
    pub next: f32,
    /// It directly follows the session's items: weighted sum over all of them.
    pub next_sum: f32,
    /// It is carted or bought after the session's items: weighted sum over all of them.
    pub bought: f32,
}

/// All items that other sessions point to from this one.
#[derive(Clone, Debug, Default)]
pub struct Evidence {
    lookup: Lookup,
    numbers: Vec<u32>,
    strengths: Vec<Strength>,
}

impl Evidence {
    /// Starts over, with room for this many neighbours.
    pub(super) fn reset(&mut self, most: usize) {
        self.lookup.reset(most);
        self.numbers.clear();
        self.strengths.clear();
    }

    /// Adds the neighbours of one event's item. Events come newest first and neighbours ascending, so sums have one fixed
    /// order.
    pub(super) fn add(&mut self, neighbours: &Neighbours<'_>, weight: f32, newest: bool) {
        for neighbour in neighbours.iter() {
            let Some((position, new)) = self.lookup.insert(neighbour.item) else { continue };
            if new {
                self.numbers.push(neighbour.item);
                self.strengths.push(Strength::default());
            }
            let weighted = neighbour.strengths.map(|strength| strength * weight);
            let strength = &mut self.strengths[position];
            strength.sum += weighted[NEAR];
            strength.max = strength.max.max(weighted[NEAR]);
            strength.next_sum += weighted[NEXT];
            strength.bought += weighted[BOUGHT];
            if newest {
                (strength.last, strength.next) = (neighbour.strengths[NEAR], neighbour.strengths[NEXT]);
            }
        }
    }

    /// What other sessions say about an item; zeros if they say nothing.
    #[inline]
    pub fn of(&self, number: u32) -> Strength {
        self.find(number).unwrap_or_default()
    }

    /// What other sessions say about an item, if anything.
    #[inline]
    pub fn find(&self, number: u32) -> Option<Strength> {
        self.lookup.find(number).map(|position| self.strengths[position])
    }

    /// How many items other sessions say something about.
    #[inline]
    pub fn len(&self) -> usize {
        self.numbers.len()
    }

    /// Whether they say nothing at all.
    pub fn is_empty(&self) -> bool {
        self.numbers.is_empty()
    }

    /// All items with evidence, in the order in which they were first met.
    #[inline]
    pub fn iter(&self) -> impl Iterator<Item = (u32, Strength)> + '_ {
        self.numbers.iter().copied().zip(self.strengths.iter().copied())
    }
}

impl PartialEq for Evidence {
    fn eq(&self, other: &Self) -> bool {
        self.numbers == other.numbers && self.strengths == other.strengths
    }
}
