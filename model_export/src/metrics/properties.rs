//! What must hold for any list, and slow references written straight from the definitions.

#![allow(clippy::unwrap_used)]

use super::*;
use proptest::prelude::*;

/// A ranked list of distinct items and a set of relevant ones, some of them in the list and some not.
fn lists() -> impl Strategy<Value = (Vec<u32>, Vec<u32>)> {
    let ranked = (0u32..40).prop_flat_map(|n| Just((0..n).collect::<Vec<u32>>()).prop_shuffle());
    (ranked, prop::collection::btree_set(0u32..50, 1..8).prop_map(|set| set.into_iter().collect()))
}

fn relevance(ranked: &[u32], relevant: &[u32], k: usize) -> Vec<f64> {
    ranked.iter().take(k).map(|item| if relevant.contains(item) { 1.0 } else { 0.0 }).collect()
}

fn ndcg_reference(ranked: &[u32], relevant: &[u32], k: usize) -> f64 {
    let gain = |list: &[f64]| list.iter().enumerate().map(|(i, r)| r / (i as f64 + 2.0).log2()).sum::<f64>();
    let mut best = vec![1.0; relevant.len()];
    best.truncate(k);
    if best.is_empty() { 0.0 } else { gain(&relevance(ranked, relevant, k)) / gain(&best) }
}

fn average_precision_reference(ranked: &[u32], relevant: &[u32], k: usize) -> f64 {
    let relevance = relevance(ranked, relevant, k);
    let mut sum = 0.0;
    for i in 0..relevance.len() {
        sum += relevance[i] * relevance[..=i].iter().sum::<f64>() / (i + 1) as f64;
    }
    if k == 0 { 0.0 } else { sum / relevant.len().min(k) as f64 }
}

fn auc_reference(ranked: &[u32], relevant: &[u32]) -> Option<f64> {
    let (mut pairs, mut ordered) = (0.0, 0.0);
    for (i, a) in ranked.iter().enumerate() {
        for (j, b) in ranked.iter().enumerate() {
            if relevant.contains(a) && !relevant.contains(b) {
                pairs += 1.0;
                ordered += if i < j { 1.0 } else { 0.0 };
            }
        }
    }
    if pairs == 0.0 { None } else { Some(ordered / pairs) }
}

fn all(measures: Measures) -> [f64; 7] {
    let Measures { recall, precision, f1, hit_rate, mrr, ndcg, map } = measures;
    [recall, precision, f1, hit_rate, mrr, ndcg, map]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn agrees_with_the_slow_reference((ranked, relevant) in lists(), k in 0usize..45) {
        prop_assert!((ndcg_at(&ranked, &relevant, k) - ndcg_reference(&ranked, &relevant, k)).abs() < 1e-12);
        let expected = average_precision_reference(&ranked, &relevant, k);
        prop_assert!((average_precision_at(&ranked, &relevant, k) - expected).abs() < 1e-12);
        match (auc(&ranked, &relevant), auc_reference(&ranked, &relevant)) {
            (Some(fast), Some(slow)) => prop_assert!((fast - slow).abs() < 1e-12),
            (fast, slow) => prop_assert_eq!(fast, slow),
        }
    }

    /// Also with repeats on both sides, which no caller should send.
    #[test]
    fn stays_within_zero_and_one(
        ranked in prop::collection::vec(0u32..12, 0..40),
        relevant in prop::collection::vec(0u32..12, 0..12),
        k in 0usize..45,
    ) {
        for value in all(Measures::of(&ranked, &relevant, k)) {
            prop_assert!((0.0..=1.0 + 1e-12).contains(&value), "{value}");
        }
        if let Some(area) = auc(&ranked, &relevant) {
            prop_assert!((0.0..=1.0).contains(&area));
        }
    }

    #[test]
    fn a_perfect_ranking_scores_one((ranked, relevant) in lists(), k in 1usize..20) {
        let mut best = relevant.clone();
        best.extend(ranked.iter().filter(|item| !relevant.contains(item)));
        for value in [ndcg_at(&best, &relevant, k), average_precision_at(&best, &relevant, k)] {
            prop_assert!((value - 1.0).abs() < 1e-12);
        }
        prop_assert_eq!(reciprocal_rank_at(&best, &relevant, k), 1.0);
        prop_assert_eq!(hit_rate_at(&best, &relevant, k), 1.0);
        prop_assert_eq!(recall_at(&best, &relevant, relevant.len().max(k)), 1.0);
        prop_assert_eq!(precision_at(&best, &relevant, k.min(relevant.len())), 1.0);
        prop_assert_eq!(f1_at(&best, &relevant, relevant.len()), 1.0);
        if best.len() > relevant.len() {
            prop_assert_eq!(auc(&best, &relevant), Some(1.0));
        }
    }

    #[test]
    fn what_stands_beyond_k_changes_nothing((ranked, relevant) in lists(), k in 0usize..45, turn in 0usize..40) {
        let mut changed = ranked.clone();
        let beyond = &mut changed[k.min(ranked.len())..];
        beyond.reverse();
        if !beyond.is_empty() {
            let turn = turn % beyond.len();
            beyond.rotate_left(turn);
        }
        let cut = &ranked[..k.min(ranked.len())];
        prop_assert_eq!(Measures::of(&ranked, &relevant, k), Measures::of(&changed, &relevant, k));
        prop_assert_eq!(Measures::of(&ranked, &relevant, k), Measures::of(cut, &relevant, k));
    }

    /// Moving a relevant item one place up, over one that is not, never makes any measure worse.
    #[test]
    fn a_better_order_is_never_worse((ranked, relevant) in lists(), k in 0usize..45) {
        for place in 1..ranked.len() {
            if relevant.contains(&ranked[place - 1]) || !relevant.contains(&ranked[place]) {
                continue;
            }
            let mut better = ranked.clone();
            better.swap(place - 1, place);
            let (before, after) = (Measures::of(&ranked, &relevant, k), Measures::of(&better, &relevant, k));
            for (before, after) in all(before).into_iter().zip(all(after)) {
                prop_assert!(after >= before - 1e-12);
            }
            prop_assert!(auc(&better, &relevant).unwrap() > auc(&ranked, &relevant).unwrap());
        }
    }

    #[test]
    fn one_relevant_item_has_a_closed_form((ranked, _) in lists(), target in 0u32..50, k in 0usize..45) {
        let rank = ranked.iter().position(|&item| item == target);
        prop_assert_eq!(Measures::of_one(rank, k), Measures::of(&ranked, &[target], k));
        prop_assert_eq!(rank.and_then(|rank| auc_at_rank(rank, ranked.len())), auc(&ranked, &[target]));
    }

    /// A tie with what is not in order is worth the mean over all places that it could have.
    #[test]
    fn a_tie_is_worth_the_mean_of_its_places(ordered in 0usize..30, behind in 2usize..30) {
        let candidates = ordered + behind;
        let places = (ordered..candidates).map(|rank| auc_at_rank(rank, candidates).unwrap());
        let mean = places.sum::<f64>() / behind as f64;
        prop_assert!((auc_behind(ordered, candidates).unwrap() - mean).abs() < 1e-12);
    }

    #[test]
    fn means_are_means(cases in prop::collection::vec(lists(), 0..6), k in 1usize..20) {
        let mut means = MeanMeasures::new(k);
        cases.iter().for_each(|(ranked, relevant)| means.add(ranked, relevant));
        let sum: f64 = cases.iter().map(|(ranked, relevant)| ndcg_at(ranked, relevant, k)).sum();
        prop_assert_eq!(means.lists(), cases.len());
        prop_assert!((means.mean().ndcg - sum / cases.len().max(1) as f64).abs() < 1e-12);
    }

    #[test]
    fn coverage_counts_different_items(
        lists in prop::collection::vec(prop::collection::vec(0u32..30, 0..9), 0..9),
        k in 0usize..9,
    ) {
        let mut coverage = Coverage::new(20);
        let mut shown = std::collections::BTreeSet::<u32>::new();
        for list in &lists {
            coverage.add(list, k);
            shown.extend(list.iter().take(k).filter(|&&item| item < 20));
        }
        prop_assert_eq!(coverage.shown(), shown.len());
        prop_assert_eq!(coverage.share(), shown.len() as f64 / 20.0);
    }
}

/// Worked by hand: hits at places 1 and 3 (from 0) of 4, three relevant items.
#[test]
fn a_case_worked_by_hand() {
    let measures = Measures::of(&[10, 20, 30, 40, 50], &[20, 40, 60], 4);
    let expected = Measures {
        recall: 2.0 / 3.0,
        precision: 0.5,
        f1: 4.0 / 7.0,
        hit_rate: 1.0,
        mrr: 0.5,
        // (1/log2(3) + 1/log2(5)) / (1 + 1/log2(3) + 1/2)
        ndcg: (0.630_929_753_571_457_4 + 0.430_676_558_073_393_06) / 2.130_929_753_571_457_6,
        map: (0.5 + 0.5) / 3.0,
    };
    for (value, expected) in all(measures).into_iter().zip(all(expected)) {
        assert!((value - expected).abs() < 1e-12, "{value} {expected}");
    }
    // Pairs: 20 stands before 30 and 50, 40 before 50; 2 relevant x 3 others.
    assert_eq!(auc(&[10, 20, 30, 40, 50], &[20, 40, 60]), Some(0.5));
}

#[test]
fn edges_have_defined_values() {
    assert_eq!(Measures::of::<u32>(&[], &[], 0), Measures::default());
    assert_eq!(Measures::of(&[1, 2], &[], 5), Measures::default());
    assert_eq!(Measures::of(&[1, 2], &[1], 0), Measures::default());
    assert_eq!(recall_at(&[1, 1, 1], &[1, 1], usize::MAX), 1.0);
    assert_eq!(Coverage::new(0).share(), 0.0);
    assert_eq!(PopularityBias::default().bias(), 0.0);
    assert_eq!(PopularityBias::popularity(0), 0.0);
}

/// What each measure says of a list that one can check in one's head.
#[test]
fn examples_in_the_head() {
    assert_eq!(recall_at(&[7, 3, 9, 1], &[9, 5], 3), 0.5);
    assert_eq!(recall_at(&[7, 3, 9, 1], &[9, 5], 2), 0.0);
    assert_eq!(precision_at(&[7, 3, 9, 1], &[9, 7], 4), 0.5);
    assert_eq!(f1_at(&["a", "b", "c"], &["b"], 3), 0.5); // precision 1/3, recall 1
    assert_eq!(hit_rate_at(&[4, 2], &[2, 8], 2), 1.0);
    assert_eq!(hit_rate_at(&[4, 2], &[2, 8], 1), 0.0);
    assert_eq!(reciprocal_rank_at(&[4, 2, 8], &[2, 8], 20), 0.5);
    assert_eq!(reciprocal_rank_at(&[4, 2, 8], &[8], 2), 0.0);
    assert_eq!(ndcg_at(&[4, 2, 8], &[4], 10), 1.0);
    assert_eq!(ndcg_at(&[4, 2, 8], &[8], 10), 0.5); // 1 / log2(4)
    assert_eq!(average_precision_at(&[5, 1, 6, 2], &[1, 2], 4), 0.5); // (1/2 + 2/4) / 2
    assert_eq!(auc(&[3, 1, 2], &[1]), Some(0.5));
    assert_eq!(auc(&[3, 1, 2], &[9]), None);
    assert_eq!(auc_at_rank(1, 5), Some(0.75));
    assert_eq!(auc_at_rank(0, 1), None);
    assert_eq!(auc_behind(1, 5), Some(0.375)); // three ties among four others
    assert_eq!(auc_behind(0, 5), Some(0.5)); // nothing is in order: chance
    assert_eq!(Measures::of_one(Some(2), 20), Measures::of(&[5, 6, 7], &[7], 20));
    assert_eq!(Measures::of_one(None, 20), Measures::default());
    {
        let mut means = MeanMeasures::new(2);
        means.add(&[4, 2, 8], &[4]);
        means.add(&[4, 2, 8], &[8]);
        assert_eq!(means.lists(), 2);
        assert_eq!(means.mean().recall, 0.5);
        assert_eq!(means.mean().mrr, 0.5);
    }
    {
        let mut coverage = Coverage::new(4);
        coverage.add(&[0, 1, 2], 2); // the third place is beyond k
        coverage.add(&[1, 3], 2);
        assert_eq!(coverage.share(), 0.75);
    }
    {
        let mut bias = PopularityBias::default();
        bias.add([99, 9].map(PopularityBias::popularity), [9].map(PopularityBias::popularity));
        assert!((bias.bias() - 10f64.ln() / 2.0).abs() < 1e-12);
    }
}
