//! Items that training is not to learn of, so that on them a model is measured as on items that are new.

use core::fmt;
use core::str::FromStr;

use twox_hash::XxHash64;

/// Whatever else is hashed, this is not.
const SALT: u64 = 0x6869_6465;

/// A part of the items, chosen by their ids alone: neither by how popular they are nor by any seed of a training, so that
/// every training on a log hides the same ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HiddenItems {
    /// Hashes below this are hidden.
    below: u64,
}

/// 2^64: how many hashes there are.
const HASHES: f64 = 18_446_744_073_709_551_616.0;

impl HiddenItems {
    /// About this part of the items; `None` unless it lies between 0 and 1.
    pub fn new(part: f64) -> Option<Self> {
        (0.0 < part && part < 1.0).then_some(HiddenItems { below: (part * HASHES) as u64 })
    }

    /// The part.
    pub fn part(self) -> f64 {
        self.below as f64 / HASHES
    }

    /// Whether an item is hidden, by its id in canonical text.
    pub fn hides(self, id: &str) -> bool {
        XxHash64::oneshot(SALT, id.as_bytes()) < self.below
    }
}

impl FromStr for HiddenItems {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let hidden = text.parse().ok().and_then(HiddenItems::new);
        hidden.ok_or("choose a part between 0 and 1, such as 0.1")
    }
}

impl fmt::Display for HiddenItems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.part())
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn about_the_part_is_hidden_and_the_part_is_said_as_it_was_asked_for() {
        for (text, few, many) in [("0.1", 900, 1_100), ("0.5", 4_800, 5_200)] {
            let hidden: HiddenItems = text.parse().unwrap();
            let count = (0..10_000).filter(|item: &i32| hidden.hides(&item.to_string())).count();
            assert!((few..many).contains(&count), "{count} of 10,000 for {text}");
            assert_eq!(hidden.to_string(), text);
        }
        assert!(["0", "1", "-0.1", "NaN", "", "a tenth"].iter().all(|text| text.parse::<HiddenItems>().is_err()));
    }

    proptest! {
        #[test]
        fn whoever_hides_more_hides_the_same_and_others(id in ".{1,12}", less in 0.01f64..0.5, more in 0.0f64..0.5) {
            let (less, more) = (HiddenItems::new(less).unwrap(), HiddenItems::new(less + more).unwrap());
            prop_assert!(!less.hides(&id) || more.hides(&id));
        }
    }
}
