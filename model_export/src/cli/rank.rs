//! `reshelf rank`: the model's ranking for every step of a log.

use std::num::NonZeroU32;
use std::path::PathBuf;

use clap::Args;

use super::{CommandError, SplitFlags, ThreadFlags, print_result};
use crate::rank::{RankOptions, run};

/// Rank items for every step of every session, and write the best of each
///
/// A step is the number of events already seen, from 1. Writes Parquet: session_id, step, rank, item_id, score.
#[derive(Args, Debug)]
pub(super) struct Rank {
    /// The artifact
    #[arg(long, value_name = "MODEL")]
    model: PathBuf,
    /// The sessions to replay: a Parquet, CSV or JSON lines file, or a folder of such files
    #[arg(long, value_name = "SESSIONS")]
    sessions: PathBuf,
    #[command(flatten)]
    split: SplitFlags,
    /// Rank these lists (session_id, step, item_id, optional score) in place of the whole catalogue
    #[arg(long, value_name = "CANDIDATES")]
    candidates: Option<PathBuf>,
    /// How many items to write per step
    #[arg(long, value_name = "N", default_value = "20")]
    k: NonZeroU32,
    /// Where the rankings go, as Parquet
    #[arg(long, short, value_name = "FILE")]
    out: PathBuf,
    #[command(flatten)]
    threads: ThreadFlags,
}

impl Rank {
    pub fn run(self, quiet: bool) -> Result<(), CommandError> {
        let (split_column, split) = self.split.chosen("test");
        let out = self.out.display().to_string();
        let summary = run(&RankOptions {
            model: self.model,
            sessions: self.sessions,
            split_column,
            split,
            candidates: self.candidates,
            k: self.k.get() as usize,
            out: self.out,
            threads: self.threads.count(),
            quiet,
        });
        let summary = summary.map_err(|error| CommandError::new(error.code(), &error))?;
        let (sessions, steps, rows) = (summary.sessions, summary.steps, summary.rows);
        print_result(&format!("{steps} steps of {sessions} sessions ranked, {rows} rows written to {out}"));
        Ok(())
    }
}
