//! From an artifact to a smaller one: fewer bits a code, fewer neighbours an item.
//!
//! Its one job: what training made goes in, in full precision or already quantized, and what a page downloads comes out.
//! `train` packs with it, `quantize` calls it on files. It may use [`crate::files`] and the engine, and knows nothing of
//! training.
//!
//! - `bits`: the precisions. `neighbours`: which of them are worth their bytes. `recipe`: one artifact, one result.

mod bits;
mod neighbours;
mod recipe;

pub use bits::Bits;
pub use neighbours::{rank, share_out};
pub use recipe::{Recipe, cosine_error, quantize};

use reshelf::artifact::ArtifactError;
use thiserror::Error;

/// Why an artifact was not made smaller. The message is one line and names the fix.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum QuantizationError {
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
    /// The parts do not make an artifact: a fault of ours.
    #[error("the quantized parts do not make an artifact ({0}); please report this")]
    Parts(#[from] ArtifactError),
}

impl QuantizationError {
    /// A stable code for scripts.
    pub fn code(&self) -> &'static str {
        match self {
            QuantizationError::MoreBits { .. } => "quantize.more_bits",
            QuantizationError::Parts(_) => "quantize.parts",
        }
    }
}
