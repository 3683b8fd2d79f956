//! Why an artifact could not be made smaller.

use reshelf::model::ArtifactError;
use thiserror::Error;

use super::Bits;
use crate::output::OutputError;
use crate::rank::RankError;

/// Why no smaller artifact was made. The message is one line and names the fix.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum QuantizeError {
    /// The artifact that was to be made smaller.
    #[error(transparent)]
    Model(#[from] RankError),
    /// The smaller artifact's file.
    #[error(transparent)]
    Output(#[from] OutputError),
    /// What is lost cannot be brought back.
    #[error(
        "the model has {found} bits, of which {wanted} cannot be made; train it with `--bits 32` to keep everything"
    )]
    MoreBits {
        /// Bits asked for.
        wanted: Bits,
        /// Bits that the model has.
        found: Bits,
    },
    /// Not even the smallest fits.
    #[error("no model of at most {most} bytes can be made of this one, the smallest takes {smallest}; allow that many")]
    TooLarge {
        /// Bytes allowed.
        most: usize,
        /// Bytes of the smallest artifact that was tried.
        smallest: usize,
    },
    /// The parts do not make an artifact: a fault of ours.
    #[error("the quantized parts do not make an artifact ({0}); please report this")]
    Parts(#[from] ArtifactError),
}

impl QuantizeError {
    /// A stable code for scripts.
    pub fn code(&self) -> &'static str {
        match self {
            QuantizeError::Model(cause) => cause.code(),
            QuantizeError::Output(cause) => cause.code(),
            QuantizeError::MoreBits { .. } => "quantize.more_bits",
            QuantizeError::TooLarge { .. } => "quantize.too_large",
            QuantizeError::Parts(_) => "quantize.parts",
        }
    }
}
