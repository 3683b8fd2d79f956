//! Everything that a page can do with a model, done by two engines that must agree to the bit.

use crate::bases::SAID;
use crate::operators;
use reshelf::artifact::{Artifact, EventKind};
use reshelf::catalogue::{InlineRow, ItemHandle};
use reshelf::kernels::Reference;
use reshelf::math::Rng;
use reshelf::rank::ShortListBy;
use reshelf::reranker::promises::server_order_stands;
use reshelf::reranker::{NO_ITEM, Ranking, Reranker};
use reshelf::session::Event;
use std::sync::Arc;

/// Does it all with an artifact that was taken; false where its head is not one of this engine.
pub fn artifact(artifact: Artifact, draw: &mut Rng) -> bool {
    let artifact = Arc::new(artifact);
    let Ok(mut fast) = Reranker::new(artifact.clone()) else { return false };
    let mut plain = Reranker::with_kernel(artifact.clone(), &Reference).unwrap();
    let pair = &mut [&mut fast, &mut plain];
    lists(pair, draw);
    history(pair, draw, 70);
    lists(pair, draw);
    retrieve(pair, draw);
    let snapshot = pair[0].snapshot();
    assert_eq!(pair[1].snapshot(), snapshot);
    let mut again = pair[0].session();
    assert!(again.restore(&snapshot).is_ok());
    for reranker in pair.iter_mut() {
        assert!(reranker.restore(&snapshot).is_ok());
        assert!(same(reranker, &mut again), "not as in a session of its own");
    }
    history(pair, draw, 9);
    forget(pair, draw);
    lists(pair, draw);
    let mut damaged = snapshot;
    operators::bytes(&mut damaged, draw);
    let restored = pair.each_mut().map(|reranker| reranker.restore(&damaged).ok());
    assert_eq!(restored[0], restored[1]);
    history(pair, draw, 5);
    lists(pair, draw);
    for reranker in pair {
        reranker.forget_all();
        let ranking = reranker.rerank(&[0, NO_ITEM, 1], &[], 3);
        assert!(ranking.order == [0, 1, 2] && ranking.scores == [0.0; 3]);
    }
    server_order_stands(&artifact, 4, draw.next()).unwrap();
    true
}

/// Any handle, or none.
fn handle(reranker: &Reranker, draw: &mut Rng) -> ItemHandle {
    let rows = reranker.rows().artifact().items.len();
    match draw.below(12) {
        0 => NO_ITEM,
        1 => draw.next() as u32,
        _ => draw.below(rows + 12) as u32,
    }
}

/// Names items, brings rows and descriptions, observes up to so many events.
pub fn history(pair: &mut [&mut Reranker], draw: &mut Rng, most: usize) {
    for step in 0..draw.below(most + 1) {
        let id = format!("item-{}", draw.below(12));
        let item = handle(pair[0], draw);
        let (what, said, kind) = (draw.below(9), draw.below(4), draw.below(EventKind::COUNT));
        let row = row(pair[0], draw);
        let mut answers = pair.iter_mut().map(|reranker| {
            let item = match what {
                0 => reranker.name(&id).unwrap(),
                1 => reranker.compose(&id, SAID.get(said).unwrap_or(&SAID[0])).unwrap(),
                2 => row.as_ref().and_then(|row| reranker.add_row(&id, row).ok()).unwrap_or(item),
                3 => reranker.resolve(&id).unwrap_or(item),
                _ => item,
            };
            reranker.observe(Event::new(item, EventKind::ALL[kind], step as f64))
        });
        let first = answers.next().unwrap();
        assert!(answers.all(|other| other.is_ok() == first.is_ok()));
    }
}

/// The bytes of a row of the table, perhaps under a number that no row has, perhaps changed.
fn row(reranker: &Reranker, draw: &mut Rng) -> Option<Vec<u8>> {
    let artifact = reranker.rows().artifact();
    let row = reranker.rows().get(draw.below(artifact.items.len() + 1) as u32)?;
    let mut bytes = InlineRow::pack(&row, &artifact.model);
    if draw.below(4) > 0 {
        let number = (artifact.items.len() + draw.below(9)) as u32;
        bytes[8..12].copy_from_slice(&number.to_le_bytes());
    }
    if draw.below(3) == 0 {
        operators::bytes(&mut bytes, draw);
    }
    Some(bytes)
}

/// Ranks lists in every way.
pub fn lists(pair: &mut [&mut Reranker], draw: &mut Rng) {
    let clusters: Vec<Option<u32>> = pair.iter_mut().map(|reranker| reranker.cluster()).collect();
    assert!(clusters.windows(2).all(|two| two[0] == two[1]), "two kernels differ");
    let count = [0, 1, 7, 40][draw.below(4)];
    let mut items: Vec<u32> = (0..count).map(|_| handle(pair[0], draw)).collect();
    items.extend((0..6).filter_map(|number| pair[0].resolve(&format!("item-{number}"))));
    let scores: Vec<f32> = match draw.below(3) {
        0 => Vec::new(),
        1 => draw.many(items.len(), 5.0),
        _ => (0..items.len()).map(|_| f32::from_bits(draw.next() as u32)).collect(),
    };
    let limit = [0, 1, 5, usize::MAX][draw.below(4)];
    let lengths = [draw.below(9) as u32, draw.next() as u32 & 7, u32::MAX];
    let all: [&dyn Fn(&mut Reranker) -> Answer; 4] = [
        &|reranker| Answer::of(reranker.rerank(&items, &scores, limit), &[items.len()]),
        &|reranker| Answer::of(reranker.rank_unordered(&items, limit), &[items.len()]),
        &|reranker| Answer::of(reranker.rank_by_similarity(&items, limit), &[items.len()]),
        &|reranker| {
            let mut left = items.len();
            let lists = lengths.map(|length| {
                let list = left.min(length as usize);
                left -= list;
                list
            });
            Answer::of(reranker.rerank_many(&items, &lengths, &scores, limit), &lists)
        },
    ];
    for rank in all {
        let answers: Vec<Answer> = pair.iter_mut().map(|reranker| rank(reranker)).collect();
        assert!(answers.windows(2).all(|two| two[0] == two[1]), "two kernels differ");
    }
}

/// A ranking, checked.
#[derive(PartialEq)]
struct Answer {
    order: Vec<u32>,
    scores: Vec<u32>,
}

impl Answer {
    fn of(ranking: Ranking<'_>, lists: &[usize]) -> Self {
        assert!(ranking.scores.iter().all(|score| score.is_finite()), "a score is not finite");
        let mut rest = ranking.order;
        for &list in lists {
            let (order, after) = rest.split_at(list);
            let mut order = order.to_vec();
            order.sort_unstable();
            assert!(order.into_iter().eq(0..list as u32), "no permutation");
            rest = after;
        }
        assert!(rest.is_empty() && ranking.scores.len() == ranking.order.len());
        let scores = ranking.scores.iter().map(|score| score.to_bits()).collect();
        Answer { order: ranking.order.to_vec(), scores }
    }
}

/// Finds items of the whole table, also from a list that somebody else has made up.
fn retrieve(pair: &mut [&mut Reranker], draw: &mut Rng) {
    let rows = pair[0].rows().artifact().items.len();
    for k in [0, 1, 5, rows, rows + 9] {
        let found = pair.iter_mut().map(|reranker| {
            let found = reranker.retrieve(k).map(|(item, score)| (item, score.to_bits()));
            found.collect::<Vec<_>>()
        });
        let found: Vec<_> = found.collect();
        assert!(found.windows(2).all(|two| two[0] == two[1]));
        let mut items: Vec<u32> = found[0].iter().map(|(item, _)| *item).collect();
        assert!(found[0].iter().all(|(item, score)| (*item as usize) < rows && f32::from_bits(*score).is_finite()));
        items.sort_unstable();
        items.dedup();
        assert_eq!(items.len(), k.min(rows));
    }
    let count = draw.below(12);
    let foreign: Vec<[u32; 2]> =
        (0..count).map(|_| [draw.next() as u32 % (rows as u32 + 2), draw.next() as u32]).collect();
    for by in [ShortListBy::Model, ShortListBy::Sum, ShortListBy::Similarity] {
        for reranker in pair.iter_mut() {
            let length = draw.below(9);
            let list = reranker.short_list_from(&foreign, length, by);
            assert!(list.is_none_or(|list| list.items().iter().all(|&item| (item as usize) < rows)));
        }
    }
}

/// Forgets one event, then everything that was done with one item.
fn forget(pair: &mut [&mut Reranker], draw: &mut Rng) {
    let events = pair[0].events();
    if events.is_empty() {
        return;
    }
    let (event, item) = (events[draw.below(events.len())], events[draw.below(events.len())].event.item);
    for reranker in pair.iter_mut() {
        // Both have counted alike.
        assert!(reranker.forget(event.id) && !reranker.forget(event.id));
        reranker.forget_item(item);
        assert!(reranker.events().iter().all(|logged| logged.event.item != item));
    }
}

/// Whether two sessions give the model's own items the same scores. Handles of other items may differ.
pub fn same(first: &mut Reranker, second: &mut Reranker) -> bool {
    let rows = first.rows().artifact().items.len().min(60) as u32;
    let items: Vec<u32> = (0..rows).collect();
    let [first, second] = [first, second].map(|reranker| Answer::of(reranker.rerank(&items, &[], 99), &[items.len()]));
    first == second
}
