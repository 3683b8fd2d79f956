//! Which neighbours are worth their bytes.

use reshelf::artifact::{NEAR, NEXT, Neighbour};

/// However rare its item, a list keeps this many neighbours if it has them and the mean allows it.
const FEWEST_KEPT: usize = 4;

/// How much a neighbour matters to its item.
pub fn rank(neighbour: &Neighbour) -> f32 {
    neighbour.strengths[NEAR] + neighbour.strengths[NEXT]
}

/// Cuts lists to at most `mean` neighbours an item on average, and leaves each ascending by number: where rank times the
/// item's weight falls to one threshold for all, so that a neighbour of a frequent item stays before an equal one of a rare
/// item. Of equals, the one with the lower number stays.
pub fn share_out(lists: &mut [Vec<Neighbour>], weights: &[f32], mean: usize) {
    let fewest = FEWEST_KEPT.min(mean);
    for list in lists.iter_mut() {
        list.sort_unstable_by(|a, b| rank(b).total_cmp(&rank(a)).then(a.item.cmp(&b.item)));
    }
    let sure: usize = lists.iter().map(|list| list.len().min(fewest)).sum();
    let room = (mean * lists.len()).saturating_sub(sure);
    let mut contested: Vec<f32> = lists
        .iter()
        .zip(weights)
        .flat_map(|(list, weight)| list.iter().skip(fewest).map(move |neighbour| rank(neighbour) * weight))
        .collect();
    if contested.len() > room {
        let (_, &mut threshold, _) = contested.select_nth_unstable_by(room, |a, b| b.total_cmp(a));
        for (list, weight) in lists.iter_mut().zip(weights) {
            let above = |neighbour: &&Neighbour| rank(neighbour) * weight > threshold;
            let kept = list.iter().skip(fewest).take_while(above).count();
            list.truncate(fewest + kept);
        }
    }
    for list in lists {
        list.sort_unstable_by_key(|neighbour| neighbour.item);
    }
}
