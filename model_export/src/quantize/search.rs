//! The best artifact that fits into so many bytes.

use reshelf::artifact::Artifact;

use super::QuantizeError;
use crate::quantization::{Bits, QuantizationError, Recipe, quantize};

/// Shares of the items in 8 bits that are tried, and then neighbours an item: bits go first, neighbours cost more quality.
const WIDE_SHARES: [f32; 4] = [0.5, 0.25, 0.125, 0.0625];
const MEANS: [usize; 11] = [32, 24, 20, 16, 12, 10, 8, 6, 4, 2, 1];

/// The first of all recipes, best first, whose artifact is at most so large. `bits` and `neighbours` are where to begin.
///
/// # Errors
/// `quantize.too_large` when none is; `quantize.more_bits`.
pub(super) fn largest_within(
    artifact: &Artifact,
    bits: Option<Bits>,
    neighbours: Option<usize>,
    most: usize,
) -> Result<Artifact, QuantizeError> {
    let found = Bits::of(&artifact.items);
    if let Some(wanted) = bits.filter(|wanted| *wanted > found) {
        return Err(QuantizationError::MoreBits { wanted, found }.into());
    }
    let mut smallest = usize::MAX;
    for recipe in recipes(bits.unwrap_or(Bits::Eight).min(found), neighbours, mean(artifact)) {
        let made = quantize(artifact, &recipe)?;
        let bytes = made.to_bytes().len();
        if bytes <= most {
            return Ok(made);
        }
        smallest = smallest.min(bytes);
    }
    Err(QuantizeError::TooLarge { most, smallest })
}

fn mean(artifact: &Artifact) -> usize {
    artifact.memory.total().div_ceil(artifact.memory.len().max(1))
}

/// Best first: from `bits` down with all the neighbours that are allowed, then fewer neighbours in 4 bits.
fn recipes(bits: Bits, neighbours: Option<usize>, mean: usize) -> Vec<Recipe> {
    let allowed = neighbours.unwrap_or(mean).min(mean);
    let eight = Recipe { neighbours, ..Recipe::of(Bits::Eight) };
    let mixed = WIDE_SHARES.map(|wide_share| Recipe { bits: Bits::Mixed, wide_share, ..eight });
    let four = Recipe { bits: Bits::Four, ..eight };
    let fewer = MEANS.iter().filter(|&&mean| mean < allowed).map(|&mean| Recipe { neighbours: Some(mean), ..four });
    let all = [eight].into_iter().chain(mixed).chain([four]).chain(fewer);
    all.filter(|recipe| recipe.bits <= bits).collect()
}
