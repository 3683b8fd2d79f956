//! `reshelf train`: from a log to an artifact.

use std::path::PathBuf;

use clap::Args;

use super::{Answer, CommandError, SessionFlags, SplitFlags, ThreadFlags, one_of};
use crate::data::{HiddenItems, Part, Split};
use crate::quantization::Bits;
use crate::train::{Ablation, ClusterCount, Compute, Floor, Preset, TrainOptions, train};

/// Train a model on a shop's log and write one artifact
///
/// Trains on the rows whose split is `train`, or on all rows where the log has no column `split`; one that is asked for with
/// --split or --split-column must be there. The newest part is held out for validation. The same seed and threads give the same file. A run that was stopped goes on after its last pass.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(super) struct Train {
    /// The log of events: a Parquet, CSV or JSON file, or a folder of such files
    #[arg(long, value_name = "EVENTS")]
    events: PathBuf,
    /// The shop's items with their attributes
    #[arg(long, value_name = "ITEMS")]
    items: Option<PathBuf>,
    /// Where the artifact goes; what is not to be published goes beside it, to MODEL.report.json
    #[arg(long, short, value_name = "MODEL")]
    out: PathBuf,
    #[command(flatten)]
    split: SplitFlags,
    #[command(flatten)]
    session: SessionFlags,
    /// Learn nothing of this part of the items, chosen by their ids, to measure on them as on new ones (evaluate --new-items)
    #[arg(long, value_name = "PART", allow_negative_numbers = true)]
    hide_items: Option<HiddenItems>,
    /// How much to spend
    #[arg(long, value_name = "PRESET", default_value = "default")]
    #[arg(value_parser = one_of::<Preset, _>(Preset::ALL.map(Preset::name)))]
    preset: Preset,
    /// Write the model without each of its parts into this folder as well, to see what each is worth
    #[arg(long, value_name = "FOLDER")]
    ablations: Option<PathBuf>,
    /// Only without these of its parts: their names with commas between them
    #[arg(long, value_name = "PARTS", value_delimiter = ',', requires = "ablations")]
    #[arg(value_parser = one_of::<Ablation, _>(Ablation::ALL.map(Ablation::name)))]
    without: Vec<Ablation>,
    /// Seed of everything random
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// Bits of a vector's numbers; 32 keeps everything, to be measured or made smaller with `reshelf quantize`
    #[arg(long, value_name = "BITS", default_value = "4", value_parser = one_of::<Bits, _>(["32", "8", "4", "mixed"]))]
    bits: Bits,
    /// No pair of items rests on fewer distinct sessions than this, nor on fewer than 2 where the second was bought
    #[arg(long, value_name = "N", default_value_t)]
    min_sessions: Floor,
    /// Clusters of items in the artifact, 16 to 64, by which a taste can be told (docs/tokens.md); 0 for none
    #[arg(long, value_name = "N", default_value_t)]
    clusters: ClusterCount,
    /// Where vectors are trained: cpu, or gpu in a build with that feature
    #[arg(long, value_name = "DEVICE", default_value = "cpu")]
    #[arg(value_parser = one_of::<Compute, _>(Compute::ALL.map(Compute::name)))]
    device: Compute,
    #[command(flatten)]
    threads: ThreadFlags,
}

const EXAMPLES: &str = "Examples:
  reshelf train --events events.parquet --items items.parquet --out shop.safetensors
  reshelf train --events logs --newest-test 0.1 --out shop.safetensors   # the newest tenth stays for evaluate
  reshelf train --events events.csv --preset tiny --bits 32 --out full.safetensors
  reshelf train --events events.parquet --items items.parquet --hide-items 0.1 --out hiding.safetensors";

impl Train {
    pub fn run(self, quiet: bool) -> Result<Answer, CommandError> {
        let split = self.split.chosen(Part::Train)?.unwrap_or_else(|| Split::usual(Part::Train.name()));
        let summary = train(&TrainOptions {
            events: self.events,
            items: self.items,
            out: self.out.clone(),
            split,
            session_gap: self.session.session_gap,
            session_column: self.session.session_column,
            hidden_items: self.hide_items,
            preset: self.preset,
            ablations: self.ablations,
            without: if self.without.is_empty() { Ablation::ALL.to_vec() } else { self.without },
            seed: self.seed,
            bits: self.bits,
            floor: self.min_sessions,
            clusters: self.clusters,
            device: self.device,
            threads: self.threads.count(),
            quiet,
        });
        let summary = summary.map_err(|error| CommandError::new(error.code(), &error))?;
        Answer::written(&self.out, summary.to_string(), &summary)
    }
}
