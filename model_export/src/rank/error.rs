//! Why ranking failed.

use std::path::PathBuf;

use reshelf::model::ArtifactError;
use thiserror::Error;

use crate::data::DataError;
use crate::output::OutputError;

/// Why a log could not be ranked. The message is one line and names the fix.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum RankError {
    /// The artifact's file could not be read.
    #[error("cannot read the model {}: {cause}", path.display())]
    Unreadable {
        /// Its path.
        path: PathBuf,
        /// What the system says.
        cause: std::io::Error,
    },
    /// The file is not an artifact to be trusted.
    #[error("{}: {cause}", path.display())]
    Artifact {
        /// Its path.
        path: PathBuf,
        /// Why.
        cause: ArtifactError,
    },
    /// The log or the candidate lists.
    #[error(transparent)]
    Data(#[from] DataError),
    /// The file of rankings.
    #[error(transparent)]
    Output(#[from] OutputError),
    /// The threads could not be started.
    #[error("cannot start the worker threads ({0}); ask for fewer with --threads")]
    Threads(String),
}

impl RankError {
    /// A stable code for scripts.
    pub fn code(&self) -> &'static str {
        match self {
            RankError::Unreadable { .. } => "model.unreadable",
            RankError::Artifact { cause, .. } => cause.code(),
            RankError::Data(cause) => cause.code(),
            RankError::Output(cause) => cause.code(),
            RankError::Threads(_) => "rank.threads",
        }
    }
}
