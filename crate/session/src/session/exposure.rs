//! What lists showed of the items, and how often they were passed over: folded from the log's newest impressions and skips.

use super::log::SHOWN_HORIZON;
use super::{Logged, Profile};
use crate::catalogue::ItemHandle;
use alloc::vec::Vec;
use reshelf_artifact::EventKind;
use reshelf_kernels::math::Lookup;

/// What lists showed of one item since the shopper last did anything with it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Exposure {
    /// How often a list had it before the shopper's eyes.
    pub shown: u16,
    /// How often they passed it over.
    pub skipped: u16,
}

/// The same for every item.
#[derive(Clone, Debug, Default)]
pub struct Exposures {
    lookup: Lookup,
    of: Vec<Exposure>,
}

impl Exposures {
    /// Counts what was shown; whatever was done with an item takes back what came before it.
    pub(super) fn fold(&mut self, shown: &[Logged], profile: &Profile) {
        self.of.clear();
        let shown = &shown[shown.len().saturating_sub(SHOWN_HORIZON)..];
        if shown.is_empty() {
            // No candidate asks for what a session without impressions never had.
            return;
        }
        self.lookup.reset(shown.len());
        for logged in shown.iter().rev() {
            let item = logged.event.item;
            if profile.touched_after(item, logged.id) {
                continue;
            }
            let Some((position, new)) = self.lookup.insert(item) else { continue };
            if new {
                self.of.push(Exposure::default());
            }
            let exposure = &mut self.of[position];
            match logged.event.kind {
                EventKind::Skip => exposure.skipped += 1,
                _ => exposure.shown += 1,
            }
        }
    }

    /// What lists showed of an item; `None` where it is nothing.
    #[inline]
    pub fn of(&self, item: ItemHandle) -> Option<Exposure> {
        if self.of.is_empty() {
            return None;
        }
        self.lookup.find(item).map(|position| self.of[position])
    }
}

impl PartialEq for Exposures {
    fn eq(&self, other: &Self) -> bool {
        self.of == other.of
    }
}
