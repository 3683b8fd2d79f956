//! The memory of other sessions: for each item, what came near it in the training log, and how strongly.

use super::tensors::Tensors;
use super::{ArtifactError, Dtype};

/// The neighbours of one item, strongest first.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Neighbours<'a> {
    /// Item numbers.
    pub items: &'a [u32],
    /// A weight for each: `strength = weight * scale`.
    pub weights: &'a [u8],
    /// The step of the weights.
    pub scale: f32,
}

/// The neighbours of every item.
#[derive(Clone, Debug, PartialEq)]
pub struct Memory {
    /// `items + 1` offsets into `items` and `weights`.
    offsets: Vec<u32>,
    items: Vec<u32>,
    weights: Vec<u8>,
    scales: Vec<f32>,
}

impl Memory {
    /// Puts neighbour lists together: `counts[i]` neighbours belong to item `i`.
    ///
    /// # Errors
    /// `artifact.shape` or `artifact.value` where the parts disagree, a neighbour is not an item, or a scale is bad.
    pub fn new(counts: &[u8], items: Vec<u32>, weights: Vec<u8>, scales: Vec<f32>) -> Result<Self, ArtifactError> {
        let mut offsets = Vec::with_capacity(counts.len() + 1);
        let mut total = 0u32;
        offsets.push(0);
        for &count in counts {
            total = total
                .checked_add(u32::from(count))
                .ok_or_else(|| ArtifactError::shape("memory.counts", "more neighbours than fit"))?;
            offsets.push(total);
        }
        if total as usize != items.len() || items.len() != weights.len() || scales.len() != counts.len() {
            return Err(ArtifactError::shape("memory.items", "counts, items, weights and scales disagree"));
        }
        let largest = items.iter().fold(0, |largest, &item| largest.max(item));
        if !items.is_empty() && largest as usize >= counts.len() {
            return Err(ArtifactError::value("memory.items", format!("neighbour {largest} is not an item")));
        }
        if let Some(at) = scales.iter().position(|scale| !(scale.is_finite() && *scale >= 0.0)) {
            return Err(ArtifactError::value("memory.scales", format!("scale {at} is out of range")));
        }
        Ok(Memory { offsets, items, weights, scales })
    }

    pub(super) fn read(tensors: &Tensors<'_>, rows: usize) -> Result<Self, ArtifactError> {
        let counts = tensors.bytes("memory.counts", Dtype::U8, &[rows])?;
        let weights = tensors.vector_bytes("memory.weights", Dtype::U8)?;
        let items = if rows <= WIDEST_SHORT {
            tensors.u16("memory.items", &[weights.len()])?.into_iter().map(u32::from).collect()
        } else {
            let (words, _) = tensors.bytes("memory.items", Dtype::U32, &[weights.len()])?.as_chunks::<4>();
            words.iter().map(|word| u32::from_le_bytes(*word)).collect()
        };
        Memory::new(counts, items, weights.to_vec(), tensors.f16("memory.scales", &[rows])?)
    }

    /// The neighbours of an item; none past the end.
    pub fn of(&self, item: u32) -> Neighbours<'_> {
        let item = item as usize;
        let (Some(&begin), Some(&end)) = (self.offsets.get(item), self.offsets.get(item + 1)) else {
            return Neighbours { items: &[], weights: &[], scale: 0.0 };
        };
        let range = begin as usize..end as usize;
        Neighbours { items: &self.items[range.clone()], weights: &self.weights[range], scale: self.scales[item] }
    }

    /// How many items have a list.
    pub fn len(&self) -> usize {
        self.scales.len()
    }

    /// Whether there is no list at all.
    pub fn is_empty(&self) -> bool {
        self.scales.is_empty()
    }

    /// All neighbours of all items.
    pub fn total(&self) -> usize {
        self.items.len()
    }
}

/// Up to this many rows, neighbours are stored as `U16`.
pub(super) const WIDEST_SHORT: usize = 1 << 16;
