//! Look-ahead by counting: whether the places that are left can still be filled, and who must come by when.

use super::board::{Board, MUST, NONE, bounds};
use super::program::{Kind, Record};
use alloc::vec;

impl Board<'_> {
    /// Looks from the next place on: sets what each rule needs, and says whether all that must hold still can, as far as counting
    /// tells.
    pub fn look(&mut self) -> bool {
        let mut open = true;
        for (rule, record) in self.program.records.iter().enumerate() {
            if self.place < record.within as usize {
                let (need, fits) = match record.kind {
                    Kind::Minimum => self.missing(record),
                    Kind::Moves => self.due(record),
                    Kind::Cap => (0, self.fits(record)),
                    _ => (0, true),
                };
                self.needs[rule] = need;
                open &= fits || self.parts[rule] != MUST;
            } else {
                self.needs[rule] = NONE;
            }
        }
        open
    }

    /// How many of a minimum are missing beside those who are pinned, or can still come, and whether all can.
    fn missing(&self, record: &Record) -> (u32, bool) {
        let missing = record.a.saturating_sub(record.labelled(&self.at[..record.within as usize], 1));
        let waiting =
            (0..).zip(&record.labels).map(|(candidate, &label)| u32::from(label == 1 && self.waits(candidate))).sum();
        let coming = self.free(record).min(waiting);
        (missing.min(coming), missing <= coming)
    }

    /// Up to which place all places that are free are needed for those who must not stand behind it; and whether they are enough.
    fn due(&self, record: &Record) -> (u32, bool) {
        let (mut waiting, mut free, mut candidate) = (0, 0, 0);
        for place in self.place..record.within as usize {
            // Who comes earlier in the given list must stand in front earlier, too.
            while bounds(record, candidate).1 <= place as u32 {
                waiting += u32::from(self.waits(candidate) && bounds(record, candidate).1 >= self.place as u32);
                candidate += 1;
            }
            free += u32::from(self.at[place] == NONE);
            if waiting > 0 && waiting >= free {
                return (place as u32, waiting == free);
            }
        }
        (NONE, true)
    }

    /// Whether those who wait can fill the places of a cap, as far as its groups go: each has so much room, and disjoint windows
    /// hold so many of all. Of the number of windows the largest tells all: what they hold is concave in it, and what they need is
    /// linear.
    fn fits(&self, record: &Record) -> bool {
        if record.labels.is_empty() {
            return true;
        }
        let mut sizes = vec![0; self.program.count + 2];
        for (candidate, &group) in (0..).zip(&record.labels) {
            sizes[group as usize] += u32::from(self.waits(candidate));
        }
        let places = record.within - self.place as u32;
        let window = record.b.clamp(1, record.within);
        let (hold, rest) = ((places / window).saturating_mul(record.a), places % window);
        let (mut alone, mut together) = (sizes[0], sizes[0] + rest);
        for &size in &sizes[1..] {
            alone += size.min(hold.saturating_add(rest.min(record.a)));
            together += size.min(hold);
        }
        alone.min(together) >= self.free(record)
    }
}
