//! `reshelf verify`: whether a model is as good as its training stated.

use std::path::PathBuf;

use clap::Args;

use super::{Answer, CommandError, SessionFlags, SplitFlags, ThreadFlags};
use crate::data::Part;
use crate::verify::{VerifyOptions, run};

/// Measure again what training stated of a model, and say whether it holds
///
/// Reads the report beside the model. On the log that it was trained on (with the flags of its training), the shipped model is
/// measured on the same held-out steps; on any other sessions, it is held to what training found before its last fit. The status is
/// 1 where a stated figure is not within the interval of the measured one, and where so few sessions cannot tell.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(super) struct Verify {
    /// The artifact, with its report beside it
    #[arg(value_name = "MODEL")]
    model: PathBuf,
    /// The log that it was trained on, or sessions that it has not read: a Parquet, CSV or JSON file, or a folder of such files
    #[arg(long, value_name = "SESSIONS")]
    sessions: PathBuf,
    #[command(flatten)]
    split: SplitFlags,
    #[command(flatten)]
    session: SessionFlags,
    /// Seed of the bootstrap
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    #[command(flatten)]
    threads: ThreadFlags,
}

const EXAMPLES: &str = "Examples:
  reshelf verify shop.safetensors --sessions events.parquet --newest-test 0.1 --split train   # the log of its training
  reshelf verify shop.safetensors --sessions events.parquet --newest-test 0.1                 # the sessions after it";

impl Verify {
    pub fn run(self, quiet: bool) -> Result<Answer, CommandError> {
        let SessionFlags { session_gap, session_column } = self.session;
        let verification = run(&VerifyOptions {
            model: self.model,
            sessions: self.sessions,
            split: self.split.chosen(Part::Test)?.unwrap_or_default(),
            session_gap,
            session_column,
            seed: self.seed,
            threads: self.threads.count(),
            quiet,
        });
        let verification = verification.map_err(|error| CommandError::new(error.code(), &error))?;
        let answer = Answer::of(&verification)?;
        Ok(match (verification.holds, &verification.unknown_items) {
            (Some(true), _) => answer,
            (_, Some(unknown)) => {
                answer.but(CommandError::new("verify.other_shop", format!("this is another shop's log: {unknown}")))
            }
            (None, None) => answer.but(CommandError::new(
                "verify.too_few",
                "so few sessions cannot tell whether the stated figures hold: pass more of them",
            )),
            (Some(false), None) => {
                answer.but(CommandError::new("verify.figures_differ", "not every stated figure holds: see the result"))
            }
        })
    }
}
