//! `reshelf names`: the names behind a model's numbers.

use std::path::PathBuf;

use clap::Args;

use super::{Answer, CommandError};
use crate::names::{NamesOptions, run};

/// Write the names of a model's categories and brands, for pages that show a shopper their profile
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(super) struct Names {
    /// The artifact
    #[arg(long, value_name = "MODEL")]
    model: PathBuf,
    /// The catalogue that it was trained with
    #[arg(long, value_name = "ITEMS")]
    items: PathBuf,
    /// Where the names go: a .json file
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

const EXAMPLES: &str = "Examples:
  reshelf names --model shop.safetensors --items items.csv --out names.json";

impl Names {
    pub fn run(self) -> Result<Answer, CommandError> {
        let options = NamesOptions { model: self.model, items: self.items, out: self.out };
        let summary = run(&options).map_err(|error| CommandError::new(error.code(), &error))?;
        Answer::written(&options.out, summary.in_words(&options.out), &summary)
    }
}
