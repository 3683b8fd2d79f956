//! `reshelf evaluate`: how good the model's rankings are.

use std::path::PathBuf;

use clap::Args;

use super::{CommandError, SplitFlags, ThreadFlags, print_result};
use crate::evaluate::{EvaluateOptions, run};

/// Measure a model on sessions: recall, MRR, NDCG and more, with confidence intervals
#[derive(Args, Debug)]
pub(super) struct Evaluate {
    /// The artifact
    #[arg(long, value_name = "MODEL")]
    model: PathBuf,
    /// The sessions to replay: a Parquet, CSV or JSON lines file, or a folder of such files
    #[arg(long, value_name = "SESSIONS")]
    sessions: PathBuf,
    #[command(flatten)]
    split: SplitFlags,
    /// Re-rank these lists (session_id, step, item_id, optional score) in place of the whole catalogue
    #[arg(long, value_name = "CANDIDATES")]
    candidates: Option<PathBuf>,
    /// How many places of a list are looked at
    #[arg(long, value_name = "N", default_value_t = 20)]
    k: usize,
    /// Write a report as one HTML page
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
    /// Print JSON
    #[arg(long)]
    json: bool,
    /// Seed of the bootstrap
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    #[command(flatten)]
    threads: ThreadFlags,
}

impl Evaluate {
    pub fn run(self, quiet: bool) -> Result<(), CommandError> {
        let (split_column, split) = self.split.chosen("test");
        let evaluation = run(&EvaluateOptions {
            model: self.model,
            sessions: self.sessions,
            split_column,
            split,
            candidates: self.candidates,
            k: self.k,
            report: self.report,
            seed: self.seed,
            threads: self.threads.count(),
            quiet,
        });
        let evaluation = evaluation.map_err(|error| CommandError::new(error.code(), &error))?;
        let text = if self.json {
            serde_json::to_string_pretty(&evaluation).map_err(|error| CommandError::new("evaluate.json", &error))?
        } else {
            evaluation.to_string()
        };
        print_result(&text);
        Ok(())
    }
}
