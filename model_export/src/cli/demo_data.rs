//! `reshelf demo-data`: a shop from a seed.

use std::path::PathBuf;

use clap::Args;

use super::{CommandError, print_result};
use crate::demo::{DEFAULT_PRODUCTS, DEFAULT_SESSIONS, DemoOptions, generate};
use crate::progress::Progress;

/// Generate a believable shop from a seed: products with drawn pictures, and simulated shoppers
///
/// No figure of quality may be quoted from it: the shoppers behave as the simulator's author assumed.
#[derive(Args, Debug)]
pub(super) struct DemoData {
    /// The folder to write to; made where it does not exist
    #[arg(long, short, value_name = "FOLDER")]
    out: PathBuf,
    /// Everything follows from it
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// How many products the shop has
    #[arg(long, value_name = "N", default_value_t = DEFAULT_PRODUCTS)]
    products: usize,
    /// How many sessions the log has
    #[arg(long, value_name = "N", default_value_t = DEFAULT_SESSIONS)]
    sessions: usize,
}

impl DemoData {
    pub fn run(self, quiet: bool) -> Result<(), CommandError> {
        let progress = Progress::of(self.sessions as u64, "playing sessions", quiet);
        let moved = |done: u64, _| progress.reached(done);
        let summary = generate(&DemoOptions {
            out: self.out,
            seed: self.seed,
            products: self.products,
            sessions: self.sessions,
            progress: Some(&moved),
        });
        drop(progress);
        let summary = summary.map_err(|error| CommandError::new(error.code(), &error))?;
        print_result(&format!(
            "{} products in {} categories, {} events in {} sessions ({} purchases)\n{}\n{}\n{}",
            summary.products,
            summary.categories,
            summary.events,
            summary.sessions,
            summary.purchases,
            summary.events_path.display(),
            summary.items_path.display(),
            summary.shop_path.display(),
        ));
        Ok(())
    }
}
