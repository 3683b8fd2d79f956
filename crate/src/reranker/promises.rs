//! What must hold for any artifact at all, checked by drawing sessions and lists: for the tests of this crate, and of those
//! who train models (feature `testing`).

use super::{NO_ITEM, Outcome, Reranker};
use crate::artifact::{Artifact, EventKind};
use crate::catalogue::ItemHandle;
use crate::math::Rng;
use crate::session::Event;
use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::sync::Arc;
use alloc::vec::Vec;

/// Ids that no model knows; half of them are named, and may be observed.
const STRANGERS: usize = 8;

/// All else equal, the server's order stands: in `cases` drawn sessions and lists, candidates without a row keep their order
/// among themselves, so do repeats of one item, and a list without a known candidate comes back as it came, with scores of 0.
///
/// # Errors
/// A sentence about the first case in which that does not hold, or in which the order is no permutation.
pub fn server_order_stands(artifact: &Arc<Artifact>, cases: usize, seed: u64) -> Result<(), String> {
    let mut draw = Rng(seed | 1);
    let mut reranker = Reranker::new(Arc::clone(artifact)).map_err(|error| error.to_string())?;
    for case in 0..cases {
        reranker.forget_all();
        let strangers: Vec<ItemHandle> = (0..STRANGERS)
            .map(|at| if at % 2 == 0 { reranker.name(&format!("stranger {at}")).unwrap_or(NO_ITEM) } else { NO_ITEM })
            .collect();
        for _ in 0..1 + draw.below(6) {
            let item = draw_item(artifact, &strangers, 8, &mut draw);
            let kind = EventKind::ALL[draw.below(EventKind::COUNT)];
            // Not every stranger has a name to be observed by.
            let _ = reranker.observe(Event::new(item, kind, 0.0));
        }
        let (items, scores) = draw_list(artifact, &strangers, &mut draw);
        let limit = if draw.below(2) == 0 { usize::MAX } else { draw.below(items.len() + 1) };
        check(&mut reranker, &items, &scores, limit).map_err(|fault| format!("case {case} of seed {seed}: {fault}"))?;
    }
    Ok(())
}

/// An item of the table, or a stranger: one in so many.
fn draw_item(artifact: &Artifact, strangers: &[ItemHandle], one_in: usize, draw: &mut Rng) -> ItemHandle {
    let items = artifact.items.len();
    if items == 0 || draw.below(one_in) == 0 {
        strangers[draw.below(STRANGERS)]
    } else {
        draw.below(items) as ItemHandle
    }
}

/// A list with strangers and repeats, and what a server may say of it: nothing, scores that fit its order, any scores, or
/// scores of some candidates.
fn draw_list(artifact: &Artifact, strangers: &[ItemHandle], draw: &mut Rng) -> (Vec<ItemHandle>, Vec<f32>) {
    let one_in = [1, 2, 6][draw.below(3)];
    let mut items: Vec<ItemHandle> = Vec::new();
    for _ in 0..draw.below(40) {
        let again = !items.is_empty() && draw.below(4) == 0;
        items.push(if again { items[draw.below(items.len())] } else { draw_item(artifact, strangers, one_in, draw) });
    }
    let count = items.len();
    let scores = match draw.below(4) {
        0 => Vec::new(),
        1 => (0..count).map(|at| (count - at) as f32).collect(),
        2 => draw.many(count, 9.0),
        _ => (0..count).map(|_| if draw.below(2) == 0 { f32::NAN } else { draw.signed() }).collect(),
    };
    (items, scores)
}

fn check(reranker: &mut Reranker, items: &[ItemHandle], scores: &[f32], limit: usize) -> Result<(), String> {
    let known: Vec<bool> = items.iter().map(|&item| reranker.rows().item(item).is_some()).collect();
    let ranking = reranker.rerank(items, scores, limit);
    let mut places = ranking.order.to_vec();
    places.sort_unstable();
    if !places.into_iter().eq(0..items.len() as u32) {
        return Err(format!("{:?} is no permutation", ranking.order));
    }
    if known.iter().all(|known| !known) {
        let kept = ranking.order.is_sorted() && ranking.scores.iter().all(|&score| score == 0.0);
        let said = ranking.outcome != Outcome::Reranked;
        return if kept && said { Ok(()) } else { Err(format!("unknown candidates came back as {:?}", ranking.order)) };
    }
    let mut newest: BTreeMap<Option<ItemHandle>, u32> = BTreeMap::new();
    for &at in ranking.order {
        let alike = known[at as usize].then_some(items[at as usize]);
        if let Some(before) = newest.insert(alike, at).filter(|&before| before > at) {
            return Err(format!("{before} stands before {at} in {:?} of {items:?}, {alike:?}", ranking.order));
        }
    }
    Ok(())
}
