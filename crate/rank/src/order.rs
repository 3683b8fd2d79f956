//! From scores to an order: best first, ties in the order in which they came.

use super::top_k::{TopK, sort_key};
use alloc::vec::Vec;

/// Bits sorted by in one pass, and passes for the 32 bits of a score.
const DIGIT: usize = 8;
const PASSES: usize = 4;

/// A list is worth selecting from rather than sorting where less than one place in so many is asked for.
const SELECT_BELOW: usize = 4;

/// Puts scores in order; reused from call to call.
#[derive(Clone, Debug, Default)]
pub struct Order {
    /// Twice as long as the list: the second half is room to sort in.
    places: Vec<u32>,
    best: TopK,
}

impl Order {
    /// Gives the positions of the `limit` best scores, best first, and after them the rest in their first order.
    ///
    /// The result is always a permutation of `0..scores.len()`. NaN stands last.
    ///
    /// ```
    /// let mut order = reshelf_rank::Order::default();
    /// assert_eq!(order.by_score(&[0.5, 2.0, 0.5, 1.0], usize::MAX), [1, 3, 0, 2]);
    /// assert_eq!(order.by_score(&[0.5, 2.0, 0.5, 1.0], 1), [1, 0, 2, 3]);
    /// ```
    #[inline(never)]
    pub fn by_score(&mut self, scores: &[f32], limit: usize) -> &[u32] {
        let count = scores.len();
        self.places.clear();
        self.places.resize(2 * count, 0);
        if limit < count / SELECT_BELOW {
            self.select(scores, limit);
        } else {
            self.places.iter_mut().zip(0..count as u32).for_each(|(slot, at)| *slot = at);
            self.sort(scores);
            self.restore_rest(limit, count);
        }
        self.places.truncate(count);
        &self.places
    }

    /// The list as it came.
    pub fn unchanged(&mut self, count: usize) -> &[u32] {
        self.places.clear();
        self.places.extend(0..count as u32);
        &self.places
    }

    /// What the last call gave.
    pub fn places(&self) -> &[u32] {
        &self.places
    }

    fn select(&mut self, scores: &[f32], limit: usize) {
        self.best.reset(limit);
        for (position, &score) in scores.iter().enumerate() {
            self.best.offer(score, position as u32);
        }
        let places = &mut self.places;
        let mut next = 0;
        self.best.drain(|_, position| {
            places[next] = position;
            next += 1;
        });
        self.restore_rest(limit, scores.len());
    }

    /// A radix sort: linear, stable, the same few instructions for any list, and a twentieth of the code of the standard
    /// library's sorts, which counts in a browser.
    fn sort(&mut self, scores: &[f32]) {
        let mut starts = [[0u32; 1 << DIGIT]; PASSES];
        for &score in scores {
            let key = sort_key(score);
            for (pass, starts) in starts.iter_mut().enumerate() {
                starts[digit(key, pass)] += 1;
            }
        }
        // Each pass moves the positions from one half to the other: after an even number they are back in the first.
        let (mut from, mut to) = self.places.split_at_mut(scores.len());
        for (pass, starts) in starts.iter_mut().enumerate() {
            let mut start = 0;
            for entry in starts.iter_mut() {
                start += core::mem::replace(entry, start);
            }
            for &at in from.iter() {
                let slot = &mut starts[digit(sort_key(scores[at as usize]), pass)];
                to[*slot as usize] = at;
                *slot += 1;
            }
            core::mem::swap(&mut from, &mut to);
        }
    }

    /// Puts all but the first `limit` positions back into ascending order; the second half is free for marks.
    fn restore_rest(&mut self, limit: usize, count: usize) {
        if limit >= count {
            return;
        }
        let (order, marks) = self.places.split_at_mut(count);
        marks.fill(0);
        for &at in &order[..limit] {
            marks[at as usize] = 1;
        }
        let rest = (0..count as u32).filter(|&at| marks[at as usize] == 0);
        order[limit..].iter_mut().zip(rest).for_each(|(slot, at)| *slot = at);
    }
}

fn digit(key: u32, pass: usize) -> usize {
    (key >> (DIGIT * pass)) as usize & ((1 << DIGIT) - 1)
}

#[cfg(test)]
mod tests {
    use super::super::top_k::key_to_score;
    use super::super::top_k::tests::score;
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn equals_a_stable_sort(scores in prop::collection::vec(score(), 0..80), limit in 0usize..90) {
            let mut expected: Vec<u32> = (0..scores.len() as u32).collect();
            expected.sort_by(|&a, &b| {
                let (a, b) = (scores[a as usize], scores[b as usize]);
                b.partial_cmp(&a).unwrap_or_else(|| a.is_nan().cmp(&b.is_nan()))
            });
            let mut order = Order::default();
            let found = order.by_score(&scores, limit);
            let best = limit.min(scores.len());
            prop_assert_eq!(&found[..best], &expected[..best]);
            let mut rest = expected[best..].to_vec();
            rest.sort_unstable();
            prop_assert_eq!(&found[best..], if limit < scores.len() { &rest } else { &expected[best..] });
        }

        #[test]
        fn a_place_tells_its_score(score in score()) {
            let back = key_to_score(sort_key(score));
            prop_assert!(back == score || (back.is_nan() && score.is_nan()));
        }
    }
}
