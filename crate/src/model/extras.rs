//! Items that the table does not hold: named by this page, perhaps with a row that came inline or was composed.

use super::description::short_hash;
use super::lookup::Lookup;
use super::rows::{InlineRow, RowError};

/// The most items outside the table that one page may name: 65,536, a few megabytes.
const MOST: usize = 1 << 16;

/// One of them.
#[derive(Clone, Debug)]
pub(super) struct Extra {
    pub id: String,
    pub row: Option<InlineRow>,
}

/// All of them, in the order in which they were named.
#[derive(Clone, Debug, Default)]
pub(super) struct Extras {
    items: Vec<Extra>,
    /// By the hash of the id, or by the next number that is free. A hash map of strings would be a thirtieth of the engine.
    by_hash: Lookup,
}

impl Extras {
    /// How many have been named.
    pub fn len(&self) -> usize {
        self.items.len()
    }

    pub fn get(&self, position: usize) -> Option<&Extra> {
        self.items.get(position)
    }

    pub fn get_mut(&mut self, position: usize) -> Option<&mut Extra> {
        self.items.get_mut(position)
    }

    /// The position of an id that was named before, or else the key at which it belongs.
    pub fn find(&self, id: &str) -> Result<usize, u32> {
        let mut key = key(id);
        while let Some(position) = self.by_hash.find(key) {
            if self.items[position].id == id {
                return Ok(position);
            }
            key += 1;
        }
        Err(key)
    }

    /// Names an item that is not there yet, at the key that [`Extras::find`] told; returns its position.
    pub fn push(&mut self, id: &str, key: u32) -> Result<usize, RowError> {
        let position = self.items.len();
        if position >= MOST {
            return Err(RowError::Full);
        }
        self.items.push(Extra { id: id.to_owned(), row: None });
        if self.by_hash.room() > 0 {
            self.by_hash.insert(key);
        } else {
            self.grow();
        }
        Ok(position)
    }

    /// Drops all of them.
    pub fn clear(&mut self) {
        *self = Extras::default();
    }

    fn grow(&mut self) {
        self.by_hash.reset(2 * self.items.len());
        for extra in &self.items {
            let mut key = key(&extra.id);
            while self.by_hash.insert(key).is_some_and(|(_, new)| !new) {
                key += 1;
            }
        }
    }
}

/// 31 bits: far below the number that a lookup reserves, however many ids share a hash.
fn key(id: &str) -> u32 {
    short_hash(0, id.as_bytes()) >> 1
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashMap;

    #[test]
    fn behaves_like_a_hash_map() {
        let (mut extras, mut expected) = (Extras::default(), HashMap::new());
        for number in 0..5_000u32 {
            let id = (number.wrapping_mul(2_654_435_761) % 3_000).to_string();
            let next = expected.len();
            let position = *expected.entry(id.clone()).or_insert(next);
            match extras.find(&id) {
                Ok(found) => assert_eq!(found, position),
                Err(key) => assert_eq!(extras.push(&id, key), Ok(position)),
            }
        }
        assert_eq!(extras.len(), expected.len());
        for (id, position) in expected {
            assert_eq!(extras.find(&id), Ok(position));
        }
        assert!(extras.find("nobody").is_err());
    }
}
