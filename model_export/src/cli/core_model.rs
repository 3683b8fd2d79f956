//! `reshelf core`: what every page needs of a model, where rows travel.

use std::path::PathBuf;

use clap::Args;

use super::{Answer, CommandError};
use crate::core_model::{CoreOptions, run};

/// Write a model without its items, for pages that are sent rows: head, weights and the most used tokens
///
/// Rows of the whole model fit it: `reshelf rows` writes them.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(super) struct Core {
    /// The artifact
    #[arg(value_name = "MODEL")]
    model: PathBuf,
    /// Where the core goes
    #[arg(long, short, value_name = "FILE")]
    out: PathBuf,
    /// A catalogue: those tokens are kept that most of its items have [default: by the table's own categories and brands]
    #[arg(long, value_name = "ITEMS")]
    items: Option<PathBuf>,
    /// Tokens to keep [default: as many as fit into 48,000 bytes in all]
    #[arg(long, value_name = "N")]
    tokens: Option<usize>,
}

const EXAMPLES: &str = "Examples:
  reshelf core shop.safetensors --out core.safetensors
  reshelf core shop.safetensors --items items.csv --tokens 400 --out core.safetensors";

impl Core {
    pub fn run(self) -> Result<Answer, CommandError> {
        let options = CoreOptions { model: self.model, out: self.out, items: self.items, tokens: self.tokens };
        let summary = run(&options).map_err(|error| CommandError::new(error.code(), &error))?;
        Answer::written(&options.out, summary.in_words(&options), &summary)
    }
}
