//! `reshelf rows`: items as rows that a server or an edge worker can inline.

use std::path::PathBuf;

use clap::Args;

use super::{Answer, CommandError};
use crate::rows::{RowsOptions, run};

/// Export rows: all that the engine needs of one item, to be sent along with candidates
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(super) struct Rows {
    /// The artifact
    #[arg(long, value_name = "MODEL")]
    model: PathBuf,
    /// Where the rows go: .rows (for a handler of `reshelf/rows`), .parquet (row as bytes) or .jsonl (row as base64)
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// Only the items of this catalogue
    #[arg(long, value_name = "ITEMS")]
    items: Option<PathBuf>,
}

const EXAMPLES: &str = "Examples:
  reshelf rows --model shop.safetensors --out shop.rows
  reshelf rows --model shop.safetensors --items items.csv --out rows.jsonl";

impl Rows {
    pub fn run(self) -> Result<Answer, CommandError> {
        let options = RowsOptions { model: self.model, out: self.out, items: self.items };
        let summary = run(&options).map_err(|error| CommandError::new(error.code(), &error))?;
        Answer::written(&options.out, summary.in_words(&options.out), &summary)
    }
}
