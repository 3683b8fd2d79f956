//! `reshelf inspect`: what is in an artifact.

use std::path::PathBuf;

use clap::Args;

use super::{Answer, CommandError};
use crate::inspect::{in_words, inspect};

/// Show what is in an artifact: sizes per part, versions, training digest, metrics at export
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(super) struct Inspect {
    /// The artifact
    #[arg(value_name = "MODEL")]
    model: PathBuf,
}

const EXAMPLES: &str = "Examples:
  reshelf inspect shop.safetensors
  reshelf inspect shop.safetensors --json";

impl Inspect {
    pub fn run(self) -> Result<Answer, CommandError> {
        let found = inspect(&self.model).map_err(|error| CommandError::new(error.code(), &error))?;
        Answer::new(in_words(&self.model, &found), &found)
    }
}
