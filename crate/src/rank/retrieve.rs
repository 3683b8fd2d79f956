//! Cutting a whole catalogue down to a short list that the head can order.

use super::similarity::{Candidates, Similarity};
use crate::kernels::Kernel;
use crate::model::{Artifact, ItemHandle};
use crate::session::SessionState;

/// How many items of the catalogue the head gets to order: as many as it orders within tens of microseconds.
pub const SHORTLIST: usize = 200;

/// Rows that are multiplied at once: their products fit the first-level cache.
const CHUNK: usize = 1024;

/// A short list and the buffers that make it; reused from call to call.
#[derive(Clone, Debug, Default)]
pub struct ShortList {
    similarity: Similarity,
    scores: Vec<f32>,
    best: Vec<(f32, ItemHandle)>,
    items: Vec<ItemHandle>,
}

impl ShortList {
    /// Finds the `length` items of the table with the largest weighted sum of similarity with the first state and memory
    /// of other sessions; best first, ties by the lower row. A session without a known event gets the most popular ones.
    pub fn compute(&mut self, state: &SessionState, artifact: &Artifact, kernel: &dyn Kernel, length: usize) {
        self.scores.clear();
        if state.known() == 0 {
            self.scores.extend(artifact.items.attributes().iter().map(|item| f32::from(item.popularity) / 255.0));
            return self.select(length);
        }
        let (items, dimension) = (&artifact.items, artifact.items.dimension());
        for begin in (0..items.len()).step_by(CHUNK) {
            let end = (begin + CHUNK).min(items.len());
            let candidates = Candidates {
                codes: items.codes().get(begin * dimension..end * dimension).unwrap_or_default(),
                sums: &items.sums()[begin..end],
                scales: &items.scales()[begin..end],
                vectors: items.vectors().map_or(&[], |vectors| &vectors[begin * dimension..end * dimension]),
                dimension,
            };
            self.similarity.multiply(state, 1, &candidates, kernel);
            let cosines = self.similarity.cosines(state, 0, &candidates);
            self.scores.extend(cosines.iter().map(|cosine| cosine * artifact.retrieval.state));
        }
        for (number, strength) in state.evidence().iter() {
            if let Some(score) = self.scores.get_mut(number as usize) {
                *score += strength.sum * artifact.retrieval.memory;
            }
        }
        self.select(length);
    }

    /// Keeps a running set of twice the length and cuts it in half when it is full: one comparison for most items.
    fn select(&mut self, length: usize) {
        let better = |a: &(f32, ItemHandle), b: &(f32, ItemHandle)| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1));
        self.best.clear();
        self.items.clear();
        if length == 0 {
            return;
        }
        let mut threshold = f32::NEG_INFINITY;
        for (item, &score) in self.scores.iter().enumerate() {
            // Later items with the threshold's own score lose the tie.
            if score > threshold || self.best.len() < length {
                self.best.push((score, item as ItemHandle));
                if self.best.len() == 2 * length {
                    self.best.select_nth_unstable_by(length - 1, better);
                    self.best.truncate(length);
                    threshold = self.best[length - 1].0;
                }
            }
        }
        self.best.sort_unstable_by(better);
        self.best.truncate(length);
        self.items.extend(self.best.iter().map(|(_, item)| *item));
    }

    /// The items, best first.
    pub fn items(&self) -> &[ItemHandle] {
        &self.items
    }

    /// The score by which an item of the table was short-listed; 0 for any other.
    pub fn score(&self, item: ItemHandle) -> f32 {
        self.scores.get(item as usize).copied().unwrap_or(0.0)
    }
}
