//! Sessions that follow one another, or stand side by side: nothing of one reaches another, and no number or handle names
//! two things.
#![allow(clippy::unwrap_used)]

use super::*;
use crate::catalogue::InlineRow;
use crate::session::EventKind;
use crate::synthetic;
use proptest::prelude::*;
use std::collections::HashMap;

const ROWS: usize = 40;

/// What shops say of the items `x0` to `x5`.
const SAID: [Description<'static>; 3] = [
    Description { category: Some("garden/hoses"), brand: Some("Rill"), price: Some(31.0), title: Some("Long hose") },
    Description { category: Some("garden/pots"), brand: None, price: Some(4.0), title: Some("Clay pot") },
    Description { category: Some("toys/kites"), brand: Some("Gust"), price: None, title: Some("Red kite") },
];

fn artifact() -> Artifact {
    let tokens = Some(synthetic::tokens(&SAID, 32, 4));
    Artifact { tokens, ..synthetic::artifact(ROWS, 32, 8, 12).unwrap() }
}

fn reranker() -> Reranker {
    Reranker::new(artifact()).unwrap()
}

/// A row of another item for each of `x0` to `x5`, of the same training run.
fn rows() -> Vec<Vec<u8>> {
    let larger = Rows::new(synthetic::artifact(ROWS + 6, 32, 8, 12).unwrap());
    let pack = |row| InlineRow::pack(&larger.get(row).unwrap(), &larger.artifact().model);
    (ROWS as u32..ROWS as u32 + 6).map(pack).collect()
}

/// Something that a page does.
#[derive(Clone, Debug)]
enum Step {
    Table(u32, usize),
    Named(usize, usize),
    Described(usize, usize),
    Inline(usize, usize),
}

fn steps(most: usize) -> impl Strategy<Value = Vec<Step>> {
    let step = (0u8..4, 0..ROWS as u32, 0usize..6, 0..EventKind::COUNT, 0usize..3);
    let step = step.prop_map(|(what, row, extra, kind, said)| match what {
        0 => Step::Table(row, kind),
        1 => Step::Named(extra, kind),
        2 => Step::Described(extra, said),
        _ => Step::Inline(extra, kind),
    });
    prop::collection::vec(step, 0..most)
}

/// Does the steps and returns the numbers of the events.
fn play(reranker: &mut Reranker, steps: &[Step], rows: &[Vec<u8>]) -> Vec<EventId> {
    let id = |extra: usize| format!("x{extra}");
    let observe = |reranker: &mut Reranker, item, kind: usize| {
        reranker.observe(Event::new(item, EventKind::ALL[kind], 7.0)).unwrap()
    };
    let mut numbers = Vec::new();
    for step in steps {
        match *step {
            Step::Table(row, kind) => numbers.push(observe(reranker, row, kind)),
            Step::Named(extra, kind) => {
                let item = reranker.name(&id(extra)).unwrap();
                numbers.push(observe(reranker, item, kind));
            }
            // A candidate that only stands in a list.
            Step::Described(extra, said) => _ = reranker.compose(&id(extra), &SAID[said]).unwrap(),
            Step::Inline(extra, kind) => {
                let item = reranker.add_row(&id(extra), &rows[extra]).unwrap();
                if kind > 0 {
                    numbers.push(observe(reranker, item, kind));
                }
            }
        }
    }
    numbers
}

/// The scores of a list with every item there is, in which `x0` to `x5` are described.
fn scores(reranker: &mut Reranker) -> Vec<u32> {
    let described = (0..6).map(|extra| reranker.compose(&format!("x{extra}"), &SAID[extra % 3]).unwrap());
    let described: Vec<_> = described.collect();
    let items: Vec<u32> = (0..ROWS as u32).chain(described).collect();
    reranker.rerank(&items, &[], 99).scores.iter().map(|score| score.to_bits()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn restoring_is_as_if_nobody_had_been_there(before in steps(20), stored in steps(20), good: bool) {
        let rows = rows();
        let mut first = reranker();
        play(&mut first, &stored, &rows);
        let mut snapshot = first.snapshot();
        snapshot.extend(&[9; 3][usize::from(good) * 3..]);
        let (mut after, mut fresh) = (reranker(), reranker());
        play(&mut after, &before, &rows);
        let handle = after.name("of the shopper before").unwrap();
        let generation = after.generation();
        prop_assert_eq!(after.restore(&snapshot).is_ok(), good);
        prop_assert_ne!(after.generation(), generation);
        prop_assert!(after.rows().id(handle).is_none() && after.resolve("of the shopper before").is_none());
        let _ = fresh.restore(&snapshot);
        prop_assert!(after.state() == fresh.state() && after.log().len() == fresh.log().len());
        prop_assert_eq!(scores(&mut after), scores(&mut fresh));
        // And as if the same had been done again, by a page that names what it stored: rows do not travel.
        let mut again = reranker();
        for logged in first.log().all() {
            let item = again.name(&first.rows().id(logged.event.item).unwrap()).unwrap();
            again.observe(Event { item, ..logged.event }).unwrap();
        }
        if good {
            prop_assert_eq!(scores(&mut after), scores(&mut again));
        }
    }

    #[test]
    fn numbers_of_events_and_handles_never_name_two_things(
        lives in prop::collection::vec((steps(9), 0u8..3), 1..6),
    ) {
        let rows = rows();
        let mut reranker = reranker();
        let (mut numbers, mut handles) = (Vec::new(), HashMap::new());
        for (steps, end) in lives {
            numbers.extend(play(&mut reranker, &steps, &rows));
            for extra in 0..6 {
                let id = format!("x{extra}");
                let Some(handle) = reranker.resolve(&id) else { continue };
                let named = handles.entry(handle).or_insert_with(|| id.clone());
                prop_assert_eq!(named, &id);
            }
            let snapshot = reranker.snapshot();
            match end {
                0 => reranker.forget_all(),
                1 => _ = reranker.restore(&snapshot).unwrap(),
                _ => _ = reranker.restore(b"no snapshot").unwrap_err(),
            }
            numbers.extend(reranker.log().all().map(|logged| logged.id));
        }
        let count = numbers.len();
        numbers.sort_unstable();
        numbers.dedup();
        prop_assert_eq!(numbers.len(), count);
    }
}

#[test]
fn a_page_that_is_never_left_keeps_what_its_events_name() {
    let mut reranker = reranker();
    let seen: Vec<u32> = (0..3).map(|at| reranker.name(&format!("seen {at}")).unwrap()).collect();
    for &item in &seen {
        reranker.observe(Event::new(item, EventKind::View, 0.0)).unwrap();
    }
    let (generation, first) = (reranker.generation(), reranker.name("unseen 0").unwrap());
    let mut newest = first;
    for at in 0..200_000 {
        newest = reranker.name(&format!("unseen {at}")).unwrap();
    }
    assert_ne!(reranker.generation(), generation);
    assert!(reranker.generation() - generation < 9, "each sweep costs the page its memory of handles");
    assert_eq!(reranker.rows().id(newest).as_deref(), Some("unseen 199999"));
    assert_eq!((reranker.rows().id(first), reranker.resolve("unseen 0")), (None, None));
    for (at, &item) in seen.iter().enumerate() {
        assert_eq!(reranker.resolve(&format!("seen {at}")), Some(item));
    }
    assert_eq!(reranker.observe(Event::new(first, EventKind::View, 0.0)), Err(EventError::Item));
    let mut restored = Reranker::new(artifact()).unwrap();
    assert_eq!(restored.restore(&reranker.snapshot()), Ok(3));
}

#[test]
fn any_number_of_shoppers_follow_one_another() {
    // 200 shoppers with 500 unknown items each: more than an engine keeps at a time.
    let (mut page, mut reranker) = (reranker(), reranker());
    for shopper in 0..200 {
        page.forget_all();
        for at in 0..500 {
            let item = page.name(&format!("{shopper}/{at}")).unwrap();
            page.observe(Event::new(item, EventKind::View, 0.0)).unwrap();
        }
        assert_eq!(reranker.restore(&page.snapshot()), Ok(500));
    }
    let oldest = reranker.events()[0].event.item;
    assert_eq!(reranker.rows().id(oldest).as_deref(), Some("199/0"));
}

#[test]
fn ids_are_bounded() {
    let mut reranker = reranker();
    let (longest, longer) = ("ä".repeat(32_767) + "x", "ä".repeat(32_768));
    let item = reranker.name(&longest).unwrap();
    reranker.observe(Event::new(item, EventKind::Cart, 1.0)).unwrap();
    assert_eq!(reranker.name(&longer), Err(RowError::Id));
    assert_eq!(reranker.compose(&longer, &SAID[0]), Err(RowError::Id));
    assert_eq!(reranker.add_row(&longer, &rows()[0]), Err(RowError::Id));
    assert_eq!(reranker.resolve(&longer), None);
    let snapshot = reranker.snapshot();
    assert_eq!(reranker.restore(&snapshot), Ok(1));
    assert_eq!(reranker.rows().id(reranker.events()[0].event.item), Some(longest));
}

#[test]
fn a_row_that_is_refused_names_nothing() {
    let mut reranker = reranker();
    let of_the_table = InlineRow::pack(&reranker.rows().get(5).unwrap(), &artifact().model);
    assert_eq!(reranker.add_row("x", &of_the_table), Err(RowError::Foreign));
    assert_eq!(reranker.add_row("x", b"R"), Err(RowError::Length));
    assert_eq!(reranker.resolve("x"), None);
    let composed = reranker.compose("x", &SAID[1]).unwrap();
    let before = reranker.rows().get(composed).unwrap().codes.iter().collect::<Vec<_>>();
    assert_eq!(reranker.add_row("x", &of_the_table), Err(RowError::Foreign));
    assert!(reranker.rows().get(composed).unwrap().codes.iter().eq(before), "the item stays as it was");
}

#[test]
fn sessions_share_the_model_and_nothing_else() {
    let (mut first, mut alone) = (reranker(), reranker());
    let mut second = first.session();
    assert!(Arc::ptr_eq(first.rows().artifact(), second.rows().artifact()));
    let item = first.compose("x0", &SAID[2]).unwrap();
    first.observe(Event::new(item, EventKind::Cart, 0.0)).unwrap();
    assert!(second.events().is_empty() && second.resolve("x0").is_none());
    for reranker in [&mut second, &mut alone] {
        reranker.observe(Event::new(3, EventKind::View, 0.0)).unwrap();
    }
    drop(first);
    assert_eq!(scores(&mut second), scores(&mut alone));
}
