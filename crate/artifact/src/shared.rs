//! Parts of a file's bytes that are used where they lie: opening a model copies none of its large tensors.

use alloc::sync::Arc;
use alloc::vec::Vec;
use core::fmt;
use core::ops::{Deref, Range};
use reshelf_kernels::kernels::bulk;

/// Bytes that several parts of one artifact share; a copy shares them, too.
#[derive(Clone, Default)]
pub(crate) struct Shared {
    file: Arc<Vec<u8>>,
    range: Range<usize>,
}

impl Shared {
    /// A part of these bytes; empty where they do not reach so far.
    pub fn part(&self, range: Range<usize>) -> Shared {
        let whole = self.range.len();
        let (begin, end) =
            if range.start <= range.end && range.end <= whole { (range.start, range.end) } else { (0, 0) };
        Shared { file: self.file.clone(), range: self.range.start + begin..self.range.start + end }
    }
}

impl From<Vec<u8>> for Shared {
    fn from(bytes: Vec<u8>) -> Self {
        Shared { range: 0..bytes.len(), file: Arc::new(bytes) }
    }
}

impl Deref for Shared {
    type Target = [u8];

    #[inline]
    fn deref(&self) -> &[u8] {
        self.file.get(self.range.clone()).unwrap_or_default()
    }
}

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} bytes", self.len())
    }
}

impl PartialEq for Shared {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

/// Small numbers, of one byte each or of two.
#[derive(Clone, Debug, Default)]
pub(crate) struct Numbers {
    bytes: Shared,
    wide: bool,
}

/// Numbers whose sum is looked up at once ([`Numbers::begins`]).
const BLOCK: usize = 64;

impl Numbers {
    /// Numbers that lie in these bytes; `wide` where they take two each.
    pub fn new(bytes: Shared, wide: bool) -> Self {
        Numbers { bytes, wide }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.bytes.len() >> u8::from(self.wide)
    }

    /// The number at this place; 0 past the end.
    pub fn get(&self, at: usize) -> u16 {
        match self.wide {
            true => self.bytes.as_chunks::<2>().0.get(at).map_or(0, |&word| u16::from_le_bytes(word)),
            false => self.bytes.get(at).map_or(0, |&byte| u16::from(byte)),
        }
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = u16> + Clone + '_ {
        (0..self.len()).map(|at| self.get(at))
    }

    /// Where every 64th part begins if the numbers are lengths of parts, one after the other; `None` unless they fill
    /// `total` exactly.
    pub fn begins(&self, total: usize) -> Option<Vec<u32>> {
        let (mut begins, mut end) = (Vec::with_capacity(self.len() / BLOCK + 1), 0u64);
        for block in self.bytes.chunks(BLOCK << u8::from(self.wide)) {
            begins.push(end as u32);
            end += u64::from(if self.wide { bulk::sum_u16(block) } else { bulk::sum_u8(block) });
        }
        (end == total as u64 && end <= u64::from(u32::MAX)).then_some(begins)
    }

    /// The part at this place, given where every 64th begins; `None` past the end.
    pub fn part(&self, begins: &[u32], at: usize) -> Option<Range<usize>> {
        if at >= self.len() {
            return None;
        }
        let block = at / BLOCK;
        let before: usize = (block * BLOCK..at).map(|at| usize::from(self.get(at))).sum();
        let begin = *begins.get(block)? as usize + before;
        Some(begin..begin + usize::from(self.get(at)))
    }
}

/// Equal where the numbers are, whatever their width.
impl PartialEq for Numbers {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

impl FromIterator<u16> for Numbers {
    fn from_iter<I: IntoIterator<Item = u16>>(numbers: I) -> Self {
        let bytes: Vec<u8> = numbers.into_iter().flat_map(u16::to_le_bytes).collect();
        Numbers { bytes: bytes.into(), wide: true }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn parts_lie_one_after_the_other(lengths in prop::collection::vec(0u16..300, 0..400), narrow in any::<bool>()) {
            let lengths: Vec<u16> = lengths.iter().map(|&length| if narrow { length % 256 } else { length }).collect();
            let bytes: Vec<u8> = lengths.iter().map(|&length| length as u8).collect();
            let numbers = if narrow { Numbers::new(bytes.into(), false) } else { lengths.iter().copied().collect() };
            let total: usize = lengths.iter().map(|&length| usize::from(length)).sum();
            prop_assert!(numbers.begins(total + 1).is_none());
            let begins = numbers.begins(total).unwrap();
            let mut end = 0;
            for (at, &length) in lengths.iter().enumerate() {
                prop_assert_eq!(numbers.part(&begins, at), Some(end..end + usize::from(length)));
                end += usize::from(length);
            }
            prop_assert_eq!(numbers.part(&begins, lengths.len()), None);
        }
    }
}
