//! From an artifact to a smaller one: fewer bits a code, fewer neighbours an item.
//!
//! Its one job: what training made goes in, in full precision or already quantized, and what a page downloads comes out.
//! `train` packs with it, `reshelf quantize` calls it on files. It uses the engine, `output` and the reader of `crate::rank`,
//! and knows nothing of training.
//!
//! - `bits`: the precisions; `table`: the vectors; `budget`: which neighbours are worth their bytes.
//! - `recipe`: one artifact, one result; `search`: the best result that fits into so many bytes.
//! - `summary`: what a file's parts take, before and after.

mod bits;
mod budget;
mod error;
mod recipe;
mod search;
mod summary;
mod table;
#[cfg(test)]
mod tests;

pub use bits::Bits;
pub use budget::{rank, share_out};
pub use error::QuantizeError;
pub use recipe::{Recipe, quantize};
pub use summary::{QuantizeSummary, bytes_by_part};

use std::path::PathBuf;

use crate::output::{Pending, check_apart, check_ending, same_file};
use crate::rank::{RankError, read_artifact, read_training_report, training_report_path};

/// The flags of `reshelf quantize`.
#[derive(Clone, Debug, PartialEq)]
pub struct QuantizeOptions {
    /// The artifact to make smaller.
    pub model: PathBuf,
    /// Where the smaller one goes; it may take the place of the first.
    pub out: PathBuf,
    /// Bits a code: 4 unless named, or with a limit of bytes as many as fit.
    pub bits: Option<Bits>,
    /// How many neighbours an item keeps on average; all unless named.
    pub neighbours: Option<usize>,
    /// The largest file that will do.
    pub most_bytes: Option<usize>,
}

/// Reads an artifact and writes a smaller one. The report of its training comes along, if it lies beside.
///
/// # Errors
/// Any [`QuantizeError`]; nothing is left at the out-path then, or what was there before.
pub fn run(options: &QuantizeOptions) -> Result<QuantizeSummary, QuantizeError> {
    // An artifact may take its own place; its report is there then.
    let in_place = same_file(&options.out, &options.model);
    let [report_in, report_out] = [&options.model, &options.out].map(|path| training_report_path(path));
    if !in_place {
        check_apart(&[&options.out, &report_out], &[&options.model, &report_in])?;
    }
    check_ending(&options.out, &["safetensors"])?;
    let out = Pending::create(&options.out)?;
    let artifact = read_artifact(&options.model)?;
    let wants_report = !in_place && out.is_file() && read_training_report(&options.model, &artifact).is_ok();
    let report = wants_report.then(|| Pending::create(&report_out)).transpose()?;
    let made = match options.most_bytes {
        Some(most) => search::largest_within(&artifact, options.bits, options.neighbours, most)?,
        None => {
            let bits = options.bits.unwrap_or(Bits::Four);
            quantize(&artifact, &Recipe { neighbours: options.neighbours, ..Recipe::of(bits) })?
        }
    };
    let (before, after) = (artifact.to_bytes(), made.to_bytes());
    if let Some(report) = report {
        let bytes = std::fs::read(&report_in).map_err(|cause| RankError::Unreadable { path: report_in, cause })?;
        report.finish(&bytes)?;
    }
    out.finish(&after)?;
    Ok(QuantizeSummary {
        bits: Bits::of(&made.items),
        before: bytes_by_part(&before),
        after: bytes_by_part(&after),
        items: made.items.len(),
        neighbours: made.memory.total(),
        cosine_error: table::cosine_error(&artifact.items, &made.items),
    })
}
