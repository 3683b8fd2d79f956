//! Item ids: which row an id names, and back.
//!
//! Rows are in ascending order of their ids, so the ids pack well (integers as varint differences, text with shared
//! prefixes) and are found by binary search, with no hash table to build at load.

use super::LONGEST_ID;
use super::error::{ArtifactError, detail};
use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;
use reshelf_kernels::math::decimal;

/// The tensor that holds the packed ids.
pub(crate) const IDS: &str = "items.ids";

/// Text ids share prefixes, so that a few bytes may stand for many. No honest ids exceed both so many times the bytes of the
/// file, and so many bytes an id.
const MOST_TIMES: usize = 32;
const MOST_BYTES_AN_ID: usize = 256;

/// The ids of all rows, ascending.
#[derive(Clone, Debug, PartialEq)]
pub enum Vocabulary {
    /// Every id is an integer.
    Integer(Vec<i64>),
    /// Ids are text: all bytes in one buffer, and where each ends.
    Text {
        /// The ids' UTF-8, one after the other.
        text: String,
        /// Where each id ends within `text`.
        ends: Vec<u32>,
    },
}

impl Default for Vocabulary {
    fn default() -> Self {
        Vocabulary::Integer(Vec::new())
    }
}

impl Vocabulary {
    /// A vocabulary of text ids, which must be ascending by their bytes.
    pub fn from_text<'a>(ids: impl IntoIterator<Item = &'a str>) -> Self {
        let (mut text, mut ends) = (String::new(), Vec::new());
        for id in ids {
            text.push_str(id);
            ends.push(text.len() as u32);
        }
        Vocabulary::Text { text, ends }
    }

    /// How many ids there are.
    pub fn len(&self) -> usize {
        match self {
            Vocabulary::Integer(ids) => ids.len(),
            Vocabulary::Text { ends, .. } => ends.len(),
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The row of an id in its canonical text (`"7"`, never `"007"`, for the integer 7).
    pub fn find(&self, id: &str) -> Option<u32> {
        match self {
            Vocabulary::Integer(ids) => {
                let number: i64 = id.parse().ok()?;
                let padded = id.starts_with('+') || id.starts_with("-0") || (id.len() > 1 && id.starts_with('0'));
                if padded { None } else { ids.binary_search(&number).ok().map(|row| row as u32) }
            }
            Vocabulary::Text { ends, .. } => {
                let (mut low, mut high) = (0, ends.len());
                while low < high {
                    let middle = low + (high - low) / 2;
                    match self.text(middle).as_bytes().cmp(id.as_bytes()) {
                        core::cmp::Ordering::Less => low = middle + 1,
                        core::cmp::Ordering::Equal => return Some(middle as u32),
                        core::cmp::Ordering::Greater => high = middle,
                    }
                }
                None
            }
        }
    }

    /// The canonical text of a row's id; `None` past the end.
    pub fn id(&self, row: u32) -> Option<String> {
        let row = row as usize;
        match self {
            Vocabulary::Integer(ids) => ids.get(row).map(|&id| decimal(id)),
            Vocabulary::Text { .. } => (row < self.len()).then(|| self.text(row).to_owned()),
        }
    }

    fn text(&self, row: usize) -> &str {
        let Vocabulary::Text { text, ends } = self else { return "" };
        let begin = if row == 0 { 0 } else { ends[row - 1] as usize };
        // Ids are checked UTF-8. A slice that could panic would bring the text of its message into the module, a kilobyte.
        text.get(begin..ends[row] as usize).unwrap_or_default()
    }

    /// The name of the layout, kept in the metadata under `reshelf.ids`.
    pub fn layout(&self) -> &'static str {
        match self {
            Vocabulary::Integer(_) => "integer",
            Vocabulary::Text { .. } => "text",
        }
    }

    /// Packs the ids into the bytes of the `items.ids` tensor.
    pub fn pack(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        match self {
            Vocabulary::Integer(ids) => {
                let mut previous = 0i64;
                for (row, &id) in ids.iter().enumerate() {
                    // The first is written zigzag since it may be negative; the rest are differences of at least one.
                    let value =
                        if row == 0 { ((id << 1) ^ (id >> 63)) as u64 } else { id.wrapping_sub(previous) as u64 };
                    push_varint(&mut bytes, value);
                    previous = id;
                }
            }
            Vocabulary::Text { .. } => {
                let mut previous: &[u8] = b"";
                for row in 0..self.len() {
                    let id = self.text(row).as_bytes();
                    let shared = previous.iter().zip(id).take_while(|(a, b)| a == b).count();
                    push_varint(&mut bytes, shared as u64);
                    push_varint(&mut bytes, (id.len() - shared) as u64);
                    bytes.extend_from_slice(&id[shared..]);
                    previous = id;
                }
            }
        }
        bytes
    }

    /// Unpacks `count` ids, checking that they ascend strictly and fill the bytes exactly.
    pub(crate) fn unpack(layout: &str, bytes: &[u8], count: usize) -> Result<Self, ArtifactError> {
        // Every id takes at least one byte, so a count above the bytes is a lie that must not reserve memory.
        if count > bytes.len() {
            return Err(ArtifactError::Value {
                name: IDS,
                detail: detail!("its bytes cannot hold so many ids:", count),
            });
        }
        let mut reader = Reader { bytes, at: 0 };
        let vocabulary = match layout {
            "integer" => Vocabulary::Integer(unpack_integers(&mut reader, count)?),
            "text" => unpack_text(&mut reader, count)?,
            _ => return Err(ArtifactError::Value { name: IDS, detail: detail!("unknown layout") }),
        };
        if reader.at != bytes.len() {
            return Err(ArtifactError::Value { name: IDS, detail: detail!("bytes are left over") });
        }
        Ok(vocabulary)
    }
}

fn unpack_integers(reader: &mut Reader<'_>, count: usize) -> Result<Vec<i64>, ArtifactError> {
    let mut ids = Vec::with_capacity(count);
    let mut previous = 0i64;
    for row in 0..count {
        let value = reader.varint()?;
        let id = if row == 0 {
            Some((value >> 1) as i64 ^ -((value & 1) as i64))
        } else {
            // A difference may exceed i64 where the first id is very negative.
            previous.checked_add_unsigned(value).filter(|&id| id > previous)
        };
        let id = id.ok_or_else(|| ArtifactError::Value { name: IDS, detail: detail!("ids do not ascend at", row) })?;
        ids.push(id);
        previous = id;
    }
    Ok(ids)
}

fn unpack_text(reader: &mut Reader<'_>, count: usize) -> Result<Vocabulary, ArtifactError> {
    let bad = |row| ArtifactError::Value { name: IDS, detail: detail!("malformed: id", row) };
    let most = MOST_TIMES.saturating_mul(reader.bytes.len()).saturating_add(MOST_BYTES_AN_ID.saturating_mul(count));
    let (mut bytes, mut ends) = (Vec::<u8>::new(), Vec::with_capacity(count));
    let mut previous = 0..0;
    for row in 0..count {
        let shared = usize::try_from(reader.varint()?).ok().filter(|&shared| shared <= previous.len());
        let shared = shared.ok_or_else(|| bad(row))?;
        let rest = reader.varint()?;
        let rest = reader.take(rest)?;
        let (begin, length) = (bytes.len(), shared + rest.len());
        if length > LONGEST_ID || length > most - begin {
            return Err(ArtifactError::Value { name: IDS, detail: detail!("too long: id", row) });
        }
        bytes.extend_from_within(previous.start..previous.start + shared);
        bytes.extend_from_slice(rest);
        if row > 0 && bytes[previous.clone()] >= bytes[begin..] {
            return Err(ArtifactError::Value { name: IDS, detail: detail!("ids do not ascend at", row) });
        }
        core::str::from_utf8(&bytes[begin..]).map_err(|_| bad(row))?;
        ends.push(u32::try_from(bytes.len()).map_err(|_| bad(row))?);
        previous = begin..bytes.len();
    }
    let text = String::from_utf8(bytes).map_err(|_| bad(0))?;
    Ok(Vocabulary::Text { text, ends })
}

/// LEB128: seven bits a byte, lowest first, the top bit says that more follow.
fn push_varint(bytes: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        bytes.push(value as u8 | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8);
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    #[inline(always)]
    fn varint(&mut self) -> Result<u64, ArtifactError> {
        match self.bytes.get(self.at) {
            Some(&byte) if byte < 0x80 => {
                self.at += 1;
                Ok(u64::from(byte))
            }
            _ => self.long_varint(),
        }
    }

    #[inline(never)]
    fn long_varint(&mut self) -> Result<u64, ArtifactError> {
        let mut value = 0u64;
        for shift in (0..64).step_by(7) {
            let Some(&byte) = self.bytes.get(self.at) else { break };
            self.at += 1;
            let bits = u64::from(byte & 0x7f);
            if shift == 63 && bits > 1 {
                break;
            }
            value |= bits << shift;
            if byte & 0x80 == 0 {
                return Ok(value);
            }
        }
        Err(ArtifactError::Value { name: IDS, detail: detail!("a number is cut off or too large") })
    }

    fn take(&mut self, count: u64) -> Result<&'a [u8], ArtifactError> {
        let end = usize::try_from(count).ok().and_then(|count| self.at.checked_add(count));
        let taken = end.and_then(|end| self.bytes.get(self.at..end));
        let taken = taken.ok_or_else(|| ArtifactError::Value { name: IDS, detail: detail!("an id is cut off") })?;
        self.at += taken.len();
        Ok(taken)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    proptest! {
        #[test]
        fn integers_survive_packing(ids in prop::collection::btree_set(any::<i64>(), 0..50)) {
            let ids: Vec<i64> = ids.into_iter().collect();
            let vocabulary = Vocabulary::Integer(ids.clone());
            prop_assert_eq!(&Vocabulary::unpack("integer", &vocabulary.pack(), ids.len()).unwrap(), &vocabulary);
            for (row, id) in ids.iter().enumerate() {
                prop_assert_eq!(vocabulary.find(&id.to_string()), Some(row as u32));
                prop_assert_eq!(vocabulary.id(row as u32), Some(id.to_string()));
            }
        }

        #[test]
        fn text_survives_packing(ids in prop::collection::btree_set(".{0,12}", 0..50)) {
            let ids: BTreeSet<String> = ids;
            let vocabulary = Vocabulary::from_text(ids.iter().map(String::as_str));
            prop_assert_eq!(&Vocabulary::unpack("text", &vocabulary.pack(), ids.len()).unwrap(), &vocabulary);
            for (row, id) in ids.iter().enumerate() {
                prop_assert_eq!(vocabulary.find(id), Some(row as u32));
                let back = vocabulary.id(row as u32);
                prop_assert_eq!(back.as_ref(), Some(id));
            }
            prop_assert_eq!(vocabulary.find("an id that nobody drew"), None);
        }

        #[test]
        fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..64), count in 0usize..80) {
            for layout in ["integer", "text", "other"] {
                if let Ok(vocabulary) = Vocabulary::unpack(layout, &bytes, count) {
                    prop_assert_eq!(vocabulary.len(), count);
                }
            }
        }
    }

    /// The bytes of `count` ids of `length` bytes each, which differ in their last five.
    fn alike(count: usize, length: usize) -> Vec<u8> {
        let ids: Vec<String> = (0..count).map(|row| format!("{}{row:05}", "p".repeat(length - 5))).collect();
        Vocabulary::from_text(ids.iter().map(String::as_str)).pack()
    }

    #[test]
    fn ids_that_unfold_to_too_much_are_refused() {
        let unpack = |count, length| Vocabulary::unpack("text", &alike(count, length), count).is_ok();
        assert!(unpack(3, LONGEST_ID) && !unpack(3, LONGEST_ID + 1));
        assert!(unpack(2_000, 250), "long addresses of a shop are ids, too");
        assert!(!unpack(2_000, 1_000));
        assert!(!unpack(100, 30_000));
    }

    #[test]
    fn only_the_canonical_text_of_an_integer_is_found() {
        let vocabulary = Vocabulary::Integer(vec![-3, 0, 7]);
        assert_eq!(vocabulary.find("7"), Some(2));
        assert_eq!(vocabulary.find("0"), Some(1));
        assert_eq!(vocabulary.find("-3"), Some(0));
        for other in ["007", "+7", "-0", "7.0", " 7", "", "seven", "99999999999999999999"] {
            assert_eq!(vocabulary.find(other), None, "{other}");
        }
    }
}
