//! From scores to an order: best first, ties in the order in which they came.

use core::cmp::Ordering;

/// Writes the positions of the `limit` best scores, best first, and after them the rest in their first order.
///
/// The result is always a permutation of `0..scores.len()`. NaN stands last. Where the limit is well below the length,
/// the rest is not sorted.
///
/// ```
/// let mut order = Vec::new();
/// reshelf::rank::order_by_score(&[0.5, 2.0, 0.5, 1.0], usize::MAX, &mut order);
/// assert_eq!(order, [1, 3, 0, 2]);
/// ```
pub fn order_by_score(scores: &[f32], limit: usize, order: &mut Vec<u32>) {
    order.clear();
    order.extend(0..scores.len() as u32);
    let by_score = |a: &u32, b: &u32| compare(scores, *a, *b);
    if limit < scores.len() {
        if limit > 0 {
            order.select_nth_unstable_by(limit - 1, by_score);
        }
        order[..limit].sort_unstable_by(by_score);
        order[limit..].sort_unstable();
    } else {
        order.sort_unstable_by(by_score);
    }
}

fn compare(scores: &[f32], a: u32, b: u32) -> Ordering {
    let (left, right) = (scores[a as usize], scores[b as usize]);
    match (left.is_nan(), right.is_nan()) {
        (false, true) => Ordering::Less,
        (true, false) => Ordering::Greater,
        _ => right.partial_cmp(&left).unwrap_or(Ordering::Equal).then(a.cmp(&b)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn equals_a_stable_sort(
            scores in prop::collection::vec(prop_oneof![Just(f32::NAN), (0u8..6).prop_map(f32::from)], 0..80),
            limit in 0usize..90,
        ) {
            let mut expected: Vec<u32> = (0..scores.len() as u32).collect();
            let key = |at: &u32| if scores[*at as usize].is_nan() { f32::NEG_INFINITY } else { scores[*at as usize] };
            expected.sort_by(|a, b| key(b).total_cmp(&key(a)));
            let mut order = Vec::new();
            order_by_score(&scores, limit, &mut order);
            let best = limit.min(scores.len());
            prop_assert_eq!(&order[..best], &expected[..best]);
            let mut rest = expected[best..].to_vec();
            rest.sort_unstable();
            prop_assert_eq!(&order[best..], &rest);
        }
    }
}
