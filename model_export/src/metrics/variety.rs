//! What a list offers beside being right: how different its items are, whether its categories are in proportion, and how evenly
//! things are shared out.

/// Intra-list diversity: the mean of a distance over all pairs of different places among the first `k`. Pairs of which nobody knows
/// the distance are left out; `None` where no pair is left. Ziegler, McNee, Konstan and Lausen, "Improving recommendation lists
/// through topic diversification", WWW 2005.
pub fn diversity_at<T>(list: &[T], k: usize, distance: impl Fn(&T, &T) -> Option<f64>) -> Option<f64> {
    let list = &list[..k.min(list.len())];
    let pairs = list.iter().enumerate().flat_map(|(at, one)| list[at + 1..].iter().map(move |other| (one, other)));
    let (mut sum, mut count) = (0.0, 0_usize);
    for distance in pairs.filter_map(|(one, other)| distance(one, other)) {
        sum += distance;
        count += 1;
    }
    (count > 0).then(|| sum / count as f64)
}

/// Calibration error: how far the categories of a list are from those that it should have, as Hellinger's distance of their shares,
/// sqrt(1 - sum of sqrt(p q)): 0 for the same shares, 1 where none is in both. Steck, "Calibrated recommendations", RecSys 2018,
/// has it beside the divergence of Kullback and Leibler, which is infinite where a category is not shown and needs smoothing.
///
/// Both are categories, one an item, with repeats. `None` where either has none.
pub fn calibration_error(wanted: &[u32], shown: &[u32]) -> Option<f64> {
    if wanted.is_empty() || shown.is_empty() {
        return None;
    }
    let (mut wanted, mut shown) = (wanted.to_vec(), shown.to_vec());
    wanted.sort_unstable();
    shown.sort_unstable();
    let of = |sorted: &[u32], category: u32| {
        let range = sorted.partition_point(|&each| each < category)..sorted.partition_point(|&each| each <= category);
        range.len() as f64 / sorted.len() as f64
    };
    let (all_wanted, all_shown) = (wanted.clone(), shown.clone());
    wanted.dedup();
    let overlap: f64 =
        wanted.iter().map(|&category| (of(&all_wanted, category) * of(&all_shown, category)).sqrt()).sum();
    Some((1.0 - overlap).max(0.0).sqrt())
}

/// The Gini coefficient of shares: 0 where all are alike, towards 1 where one has everything. Negative values count as 0; 0 of
/// nothing. Gini, "Variabilità e mutabilità", 1912.
pub fn gini(values: &[f64]) -> f64 {
    let mut sorted: Vec<f64> = values.iter().map(|value| value.max(0.0)).collect();
    sorted.sort_by(f64::total_cmp);
    let (count, sum) = (sorted.len() as f64, sorted.iter().sum::<f64>());
    if sum <= 0.0 {
        return 0.0;
    }
    let weighted: f64 = sorted.iter().enumerate().map(|(at, value)| (at + 1) as f64 * value).sum();
    (2.0 * weighted / (count * sum) - (count + 1.0) / count).max(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn diversity_is_the_mean_over_pairs() {
        let distance = |a: &f64, b: &f64| (*a >= 0.0 && *b >= 0.0).then(|| (a - b).abs());
        assert_eq!(diversity_at(&[0.0, 1.0, 3.0], 9, distance), Some(2.0));
        assert_eq!(diversity_at(&[0.0, 1.0, 3.0], 2, distance), Some(1.0));
        assert_eq!(diversity_at(&[0.0, -1.0, 3.0], 9, distance), Some(3.0));
        assert_eq!(diversity_at(&[0.0, -1.0], 9, distance), None);
        assert_eq!(diversity_at(&[0.0], 9, distance), None);
    }

    #[test]
    fn calibration_is_a_distance_of_shares() {
        assert_eq!(calibration_error(&[1, 2], &[2, 1, 1, 2]), Some(0.0));
        assert_eq!(calibration_error(&[1], &[2, 3]), Some(1.0));
        assert_eq!(calibration_error(&[], &[2]), None);
        let half = calibration_error(&[1], &[1, 2]);
        assert!(half.is_some_and(|half| (half - (1.0 - 0.5_f64.sqrt()).sqrt()).abs() < 1e-12));
        assert_eq!(half, calibration_error(&[1, 2], &[1]));
    }

    #[test]
    fn gini_grows_with_inequality() {
        assert_eq!(gini(&[]), 0.0);
        assert_eq!(gini(&[0.0, 0.0]), 0.0);
        assert!(gini(&[2.0; 7]) < 1e-12);
        assert!((gini(&[0.0, 0.0, 0.0, 5.0]) - 0.75).abs() < 1e-12);
        assert!(gini(&[1.0, 2.0]) < gini(&[1.0, 3.0]));
        assert_eq!(gini(&[1.0, 2.0, 4.0]), gini(&[40.0, 10.0, 20.0]));
    }
}
