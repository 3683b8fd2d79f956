//! From scores to an order: best first, ties in the order in which they came.

/// Bits sorted by in one pass, and passes for the 32 bits of a score.
const DIGIT: usize = 8;
const PASSES: usize = 4;

/// Writes the positions of the `limit` best scores, best first, and after them the rest in their first order.
///
/// The result is always a permutation of `0..scores.len()`. NaN stands last. A radix sort: linear, stable, the same few
/// instructions for any list, and a twentieth of the code of the standard library's sorts, which counts in a browser.
///
/// ```
/// let mut order = Vec::new();
/// reshelf::rank::order_by_score(&[0.5, 2.0, 0.5, 1.0], usize::MAX, &mut order);
/// assert_eq!(order, [1, 3, 0, 2]);
/// ```
pub fn order_by_score(scores: &[f32], limit: usize, order: &mut Vec<u32>) {
    let count = scores.len();
    order.clear();
    order.extend(0..count as u32);
    order.resize(2 * count, 0);
    let mut starts = [[0u32; 1 << DIGIT]; PASSES];
    for &score in scores {
        for (pass, starts) in starts.iter_mut().enumerate() {
            starts[digit(score, pass)] += 1;
        }
    }
    // Each pass moves the positions from one half to the other: after an even number they are back in the first.
    let (mut from, mut to) = order.split_at_mut(count);
    for (pass, starts) in starts.iter_mut().enumerate() {
        let mut start = 0;
        for entry in starts.iter_mut() {
            start += core::mem::replace(entry, start);
        }
        for &at in from.iter() {
            let slot = &mut starts[digit(scores[at as usize], pass)];
            to[*slot as usize] = at;
            *slot += 1;
        }
        core::mem::swap(&mut from, &mut to);
    }
    if limit < count {
        restore_rest(limit, order, count);
    }
    order.truncate(count);
}

/// Puts all but the first `limit` positions back into ascending order; the second half of the buffer is free for marks.
fn restore_rest(limit: usize, order: &mut [u32], count: usize) {
    let (order, marks) = order.split_at_mut(count);
    marks.fill(0);
    for &at in &order[..limit] {
        marks[at as usize] = 1;
    }
    let rest = (0..count as u32).filter(|&at| marks[at as usize] == 0);
    order[limit..].iter_mut().zip(rest).for_each(|(slot, at)| *slot = at);
}

/// One digit of a score's place: the better the score the smaller the number, zeros of both signs alike, NaN the largest.
fn digit(score: f32, pass: usize) -> usize {
    let bits = (score + 0.0).to_bits();
    let descending = if score.is_nan() {
        u32::MAX
    } else if bits >> 31 == 0 {
        !bits & (u32::MAX >> 1)
    } else {
        bits
    };
    (descending >> (DIGIT * pass)) as usize & ((1 << DIGIT) - 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Any score at all, and often the same few, so that there are ties.
    fn score() -> impl Strategy<Value = f32> {
        let special = prop::sample::select(vec![0.0, -0.0, f32::NAN, f32::INFINITY, f32::NEG_INFINITY, f32::MIN]);
        prop_oneof![special, (-3i8..3).prop_map(f32::from), any::<f32>()]
    }

    proptest! {
        #[test]
        fn equals_a_stable_sort(scores in prop::collection::vec(score(), 0..80), limit in 0usize..90) {
            let mut expected: Vec<u32> = (0..scores.len() as u32).collect();
            expected.sort_by(|&a, &b| {
                let (a, b) = (scores[a as usize], scores[b as usize]);
                b.partial_cmp(&a).unwrap_or_else(|| a.is_nan().cmp(&b.is_nan()))
            });
            let mut order = Vec::new();
            order_by_score(&scores, limit, &mut order);
            let best = limit.min(scores.len());
            prop_assert_eq!(&order[..best], &expected[..best]);
            let mut rest = expected[best..].to_vec();
            rest.sort_unstable();
            prop_assert_eq!(&order[best..], if limit < scores.len() { &rest } else { &expected[best..] });
        }
    }
}
