//! The methods on sessions worked by hand, and the whole command on a drawn log.

#![allow(clippy::unwrap_used)]

use std::fmt::Write as _;

use reshelf::session::EventKind;
use reshelf::synthetic;

use super::all;
use super::history::History;
use super::methods::Workspace;
use super::*;
use crate::data::{CleaningReport, Ids, SessionGap, SessionLog, Signals, Split};

/// Sessions 0 1 2 / 1 2 1 / 3 3 / 0 1.
fn log() -> SessionLog {
    SessionLog {
        item_ids: Ids::Integer((0..4).collect()),
        session_ids: Ids::Integer((0..4).collect()),
        offsets: vec![0, 3, 6, 8, 10],
        items: vec![0, 1, 2, 1, 2, 1, 3, 3, 0, 1],
        kinds: vec![EventKind::View; 10],
        times: vec![0; 10],
        steps: std::collections::BTreeMap::new(),
        signals: Signals::default(),
        has_clock: false,
        report: CleaningReport::default(),
    }
}

fn best_of(name: &str, seen: &[u32]) -> Vec<u32> {
    let log = log();
    let history = History::new(&log);
    let mut workspace = Workspace::new(&history);
    let methods = all(&history);
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
        let methods = all(&history);
        let method = methods.iter().find(|method| method.name() == name).unwrap();
        let found = measure::outcomes(method.as_ref(), &history, &log, &log, k, &progress);
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
        model: Some(folder.join("m.safetensors")),
        k: 20,
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
    let expected = ["popularity", "own_items", "markov", "item_knn", "vs_knn", "memory", "state", "sum", "model"];
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
    let alone = run(&BaselinesOptions { threads: 1, ..options.clone() }).unwrap();
    assert_eq!(timeless(&found), timeless(&alone));
    let text = found.to_string();
    assert!(text.contains("the model minus each") && text.lines().all(|line| line.trim_end() == line), "{text}");
    let without = run(&BaselinesOptions { model: None, ..options }).unwrap();
    assert!(without.methods.len() == 5 && without.methods.iter().all(|row| row.model_gain.is_none()));
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
