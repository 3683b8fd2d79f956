//! What can go wrong while evaluating, with a stable code each.

use thiserror::Error;

use crate::data::DataError;
use crate::output::OutputError;
use crate::rank::RankError;

/// Why an evaluation came to no result. The message is one line and names the fix.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum EvaluateError {
    /// The sessions or candidates could not be read.
    #[error(transparent)]
    Data(#[from] DataError),
    /// The model could not be read, or the sessions not be ranked with it.
    #[error(transparent)]
    Rank(#[from] RankError),
    /// The report could not be written.
    #[error(transparent)]
    Output(#[from] OutputError),
    /// `k` is 0 or too large.
    #[error("k is {k}: choose a number of places from 1 to {limit}")]
    PlacesOutOfRange {
        /// What was asked for.
        k: usize,
        /// The most places that are measured.
        limit: usize,
    },
    /// No session has two events, or no candidate list belongs to a step.
    #[error("there is nothing to evaluate: it needs sessions of two events or more{}", candidates_hint(*.candidates))]
    NothingToEvaluate {
        /// Whether candidate lists were given.
        candidates: bool,
    },
    /// A chart could not be drawn.
    #[error("the report's charts could not be drawn ({cause}): evaluate without --report and please report this")]
    Plot {
        /// What the drawing library says.
        cause: String,
    },
}

impl EvaluateError {
    /// A stable code for scripts.
    pub fn code(&self) -> &'static str {
        match self {
            EvaluateError::Data(error) => error.code(),
            EvaluateError::Rank(error) => error.code(),
            EvaluateError::Output(error) => error.code(),
            EvaluateError::PlacesOutOfRange { .. } => "evaluate.places_out_of_range",
            EvaluateError::NothingToEvaluate { .. } => "evaluate.nothing_to_evaluate",
            EvaluateError::Plot { .. } => "evaluate.plot",
        }
    }
}

fn candidates_hint(candidates: bool) -> &'static str {
    if candidates { ", and candidate lists for their steps" } else { "" }
}
