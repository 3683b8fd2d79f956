//! One artifact, one way to make it smaller, one result.

use rayon::prelude::*;
use reshelf::artifact::{Artifact, ArtifactError, ItemTable, Memory, Neighbour};
use reshelf::math::{quantize_row, quantize_row_narrow};
use serde_json::{Value, json};

use super::{Bits, QuantizationError, share_out};
use crate::files::bytes_by_part;

/// The share of the items that [`Bits::Mixed`] keeps in 8 bits unless told otherwise.
const MIXED_SHARE: f32 = 0.25;
/// The logarithm of one more than the most frequent item's count, which the artifact does not keep: that of 10,000 events.
/// Ranks of items, not their ratios, are what it must get right.
const LOG_OF_MOST: f32 = 9.2;

/// How an artifact is made smaller.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Recipe {
    /// Bits a code.
    pub bits: Bits,
    /// With [`Bits::Mixed`], the share of the items in 8 bits, the most popular ones.
    pub wide_share: f32,
    /// How many neighbours an item keeps on average; `None`: all.
    pub neighbours: Option<usize>,
}

impl Recipe {
    /// So many bits, all neighbours.
    pub fn of(bits: Bits) -> Recipe {
        Recipe { bits, wide_share: MIXED_SHARE, neighbours: None }
    }
}

/// Makes an artifact smaller, and notes it in its card. The same artifact and recipe give the same bytes.
///
/// # Errors
/// `quantize.more_bits` where the artifact has fewer bits than the recipe asks for.
pub fn quantize(artifact: &Artifact, recipe: &Recipe) -> Result<Artifact, QuantizationError> {
    let found = Bits::of(&artifact.items);
    if recipe.bits > found {
        return Err(QuantizationError::MoreBits { wanted: recipe.bits, found });
    }
    if recipe.bits == Bits::ThirtyTwo {
        return Ok(describe(artifact.clone()));
    }
    let wide = match recipe.bits {
        Bits::Four => vec![false; artifact.items.len()],
        Bits::Mixed => most_popular(&artifact.items, recipe.wide_share),
        _ => vec![true; artifact.items.len()],
    };
    let items = requantized(&artifact.items, &wide)?;
    let memory = packed(&artifact.memory, &artifact.items, recipe.neighbours)?;
    Ok(describe(Artifact { items, memory, ..artifact.clone() }))
}

/// The same rows, in 8 bits where `wide` says so and in 4 elsewhere. Rows that are stored so already stay as they are.
fn requantized(items: &ItemTable, wide: &[bool]) -> Result<ItemTable, ArtifactError> {
    let dimension = items.dimension();
    let mut codes = vec![0i8; items.len() * dimension];
    let scales = codes
        .par_chunks_exact_mut(dimension)
        .enumerate()
        .map(|(row, codes)| {
            if items.vectors().is_none() && (wide[row] || items.is_narrow(row)) {
                codes.iter_mut().zip(items.row(row).iter()).for_each(|(to, code)| *to = code);
                return items.scales()[row];
            }
            let quantize = if wide[row] { quantize_row } else { quantize_row_narrow };
            quantize(&items.values(row), codes).to_f32()
        })
        .collect();
    ItemTable::new(dimension, codes, scales, items.attributes().to_vec())
}

/// Marks the most popular items, this share of all; of equals, those that stand first.
fn most_popular(items: &ItemTable, share: f32) -> Vec<bool> {
    let mut order: Vec<usize> = (0..items.len()).collect();
    order.sort_by_key(|&row| core::cmp::Reverse(items.attributes()[row].popularity));
    let mut marked = vec![false; items.len()];
    order.iter().take((items.len() as f32 * share).round() as usize).for_each(|&row| marked[row] = true);
    marked
}

/// One minus the mean cosine of the rows of two tables; rows without a direction do not count.
pub fn cosine_error(before: &ItemTable, after: &ItemTable) -> f64 {
    let (sum, count) = (0..before.len())
        .filter_map(|row| {
            let (a, b) = (before.values(row), after.values(row));
            let product =
                |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(&a, &b)| f64::from(a) * f64::from(b)).sum::<f64>();
            let lengths = (product(&a, &a) * product(&b, &b)).sqrt();
            (lengths > 0.0).then(|| 1.0 - product(&a, &b) / lengths)
        })
        .fold((0.0, 0usize), |(sum, count), error| (sum + error, count + 1));
    sum / count.max(1) as f64
}

/// Packs a memory, cut to so many neighbours an item on average.
fn packed(memory: &Memory, items: &ItemTable, mean: Option<usize>) -> Result<Memory, ArtifactError> {
    let cut = mean.is_some_and(|mean| memory.total() > mean * memory.len());
    if memory.exact_lists().is_none() && !cut {
        return Ok(memory.clone());
    }
    let mut lists: Vec<Vec<Neighbour>> =
        (0..memory.len() as u32).map(|item| memory.of(item).iter().collect()).collect();
    if let (true, Some(mean)) = (cut, mean) {
        // Popularity is a logarithm; training weighs by the root of the frequency.
        let weight = |popularity: u8| (f32::from(popularity) / 255.0 * LOG_OF_MOST / 2.0).exp();
        let weights: Vec<f32> = items.attributes().iter().map(|item| weight(item.popularity)).collect();
        share_out(&mut lists, &weights, mean);
    }
    Memory::pack(memory.channels(), &lists)
}

/// Notes in the card what the artifact's numbers are kept in. A card that is no JSON object stays as it is.
fn describe(mut artifact: Artifact) -> Artifact {
    if let Ok(Value::Object(mut card)) = serde_json::from_str(&artifact.card) {
        let mut bytes = bytes_by_part(&artifact.to_bytes());
        // The header holds the card itself.
        bytes.remove("header");
        let wide = (0..artifact.items.len()).filter(|&row| !artifact.items.is_narrow(row)).count();
        let entry = json!({ "bits": Bits::of(&artifact.items).to_string(), "rows_in_8_bits": wide, "bytes": bytes });
        card.insert("quantization".to_owned(), entry);
        artifact.card = Value::Object(card).to_string();
    }
    artifact
}
