//! `reshelf evaluate`: how good the model's rankings are.

use std::path::PathBuf;

use clap::{Args, value_parser};

use super::{Answer, CommandError, MeasuringFlags, ReplayFlags};
use crate::evaluate::{EvaluateError, EvaluateOptions, new_items, run};

/// Measure a model on sessions: recall, MRR, NDCG and more, with confidence intervals
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(super) struct Evaluate {
    #[command(flatten)]
    input: ReplayFlags,
    /// Re-rank lists of so many items, drawn as a server that knows nothing of the session would send them
    #[arg(long, value_name = "N", conflicts_with = "candidates", value_parser = value_parser!(u16).range(2..=1000))]
    server_lists: Option<u16>,
    /// The shop's items: those that the model does not know are composed of what is said of them
    #[arg(long, value_name = "ITEMS")]
    items: Option<PathBuf>,
    /// Rank only what is new: at steps whose target --items describes and the model does not know, all such items
    #[arg(long, requires = "items", conflicts_with_all = ["candidates", "server_lists", "report", "policy", "fairness"])]
    new_items: bool,
    /// Another artifact to compare with on the same steps; may be given several times
    #[arg(long, value_name = "OTHER")]
    compare: Vec<PathBuf>,
    /// A policy as reshelf/slate takes it: the lists are arranged by it as well; may be given several times
    #[arg(long, value_name = "POLICY")]
    policy: Vec<PathBuf>,
    /// Tell who is shown, by the values of this field of items, such as `brand`; may be given several times
    #[arg(long, value_name = "FIELD")]
    fairness: Vec<String>,
    /// Write a report as one HTML page
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
    #[command(flatten)]
    measuring: MeasuringFlags,
}

const EXAMPLES: &str = "Examples:
  reshelf evaluate --model shop.safetensors --sessions test.parquet --report report.html
  reshelf evaluate --model shop.safetensors --sessions events.parquet --newest-test 0.1 --server-lists 60
  reshelf evaluate --model shop.safetensors --sessions test.parquet --compare small.safetensors --json
  reshelf evaluate --model shop.safetensors --sessions test.parquet --items items.parquet --server-lists 60 --policy a.json --policy b.json --fairness brand
  reshelf evaluate --model hiding.safetensors --sessions test.parquet --items items.parquet --new-items";

impl Evaluate {
    pub fn run(self, quiet: bool) -> Result<Answer, CommandError> {
        let new = self.new_items;
        let options = EvaluateOptions {
            input: self.input.input()?,
            server_lists: self.server_lists.map(usize::from),
            items: self.items,
            compare: self.compare,
            policies: self.policy,
            fairness: self.fairness,
            k: self.measuring.k,
            from_step: self.measuring.from_step.get(),
            report: self.report,
            seed: self.measuring.seed,
            threads: self.measuring.threads.count(),
            quiet,
        };
        let refused = |error: EvaluateError| CommandError::new(error.code(), &error);
        if new {
            return Answer::of(&new_items(&options).map_err(refused)?);
        }
        Answer::of(&run(&options).map_err(refused)?)
    }
}
