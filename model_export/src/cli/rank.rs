//! `reshelf rank`: the model's ranking for every step of a log.

use std::num::NonZeroU32;
use std::path::PathBuf;

use clap::Args;

use super::{Answer, CommandError, ReplayFlags, ThreadFlags};
use crate::rank::{RankOptions, run};

/// Rank items for every step of every session, and write the best of each
///
/// A step is the number of events already seen, from 1. Writes Parquet: session_id, step, rank, item_id, score.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(super) struct Rank {
    #[command(flatten)]
    input: ReplayFlags,
    /// How many items to write per step
    #[arg(long, value_name = "N", default_value = "20")]
    k: NonZeroU32,
    /// Where the rankings go, as Parquet
    #[arg(long, short, value_name = "FILE")]
    out: PathBuf,
    #[command(flatten)]
    threads: ThreadFlags,
}

const EXAMPLES: &str = "Examples:
  reshelf rank --model shop.safetensors --sessions test.parquet --k 20 --out ranked.parquet
  reshelf rank --model shop.safetensors --sessions test.parquet --candidates lists.csv --out ranked.parquet";

impl Rank {
    pub fn run(self, quiet: bool) -> Result<Answer, CommandError> {
        let out = self.out.display().to_string();
        let summary = run(&RankOptions {
            input: self.input.input()?,
            k: self.k.get() as usize,
            out: self.out.clone(),
            threads: self.threads.count(),
            quiet,
        });
        let summary = summary.map_err(|error| CommandError::new(error.code(), &error))?;
        let (sessions, steps, rows) = (summary.sessions, summary.steps, summary.rows);
        let words = format!("{steps} steps of {sessions} sessions ranked, {rows} rows written to {out}");
        Answer::written(&self.out, words, &summary)
    }
}
