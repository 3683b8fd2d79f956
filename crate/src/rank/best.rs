//! The few best of many, without sorting the many.

use super::order::{place, score_at};
use crate::catalogue::ItemHandle;
use alloc::vec::Vec;

/// Keeps the `limit` best of the scores that it is offered: the larger score first, of equal ones the lower number, NaN
/// last. A heap whose root is the worst of the best, so that most offers cost one comparison.
#[derive(Clone, Debug, Default)]
pub(super) struct Best {
    limit: usize,
    /// The smaller pair is the better one.
    heap: Vec<(u32, ItemHandle)>,
}

impl Best {
    /// Starts over.
    pub fn reset(&mut self, limit: usize) {
        self.limit = limit;
        self.heap.clear();
    }

    /// The most that is kept.
    pub fn limit(&self) -> usize {
        self.limit
    }

    /// Whether one of these scores may be kept, given that higher numbers are offered after lower ones.
    #[inline(always)]
    pub fn wants(&self, scores: &[f32]) -> bool {
        let Some(&(worst, _)) = self.heap.first().filter(|_| self.heap.len() == self.limit) else {
            return self.limit > 0;
        };
        let threshold = score_at(worst);
        // Counted and not searched: it becomes vector instructions. Anything is better than NaN.
        threshold.is_nan() || scores.iter().map(|&score| i32::from(score > threshold)).sum::<i32>() > 0
    }

    /// Offers a score.
    pub fn offer(&mut self, score: f32, item: ItemHandle) {
        let entry = (place(score), item);
        if self.heap.len() < self.limit {
            self.heap.push(entry);
            self.raise();
        } else if self.heap.first().is_some_and(|&worst| entry < worst) {
            self.heap[0] = entry;
            self.sink(self.heap.len());
        }
    }

    /// Hands over score and number of what was kept, best first, and starts over.
    pub fn drain(&mut self, mut take: impl FnMut(f32, ItemHandle)) {
        // The worst moves to the end, again and again: that leaves the best in front.
        for end in (1..self.heap.len()).rev() {
            self.heap.swap(0, end);
            self.sink(end);
        }
        self.heap.drain(..).for_each(|(place, item)| take(score_at(place), item));
    }

    /// Moves the last entry up to where it belongs.
    fn raise(&mut self) {
        let mut at = self.heap.len() - 1;
        while at > 0 && self.heap[at] > self.heap[(at - 1) / 2] {
            self.heap.swap(at, (at - 1) / 2);
            at = (at - 1) / 2;
        }
    }

    /// Moves the root down to where it belongs among the first `end` entries.
    fn sink(&mut self, end: usize) {
        let mut at = 0;
        while 2 * at + 1 < end {
            let left = 2 * at + 1;
            let worse = if left + 1 < end && self.heap[left + 1] > self.heap[left] { left + 1 } else { left };
            if self.heap[worse] <= self.heap[at] {
                break;
            }
            self.heap.swap(at, worse);
            at = worse;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::order::tests::score;
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn equals_the_head_of_a_stable_sort(scores in prop::collection::vec(score(), 0..200), limit in 0usize..40) {
            let mut best = Best::default();
            best.reset(limit);
            for (item, &score) in scores.iter().enumerate() {
                if best.wants(&[score]) {
                    best.offer(score, item as u32);
                }
            }
            let mut expected: Vec<(u32, u32)> = scores.iter().map(|&score| place(score)).zip(0..).collect();
            expected.sort_unstable();
            expected.truncate(limit);
            let mut found = Vec::new();
            best.drain(|score, item| found.push((place(score), item)));
            prop_assert_eq!(found, expected);
            prop_assert_eq!(best.heap.len(), 0);
        }
    }
}
