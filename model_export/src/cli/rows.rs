//! `reshelf rows`: items as rows that a server or an edge worker can inline.

use std::path::PathBuf;

use clap::Args;

use super::{CommandError, print_result};
use crate::rows::{RowsOptions, run};

/// Export rows: all that the engine needs of one item, to be sent along with candidates
#[derive(Args, Debug)]
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

impl Rows {
    pub fn run(self) -> Result<(), CommandError> {
        let options = RowsOptions { model: self.model, out: self.out, items: self.items };
        let summary = run(&options).map_err(|error| CommandError::new(error.code(), &error))?;
        print_result(&summary.in_words(&options.out))
    }
}
