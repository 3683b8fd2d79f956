//! Why an artifact was refused.

use core::fmt;

/// Why bytes are not an artifact that this engine can trust. Every variant has a stable [`code`](ArtifactError::code).
#[derive(Clone, Debug, PartialEq)]
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
        detail: String,
    },
    /// Written by a format that this engine does not read.
    Version {
        /// The format number found.
        found: String,
    },
    /// The bytes are not the bytes that were written.
    Checksum,
    /// A tensor that must be there is not.
    MissingTensor {
        /// Its name.
        name: String,
    },
    /// A tensor's type, shape or byte range is not what it must be.
    Shape {
        /// Its name.
        name: String,
        /// What disagrees.
        detail: String,
    },
    /// A value inside a tensor is out of range: NaN, infinite, an index past the end, ids out of order.
    Value {
        /// The tensor's name.
        name: String,
        /// What is out of range.
        detail: String,
    },
    /// The model is in full precision, which only native engines read.
    Precision,
    /// The head was trained on features that this engine does not compute.
    Features {
        /// The name of the feature that differs.
        detail: String,
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

    // Out of line: there are dozens of refusals, and each would bring its own copies.
    #[inline(never)]
    pub(super) fn foreign(detail: impl Into<String>) -> Self {
        ArtifactError::Foreign { detail: detail.into() }
    }

    #[inline(never)]
    pub(super) fn shape(name: &str, detail: impl Into<String>) -> Self {
        ArtifactError::Shape { name: name.into(), detail: detail.into() }
    }

    #[inline(never)]
    pub(super) fn value(name: &str, detail: impl Into<String>) -> Self {
        ArtifactError::Value { name: name.into(), detail: detail.into() }
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
                "the model has format {found}, this engine reads format {}; train it again or update the engine",
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
            ArtifactError::Features { detail } => {
                write!(f, "the model's head expects other features ({detail}); train it again with this version")
            }
        }
    }
}

impl core::error::Error for ArtifactError {}
