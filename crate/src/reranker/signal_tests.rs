//! What only a page can see: dwells, impressions, skips, searches, what is muted or not wanted. The state is a function of the
//! log, whatever was added, forgotten, restored or merged on the way.
#![allow(clippy::unwrap_used)]

use super::*;
use crate::artifact::{Clusters, Feedback};
use crate::session::{EventKind, SHOWN_CAPACITY};
use crate::synthetic;
use proptest::prelude::*;

const ROWS: usize = 40;

const SAID: [Description<'static>; 3] = [
    Description { category: Some("garden/hoses"), brand: Some("Rill"), price: Some(31.0), title: Some("Long hose") },
    Description { category: Some("garden/pots"), brand: None, price: Some(4.0), title: Some("Clay pot") },
    Description { category: Some("toys"), brand: Some("Gust"), price: None, title: Some("Red kite") },
];

/// A model in which every signal weighs something: kinds fade each in their own way, and the head sees all columns.
fn artifact() -> Artifact {
    let tokens = Some(synthetic::tokens(&SAID, 32, 4));
    let clusters = Some(synthetic::clusters(4, 32, 4).unwrap());
    let mut artifact = Artifact { tokens, clusters, ..synthetic::artifact(ROWS, 32, 8, 12).unwrap() };
    let state = &mut artifact.state;
    for (at, decay) in state.decay.iter_mut().enumerate() {
        *decay = 0.8 + (at % 7) as f32 * 0.05;
    }
    let names = ["state_1", "memory_sum", "category", "price", "popularity"];
    artifact.feedback = Some(Feedback {
        features: names.map(Into::into).to_vec(),
        bounds: vec![3.0; names.len()],
        precision: vec![0.5; names.len()],
    });
    artifact
}

fn reranker() -> Reranker {
    Reranker::new(artifact()).unwrap()
}

/// Something that happens to a session.
#[derive(Clone, Copy, Debug)]
enum Step {
    Item(u32, EventKind, u8),
    Subject(usize, EventKind),
    ForgetEvent(usize),
    ForgetItem(u32),
    ForgetRange(u8, u8),
    ForgetAll,
    Restore,
}

fn steps(most: usize) -> impl Strategy<Value = Vec<Step>> {
    let kind = prop::sample::select(EventKind::ALL.to_vec());
    let item = || 0..ROWS as u32 + 3;
    let mutes = prop::sample::select(vec![EventKind::Mute, EventKind::Unmute, EventKind::Search]);
    let step = prop_oneof![
        24 => (item(), kind, any::<u8>()).prop_map(|(item, kind, amount)| Step::Item(item, kind, amount)),
        6 => (0usize..SUBJECTS.len(), mutes).prop_map(|(what, kind)| Step::Subject(what, kind)),
        4 => any::<u8>().prop_map(|at| Step::ForgetEvent(usize::from(at))),
        2 => item().prop_map(Step::ForgetItem),
        1 => any::<(u8, u8)>().prop_map(|(from, to)| Step::ForgetRange(from, to)),
        1 => Just(Step::ForgetAll),
        1 => Just(Step::Restore),
    ];
    prop::collection::vec(step, 0..most)
}

const SUBJECTS: [Subject<'static>; 6] = [
    Subject::Category("garden/pots"),
    Subject::Category("toys"),
    Subject::Brand("Rill"),
    Subject::Query("red hose"),
    Subject::Brand("nobody's"),
    Subject::Taste("1"),
];

fn handle(reranker: &mut Reranker, item: u32) -> ItemHandle {
    match item.checked_sub(ROWS as u32) {
        Some(extra) => reranker.compose(&format!("x{extra}"), &SAID[extra as usize]).unwrap(),
        None => item,
    }
}

fn act(reranker: &mut Reranker, step: Step, at: usize) {
    let at_ms = (at % 256) as f64;
    match step {
        Step::Item(item, kind, amount) => {
            let item = handle(reranker, item);
            let event =
                Event { amount: f32::from(amount), list: u32::from(amount) % 3, ..Event::new(item, kind, at_ms) };
            reranker.observe(event).unwrap();
        }
        Step::Subject(what, kind) => {
            let item = reranker.subject(SUBJECTS[what]).unwrap();
            reranker.observe(Event::new(item, kind, at_ms)).unwrap();
        }
        Step::ForgetEvent(at) => {
            let ids: Vec<EventId> = reranker.log().all().map(|logged| logged.id).collect();
            if let Some(&id) = ids.get(at % ids.len().max(1)) {
                assert!(reranker.forget(id));
            }
        }
        Step::ForgetItem(item) => {
            let item = handle(reranker, item);
            reranker.forget_item(item);
            assert!(reranker.log().all().all(|logged| logged.event.item != item));
        }
        Step::ForgetRange(from, to) => {
            let (from, to) = (f64::from(from.min(to)), f64::from(from.max(to)));
            reranker.forget_between(from, to);
            assert!(reranker.log().all().all(|logged| !(from..=to).contains(&logged.event.at_ms)));
        }
        Step::ForgetAll => reranker.forget_all(),
        Step::Restore => {
            let snapshot = reranker.snapshot();
            assert!(reranker.restore(&snapshot).is_ok());
        }
    }
}

/// What remains of a session, done again by somebody who never saw the rest.
fn replay(of: &Reranker) -> Reranker {
    let mut again = reranker();
    for logged in of.log().all() {
        let id = of.rows().id(logged.event.item).unwrap();
        let said = id.strip_prefix('x').map(|extra| SAID[extra.parse::<usize>().unwrap()]);
        let item = match (Subject::of_id(&id), said) {
            (Some(subject), _) => again.subject(subject),
            // A restored session knows the item's name; the page has yet to say what it is.
            (None, Some(said)) if of.rows().get(logged.event.item).is_some() => again.compose(&id, &said),
            _ => again.name(&id),
        };
        again.observe(Event { item: item.unwrap(), ..logged.event }).unwrap();
    }
    again
}

fn scores(reranker: &mut Reranker) -> Vec<u32> {
    let described: Vec<u32> = (0..3).map(|extra| handle(reranker, ROWS as u32 + extra)).collect();
    let items: Vec<u32> = (0..ROWS as u32).chain(described).collect();
    reranker.rerank(&items, &[], 99).scores.iter().map(|score| score.to_bits()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    #[test]
    fn what_remains_is_all_that_counts(steps in steps(40)) {
        let mut reranker = reranker();
        for (at, &step) in steps.iter().enumerate() {
            act(&mut reranker, step, at);
        }
        let mut again = replay(&reranker);
        prop_assert!(reranker.state() == again.state());
        prop_assert_eq!(reranker.learned(), again.learned());
        prop_assert_eq!(scores(&mut reranker), scores(&mut again));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    /// Two tabs and a worker: each acts, and hears of the others late, twice, or only when it reads what one of them stored.
    #[test]
    fn copies_that_have_heard_the_same_are_the_same(
        turns in prop::collection::vec((0usize..3, steps(3), any::<[bool; 3]>()), 1..25), join in 0usize..3,
    ) {
        let mut copies = [(); 3].map(|()| reranker());
        for (writer, copy) in copies.iter_mut().enumerate() {
            copy.write_as(writer as u32 + 1);
        }
        let mut letters: Vec<Vec<u8>> = Vec::new();
        for (at, (who, steps, hears)) in turns.iter().enumerate() {
            let before = copies[*who].log().clock();
            for &step in steps {
                // A page restores a session of its own before it shares it.
                if !matches!(step, Step::Restore) {
                    act(&mut copies[*who], step, at);
                }
            }
            let new: Vec<EventId> = copies[*who].log().all().map(|logged| logged.id).collect();
            for id in new.into_iter().filter(|&id| id as u32 > before) {
                letters.push(copies[*who].snapshot_of(id));
            }
            letters.push(copies[*who].snapshot());
            for (copy, hears) in copies.iter_mut().zip(hears) {
                if let (true, Some(letter)) = (hears, letters.get(at * 7 % letters.len())) {
                    copy.merge(letter, false).unwrap();
                }
            }
        }
        // One that was away reads the store; all others hear the rest in an order of their own.
        for (at, copy) in copies.iter_mut().enumerate() {
            let ways: Vec<&Vec<u8>> = if at == join { letters.iter().rev().collect() } else { letters.iter().collect() };
            ways.iter().for_each(|letter| _ = copy.merge(letter, false).unwrap());
            prop_assert!(ways.iter().all(|letter| copy.merge(letter, false) == Ok(false)), "a letter told something twice");
        }
        let [first, rest @ ..] = &mut copies;
        for copy in rest {
            let names = |reranker: &Reranker| -> Vec<_> {
                reranker.log().all().map(|logged| (logged.id, reranker.rows().id(logged.event.item), logged.event.kind)).collect()
            };
            prop_assert_eq!(names(first), names(copy));
            prop_assert_eq!(first.log().removed(), copy.log().removed());
            prop_assert_eq!(scores(first), scores(copy));
        }
    }
}

fn observe(reranker: &mut Reranker, item: u32, kind: EventKind) -> EventId {
    reranker.observe(Event::new(item, kind, 0.0)).unwrap()
}

#[test]
fn a_dwell_counts_with_the_view_before_it() {
    let state_after = |dwells: &[f32]| {
        let mut reranker = reranker();
        observe(&mut reranker, 1, EventKind::View);
        observe(&mut reranker, 2, EventKind::View);
        for &amount in dwells {
            reranker.observe(Event { amount, ..Event::new(1, EventKind::Dwell, 0.0) }).unwrap();
        }
        let profile = reranker.state().profile().seen(1).unwrap();
        (reranker.state().matrix().to_vec(), profile)
    };
    let (plain, seen) = state_after(&[]);
    assert_eq!((seen.dwell, seen.ago, seen.count), (0.0, 1, 1));
    let (long, seen) = state_after(&[60.0, 40.0]);
    assert_eq!((seen.dwell, seen.ago, seen.count), (100.0, 1, 1), "a dwell is no event of its own");
    assert_eq!(long, state_after(&[100.0]).0);
    assert!(plain != long && long != state_after(&[1.0]).0);
    // 10 to 30 seconds count as a view of which nothing is known.
    assert_eq!(plain, state_after(&[12.0]).0);
}

#[test]
fn what_is_muted_counts_as_if_it_had_not_been_until_it_is_taken_back() {
    let mut reranker = reranker();
    let [hose, kite] = [0, 2].map(|extra| handle(&mut reranker, ROWS as u32 + extra));
    observe(&mut reranker, hose, EventKind::View);
    let hose_alone = scores(&mut reranker);
    observe(&mut reranker, kite, EventKind::View);
    let both = scores(&mut reranker);
    let toys = reranker.subject(Subject::Category("toys")).unwrap();
    let mute = observe(&mut reranker, toys, EventKind::Mute);
    let muted = scores(&mut reranker);
    let covered = |reranker: &mut Reranker, item: u32| {
        let attributes = *reranker.rows().item(item).unwrap().attributes;
        reranker.state().profile().is_muted(&attributes)
    };
    let items: Vec<u32> =
        (0..ROWS as u32).chain((0..3).map(|extra| handle(&mut reranker, ROWS as u32 + extra))).collect();
    let mut told = 0;
    for ((item, muted), alone) in items.into_iter().zip(&muted).zip(&hose_alone) {
        // The head sees what is not wanted; for everything else the visit to it never was.
        assert_eq!(covered(&mut reranker, item), muted != alone, "{item}");
        told += usize::from(muted != alone);
    }
    assert!(covered(&mut reranker, kite) && told < ROWS);
    observe(&mut reranker, toys, EventKind::Unmute);
    assert_eq!(scores(&mut reranker), both);
    observe(&mut reranker, toys, EventKind::Mute);
    assert_eq!(scores(&mut reranker), muted);
    reranker.forget_item(toys);
    assert_eq!(scores(&mut reranker), both);
    assert!(!reranker.forget(mute));
    // A brand goes alone, and one that nobody has mutes nothing.
    let gust = reranker.subject(Subject::Brand("Gust")).unwrap();
    observe(&mut reranker, gust, EventKind::Mute);
    assert!(covered(&mut reranker, kite) && !covered(&mut reranker, hose));
    reranker.forget_item(gust);
    let nobody = reranker.subject(Subject::Brand("nobody's")).unwrap();
    observe(&mut reranker, nobody, EventKind::Mute);
    assert_eq!(scores(&mut reranker), both);
}

#[test]
fn impressions_push_out_nothing_that_was_clicked() {
    let mut reranker = reranker();
    let first = observe(&mut reranker, 3, EventKind::View);
    for at in 0..1_000_000_u32 {
        observe(&mut reranker, at % ROWS as u32, EventKind::Impression);
    }
    assert_eq!(reranker.events()[0].id, first);
    assert_eq!(reranker.log().shown().len(), SHOWN_CAPACITY);
    assert_eq!(reranker.state().known(), 1);
}

#[test]
fn what_was_passed_over_is_told_until_the_shopper_turns_to_it() {
    let mut reranker = reranker();
    observe(&mut reranker, 0, EventKind::View);
    for kind in [EventKind::Impression, EventKind::Skip, EventKind::Impression, EventKind::Skip] {
        observe(&mut reranker, 5, kind);
    }
    let exposure = |reranker: &mut Reranker, item| reranker.state().exposures().of(item);
    assert_eq!(exposure(&mut reranker, 5).map(|seen| (seen.shown, seen.skipped)), Some((2, 2)));
    assert_eq!(exposure(&mut reranker, 6), None);
    let click = observe(&mut reranker, 5, EventKind::View);
    assert_eq!(exposure(&mut reranker, 5), None);
    observe(&mut reranker, 5, EventKind::Skip);
    assert_eq!(exposure(&mut reranker, 5).map(|seen| seen.skipped), Some(1));
    reranker.forget(click);
    assert_eq!(exposure(&mut reranker, 5).map(|seen| seen.skipped), Some(3));
}

#[test]
fn a_search_turns_the_session_to_what_was_searched_for() {
    let mut reranker = reranker();
    let query = reranker.subject(Subject::Query("red kite")).unwrap();
    observe(&mut reranker, query, EventKind::Search);
    let kite = reranker.compose("kite", &SAID[2]).unwrap();
    let pot = reranker.compose("pot", &SAID[1]).unwrap();
    assert_eq!(reranker.rank_by_similarity(&[pot, kite], 2).order, [1, 0]);
    assert_eq!(reranker.state().newest(), None, "a text is no item");
    assert_eq!(reranker.state().profile().repeat_share(), 0.0);
    let restored = reranker.snapshot();
    assert_eq!(reranker.restore(&restored), Ok(1));
    let [kite, pot] = [("kite", 2), ("pot", 1)].map(|(id, said)| reranker.compose(id, &SAID[said]).unwrap());
    assert_eq!(reranker.rank_by_similarity(&[pot, kite], 2).order, [1, 0], "a stored search tells as much");
}

#[test]
fn a_category_and_a_cluster_turn_the_session_to_their_items() {
    let mut reranker = reranker();
    let [kite, pot] = [("kite", 2), ("pot", 1)].map(|(id, said)| reranker.compose(id, &SAID[said]).unwrap());
    let toys = reranker.subject(Subject::Category("toys")).unwrap();
    let browse = observe(&mut reranker, toys, EventKind::Search);
    assert_eq!(reranker.rank_by_similarity(&[pot, kite], 2).order, [1, 0]);
    assert!(reranker.forget(browse));
    let mut artifact = artifact();
    let mut centres = Vec::new();
    for item in [7, 4] {
        artifact.items.row(item).append_to(&mut centres);
    }
    artifact.clusters = Some(Clusters::new(artifact.items.dimension(), centres).unwrap());
    let mut reranker = Reranker::new(artifact).unwrap();
    for (cluster, item) in [("0", 7), ("1", 4)] {
        let taste = reranker.subject(Subject::Taste(cluster)).unwrap();
        observe(&mut reranker, taste, EventKind::Search);
        assert_eq!(reranker.cluster(), cluster.parse().ok());
        assert_eq!(reranker.rank_by_similarity(&(0..ROWS as u32).collect::<Vec<_>>(), 1).order[0], item);
        let (stored, scored) = (reranker.snapshot(), scores(&mut reranker));
        assert_eq!(reranker.restore(&stored), Ok(1));
        assert_eq!(scores(&mut reranker), scored, "a stored cluster tells as much");
        reranker.forget_all();
    }
    // A number that no cluster has, and what is no number, tell nothing.
    for cluster in ["2", "-1", "one", "", "a", "99999999999999999999"] {
        let nobody = reranker.subject(Subject::Taste(cluster)).unwrap();
        assert!(reranker.rows().get(nobody).is_none());
    }
}

#[test]
fn what_is_not_wanted_pushes_away() {
    let mut reranker = reranker();
    observe(&mut reranker, 4, EventKind::View);
    let before = reranker.rank_by_similarity(&[9], 1).scores[0];
    observe(&mut reranker, 9, EventKind::Dislike);
    let after = reranker.rank_by_similarity(&[9], 1).scores[0];
    assert!(after < before, "{after} {before}");
    assert_eq!(reranker.state().newest(), Some(4), "the session turns to what is wanted");
    assert!(reranker.state().profile().seen(9).unwrap().disliked);
    observe(&mut reranker, 9, EventKind::View);
    assert!(!reranker.state().profile().seen(9).unwrap().disliked);
}

/// Shows a list and clicks one of its items.
fn visit(reranker: &mut Reranker, list: &[u32], clicked: u32) -> EventId {
    for (place, &item) in list.iter().enumerate() {
        let event = Event { amount: place as f32, list: 7, ..Event::new(item, EventKind::Impression, 0.0) };
        reranker.observe(event).unwrap();
    }
    observe(reranker, clicked, EventKind::View)
}

#[test]
fn clicks_in_lists_move_the_weights_and_forgetting_them_moves_them_back() {
    let mut reranker = reranker();
    observe(&mut reranker, 0, EventKind::View);
    assert!(reranker.learned().iter().all(|&moved| moved == 0.0), "nothing was shown");
    let first = visit(&mut reranker, &[3, 4, 5, 6], 4);
    let once = reranker.learned().to_vec();
    assert!(once.iter().any(|&moved| moved != 0.0));
    let second = visit(&mut reranker, &[7, 8, 9], 9);
    assert_ne!(reranker.learned(), once);
    assert!(reranker.forget(second));
    assert_eq!(reranker.learned(), once);
    // Two events about one item are one click.
    observe(&mut reranker, 4, EventKind::Cart);
    assert_eq!(reranker.learned(), once);
    // A click on what no list showed, or long ago, teaches nothing.
    observe(&mut reranker, 20, EventKind::View);
    assert_eq!(reranker.learned(), once);
    let mut off = replay(&reranker);
    assert_eq!(scores(&mut off), scores(&mut reranker));
    off.stop_learning();
    assert!(off.learned().is_empty() && off.session().learned().is_empty());
    assert_ne!(scores(&mut off), scores(&mut reranker));
    reranker.forget(first);
    reranker.forget_item(4);
    assert!(reranker.learned().iter().all(|&moved| moved == 0.0));
}
