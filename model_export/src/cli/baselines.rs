//! `reshelf baselines`: what simple methods reach on the same sessions.

use std::path::PathBuf;

use clap::Args;

use super::{Answer, CommandError, MeasuringFlags, SessionFlags, SplitFlags};
use crate::baselines::{BaselinesOptions, run};

/// Measure simple methods on a log, and a model's parts beside them
///
/// Fits popularity, the session's own items, a Markov chain, item-kNN and VS-kNN on the part `train` and measures them on
/// the part `test`, as `evaluate` measures a model on the whole catalogue; likewise VS-kNN, STAN and decayed co-visitation
/// with constants chosen on the newest sessions of `train`.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(super) struct Baselines {
    /// The log of events: a Parquet, CSV or JSON file, or a folder of such files
    #[arg(long, value_name = "EVENTS")]
    events: PathBuf,
    /// The part to measure on
    #[command(flatten)]
    split: SplitFlags,
    #[command(flatten)]
    session: SessionFlags,
    /// The split to fit on; several are separated by commas [default: `train`]
    #[arg(long, value_name = "NAME", value_delimiter = ',', conflicts_with = "newest_test")]
    train_split: Vec<String>,
    /// An artifact trained on the same sessions: its parts and the whole are measured, too
    #[arg(long, value_name = "MODEL")]
    model: Option<PathBuf>,
    #[command(flatten)]
    measuring: MeasuringFlags,
}

const EXAMPLES: &str = "Examples:
  reshelf baselines --events events.parquet --newest-test 0.1
  reshelf baselines --events events.parquet --newest-test 0.1 --model shop.safetensors --json";

impl Baselines {
    pub fn run(self, quiet: bool) -> Result<Answer, CommandError> {
        let (train, test) = self.split.train_and_test(self.train_split)?;
        let baselines = run(&BaselinesOptions {
            events: self.events,
            train,
            test,
            session_gap: self.session.session_gap,
            session_column: self.session.session_column,
            model: self.model,
            k: self.measuring.k,
            from_step: self.measuring.from_step.get(),
            seed: self.measuring.seed,
            threads: self.measuring.threads.count(),
            quiet,
        });
        let baselines = baselines.map_err(|error| CommandError::new(error.code(), &error))?;
        Answer::of(&baselines)
    }
}
