//! Names of tags as numbers, and how often each is open.

/// A tag's name in small letters: its bytes as one number, or a hash of a longer one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Name(u128);

impl Name {
    pub(crate) const fn of(name: &[u8]) -> Name {
        let (mut packed, mut at) = (0_u128, 0);
        while at < name.len() {
            let byte = name[at].to_ascii_lowercase();
            // FNV-1a of 128 bits, marked so that no hash is a short name.
            packed = if name.len() > 15 {
                (packed ^ byte as u128).wrapping_mul(0x0000_0000_0100_0000_0000_0000_0000_013B) | 1 << 127
            } else {
                packed << 8 | byte as u128
            };
            at += 1;
        }
        Name(packed)
    }

    /// The name as a smaller number; 0 where it has more than eight letters.
    pub(crate) const fn short(self) -> u64 {
        if self.0 >> 64 == 0 { self.0 as u64 } else { 0 }
    }

    /// Where to look for it among `SLOTS`, a power of two.
    fn slot(self) -> usize {
        let folded = (self.0 >> 64) as u64 ^ self.0 as u64;
        (folded.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 54) as usize
    }
}

const SLOTS: usize = 1 << 10;

/// Different names beyond which every other counts as open: no shop's page has as many, and no page may take memory for them.
pub(crate) const MOST_NAMES: usize = SLOTS / 2;

#[derive(Clone, Copy, Default)]
struct Count {
    name: Name,
    /// Start tags without an end tag.
    unended: u16,
    /// Elements that are open by nesting in the source.
    open: u16,
}

/// How often each name is open.
pub(crate) struct Names {
    slots: Vec<Count>,
    used: usize,
}

impl Names {
    pub(crate) fn new() -> Names {
        Names { slots: vec![Count::default(); SLOTS], used: 0 }
    }

    fn find(&self, name: Name) -> usize {
        let mut at = name.slot();
        // Half of them stay empty.
        while self.slots[at].name != name && self.slots[at].name != Name::default() {
            at = (at + 1) % SLOTS;
        }
        at
    }

    /// A start tag.
    pub(crate) fn begin(&mut self, name: Name) {
        let at = self.find(name);
        if self.slots[at].name != name {
            if self.used == MOST_NAMES {
                return;
            }
            self.used += 1;
            self.slots[at].name = name;
        }
        let count = &mut self.slots[at];
        count.unended = count.unended.saturating_add(1);
        count.open = count.open.saturating_add(1);
    }

    /// An end tag.
    pub(crate) fn end(&mut self, name: Name) {
        let at = self.find(name);
        self.slots[at].unended = self.slots[at].unended.saturating_sub(1);
    }

    /// An element is open no more, by whatever end tag.
    pub(crate) fn close(&mut self, name: Name) {
        let at = self.find(name);
        self.slots[at].open = self.slots[at].open.saturating_sub(1);
    }

    /// Whether a start tag of this name may have had no end tag.
    pub(crate) fn may_be_unended(&self, name: Name) -> bool {
        self.slots[self.find(name)].unended > 0 || self.used == MOST_NAMES
    }

    /// Whether an element of this name may be open in the source.
    pub(crate) fn may_be_open(&self, name: Name) -> bool {
        self.slots[self.find(name)].open > 0 || self.used == MOST_NAMES
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_the_same_in_either_case_and_another_is_another() {
        assert_eq!(Name::of(b"DIV"), Name::of(b"div"));
        assert_eq!(Name::of(b"A-Name-Of-Many-Letters"), Name::of(b"a-name-of-many-letters"));
        assert_ne!(Name::of(b"a-name-of-many-letters"), Name::of(b"a-name-of-many-lettert"));
        assert_ne!(Name::of(b"a-name-of-many-l").0 >> 127, Name::of(b"fifteen-letters").0 >> 127);
        assert_eq!(Name::of(b"template").short(), u64::from_be_bytes(*b"template"));
        assert_eq!(Name::of(b"templates").short(), 0);
    }

    #[test]
    fn names_are_counted_and_beyond_the_most_all_count_as_open() {
        let mut names = Names::new();
        let name = |at: usize| Name::of(format!("x{at}").as_bytes());
        for at in 0..MOST_NAMES - 1 {
            names.begin(name(at));
            names.begin(name(at));
            names.end(name(at));
        }
        assert!((0..MOST_NAMES - 1).all(|at| names.may_be_unended(name(at)) && names.may_be_open(name(at))));
        names.end(name(7));
        names.close(name(8));
        names.close(name(8));
        assert!(!names.may_be_unended(name(7)) && !names.may_be_open(name(8)));
        assert!(!names.may_be_unended(name(MOST_NAMES)));
        (0..100_000).for_each(|at| names.begin(name(at)));
        assert!(names.may_be_unended(name(7)) && names.may_be_open(name(8)) && names.used == MOST_NAMES);
    }
}
