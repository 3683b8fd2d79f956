//! What other sessions say: the co-visitation neighbours of this session's items, added up.

use super::lookup::Lookup;
use crate::model::Neighbours;

/// What other sessions say about one item.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Strength {
    /// Over all of the session's items, each weighted by recency and kind.
    pub sum: f32,
    /// From the newest item alone.
    pub last: f32,
    /// The largest single contribution.
    pub max: f32,
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

    /// Adds the neighbours of one event's item. Events come newest first, so sums have one fixed order.
    pub(super) fn add(&mut self, neighbours: &Neighbours<'_>, weight: f32, newest: bool) {
        for (&number, &code) in neighbours.items.iter().zip(neighbours.weights) {
            let Some((position, new)) = self.lookup.insert(number) else { continue };
            if new {
                self.numbers.push(number);
                self.strengths.push(Strength::default());
            }
            let plain = f32::from(code) * neighbours.scale;
            let weighted = plain * weight;
            let strength = &mut self.strengths[position];
            strength.sum += weighted;
            strength.max = strength.max.max(weighted);
            if newest {
                strength.last = plain;
            }
        }
    }

    /// What other sessions say about an item; zeros if they say nothing.
    pub fn of(&self, number: u32) -> Strength {
        self.lookup.find(number).map(|position| self.strengths[position]).unwrap_or_default()
    }

    /// All items with evidence, in the order in which they were first met.
    pub fn iter(&self) -> impl Iterator<Item = (u32, Strength)> + '_ {
        self.numbers.iter().copied().zip(self.strengths.iter().copied())
    }
}

impl PartialEq for Evidence {
    fn eq(&self, other: &Self) -> bool {
        self.numbers == other.numbers && self.strengths == other.strengths
    }
}
