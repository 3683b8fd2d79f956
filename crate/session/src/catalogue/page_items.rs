//! Items that the table does not hold: named by this page, perhaps with a row that came inline or was composed.

use super::row::{InlineRow, RowError};
use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;
use reshelf_artifact::short_hash;
use reshelf_kernels::math::Lookup;

/// The most items outside the table at a time: 65,536, a few megabytes.
pub(super) const MOST: usize = 1 << 16;

/// One of them.
#[derive(Clone, Debug)]
pub(super) struct PageItem {
    /// Counted up and never used again, so that whoever still holds one that was let go of names nothing.
    pub number: u32,
    pub id: String,
    pub row: Option<InlineRow>,
}

/// All of them, in the order in which they were named.
#[derive(Clone, Debug, Default)]
pub(super) struct PageItems {
    items: Vec<PageItem>,
    /// By the hash of the id, or by the next number that is free. A hash map of strings would be a thirtieth of the engine.
    by_hash: Lookup,
    next: u32,
    generation: u32,
}

impl PageItems {
    /// Moves whenever an item is let go of.
    pub fn generation(&self) -> u32 {
        self.generation
    }

    /// Whether there is no room for another.
    pub fn is_full(&self) -> bool {
        self.items.len() >= MOST
    }

    pub fn get(&self, number: u32) -> Option<&PageItem> {
        self.position(number).map(|at| &self.items[at])
    }

    pub fn get_mut(&mut self, number: u32) -> Option<&mut PageItem> {
        self.position(number).map(|at| &mut self.items[at])
    }

    fn position(&self, number: u32) -> Option<usize> {
        // Where none was let go of since, the numbers tell the place.
        let behind = self.next.wrapping_sub(number) as usize;
        match self.items.len().checked_sub(behind) {
            Some(at) if self.items.get(at).is_some_and(|item| item.number == number) => Some(at),
            _ => self.items.binary_search_by_key(&number, |item| item.number).ok(),
        }
    }

    /// The number of an id that was named before, or else the key at which it belongs.
    pub fn find(&self, id: &str) -> Result<u32, u32> {
        let mut key = key(id);
        while let Some(position) = self.by_hash.find(key) {
            if self.items[position].id == id {
                return Ok(self.items[position].number);
            }
            key += 1;
        }
        Err(key)
    }

    /// Names an item that is not there yet, at the key that [`PageItems::find`] told; returns its number, which is below
    /// `end`.
    pub fn push(&mut self, id: &str, key: u32, end: u32) -> Result<u32, RowError> {
        let number = self.next;
        if self.is_full() || number >= end {
            return Err(RowError::Full);
        }
        self.next += 1;
        self.items.push(PageItem { number, id: id.to_owned(), row: None });
        if self.by_hash.room() > 0 {
            self.by_hash.insert(key);
        } else {
            self.index();
        }
        Ok(number)
    }

    /// Lets go of the older half of those that nobody needs: in one sweep, since each costs the page what it remembers.
    pub fn let_go(&mut self, needed: impl Fn(u32) -> bool) {
        let mut left = self.items.len().div_ceil(2);
        self.items.retain(|item| {
            let stays = left == 0 || needed(item.number);
            left -= usize::from(!stays);
            stays
        });
        self.generation = self.generation.wrapping_add(1);
        self.index();
    }

    /// Lets go of all of them.
    pub fn clear(&mut self) {
        // After two thousand million numbers the first ones may come again.
        let next = if self.next > u32::MAX / 2 { 0 } else { self.next };
        *self = PageItems { next, generation: self.generation.wrapping_add(1), ..PageItems::default() };
    }

    fn index(&mut self) {
        self.by_hash.reset(2 * self.items.len());
        for item in &self.items {
            let mut key = key(&item.id);
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
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::HashMap;

    fn push(page_items: &mut PageItems, id: &str) -> Result<u32, RowError> {
        page_items.find(id).or_else(|key| page_items.push(id, key, u32::MAX))
    }

    #[test]
    fn behaves_like_a_hash_map() {
        let (mut page_items, mut expected) = (PageItems::default(), HashMap::new());
        for number in 0..5_000u32 {
            let id = (number.wrapping_mul(2_654_435_761) % 3_000).to_string();
            let next = expected.len() as u32;
            let number = *expected.entry(id.clone()).or_insert(next);
            assert_eq!(push(&mut page_items, &id), Ok(number));
        }
        assert_eq!(page_items.items.len(), expected.len());
        for (id, number) in expected {
            assert_eq!(page_items.find(&id), Ok(number));
        }
        assert!(page_items.find("nobody").is_err());
    }

    proptest! {
        #[test]
        fn items_go_oldest_first_and_their_numbers_never_return(
            steps in prop::collection::vec((0u32..60, 0u8..9), 1..200), kept in 2u32..5,
        ) {
            let (mut page_items, mut ever) = (PageItems::default(), HashMap::<u32, String>::new());
            for (id, step) in steps {
                if step == 0 {
                    page_items.clear();
                } else if step == 1 {
                    let before: Vec<u32> = page_items.items.iter().map(|item| item.number).collect();
                    page_items.let_go(|number| number % kept == 0);
                    let gone = before.iter().position(|number| number % kept > 0 && page_items.get(*number).is_some());
                    for (at, number) in before.iter().enumerate() {
                        let stays = number % kept == 0 || gone.is_some_and(|first| at >= first);
                        prop_assert_eq!(page_items.get(*number).is_some(), stays);
                    }
                }
                let id = id.to_string();
                let number = push(&mut page_items, &id).unwrap();
                prop_assert_eq!(&ever.entry(number).or_insert_with(|| id.clone()).clone(), &id);
                prop_assert_eq!(page_items.find(&id), Ok(number));
                for (number, id) in &ever {
                    prop_assert!(page_items.get(*number).is_none_or(|item| item.id == *id));
                }
                for item in &page_items.items {
                    prop_assert_eq!(page_items.find(&item.id), Ok(item.number));
                }
            }
        }
    }

    #[test]
    fn numbers_run_out_before_they_reach_the_reserved_one() {
        let mut page_items = PageItems { next: u32::MAX - 8, ..PageItems::default() };
        assert_eq!(page_items.push("a", 0, u32::MAX - 7), Ok(u32::MAX - 8));
        assert_eq!(page_items.push("b", 1, u32::MAX - 7), Err(RowError::Full));
        page_items.clear();
        assert_eq!(push(&mut page_items, "b"), Ok(0));
    }
}
