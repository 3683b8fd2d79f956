//! How many bits a vector's numbers take.

use core::fmt;
use core::str::FromStr;

use reshelf::artifact::ItemTable;
use serde::{Serialize, Serializer};

/// Bits of one number of a vector, fewest first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Bits {
    /// 4 bits, -7 to 7.
    #[default]
    Four,
    /// 8 bits for the most popular items, 4 for the rest.
    Mixed,
    /// 8 bits, -127 to 127.
    Eight,
    /// `f32`, and memory strengths as `f32` too: to be measured and quantized, not served.
    ThirtyTwo,
}

impl Bits {
    /// What a table has. Vectors of zeros take no side.
    pub fn of(items: &ItemTable) -> Bits {
        if items.vectors().is_some() {
            return Bits::ThirtyTwo;
        }
        let rows = || (0..items.len()).filter(|&row| items.row(row).iter().any(|code| code != 0));
        match (rows().any(|row| items.is_narrow(row)), rows().any(|row| !items.is_narrow(row))) {
            (true, true) => Bits::Mixed,
            (false, true) => Bits::Eight,
            (_, false) => Bits::Four,
        }
    }
}

impl fmt::Display for Bits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Bits::Four => "4",
            Bits::Mixed => "mixed",
            Bits::Eight => "8",
            Bits::ThirtyTwo => "32",
        })
    }
}

impl Serialize for Bits {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl FromStr for Bits {
    type Err = &'static str;

    /// Reads what [`Bits`] is displayed as.
    fn from_str(text: &str) -> Result<Bits, Self::Err> {
        let all = [Bits::Four, Bits::Mixed, Bits::Eight, Bits::ThirtyTwo];
        all.into_iter().find(|bits| bits.to_string() == text).ok_or("32, 8, 4 or mixed is needed")
    }
}
