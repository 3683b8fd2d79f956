//! `reshelf inspect`: what is in an artifact.

use std::path::PathBuf;

use clap::Args;

use super::{CommandError, print_result};
use crate::inspect::{in_words, inspect};

/// Show what is in an artifact: sizes per part, versions, training digest, metrics at export
#[derive(Args, Debug)]
pub(super) struct Inspect {
    /// The artifact
    #[arg(value_name = "MODEL")]
    model: PathBuf,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl Inspect {
    pub fn run(self) -> Result<(), CommandError> {
        let found = inspect(&self.model).map_err(|error| CommandError::new(error.code(), &error))?;
        print_result(&if self.json { format!("{found:#}") } else { in_words(&self.model, &found) })
    }
}
