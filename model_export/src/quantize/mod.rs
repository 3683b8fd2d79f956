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

use crate::output::Pending;
use crate::rank::read_artifact;

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

/// Reads an artifact and writes a smaller one.
///
/// # Errors
/// Any [`QuantizeError`]; nothing is left at the out-path then, or what was there before.
pub fn run(options: &QuantizeOptions) -> Result<QuantizeSummary, QuantizeError> {
    let out = Pending::create(&options.out)?;
    let artifact = read_artifact(&options.model)?;
    let made = match options.most_bytes {
        Some(most) => search::largest_within(&artifact, options.bits, options.neighbours, most)?,
        None => {
            let bits = options.bits.unwrap_or(Bits::Four);
            quantize(&artifact, &Recipe { neighbours: options.neighbours, ..Recipe::of(bits) })?
        }
    };
    let (before, after) = (artifact.to_bytes(), made.to_bytes());
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
