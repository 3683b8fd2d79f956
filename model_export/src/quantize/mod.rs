//! `reshelf quantize`: reads an artifact and writes a smaller one.
//!
//! Its one job: files in, files out, and the best result that fits into so many bytes (`search`). It may use the ground
//! (`files`, `output`, `quantization`) and the engine.

mod search;
#[cfg(test)]
mod tests;

use core::fmt;
use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::Serialize;
use thiserror::Error;

use crate::files::{
    ModelError, bytes_by_part, check_model, read_artifact, read_bytes, read_training_report, training_report_path,
};
use crate::output::{OutputError, Pending, check_apart, check_ending, same_file};
use crate::quantization::{Bits, QuantizationError, Recipe, cosine_error, quantize};

/// Why no smaller artifact was made. The message is one line and names the fix.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum QuantizeError {
    /// The artifact that was to be made smaller.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// The smaller artifact's file.
    #[error(transparent)]
    Output(#[from] OutputError),
    /// The artifact does not have what was asked for.
    #[error(transparent)]
    Quantization(#[from] QuantizationError),
    /// Not even the smallest fits.
    #[error("no model of at most {most} bytes can be made of this one, the smallest takes {smallest}; allow that many")]
    TooLarge {
        /// Bytes allowed.
        most: usize,
        /// Bytes of the smallest artifact that was tried.
        smallest: usize,
    },
}

impl QuantizeError {
    /// A stable code for scripts.
    pub fn code(&self) -> &'static str {
        match self {
            QuantizeError::Model(cause) => cause.code(),
            QuantizeError::Output(cause) => cause.code(),
            QuantizeError::Quantization(cause) => cause.code(),
            QuantizeError::TooLarge { .. } => "quantize.too_large",
        }
    }
}

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
    check_model(&options.model)?;
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
        report.finish(&read_bytes(&report_in)?)?;
    }
    out.finish(&after)?;
    Ok(QuantizeSummary {
        bits: Bits::of(&made.items),
        before: bytes_by_part(&before),
        after: bytes_by_part(&after),
        items: made.items.len(),
        neighbours: made.memory.total(),
        cosine_error: cosine_error(&artifact.items, &made.items),
    })
}

/// What `reshelf quantize` did.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct QuantizeSummary {
    /// Bits of the result.
    pub bits: Bits,
    /// Bytes of each part, of the artifact that was read.
    pub before: BTreeMap<String, usize>,
    /// The same of the result.
    pub after: BTreeMap<String, usize>,
    /// Items in the table.
    pub items: usize,
    /// Neighbours of all items that were kept.
    pub neighbours: usize,
    /// One minus the mean cosine of the vectors before and after.
    pub cosine_error: f64,
}

impl fmt::Display for QuantizeSummary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{:<12}{:>12}{:>12}", "bytes", "before", "after")?;
        for part in self.before.keys() {
            let of = |parts: &BTreeMap<String, usize>| parts.get(part).copied().unwrap_or_default();
            writeln!(f, "{part:<12}{:>12}{:>12}", of(&self.before), of(&self.after))?;
        }
        let total = |parts: &BTreeMap<String, usize>| parts.values().sum::<usize>();
        writeln!(f, "{:<12}{:>12}{:>12}", "whole", total(&self.before), total(&self.after))?;
        let mean = self.neighbours as f64 / self.items.max(1) as f64;
        write!(
            f,
            "bits {}, {mean:.1} neighbours an item, mean cosine error {:.5} of the model that was read",
            self.bits, self.cosine_error
        )
    }
}
