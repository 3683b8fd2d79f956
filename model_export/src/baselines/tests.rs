//! The methods on sessions worked by hand, and the whole command on a drawn log.

#![allow(clippy::unwrap_used)]

use std::fmt::Write as _;

use reshelf::session::EventKind;
use reshelf::synthetic;

use super::fixed;
use super::history::History;
use super::methods::Workspace;
use super::*;
use crate::data::{CleaningReport, Ids, SessionColumn, SessionGap, SessionLog, Signals, Split};

/// Sessions 0 1 2 / 1 2 1 / 3 3 / 0 1.
pub(super) fn log() -> SessionLog {
    of_sessions(4, &[vec![0, 1, 2], vec![1, 2, 1], vec![3, 3], vec![0, 1]])
}

/// A log of these sessions over so many items.
fn of_sessions(items: i64, sessions: &[Vec<u32>]) -> SessionLog {
    let ends = sessions.iter().scan(0, |end, session| {
        *end += session.len();
        Some(*end)
    });
    let events = sessions.iter().map(Vec::len).sum();
    SessionLog {
        item_ids: Ids::Integer((0..items).collect()),
        session_ids: Ids::Integer((0..sessions.len() as i64).collect()),
        offsets: [0].into_iter().chain(ends).collect(),
        items: sessions.concat(),
        kinds: vec![EventKind::View; events],
        times: vec![0; events],
        steps: std::collections::BTreeMap::new(),
        signals: Signals::default(),
        has_clock: false,
        report: CleaningReport::default(),
    }
}

/// Sessions of two to five events, each in one of three groups of twenty items.
pub(super) fn drawn(sessions: usize, seed: u64) -> SessionLog {
    of_sessions(60, &draw(sessions, seed))
}

fn draw(sessions: usize, seed: u64) -> Vec<Vec<u32>> {
    let mut draw = reshelf::math::Rng(seed);
    let mut session = |_| {
        let group = draw.below(3);
        (0..2 + draw.below(4)).map(|_| (group * 20 + draw.below(20)) as u32).collect()
    };
    (0..sessions).map(&mut session).collect()
}

/// The score of each item after these.
pub(super) fn scores_of<S: search::Tunable>(settings: &S, history: &History, seen: &[u32]) -> Vec<f32> {
    let (method, mut workspace) = (settings.method(history), Workspace::new(history));
    // Twice, since nothing may be left behind in the workspace.
    method.score(&[3], &mut workspace);
    workspace.items.clear();
    method.score(seen, &mut workspace);
    (0..history.items() as u32).map(|item| workspace.items.of(item)).collect()
}

/// Every method, those with constants with their usual ones.
fn every(history: &History) -> Vec<Box<dyn Method + '_>> {
    let usual: [Box<dyn Method + '_>; 3] = [
        VsKnnSettings::default().method(history),
        StanSettings::default().method(history),
        CoVisitationSettings::default().method(history),
    ];
    fixed(history).into_iter().chain(usual).collect()
}

fn best_of(name: &str, seen: &[u32]) -> Vec<u32> {
    let log = log();
    let history = History::new(&log);
    let mut workspace = Workspace::new(&history);
    let methods = fixed(&history);
    let method = methods.iter().find(|method| method.name() == name).unwrap();
    // Twice, since nothing may be left behind in the workspace.
    method.score(&[3], &mut workspace);
    workspace.items.take_best(9);
    method.score(seen, &mut workspace);
    workspace.items.take_best(9)
}

#[test]
fn methods_worked_by_hand() {
    assert_eq!(best_of("own_items", &[2, 3, 2, 0]), [0, 2, 3]);
    // After 1 came 2 twice; the 1 at the end of a session is followed by nothing of another.
    assert_eq!(best_of("markov", &[0, 1]), [2]);
    assert_eq!(best_of("markov", &[3]), [3], "a repeat counts");
    // Item 1 met 0 twice and 2 twice, which are in two sessions each: a tie, the lower id first; itself never.
    assert_eq!(best_of("item_knn", &[1]), [0, 2]);
    // Sessions with 2: the first two. Both hold 1, one holds 0; 3 is in none.
    let found = best_of("vs_knn", &[2]);
    assert!(found.contains(&2) && found.contains(&1) && !found.contains(&3), "{found:?}");
    for name in ["own_items", "markov", "item_knn", "vs_knn"] {
        assert!(best_of(name, &[]).is_empty(), "{name}");
    }
}

#[test]
fn short_lists_are_filled_up_by_popularity() {
    let (log, progress) = (log(), crate::progress::Progress::spinner("", true));
    let history = History::new(&log);
    let hits = |name: &str, k| -> Vec<Option<u32>> {
        let methods = fixed(&history);
        let method = methods.iter().find(|method| method.name() == name).unwrap();
        let found = measure::outcomes(method.as_ref(), &history, &log, &log, Rule { k, from_step: 1 }, &progress);
        found.steps.iter().map(|step| step.model.rank).collect()
    };
    // By popularity 1 0 2 3, the lower id first among equals. Targets: 1 2, 2 1, 3, 1.
    assert_eq!(hits("popularity", 3), [Some(0), Some(2), Some(2), Some(0), None, Some(0)]);
    // Its own item first, then 1 0 2 3 without it.
    assert_eq!(hits("own_items", 2), [Some(1), None, None, Some(1), Some(0), Some(1)]);
}

/// A log of three groups of items, of which sessions hold one each, and a model that knows them.
fn options(folder: &std::path::Path) -> BaselinesOptions {
    let mut draw = reshelf::math::Rng(5);
    let mut events = "session_id,item_id,ts,split\n".to_owned();
    for session in 0..200 {
        let (group, split) = (draw.below(3), if session < 150 { "train" } else { "test" });
        for step in 0..2 + draw.below(4) {
            writeln!(events, "{session},{},{step},{split}", 7 + 3 * (group * 20 + draw.below(20))).unwrap();
        }
    }
    std::fs::write(folder.join("events.csv"), events).unwrap();
    std::fs::write(folder.join("m.safetensors"), synthetic::artifact(60, 64, 6, 1).unwrap().to_bytes()).unwrap();
    BaselinesOptions {
        events: folder.join("events.csv"),
        train: Split::usual("train"),
        test: Split::usual("test"),
        session_gap: SessionGap::default(),
        session_column: SessionColumn::default(),
        model: Some(folder.join("m.safetensors")),
        k: 20,
        from_step: 1,
        seed: 1,
        threads: 2,
        quiet: true,
    }
}

#[test]
fn neighbours_beat_popularity_and_threads_change_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let options = options(folder.path());
    let found = run(&options).unwrap();
    let names: Vec<&str> = found.methods.iter().map(|row| row.name).collect();
    let simple = ["popularity", "own_items", "markov", "item_knn", "vs_knn", "vs_knn_tuned", "stan", "co_visitation"];
    let expected = [&simple[..], &["memory", "state", "sum", "model"]].concat();
    assert_eq!(names, expected);
    let recall = |name: &str| found.methods.iter().find(|row| row.name == name).unwrap().metrics.recall.value;
    assert!(recall("vs_knn") > recall("popularity") + 0.2, "{found}");
    assert_eq!((found.counts.train_sessions, found.counts.sessions), (150, 50));
    for row in &found.methods {
        assert_eq!(row.model_gain.is_some(), row.name != "model");
        let gain = row.model_gain.map(|gain| gain.recall.value);
        assert!(gain.is_none_or(|gain| (gain - (recall("model") - row.metrics.recall.value)).abs() < 1e-9));
    }
    let timeless = |found: &Baselines| -> Vec<_> {
        found.methods.iter().map(|row| (row.name, row.metrics, row.model_gain)).collect()
    };
    let chosen = |row: &Measured| (row.tuned.is_some(), ["vs_knn_tuned", "stan", "co_visitation"].contains(&row.name));
    assert!(found.methods.iter().map(chosen).all(|(tuned, wanted)| tuned == wanted));
    // The same model, of which the card says that items were hidden from it.
    let artifact = synthetic::artifact(60, 64, 6, 1).unwrap();
    let hiding = reshelf::artifact::Artifact { card: r#"{"hide_items":0.1}"#.to_owned(), ..artifact };
    std::fs::write(folder.path().join("m.safetensors"), hiding.to_bytes()).unwrap();
    let alone = run(&BaselinesOptions { threads: 1, ..options.clone() }).unwrap();
    assert_eq!(timeless(&found), timeless(&alone));
    assert_eq!((found.hide_items, alone.hide_items), (None, Some(0.1)));
    let told = "note: training hid about 0.1 of the items";
    assert!(alone.to_string().contains(told) && !found.to_string().contains(told), "{alone}");
    let text = found.to_string();
    assert!(text.contains("the model minus each") && text.lines().all(|line| line.trim_end() == line), "{text}");
    let without = run(&BaselinesOptions { model: None, ..options }).unwrap();
    assert!(without.methods.len() == simple.len() && without.methods.iter().all(|row| row.model_gain.is_none()));
}

#[test]
fn what_cannot_be_measured_has_a_code() {
    let folder = tempfile::tempdir().unwrap();
    let options = options(folder.path());
    let code = |options: BaselinesOptions| run(&options).unwrap_err().code();
    assert_eq!(code(BaselinesOptions { k: 0, ..options.clone() }), "baselines.places_out_of_range");
    assert_eq!(code(BaselinesOptions { test: Split::usual("dev"), ..options.clone() }), "data.no_such_split");
    std::fs::write(&options.events, "session_id,item_id,ts,split\n1,7,0,train\n1,7,1,train\n2,7,0,test\n").unwrap();
    assert_eq!(code(options), "baselines.nothing_to_measure");
}

#[test]
fn neighbours_come_from_training_sessions_alone_one_prefix_at_a_time() {
    let (train, progress) = (drawn(300, 1), crate::progress::Progress::spinner("", true));
    let history = History::new(&train);
    let test = draw(80, 2);
    let ranks = |method: &dyn Method, sessions: &[Vec<u32>]| -> Vec<Vec<Option<u32>>> {
        let log = of_sessions(60, sessions);
        let found = measure::outcomes(method, &history, &train, &log, Rule { k: 20, from_step: 1 }, &progress);
        let of = |session: usize| found.steps.iter().filter(move |step| step.session as usize == session);
        (0..sessions.len()).map(|session| of(session).map(|step| step.model.rank).collect()).collect()
    };
    let (shuffled, twice): (Vec<_>, Vec<_>) =
        (test.iter().rev().cloned().collect(), test.iter().chain(&test).cloned().collect());
    for method in every(&history) {
        let once = ranks(method.as_ref(), &test);
        let mut back = ranks(method.as_ref(), &shuffled);
        back.reverse();
        assert_eq!(back, once, "{}: the order of the test sessions", method.name());
        assert_eq!(ranks(method.as_ref(), &twice)[80..], once, "{}: the same sessions before", method.name());
        assert_eq!(ranks(method.as_ref(), &test[7..8])[0], once[7], "{}: alone", method.name());
    }
}

#[test]
fn a_model_and_its_parts_rank_a_session_alike_whatever_other_sessions_there_are() {
    let (artifact, progress) =
        (std::sync::Arc::new(synthetic::artifact(60, 64, 6, 1).unwrap()), Progress::spinner("", true));
    let (pool, test) = (pool(2).unwrap(), draw(80, 2));
    for part in Subject::parts(&artifact) {
        let ranks = |sessions: &[Vec<u32>]| -> Vec<Vec<Option<u32>>> {
            let log = of_sessions(60, sessions);
            let log = SessionLog { item_ids: Ids::Integer((0..60).map(|item| 7 + 3 * item).collect()), ..log };
            let found = part_outcomes(&part, &log, Rule { k: 20, from_step: 1 }, &pool, &progress);
            let of = |session: usize| found.steps.iter().filter(move |step| step.session as usize == session);
            (0..sessions.len()).map(|session| of(session).map(|step| step.model.rank).collect()).collect()
        };
        let once = ranks(&test);
        assert!(once.iter().flatten().any(Option::is_some));
        let shuffled: Vec<_> = test.iter().rev().cloned().collect();
        let mut back = ranks(&shuffled);
        back.reverse();
        assert_eq!(back, once, "{}: the order of the sessions", part.name);
        let twice: Vec<_> = test.iter().chain(&test).cloned().collect();
        assert_eq!(ranks(&twice)[80..], once, "{}: the same sessions before", part.name);
        assert_eq!(ranks(&test[7..8])[0], once[7], "{}: alone", part.name);
    }
}

#[test]
fn what_is_measured_on_chooses_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let options = BaselinesOptions { model: None, ..options(folder.path()) };
    let chosen = |options: &BaselinesOptions| -> Vec<_> {
        let found = run(options).unwrap();
        found.methods.into_iter().filter_map(|row| row.tuned.map(|tuned| (row.name, tuned.constants))).collect()
    };
    let first = chosen(&options);
    assert_eq!(first.len(), 3);
    let rows = std::fs::read_to_string(&options.events).unwrap();
    let train = rows.lines().filter(|line| !line.ends_with(",test")).collect::<Vec<_>>().join("\n");
    // Sessions of a single item each, for which a large weight of a session's own items would be best.
    let test: String =
        (0..60).map(|row| format!("{},{},{},test\n", 900 + row / 6, 7 + 3 * (row / 6), row % 6)).collect();
    std::fs::write(&options.events, format!("{train}\n{test}")).unwrap();
    assert_eq!(chosen(&options), first);
}

#[test]
fn steps_before_the_first_one_that_is_asked_for_are_not_measured() {
    let folder = tempfile::tempdir().unwrap();
    let options = options(folder.path());
    let (all, later) = (run(&options).unwrap(), run(&BaselinesOptions { from_step: 2, ..options.clone() }).unwrap());
    // Every session has one step after its first event.
    assert_eq!((later.from_step, all.counts.steps - later.counts.steps), (2, all.counts.sessions));
    assert!(later.to_string().contains(" with 2 events or more before them"));
    let most = run(&BaselinesOptions { from_step: 99, ..options });
    assert_eq!(most.unwrap_err().code(), "baselines.nothing_to_measure");
}
