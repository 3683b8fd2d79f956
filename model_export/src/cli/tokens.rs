//! `reshelf tokens`: what a server learns from tokens of tastes.

use std::path::PathBuf;

use clap::Args;

use super::{Answer, CommandError, SessionFlags, SplitFlags, ThreadFlags};
use crate::tokens::{WorthOptions, count, worth};

/// Count shoppers by cluster from tokens of their tastes, or say beforehand what tokens are worth
///
/// Tokens are what pages sent of `reshelf/privacy`: rows of cluster, clusters and epsilon, perhaps with epoch and model. Each
/// is randomised; of many together come unbiased counts with 95 % intervals. With --model and --events instead of tokens:
/// recall@20 of a server that knows a token and nothing else, fitted on the part `train` of a log and measured on `test`.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(super) struct Tokens {
    /// The tokens: a Parquet, CSV or JSON file, or a folder of such files
    #[arg(value_name = "TOKENS", required_unless_present = "model", conflicts_with_all = ["model", "events"])]
    tokens: Option<PathBuf>,
    /// An artifact with clusters
    #[arg(long, value_name = "MODEL", requires = "events")]
    model: Option<PathBuf>,
    /// The log that it was trained on
    #[arg(long, value_name = "EVENTS", requires = "model")]
    events: Option<PathBuf>,
    /// The part to measure on
    #[command(flatten)]
    split: SplitFlags,
    /// The split to fit on; several are separated by commas [default: `train`]
    #[arg(long, value_name = "NAME", value_delimiter = ',', conflicts_with = "newest_test")]
    train_split: Vec<String>,
    #[command(flatten)]
    session: SessionFlags,
    /// Seed of the bootstrap
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    #[command(flatten)]
    threads: ThreadFlags,
}

const EXAMPLES: &str = "Examples:
  reshelf tokens tokens.csv --json
  reshelf tokens --model shop.safetensors --events events.parquet --newest-test 0.1";

impl Tokens {
    pub fn run(self, quiet: bool) -> Result<Answer, CommandError> {
        if let Some(tokens) = &self.tokens {
            if self.split.are_given() || !self.train_split.is_empty() {
                let words = "tokens have no splits: leave out --split and the like, or name --model and --events";
                return Err(CommandError::new("usage", format!("{words}; see --help")));
            }
            let counts = count(tokens).map_err(|error| CommandError::new(error.code(), &error))?;
            return Answer::of(&counts);
        }
        let (train, test) = self.split.train_and_test(self.train_split)?;
        let worth = worth(&WorthOptions {
            model: self.model.unwrap_or_default(),
            events: self.events.unwrap_or_default(),
            train,
            test,
            session_gap: self.session.session_gap,
            session_column: self.session.session_column,
            seed: self.seed,
            threads: self.threads.count(),
            quiet,
        });
        Answer::of(&worth.map_err(|error| CommandError::new(error.code(), &error))?)
    }
}
