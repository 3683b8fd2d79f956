//! A safetensors header as plain data, and the checksum that covers the whole file.
//!
//! The layout is that of <https://github.com/huggingface/safetensors>: eight bytes of length, a JSON object, the data.

use super::error::{ArtifactError, detail};
use super::event_kind::KINDS_OF_FORMAT_2;
use alloc::string::String;
use alloc::vec::Vec;
use reshelf_kernels::kernels::bulk::xxh64;

/// Types of tensor elements that Reshelf writes. Little-endian, as safetensors demands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Dtype {
    U8,
    I8,
    U16,
    U32,
    F16,
    F32,
}

impl Dtype {
    /// Bytes of one element.
    pub fn size(self) -> usize {
        match self {
            Dtype::U8 | Dtype::I8 => 1,
            Dtype::U16 | Dtype::F16 => 2,
            Dtype::U32 | Dtype::F32 => 4,
        }
    }

    /// All of them.
    pub const ALL: [Dtype; 6] = [Dtype::U8, Dtype::I8, Dtype::U16, Dtype::U32, Dtype::F16, Dtype::F32];

    /// The name that safetensors uses.
    pub fn name(self) -> &'static str {
        match self {
            Dtype::U8 => "U8",
            Dtype::I8 => "I8",
            Dtype::U16 => "U16",
            Dtype::U32 => "U32",
            Dtype::F16 => "F16",
            Dtype::F32 => "F32",
        }
    }
}

/// One tensor as the header describes it, not yet checked.
#[derive(Clone, Debug, PartialEq)]
pub struct TensorEntry {
    /// Its name.
    pub name: String,
    /// The type's name, such as `"I8"`.
    pub dtype: String,
    /// Its shape.
    pub shape: Vec<usize>,
    /// First byte, counted from the start of the data section.
    pub begin: usize,
    /// One past the last byte.
    pub end: usize,
}

/// What the header's JSON says.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Header {
    /// The `__metadata__` map.
    pub metadata: Vec<(String, String)>,
    /// All tensors.
    pub tensors: Vec<TensorEntry>,
}

/// How many bytes may the JSON header take: far above what Reshelf writes, far below what would hurt.
const LARGEST_HEADER: u64 = 16 << 20;

/// The checksum's key in the header, as it stands in the JSON text; 16 hexadecimal digits follow.
const CHECKSUM_KEY: &[u8] = b"\"reshelf.checksum\":\"";
const CHECKSUM_DIGITS: usize = 16;

impl Header {
    /// The metadata value under this key.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.metadata.iter().find(|(name, _)| name == key).map(|(_, value)| value.as_str())
    }

    /// The names that are listed under this key, if it is there.
    pub(crate) fn names(&self, key: &str) -> Option<Vec<&str>> {
        self.get(key).map(listed)
    }

    /// The names of the kinds of events, in the order of their weights. Format 2 names none: it has the seven of its day.
    pub(crate) fn kinds(&self) -> Vec<&str> {
        let second = self.get("reshelf.format") == Some("2");
        listed(if second { KINDS_OF_FORMAT_2 } else { self.get("reshelf.kinds").unwrap_or_default() })
    }

    /// The shape of the tensor of this name, if it is there.
    pub fn shape(&self, name: &str) -> Option<&[usize]> {
        self.tensors.iter().find(|entry| entry.name == name).map(|entry| &*entry.shape)
    }

    /// The bytes of the header's JSON within a whole file.
    ///
    /// # Errors
    /// `artifact.empty`, `artifact.truncated` or `artifact.foreign`.
    pub fn json_range(bytes: &[u8]) -> Result<core::ops::Range<usize>, ArtifactError> {
        if bytes.is_empty() {
            return Err(ArtifactError::Empty);
        }
        let Some(length) = bytes.first_chunk::<8>().map(|prefix| u64::from_le_bytes(*prefix)) else {
            return Err(ArtifactError::Truncated { expected: 8, found: bytes.len() as u64 });
        };
        if length > LARGEST_HEADER || (bytes.len() > 8 && bytes[8] != b'{') {
            return Err(ArtifactError::Foreign { detail: detail!("it does not start with a safetensors header") });
        }
        if length + 8 > bytes.len() as u64 {
            return Err(ArtifactError::Truncated { expected: length + 8, found: bytes.len() as u64 });
        }
        Ok(8..8 + length as usize)
    }
}

/// Names that commas part.
#[inline(never)]
fn listed(text: &str) -> Vec<&str> {
    let mut names = Vec::new();
    let mut rest = text;
    while let Some(end) = rest.bytes().position(|byte| byte == b',') {
        names.extend(rest.get(..end));
        rest = rest.get(end + 1..).unwrap_or_default();
    }
    names.push(rest);
    names
}

/// Where the checksum's digits stand in a whole file, if they do.
pub(crate) fn checksum_digits(bytes: &[u8]) -> Option<core::ops::Range<usize>> {
    let json = Header::json_range(bytes).ok()?;
    let at = bytes[json.clone()].windows(CHECKSUM_KEY.len()).position(|window| window == CHECKSUM_KEY)?;
    let begin = json.start + at + CHECKSUM_KEY.len();
    (begin + CHECKSUM_DIGITS <= json.end).then_some(begin..begin + CHECKSUM_DIGITS)
}

/// Writes the checksum that fits the rest of the file into its place, if it has one.
#[cfg(feature = "write")]
pub fn sign(bytes: &mut [u8]) {
    if let Some(digits) = checksum_digits(bytes) {
        let sum = checksum(bytes, digits.clone());
        bytes[digits].copy_from_slice(&sum);
    }
}

/// XXH64 over the whole file with the digits themselves left out, as hexadecimal digits.
pub(crate) fn checksum(bytes: &[u8], digits: core::ops::Range<usize>) -> [u8; CHECKSUM_DIGITS] {
    let before = xxh64(0, &bytes[..digits.start]);
    let hash = xxh64(before, &bytes[digits.end..]);
    core::array::from_fn(|digit| b"0123456789abcdef"[(hash >> (60 - 4 * digit) & 15) as usize])
}
