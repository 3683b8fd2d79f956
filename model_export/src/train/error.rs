//! Why training failed.

use reshelf::artifact::ArtifactError;
use thiserror::Error;

use crate::data::DataError;
use crate::output::OutputError;
use crate::pool::PoolError;
use crate::quantization::QuantizationError;

/// Why no artifact was made. The message is one line and names the fix.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum TrainError {
    /// The log or the catalogue.
    #[error(transparent)]
    Data(#[from] DataError),
    /// The artifact's file.
    #[error(transparent)]
    Output(#[from] OutputError),
    /// Nothing to learn from.
    #[error(
        "{sessions} sessions are left after cleaning, at least {least} are needed; check the split and the cleaning report"
    )]
    TooLittle {
        /// Sessions left.
        sessions: usize,
        /// Sessions needed.
        least: usize,
    },
    /// Numbers ran away.
    #[error("training diverged: {0}; please report the shape of the log (`--seed` may help meanwhile)")]
    Diverged(&'static str),
    /// The parts do not make an artifact: a fault of ours.
    #[error("the trained parts do not make an artifact ({0}); please report this")]
    Parts(#[from] ArtifactError),
    /// They could not be quantized: a fault of ours too, since they are in full precision.
    #[error(transparent)]
    Quantize(#[from] QuantizationError),
    /// The command was built without the GPU backend.
    #[error("this build trains on the CPU only; build it with `cargo build --features gpu`, or leave out --device")]
    NoGpu,
    /// The threads could not be started.
    #[error(transparent)]
    Threads(#[from] PoolError),
}

impl TrainError {
    /// A stable code for scripts.
    pub fn code(&self) -> &'static str {
        match self {
            TrainError::Data(cause) => cause.code(),
            TrainError::Output(cause) => cause.code(),
            TrainError::TooLittle { .. } => "train.too_little",
            TrainError::Diverged(_) => "train.diverged",
            TrainError::Parts(_) => "train.parts",
            TrainError::Quantize(cause) => cause.code(),
            TrainError::NoGpu => "train.no_gpu",
            TrainError::Threads(cause) => cause.code(),
        }
    }
}
