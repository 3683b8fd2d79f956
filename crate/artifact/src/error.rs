//! Why an artifact was refused.

use core::fmt;

/// What disagrees, in words and perhaps a number that belongs to them: `element 17`.
///
/// Words come with feature `std` only: a page would download them, and `reshelf inspect` says them of the same file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Detail {
    words: &'static str,
    number: Option<u32>,
}

impl Detail {
    #[inline(always)]
    pub(crate) const fn new(words: &'static str, number: Option<u32>) -> Self {
        Detail { words: if cfg!(feature = "std") { words } else { "" }, number }
    }
}

impl fmt::Display for Detail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.number {
            Some(number) => write!(f, "{} {number}", self.words),
            None => f.write_str(self.words),
        }
    }
}

/// A [`Detail`]: words, or words and the number that follows them.
macro_rules! detail {
    ($words:literal) => {
        $crate::Detail::new($words, None)
    };
    ($words:literal, $number:expr) => {
        $crate::Detail::new($words, Some($number as u32))
    };
}
pub(crate) use detail;

/// Why bytes are not an artifact that this engine can trust. Every variant has a stable [`code`](ArtifactError::code).
///
/// Plain numbers and names that are known beforehand: it needs no memory, and none has to be given back where one is passed on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ArtifactError {
    /// No bytes at all.
    Empty,
    /// The file ends before the length that its own header promises.
    Truncated {
        /// Bytes that the header promises.
        expected: u64,
        /// Bytes that are there.
        found: u64,
    },
    /// Not a safetensors file, or one that Reshelf did not write.
    Foreign {
        /// What gave it away.
        detail: Detail,
    },
    /// Written by a format that this engine does not read.
    Version {
        /// The format number found; 0 for what is no number.
        found: u32,
    },
    /// The bytes are not the bytes that were written.
    Checksum,
    /// A tensor that must be there is not.
    MissingTensor {
        /// Its name, or what it is a part of.
        name: &'static str,
    },
    /// A tensor's type, shape or byte range is not what it must be.
    Shape {
        /// Its name, or what it is a part of.
        name: &'static str,
        /// What disagrees.
        detail: Detail,
    },
    /// A value inside a tensor is out of range: NaN, infinite, an index past the end, ids out of order.
    Value {
        /// The tensor's name.
        name: &'static str,
        /// What is out of range.
        detail: Detail,
    },
    /// The model is in full precision, which feature `exact` reads.
    Precision,
    /// The head was trained on features that this engine does not compute.
    Features {
        /// The place, from 0, of the first that this engine does not know.
        at: u32,
    },
}

impl ArtifactError {
    /// A stable code for programs: `artifact.` and one word.
    pub fn code(&self) -> &'static str {
        match self {
            ArtifactError::Empty => "artifact.empty",
            ArtifactError::Truncated { .. } => "artifact.truncated",
            ArtifactError::Foreign { .. } => "artifact.foreign",
            ArtifactError::Version { .. } => "artifact.version",
            ArtifactError::Checksum => "artifact.checksum",
            ArtifactError::MissingTensor { .. } => "artifact.missing",
            ArtifactError::Shape { .. } => "artifact.shape",
            ArtifactError::Value { .. } => "artifact.value",
            ArtifactError::Precision => "artifact.precision",
            ArtifactError::Features { .. } => "artifact.features",
        }
    }

    /// What a message says besides the code, to be put into a sentence elsewhere: a name, and up to two numbers.
    pub fn parts(&self) -> (&'static str, [Option<u64>; 2]) {
        match *self {
            ArtifactError::Truncated { expected, found } => ("", [Some(found), Some(expected)]),
            ArtifactError::Foreign { detail } => ("", [detail.number.map(u64::from), None]),
            ArtifactError::Version { found } => ("", [Some(u64::from(found)), None]),
            ArtifactError::MissingTensor { name } => (name, [None, None]),
            ArtifactError::Shape { name, detail } | ArtifactError::Value { name, detail } => {
                (name, [detail.number.map(u64::from), None])
            }
            ArtifactError::Features { at } => ("", [Some(u64::from(at)), None]),
            ArtifactError::Empty | ArtifactError::Checksum | ArtifactError::Precision => ("", [None, None]),
        }
    }
}

impl fmt::Display for ArtifactError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ArtifactError::Empty => write!(f, "the model is empty; check that the file was copied or downloaded whole"),
            ArtifactError::Truncated { expected, found } => {
                write!(f, "the model is cut off ({found} of {expected} bytes); copy or download it again")
            }
            ArtifactError::Foreign { detail } => {
                write!(f, "not a Reshelf model ({detail}); make one with `reshelf train`")
            }
            ArtifactError::Version { found } => write!(
                f,
                "the model has format {found}, this engine reads 2 and {}; train it again or update the engine",
                super::FORMAT
            ),
            ArtifactError::Checksum => {
                write!(f, "the model's bytes are damaged (checksum differs); copy or download it again")
            }
            ArtifactError::MissingTensor { name } => {
                write!(f, "the model lacks the tensor `{name}`; train it again with this version")
            }
            ArtifactError::Shape { name, detail } => {
                write!(f, "tensor `{name}` has the wrong shape ({detail}); train the model again")
            }
            ArtifactError::Value { name, detail } => {
                write!(f, "tensor `{name}` holds a bad value ({detail}); train the model again")
            }
            ArtifactError::Precision => {
                write!(
                    f,
                    "the model is in full precision, for measuring only; make one to serve with `reshelf quantize`"
                )
            }
            ArtifactError::Features { at } => {
                write!(
                    f,
                    "the model's head needs a feature (at {at}) that this engine does not have, or twice; update the engine, or copy the file again"
                )
            }
        }
    }
}

impl core::error::Error for ArtifactError {}
