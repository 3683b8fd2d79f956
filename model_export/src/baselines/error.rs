//! What can go wrong while measuring simple methods, with a stable code each.

use thiserror::Error;

use crate::data::DataError;
use crate::rank::RankError;

/// Why simple methods could not be measured. The message is one line and names the fix.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum BaselinesError {
    /// The log could not be read.
    #[error(transparent)]
    Data(#[from] DataError),
    /// The model could not be read, or the sessions not be ranked with it.
    #[error(transparent)]
    Rank(#[from] RankError),
    /// `k` is 0 or too large.
    #[error("k is {k}: choose a number of places from 1 to {limit}")]
    PlacesOutOfRange {
        /// What was asked for.
        k: usize,
        /// The most places that are measured.
        limit: usize,
    },
    /// No session of the part to measure on has two events.
    #[error("there is nothing to measure: --split needs sessions of two events or more")]
    NothingToMeasure,
}

impl BaselinesError {
    /// A stable code for scripts.
    pub fn code(&self) -> &'static str {
        match self {
            BaselinesError::Data(error) => error.code(),
            BaselinesError::Rank(error) => error.code(),
            BaselinesError::PlacesOutOfRange { .. } => "baselines.places_out_of_range",
            BaselinesError::NothingToMeasure => "baselines.nothing_to_measure",
        }
    }
}
