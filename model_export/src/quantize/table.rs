//! The vectors in fewer bits.

use rayon::prelude::*;
use reshelf::math::{quantize_row, quantize_row_narrow};
use reshelf::model::{ArtifactError, ItemTable};

/// The same rows, in 8 bits where `wide` says so and in 4 elsewhere. Rows that are stored so already stay as they are.
pub(super) fn requantized(items: &ItemTable, wide: &[bool]) -> Result<ItemTable, ArtifactError> {
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
pub(super) fn most_popular(items: &ItemTable, share: f32) -> Vec<bool> {
    let mut order: Vec<usize> = (0..items.len()).collect();
    order.sort_by_key(|&row| core::cmp::Reverse(items.attributes()[row].popularity));
    let mut marked = vec![false; items.len()];
    order.iter().take((items.len() as f32 * share).round() as usize).for_each(|&row| marked[row] = true);
    marked
}

/// One minus the mean cosine of the rows of two tables; rows without a direction do not count.
pub(super) fn cosine_error(before: &ItemTable, after: &ItemTable) -> f64 {
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
