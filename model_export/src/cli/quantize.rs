//! `reshelf quantize`: from an artifact to a smaller one.

use std::num::NonZeroUsize;
use std::path::PathBuf;

use clap::Args;

use super::{Answer, CommandError, one_of};
use crate::quantization::Bits;
use crate::quantize::{self, QuantizeOptions};

/// Make an artifact smaller: fewer bits a code, fewer neighbours
///
/// Reads any artifact, best one trained with --bits 32, and prints what each part takes before and after.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(super) struct Quantize {
    /// The artifact to make smaller
    #[arg(value_name = "MODEL")]
    model: PathBuf,
    /// Where the smaller one goes
    #[arg(long, short, value_name = "FILE")]
    out: PathBuf,
    /// Bits a code; mixed is 8 for the most popular items and 4 for the rest [default: 4, or what fits into --most-bytes]
    #[arg(long, value_name = "BITS", value_parser = one_of::<Bits, _>(["8", "4", "mixed"]))]
    bits: Option<Bits>,
    /// Neighbours that an item keeps on average [default: all]
    #[arg(long, value_name = "MEAN")]
    neighbours: Option<NonZeroUsize>,
    /// Take the best of bits and neighbours that fits into so many bytes
    #[arg(long, value_name = "N")]
    most_bytes: Option<usize>,
}

const EXAMPLES: &str = "Examples:
  reshelf quantize shop.safetensors --out small.safetensors --most-bytes 2000000
  reshelf quantize full.safetensors --out shop.safetensors --bits mixed --neighbours 8";

impl Quantize {
    pub fn run(self) -> Result<Answer, CommandError> {
        let summary = quantize::run(&QuantizeOptions {
            model: self.model,
            out: self.out.clone(),
            bits: self.bits,
            neighbours: self.neighbours.map(NonZeroUsize::get),
            most_bytes: self.most_bytes,
        });
        let summary = summary.map_err(|error| CommandError::new(error.code(), &error))?;
        Answer::written(&self.out, summary.to_string(), &summary)
    }
}
