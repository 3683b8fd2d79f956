//! What a replay tells the engine, and when.

#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::sync::Arc;

use reshelf::reranker::Reranker;
use reshelf::synthetic;

use super::{Step, walk};
use crate::data::{EventOptions, SessionLog, read_events};
use crate::rng::Rng;

const ITEMS: usize = 60;

/// A session of one list after the other; ids of items are those of the model's rows.
fn log(rows: &[&str]) -> SessionLog {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("events.csv");
    let rows: String = rows.iter().zip(0..).map(|(row, at)| format!("s,{},{row}\n", 1_714_003_200 + 10 * at)).collect();
    std::fs::write(&path, format!("session_id,ts,event,item_id,list_id,query,seconds\n{rows}")).unwrap();
    let cleaning = crate::data::Cleaning::None;
    read_events(&path, &EventOptions { cleaning, ..EventOptions::default() }).unwrap()
}

/// What the engine has counted of each item by every step: how often it was shown, and passed over.
fn counted(log: &SessionLog) -> Vec<BTreeMap<u32, (u16, u16)>> {
    let artifact = Arc::new(synthetic::artifact(ITEMS, 16, 3, 1).unwrap());
    let handle = |_: &mut reshelf::reranker::Reranker, item: u32| log.item_text(item).parse().ok();
    let visit = |reranker: &mut reshelf::reranker::Reranker, _: Step| {
        let exposures = reranker.state().exposures();
        let of = |item: u32| exposures.of(item).map(|seen| (item, (seen.shown, seen.skipped)));
        Some((0..ITEMS as u32).filter_map(of).collect())
    };
    walk(&artifact, log, &[0], handle, visit).pop().unwrap()
}

fn of(counts: &[(u32, u16, u16)]) -> BTreeMap<u32, (u16, u16)> {
    counts.iter().map(|&(item, shown, skipped)| (item, (shown, skipped))).collect()
}

#[test]
fn the_list_that_the_target_was_chosen_from_is_told_after_the_step_and_passed_over_then() {
    let log = log(&[
        "view,1,,,",
        "impression,2,A,,",
        "impression,3,A,,",
        "impression,4,B,,",
        "impression,5,B,,",
        "view,5,B,,",
        "view,6,,,",
        "view,3,,,",
        "view,7,,,",
    ]);
    assert!(log.signals.derive_skips);
    let steps = counted(&log);
    // List A was there before B, from which the shopper chose.
    assert_eq!(steps[0], of(&[(2, 1, 0), (3, 1, 0)]));
    let passed_over = of(&[(2, 1, 1), (3, 1, 1), (4, 1, 1)]);
    assert_eq!(steps[1..3], [passed_over.clone(), passed_over], "5 was turned to; nothing is passed over twice");
    assert_eq!(steps[3], of(&[(2, 1, 1), (4, 1, 1)]), "and neither is what is turned to in the end");
}

#[test]
fn a_list_without_a_name_and_one_that_goes_on_are_held_back_and_a_search_ends_a_list() {
    let log = log(&[
        "view,1,,,",
        "impression,2,,,",
        "view,3,,,",
        "impression,4,A,,",
        "view,4,A,,",
        "impression,5,A,,",
        "search,,,mug,",
        "impression,6,A,,",
        "view,6,A,,",
        "view,9,,,",
    ]);
    let steps = counted(&log);
    assert_eq!(steps[..2], [of(&[]), of(&[(2, 1, 1)])]);
    assert_eq!(steps[2], of(&[(2, 1, 1), (5, 1, 1)]), "what was shown before the search is over");
    assert_eq!(steps[3], of(&[(2, 1, 1), (5, 1, 1)]));
}

#[test]
fn a_log_s_own_skips_are_told_as_they_come_but_those_of_the_list_at_hand() {
    let log = log(&[
        "view,1,,,",
        "impression,2,A,,",
        "impression,3,A,,",
        "impression,4,A,,",
        "skip,2,A,,",
        "view,4,A,,",
        "skip,3,A,,",
        "impression,5,A,,",
        "skip,5,A,,",
        "view,6,A,,",
        "view,7,,,",
    ]);
    assert!(!log.signals.derive_skips);
    let steps = counted(&log);
    assert_eq!(steps[0], of(&[]));
    assert_eq!(steps[1], of(&[(2, 1, 1), (3, 1, 1)]), "3 was shown before the event before");
    assert_eq!(steps[2], of(&[(2, 1, 1), (3, 1, 1), (5, 1, 1)]));
}

#[test]
fn dwells_and_searches_reach_the_state_and_unknown_subjects_harm_nothing() {
    let rows = ["view,1,,,45", "search,,,no such words,", "dislike,2,,,", "dwell,3,,,7", "view,3,,,", "view,4,,,"];
    let log = log(&rows);
    let artifact = Arc::new(synthetic::artifact(ITEMS, 16, 3, 1).unwrap());
    let handle = |_: &mut reshelf::reranker::Reranker, item: u32| log.item_text(item).parse().ok();
    let seen = walk(&artifact, &log, &[0], handle, |reranker, step| {
        let profile = reranker.state().profile();
        let (one, two) = (profile.seen(1).unwrap(), profile.seen(2).unwrap());
        Some((step.seen, one.dwell, two.disliked))
    });
    assert_eq!(seen, [vec![(1, 45.0, true), (2, 45.0, true)]]);
}

/// What the model answers at every step, by the name of the session: items and the bits of their scores.
fn answers(sessions: &[(usize, Vec<u32>)]) -> BTreeMap<String, Vec<Vec<(u32, u32)>>> {
    let rows = |(name, items): &(usize, Vec<u32>)| -> String {
        items.iter().enumerate().map(|(at, item)| format!("s{name},{at},{item}\n")).collect()
    };
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("events.csv");
    std::fs::write(&path, format!("session_id,ts,item_id\n{}", sessions.iter().map(rows).collect::<String>())).unwrap();
    let cleaning = crate::data::Cleaning::None;
    let log = read_events(&path, &EventOptions { cleaning, ..EventOptions::default() }).unwrap();
    let artifact = Arc::new(synthetic::artifact(ITEMS, 16, 3, 1).unwrap());
    let handle = |_: &mut Reranker, item: u32| log.item_text(item).parse().ok();
    let visit = |reranker: &mut Reranker, _: Step| {
        Some(reranker.retrieve(20).map(|(item, score)| (item, score.to_bits())).collect())
    };
    let all: Vec<usize> = (0..log.sessions()).collect();
    let answers = walk(&artifact, &log, &all, handle, visit);
    all.iter().map(|&session| log.session_ids.text(session).into_owned()).zip(answers).collect()
}

/// Published figures have come from batches in which test sessions saw each other, and from sessions that saw their own ends.
#[test]
fn a_session_is_answered_the_same_whatever_stands_around_it_or_comes_after() {
    let mut random = Rng::new(7, "sessions");
    let mut sessions: Vec<(usize, Vec<u32>)> =
        (0..60).map(|name| (name, (0..2 + random.below(9)).map(|_| random.below(ITEMS) as u32).collect())).collect();
    let in_order = answers(&sessions);
    assert!(in_order.len() == 60 && in_order.values().flatten().all(|list| list.len() == 20));
    random.shuffle(&mut sessions);
    assert_eq!(answers(&sessions), in_order, "shuffled");
    for session in sessions.iter().take(9) {
        let alone = answers(core::slice::from_ref(session));
        assert_eq!(alone.values().next(), in_order.get(&format!("s{}", session.0)), "alone");
        let (last, before) = alone.values().next().unwrap().split_last().unwrap();
        let shorter = answers(&[(session.0, session.1[..session.1.len() - 1].to_vec())]);
        assert_eq!(shorter.values().next().map_or(&[][..], Vec::as_slice), before, "without its end");
        assert!(!last.is_empty());
    }
}
