//! The few best of many, without sorting the many.

use alloc::vec::Vec;
use reshelf_kernels::kernels::lanes::any_above;
use reshelf_session::catalogue::ItemHandle;

/// Keeps the `limit` best of the scores that it is offered: the larger score first, of equal ones the lower number, NaN
/// last. A heap whose root is the worst of the best, so that most offers cost one comparison.
#[derive(Clone, Debug, Default)]
pub(super) struct TopK {
    limit: usize,
    /// The smaller pair is the better one.
    heap: Vec<(u32, ItemHandle)>,
}

impl TopK {
    /// Starts over.
    pub fn reset(&mut self, limit: usize) {
        self.limit = limit;
        self.heap.clear();
    }

    /// Whether one of these scores may be kept, given that higher numbers are offered after lower ones.
    #[inline(always)]
    pub fn wants(&self, scores: &[f32]) -> bool {
        let Some(&(worst, _)) = self.heap.first().filter(|_| self.heap.len() == self.limit) else {
            return self.limit > 0;
        };
        let threshold = key_to_score(worst);
        // Anything is better than NaN.
        threshold.is_nan() || any_above(scores, threshold)
    }

    /// Offers a score.
    pub fn offer(&mut self, score: f32, item: ItemHandle) {
        let entry = (sort_key(score), item);
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
        self.heap.drain(..).for_each(|(place, item)| take(key_to_score(place), item));
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

/// A key to sort by: the better the score the smaller the key, zeros of both signs alike, NaN the largest.
#[inline(always)]
pub(super) fn sort_key(score: f32) -> u32 {
    let bits = (score + 0.0).to_bits();
    if score.is_nan() {
        u32::MAX
    } else if bits >> 31 == 0 {
        !bits & (u32::MAX >> 1)
    } else {
        bits
    }
}

/// The score of a key.
#[inline(always)]
pub(super) fn key_to_score(key: u32) -> f32 {
    f32::from_bits(if key >> 31 == 0 { !key & (u32::MAX >> 1) } else { key })
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Any score at all, and often the same few, so that there are ties.
    pub fn score() -> impl Strategy<Value = f32> {
        let special = prop::sample::select(vec![0.0, -0.0, f32::NAN, f32::INFINITY, f32::NEG_INFINITY, f32::MIN]);
        prop_oneof![special, (-3i8..3).prop_map(f32::from), any::<f32>()]
    }

    proptest! {
        #[test]
        fn equals_the_head_of_a_stable_sort(scores in prop::collection::vec(score(), 0..200), limit in 0usize..40) {
            let mut best = TopK::default();
            best.reset(limit);
            for (item, &score) in scores.iter().enumerate() {
                if best.wants(&[score]) {
                    best.offer(score, item as u32);
                }
            }
            let mut expected: Vec<(u32, u32)> = scores.iter().map(|&score| sort_key(score)).zip(0..).collect();
            expected.sort_unstable();
            expected.truncate(limit);
            let mut found = Vec::new();
            best.drain(|score, item| found.push((sort_key(score), item)));
            prop_assert_eq!(found, expected);
            prop_assert_eq!(best.heap.len(), 0);
        }
    }
}
