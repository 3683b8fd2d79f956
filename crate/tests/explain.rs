//! Explanations against their definition: a brute force that is written without the engine's own, on sessions drawn from a seed and on
//! real ones, where those are at hand; and what would be without some events, against sessions that have forgotten them.
#![allow(clippy::unwrap_used)]

use proptest::prelude::*;
use reshelf::artifact::{Artifact, Description, Feedback};
use reshelf::catalogue::Subject;
use reshelf::kernels;
use reshelf::rank::{FeatureMatrix, HeadColumns, Lists, Scorer};
use reshelf::reranker::{Effort, Explanations, LISTS_SHOWN, Outcome, REST, Reranker};
use reshelf::session::{Event, EventId, EventKind, Logged, SessionState};
use reshelf::synthetic;
use serde_json::Value;
use std::path::Path;
use std::sync::Arc;

const ROWS: usize = 40;
const EXACT: Effort = Effort { exact: 14, pairs: 0 };

/// A model in which every signal weighs something, and clicks in lists teach.
fn artifact() -> Artifact {
    let said = Description { category: Some("toys/kites"), brand: Some("Gust"), ..Description::default() };
    let tokens = Some(synthetic::tokens(&[said], 32, 4));
    let mut artifact = Artifact { tokens, ..synthetic::artifact(ROWS, 32, 8, 12).unwrap() };
    artifact.state.window = 5;
    let states = artifact.state.states;
    artifact.state.recency = (0..states * 5).map(|at| 1.0 / (1.0 + at as f32 % 5.0)).collect();
    artifact.state.memory_recency = vec![1.0, 0.7, 0.5, 0.3, 0.2];
    artifact.state.dwell.iter_mut().enumerate().for_each(|(at, dwell)| *dwell = 0.5 + (at % 5) as f32 * 0.4);
    let features = ["state_1", "category", "popularity"].map(str::to_owned).to_vec();
    artifact.feedback = Some(Feedback { features, bounds: vec![2.0; 3], precision: vec![0.5; 3] });
    artifact
}

/// What a page notes: an item (some that the model does not know), a word on a brand, or what a list showed.
fn observe(reranker: &mut Reranker, item: u32, kind: EventKind, amount: u8) -> EventId {
    let handle = match kind {
        EventKind::Mute | EventKind::Unmute if item.is_multiple_of(2) => {
            reranker.subject(Subject::Brand("Gust")).unwrap()
        }
        EventKind::Mute | EventKind::Unmute => reranker.subject(Subject::Category("toys/kites")).unwrap(),
        _ if item as usize >= ROWS => reranker.name(&format!("x{item}")).unwrap(),
        _ => item,
    };
    let event = Event { amount: f32::from(amount), list: 1, ..Event::new(handle, kind, 0.0) };
    reranker.observe(event).unwrap()
}

type Step = (u32, EventKind, u8);

fn visits(most: usize) -> impl Strategy<Value = Vec<Step>> {
    let kind = prop_oneof![
        4 => Just(EventKind::View),
        2 => Just(EventKind::Dwell),
        1 => prop::sample::select(EventKind::ALL.to_vec()),
    ];
    // Few items, so that they come back.
    prop::collection::vec((prop_oneof![6 => 0..6u32, 1 => 0..ROWS as u32 + 2], kind, any::<u8>()), 0..most)
}

fn played(artifact: &Arc<Artifact>, steps: &[Step]) -> (Reranker, Vec<EventId>) {
    let mut reranker = Reranker::new(Arc::clone(artifact)).unwrap();
    let ids = steps.iter().map(|&(item, kind, amount)| observe(&mut reranker, item, kind, amount)).collect();
    (reranker, ids)
}

/// The players by their names, and the events of each, oldest first.
fn players(reranker: &Reranker) -> Vec<(EventId, Vec<Logged>)> {
    let mut players: Vec<(EventId, Vec<Logged>)> = Vec::new();
    let (log, rows) = (reranker.log().events(), reranker.rows());
    let window = rows.artifact().state.window;
    let known = |logged: &&Logged| rows.get(logged.event.item).is_some();
    let counts: Vec<Logged> = log.iter().rev().filter(known).copied().collect();
    let weighed: Vec<Logged> =
        counts.iter().filter(|logged| logged.event.kind.weighed().is_some()).take(window).copied().collect();
    let is_word = |logged: &Logged| matches!(logged.event.kind, EventKind::Mute | EventKind::Unmute);
    for logged in &counts {
        let said = counts.iter().find(|other| is_word(other) && other.event.item == logged.event.item);
        if weighed.contains(logged) || (is_word(logged) && said == Some(logged)) {
            players.push((logged.id, Vec::new()));
        }
    }
    let mut rest = Vec::new();
    for (at, logged) in log.iter().enumerate() {
        let same = |other: &&Logged| other.event.item == logged.event.item;
        let name = match logged.event.kind {
            EventKind::Dwell => log[..at]
                .iter()
                .rev()
                .filter(same)
                .find(|before| before.event.kind == EventKind::View)
                .map(|view| view.id),
            _ if is_word(logged) => counts.iter().filter(same).find(|other| is_word(other)).map(|newest| newest.id),
            _ => Some(logged.id),
        };
        match players.iter_mut().find(|(player, _)| Some(*player) == name) {
            Some((_, events)) => events.push(*logged),
            None => rest.push(*logged),
        }
    }
    if !rest.is_empty() {
        players.push((REST, rest));
    }
    if !reranker.log().shown().is_empty() {
        players.push((LISTS_SHOWN, reranker.log().shown().to_vec()));
    }
    players
}

/// The head's scores of a list in a session of these players alone.
fn worth(reranker: &Reranker, there: &[&(EventId, Vec<Logged>)], lists: &Lists<'_>) -> Vec<f64> {
    let mut events: Vec<Logged> = there.iter().filter(|it| it.0 != LISTS_SHOWN).flat_map(|it| it.1.clone()).collect();
    events.sort_by_key(|logged| logged.id);
    let shown: Vec<Logged> = there.iter().filter(|it| it.0 == LISTS_SHOWN).flat_map(|it| it.1.clone()).collect();
    let (mut state, mut features, mut scores) = (SessionState::default(), FeatureMatrix::default(), Vec::new());
    state.fold(&events, &shown, reranker.rows());
    let head = &reranker.rows().artifact().head;
    let columns = HeadColumns::of(head).unwrap();
    features.compute(&columns, &state, reranker.rows(), kernels::best(), lists);
    Scorer::new(head, &columns).score(&features, &mut scores);
    scores.into_iter().map(f64::from).collect()
}

/// The values by their definition: for every player and every set of others, what it adds to them, by how many orders begin so.
fn brute_force(reranker: &Reranker, lists: &Lists<'_>) -> Vec<(EventId, Vec<f64>)> {
    let players = players(reranker);
    let count = players.len();
    let of = |subset: usize| players.iter().enumerate().filter(move |(at, _)| subset >> at & 1 > 0).map(|(_, it)| it);
    let worths: Vec<Vec<f64>> =
        (0..1usize << count).map(|subset| worth(reranker, &of(subset).collect::<Vec<_>>(), lists)).collect();
    let factorial = |number: usize| (1..=number).map(|number| number as f64).product::<f64>();
    let share = |player: usize| {
        let mut values = vec![0.0; lists.items.len()];
        for subset in (0..1usize << count).filter(|subset| subset >> player & 1 == 0) {
            let size = subset.count_ones() as usize;
            let orders = factorial(size) * factorial(count - size - 1) / factorial(count);
            for (value, (with, without)) in
                values.iter_mut().zip(worths[subset | 1 << player].iter().zip(&worths[subset]))
            {
                *value += orders * (with - without);
            }
        }
        values
    };
    players.iter().enumerate().map(|(at, player)| (player.0, share(at))).collect()
}

fn add_up(explained: &Explanations, scores: &[f32]) -> Result<(), String> {
    for (place, &score) in explained.places().zip(scores) {
        let fixed = place.base + place.server + place.popularity + place.learned + place.order;
        let [players, ways] = [&place.players, &place.ways].map(|parts| parts.iter().sum::<f64>());
        let off = [fixed + players, fixed + ways].map(|sum| (sum - f64::from(score)).abs());
        if place.score != f64::from(score) || off.into_iter().any(|off| off > 1e-6) || place.order > 0.0 {
            return Err(format!("{off:?} off: {place:?} of {score}"));
        }
    }
    Ok(())
}

/// How far the values are from those of the brute force.
fn distance(explained: &Explanations, expected: &[(EventId, Vec<f64>)]) -> f64 {
    assert!(explained.players().eq(expected.iter().map(|(player, _)| *player)), "{:?}", explained.numbers);
    let off = |(at, place): (usize, reshelf::reranker::Explanation)| {
        place.players.iter().zip(expected).map(|(value, (_, values))| (value - values[at]).abs()).fold(0.0, f64::max)
    };
    explained.places().enumerate().map(off).fold(0.0, f64::max)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn values_are_those_of_the_definition(
        steps in visits(12),
        list in prop::collection::vec(0..ROWS as u32 + 2, 1..9),
        scored in any::<bool>(),
    ) {
        let (mut reranker, _) = played(&Arc::new(artifact()), &steps);
        let scores: Vec<f32> = (0..list.len()).map(|at| (at * 7 % 5) as f32).collect();
        let scores = if scored { &scores[..] } else { &[] };
        let wanted: Vec<u32> = (0..list.len() as u32).collect();
        let before = (reranker.snapshot(), reranker.rerank(&list, scores, 99).scores.to_vec());
        let explained = reranker.explain(&list, scores, &wanted, EXACT);
        let ranking = reranker.rerank(&list, scores, 99);
        prop_assert_eq!(ranking.scores, &before.1[..]);
        prop_assert_eq!(explained.outcome, ranking.outcome);
        prop_assert_eq!(explained.places().count(), if ranking.outcome == Outcome::Reranked { list.len() } else { 0 });
        prop_assert_eq!(reranker.snapshot(), before.0);
        prop_assert!(add_up(&explained, &before.1).is_ok(), "{:?}", add_up(&explained, &before.1));
        if explained.outcome == Outcome::Reranked && explained.players().count() < 9 {
            let lists = Lists { items: &list, lengths: &[list.len() as u32], server_scores: scores, server_order: true };
            let off = distance(&explained, &brute_force(&reranker, &lists));
            prop_assert!(off < 1e-9, "{} off", off);
            // Whoever asks for less is told the same.
            let few = reranker.explain(&list, scores, &[0, 99], EXACT);
            prop_assert_eq!(few.places().next(), explained.places().next());
            prop_assert!(few.places().last().unwrap().score == 0.0);
        }
        // What some orders say adds up, too.
        let sampled = reranker.explain(&list, scores, &wanted, Effort { exact: 0, pairs: 3 });
        prop_assert!(add_up(&sampled, &before.1).is_ok(), "{:?}", add_up(&sampled, &before.1));
    }

    #[test]
    fn a_list_without_events_is_that_of_a_session_that_forgot_them(
        steps in visits(30),
        list in prop::collection::vec(0..ROWS as u32 + 2, 0..12),
        gone in any::<u32>(),
        item in 0..6u32,
    ) {
        let artifact = Arc::new(artifact());
        let ((mut reranker, ids), (mut other, _)) = (played(&artifact, &steps), played(&artifact, &steps));
        let gone: Vec<EventId> = ids.iter().enumerate().filter(|(at, _)| gone >> at & 1 > 0).map(|(_, &id)| id).collect();
        let before = reranker.snapshot();
        let all = reranker.rerank(&list, &[], 99).scores.to_vec();
        for (without, forget) in [
            (&(|logged: &Logged| gone.contains(&logged.id)) as &dyn Fn(&Logged) -> bool, true),
            (&|logged: &Logged| gone.contains(&logged.id) || logged.event.item == item, false),
        ] {
            if forget {
                gone.iter().for_each(|&id| _ = other.forget(id));
            } else {
                other.forget_item(item);
            }
            let (would, is) = (reranker.what_if(&list, &[], 99, without), other.rerank(&list, &[], 99));
            prop_assert_eq!(would, is);
        }
        prop_assert_eq!(reranker.snapshot(), before);
        prop_assert_eq!(reranker.rerank(&list, &[], 99).scores, &all[..]);
    }
}

/// Real sessions of 1 to 12 events that a test of the command leaves (`model_export/tests/suite/real_sessions.rs`), with the model of
/// their log.
#[test]
fn usually_fewer_orders_are_drawn_the_more_players_there_are() {
    let mut artifact = artifact();
    artifact.state.window = 24;
    artifact.state.recency = (0..artifact.state.states * 24).map(|at| 1.0 / (1.0 + at as f32 % 24.0)).collect();
    artifact.state.memory_recency = (0..24).map(|at| 1.0 / (1.0 + at as f32)).collect();
    let artifact = Arc::new(artifact);
    let (list, wanted) = ([1, 5, 9, 13], [0, 1, 2, 3]);
    for (events, pairs) in [(10, 16), (12, 16), (16, 12), (24, 8)] {
        let mut reranker = Reranker::new(artifact.clone()).unwrap();
        for item in 0..events {
            observe(&mut reranker, item % ROWS as u32, EventKind::View, 0);
        }
        let of = |reranker: &mut Reranker, pairs| reranker.explain(&list, &[], &wanted, Effort { exact: 8, pairs });
        let usual = of(&mut reranker, 0);
        assert_eq!(usual.players().count(), events as usize);
        assert_eq!(usual, of(&mut reranker, pairs), "{events} events");
        assert_ne!(usual, of(&mut reranker, pairs + 1));
    }
}

fn real() -> Option<(Arc<Artifact>, Vec<Value>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/golden-real");
    let Ok(sessions) = std::fs::read(folder.join("lengths.json")) else {
        println!(
            "skipped: {} has no lengths.json, which a test of the package reshelf-export writes",
            folder.display()
        );
        return None;
    };
    let artifact = Artifact::from_bytes(&std::fs::read(folder.join("golden.safetensors")).unwrap()).unwrap();
    Some((Arc::new(artifact), serde_json::from_slice(&sessions).unwrap()))
}

/// A real session, and its list.
fn lived(artifact: &Arc<Artifact>, session: &Value) -> (Reranker, Vec<u32>) {
    let mut reranker = Reranker::new(Arc::clone(artifact)).unwrap();
    for event in session["events"].as_array().unwrap() {
        let item = reranker.name(event[0].as_str().unwrap()).unwrap();
        let kind = EventKind::parse(event[1].as_str().unwrap()).unwrap();
        reranker.observe(Event::new(item, kind, event[2].as_f64().unwrap())).unwrap();
    }
    let candidates = session["candidates"].as_array().unwrap().iter();
    let list = candidates.map(|id| reranker.resolve(id.as_str().unwrap()).unwrap()).collect();
    (reranker, list)
}

#[test]
fn real_sessions_of_up_to_twelve_events_have_the_values_of_the_definition() {
    let Some((artifact, sessions)) = real() else { return };
    let (mut cases, mut longest, mut off) = (0, 0, 0.0f64);
    for session in &sessions {
        let (mut reranker, list) = lived(&artifact, session);
        let wanted: Vec<u32> = (0..list.len() as u32).collect();
        let explained = reranker.explain(&list, &[], &wanted, EXACT);
        if explained.outcome != Outcome::Reranked {
            continue;
        }
        add_up(&explained, reranker.rerank(&list, &[], 99).scores).unwrap();
        let lists = Lists { items: &list, lengths: &[list.len() as u32], server_scores: &[], server_order: true };
        off = off.max(distance(&explained, &brute_force(&reranker, &lists)));
        cases += 1;
        longest = longest.max(explained.players().count());
    }
    println!("{cases} real cases of up to {longest} players, {off:e} off at most");
    assert!(cases >= 500 && longest == 12 && off < 1e-9, "{cases} cases of up to {longest} players, {off} off");
}

#[test]
fn samples_of_real_sessions_are_within_their_bound() {
    let Some((artifact, sessions)) = real() else { return };
    let (mut places, mut kept, mut part) = (0u32, 0u32, 0.0);
    for session in sessions.iter().filter(|session| session["events"].as_array().unwrap().len() >= 9) {
        let (mut reranker, list) = lived(&artifact, session);
        let wanted: Vec<u32> = (0..list.len() as u32).collect();
        let exact = reranker.explain(&list, &[], &wanted, EXACT);
        let sampled = reranker.explain(&list, &[], &wanted, Effort { exact: 0, ..Effort::default() });
        for (exact, sampled) in exact.places().zip(sampled.places()) {
            let off = exact.players.iter().zip(sampled.players).map(|(exact, other)| (exact - other).abs());
            let off = off.fold(0.0, f64::max);
            let largest = exact.players.iter().map(|value| value.abs()).fold(0.0, f64::max);
            places += 1;
            kept += u32::from(off <= sampled.bound + 1e-9);
            part += off / largest.max(1e-9);
        }
    }
    println!(
        "{kept} of {places} places within their bound, {:.3} of the largest value off on average",
        part / f64::from(places)
    );
    assert!(places > 100 && 20 * kept >= 19 * places, "{kept} of {places}");
}
