//! Measures of one ranked list.

/// The part of the relevant items that is among the first `k`: hits / relevant.
pub fn recall_at<T: PartialEq>(ranked: &[T], relevant: &[T], k: usize) -> f64 {
    ratio(hits(ranked, relevant, k).count(), distinct(relevant))
}

/// The part of `k` places that hold a relevant item: hits / k. A list shorter than `k` has empty places, which count as
/// wrong. With fewer than `k` relevant items the best value is relevant / k.
pub fn precision_at<T: PartialEq>(ranked: &[T], relevant: &[T], k: usize) -> f64 {
    ratio(hits(ranked, relevant, k).count(), k)
}

/// The harmonic mean of precision and recall at `k`: 2 hits / (k + relevant).
pub fn f1_at<T: PartialEq>(ranked: &[T], relevant: &[T], k: usize) -> f64 {
    let hits = hits(ranked, relevant, k).count();
    if hits == 0 { 0.0 } else { ratio(2 * hits, k.saturating_add(distinct(relevant))) }
}

/// 1 when at least one relevant item is among the first `k`, else 0.
pub fn hit_rate_at<T: PartialEq>(ranked: &[T], relevant: &[T], k: usize) -> f64 {
    if hits(ranked, relevant, k).next().is_some() { 1.0 } else { 0.0 }
}

/// 1 / place of the first relevant item (counted from 1); 0 when none is among the first `k`. Its mean over lists is
/// the MRR.
pub fn reciprocal_rank_at<T: PartialEq>(ranked: &[T], relevant: &[T], k: usize) -> f64 {
    hits(ranked, relevant, k).next().map_or(0.0, |place| 1.0 / (place + 1) as f64)
}

/// Normalised discounted cumulative gain with gain 1: a hit at place i (from 0) is worth 1 / log2(i + 2), and the sum is
/// divided by that of the best possible list, min(k, relevant) hits from the top. Järvelin and Kekäläinen, "Cumulated
/// gain-based evaluation of IR techniques", TOIS 2002.
pub fn ndcg_at<T: PartialEq>(ranked: &[T], relevant: &[T], k: usize) -> f64 {
    let gained: f64 = hits(ranked, relevant, k).map(discount).sum();
    let best: f64 = (0..k.min(distinct(relevant))).map(discount).sum();
    if best > 0.0 { gained / best } else { 0.0 }
}

/// Average precision: the sum over the hits among the first `k` of the precision at their place, divided by
/// min(k, relevant). Its mean over lists is the MAP. With one relevant item it equals the reciprocal rank.
pub fn average_precision_at<T: PartialEq>(ranked: &[T], relevant: &[T], k: usize) -> f64 {
    let best = k.min(distinct(relevant));
    if best == 0 {
        return 0.0;
    }
    let precisions = hits(ranked, relevant, k).enumerate().map(|(before, place)| ratio(before + 1, place + 1));
    precisions.sum::<f64>() / best as f64
}

/// Area under the ROC curve of a complete ranked candidate list: the part of the (relevant, other) pairs in which the
/// relevant item stands first. 0.5 is chance. Relevant items that are not in the list form no pair. `None` when the
/// list holds no relevant item, or nothing else. Costs ranked x relevant comparisons.
pub fn auc<T: PartialEq>(ranked: &[T], relevant: &[T]) -> Option<f64> {
    let (mut found, mut others, mut ordered) = (0usize, 0usize, 0usize);
    for (place, item) in ranked.iter().enumerate() {
        if !relevant.contains(item) {
            others += 1;
            ordered += found;
        } else if !ranked[..place].contains(item) {
            found += 1;
        }
    }
    if found == 0 || others == 0 { None } else { Some(ordered as f64 / (found as f64 * others as f64)) }
}

/// [`auc`] for one relevant item that stands at `rank` (counted from 0) among `candidates`: the part of the other
/// candidates that stand below it. `None` when there is no other candidate, or `rank` lies outside the list.
pub fn auc_at_rank(rank: usize, candidates: usize) -> Option<f64> {
    if candidates < 2 || rank >= candidates {
        return None;
    }
    Some((candidates - 1 - rank) as f64 / (candidates - 1) as f64)
}

/// [`auc`] for one relevant item that the ranker put in no order: it stands somewhere among `candidates`, behind the
/// `ordered` first ones, and ties with all that do. A tie counts half. `None` as for [`auc_at_rank`].
pub fn auc_behind(ordered: usize, candidates: usize) -> Option<f64> {
    if candidates < 2 || ordered >= candidates {
        return None;
    }
    Some((candidates - 1 - ordered) as f64 / 2.0 / (candidates - 1) as f64)
}

/// What a hit at `place` (counted from 0) is worth in NDCG.
pub(super) fn discount(place: usize) -> f64 {
    1.0 / libm::log2(place as f64 + 2.0)
}

/// Places (from 0, ascending) below `k` where a relevant item stands for the first time.
fn hits<'a, T: PartialEq>(ranked: &'a [T], relevant: &'a [T], k: usize) -> impl Iterator<Item = usize> + 'a {
    let ranked = &ranked[..k.min(ranked.len())];
    let first_hit = |&(place, item): &(usize, &T)| relevant.contains(item) && !ranked[..place].contains(item);
    ranked.iter().enumerate().filter(first_hit).map(|(place, _)| place)
}

/// How many different items a slice holds. Relevant sets are small, so the square of their size does not matter.
fn distinct<T: PartialEq>(items: &[T]) -> usize {
    items.iter().enumerate().filter(|(place, item)| !items[..*place].contains(*item)).count()
}

/// part / whole, 0 of nothing being 0.
fn ratio(part: usize, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}
