//! `reshelf demo-data`: a shop from a seed.

use std::path::PathBuf;

use clap::Args;
use reshelf_demo::ShopOptions;

use super::{Answer, CommandError};
use crate::demo_data::write_demo;

/// Generate a believable shop from a seed: products with drawn pictures, and simulated shoppers
///
/// No figure of quality may be quoted from it: the shoppers behave as the simulator's author assumed.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(super) struct DemoData {
    /// The folder to write to; made where it does not exist
    #[arg(long, short, value_name = "FOLDER")]
    out: PathBuf,
    /// Everything follows from it
    #[arg(long, value_name = "N", default_value_t = ShopOptions::default().seed)]
    seed: u64,
    /// How many products the shop has
    #[arg(long, value_name = "N", default_value_t = ShopOptions::default().products)]
    products: usize,
    /// How many sessions the log has
    #[arg(long, value_name = "N", default_value_t = ShopOptions::default().sessions)]
    sessions: usize,
}

const EXAMPLES: &str = "Examples:
  reshelf demo-data --out shop
  reshelf demo-data --seed 7 --products 400 --sessions 2000 --out small-shop";

impl DemoData {
    pub fn run(self, quiet: bool) -> Result<Answer, CommandError> {
        let options = ShopOptions { seed: self.seed, products: self.products, sessions: self.sessions };
        let summary = write_demo(&self.out, &options, quiet);
        let summary = summary.map_err(|error| CommandError::new(error.code(), &error))?;
        let words = format!(
            "{} products in {} categories, {} events in {} sessions ({} purchases), {} rows beside them\n{}\n{}\n{}",
            summary.products,
            summary.categories,
            summary.events,
            self.sessions,
            summary.purchases,
            summary.rows - summary.events,
            summary.events_path.display(),
            summary.items_path.display(),
            summary.shop_path.display(),
        );
        Answer::written(&self.out, words, &summary)
    }
}
