//! What a server learns from tokens of tastes (`reshelf/privacy`; docs/tokens.md).
//!
//! Its one job: `reshelf tokens`. Of many tokens it makes counts of shoppers by cluster, and of a model and a log it says
//! beforehand what tokens would be worth. It may use the ground (`data`, `files`, `measure`, `pool`, `progress`, `replay`) and
//! the engine.
//!
//! - `response`: the probabilities of randomised response. `estimate`: from tokens to counts with intervals.
//! - `worth`: how much better a server would rank that knows a token and nothing else; `recall`: by how much, in expectation.

mod estimate;
mod recall;
mod response;
mod worth;

pub use estimate::{Counted, Counts, Group, LeftOut, count};
pub use recall::WorthRow;
pub use worth::{Worth, WorthOptions, worth};

use thiserror::Error;

use crate::data::DataError;
use crate::files::ModelError;
use crate::pool::PoolError;

/// Why nothing is learned from tokens. The message is one line and names the fix.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum TokensError {
    /// The tokens or the log.
    #[error(transparent)]
    Data(#[from] DataError),
    /// The artifact.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// The threads could not be started.
    #[error(transparent)]
    Threads(#[from] PoolError),
    /// Tokens of models with different numbers of clusters.
    #[error("tokens of {found} clusters cannot be counted together; keep those of one model")]
    Mixed {
        /// The numbers, each with how many tokens have it.
        found: String,
    },
    /// Every row was left out.
    #[error("none of {rows} rows is a token ({first}); check the columns cluster, clusters and epsilon")]
    NoTokens {
        /// Rows read.
        rows: u64,
        /// What is wrong with the most of them.
        first: String,
    },
    /// The artifact has no clusters.
    #[error("{path} has no clusters; train it with --clusters")]
    NoClusters {
        /// Its path.
        path: String,
    },
    /// No session of the part to measure on has two events.
    #[error("there is nothing to measure: --split needs sessions of two events or more")]
    NothingToMeasure,
}

impl TokensError {
    /// A stable code for scripts.
    pub fn code(&self) -> &'static str {
        match self {
            TokensError::Data(cause) => cause.code(),
            TokensError::Model(cause) => cause.code(),
            TokensError::Threads(cause) => cause.code(),
            TokensError::Mixed { .. } => "tokens.mixed",
            TokensError::NoTokens { .. } => "tokens.none",
            TokensError::NoClusters { .. } => "tokens.no_clusters",
            TokensError::NothingToMeasure => "tokens.nothing_to_measure",
        }
    }
}
