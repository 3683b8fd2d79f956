//! From files to figures.

#![allow(clippy::unwrap_used)]

use std::fmt::Write as _;
use std::path::Path;

use reshelf::artifact::{Artifact, Description};
use reshelf::synthetic;

use super::summary::{Mark, Measured};
use super::*;
use crate::data::{SessionColumn, SessionGap, Split};
use crate::replay::ReplayInput;

/// A model of items 7, 10, 13, ... in two categories and 40 items that it does not know, 1000 to 1039, half of each category.
/// Sessions see a known item and then new ones of its category, of which the third is the first again.
fn files(folder: &Path) -> EvaluateOptions {
    let kinds = ["a", "b"].map(|category| Description { category: Some(category), ..Description::default() });
    let model = synthetic::artifact(60, 64, 6, 1).unwrap();
    let model = Artifact { tokens: Some(synthetic::tokens(&kinds, 64, 3)), ..model };
    std::fs::write(folder.join("m.safetensors"), model.to_bytes()).unwrap();
    let category = |item: usize| ["a", "b"][item % 2];
    let (mut items, mut events) = ("item_id,category\n".to_owned(), "session_id,item_id,ts\n".to_owned());
    (0..60).for_each(|item| writeln!(items, "{},{}", 7 + 3 * item, category(item)).unwrap());
    (0..40).for_each(|item| writeln!(items, "{},{}", 1000 + item, category(item)).unwrap());
    for session in 0..20 {
        let new = 1000 + session % 40;
        for (at, item) in [7 + 3 * session, new, 1000 + (session + 2) % 40, new, 999_999].into_iter().enumerate() {
            writeln!(events, "{session},{item},{at}").unwrap();
        }
    }
    std::fs::write(folder.join("items.csv"), items).unwrap();
    std::fs::write(folder.join("events.csv"), events).unwrap();
    EvaluateOptions {
        input: ReplayInput {
            model: folder.join("m.safetensors"),
            sessions: folder.join("events.csv"),
            split: Split::All,
            session_gap: SessionGap::default(),
            session_column: SessionColumn::default(),
            candidates: None,
        },
        server_lists: None,
        items: Some(folder.join("items.csv")),
        policies: Vec::new(),
        fairness: Vec::new(),
        compare: Vec::new(),
        k: 20,
        from_step: 1,
        report: None,
        seed: 1,
        threads: 2,
        quiet: true,
    }
}

fn recall(found: &NewItems, name: &str) -> f64 {
    found.methods.iter().find(|method| method.name == name).unwrap().metrics.recall.value
}

#[test]
fn what_is_described_and_unknown_is_ranked_where_the_session_turns_to_it() {
    let folder = tempfile::tempdir().unwrap();
    let options = files(folder.path());
    let found = new_items(&options).unwrap();
    let counts = found.counts;
    // Two new targets a session; the third is met by then, and the last is described nowhere.
    assert_eq!((counts.new_items, counts.sessions, counts.steps, counts.steps_met), (40, 20, 40, 20));
    // Twenty of each category, and the session has met the target's: all of them come first.
    assert_eq!((recall(&found, "session_categories"), recall(&found, "chance")), (1.0, 0.5));
    // By popularity one category stands first, whichever it is: half of the targets are in it.
    assert_eq!((recall(&found, "category_popularity"), recall(&found, "brand_popularity")), (0.5, 0.5));
    let model = &found.methods[0];
    assert!(model.model_gain.is_none() && found.methods[1].model_gain.is_some());
    // Nothing else is said of these items, so that nothing is lost.
    assert_eq!([recall(&found, "target_category"), recall(&found, "all_category")], [model.metrics.recall.value; 2]);
    let steps: Vec<usize> = found.slices.iter().map(|slice| slice.steps).collect();
    assert_eq!(steps, [40, 0, 20]);
    assert!(found.slices[1].methods.is_empty());
    assert!(found.to_string().contains("40 steps of 20 sessions turn to one of 40 items"));
    assert_eq!(new_items(&EvaluateOptions { threads: 1, ..options }).unwrap(), found);
}

#[test]
fn models_are_compared_on_items_that_none_of_them_knows() {
    let folder = tempfile::tempdir().unwrap();
    let options = files(folder.path());
    let itself = EvaluateOptions { compare: vec![options.input.model.clone()], ..options.clone() };
    let found = new_items(&itself).unwrap();
    let same = found.methods.last().unwrap();
    let gain = same.model_gain.unwrap().recall;
    assert_eq!((gain.value, gain.low, gain.high), (0.0, Some(0.0), Some(0.0)));
    assert_eq!(same.recall_ratio.unwrap().value, 1.0);
    // A larger model knows some of them.
    let other = folder.path().join("other.safetensors");
    std::fs::write(&other, synthetic::artifact(340, 64, 6, 2).unwrap().to_bytes()).unwrap();
    let fewer = new_items(&EvaluateOptions { compare: vec![other], ..options }).unwrap();
    assert!(fewer.counts.new_items < found.counts.new_items, "{}", fewer.counts.new_items);
}

#[test]
fn where_nothing_is_new_the_error_says_why() {
    let folder = tempfile::tempdir().unwrap();
    let options = files(folder.path());
    let said = |items: &str, events: &str| {
        std::fs::write(folder.path().join("items.csv"), format!("item_id,category\n{items}")).unwrap();
        std::fs::write(folder.path().join("events.csv"), format!("session_id,item_id,ts\n{events}")).unwrap();
        let error = new_items(&options).unwrap_err();
        (error.code(), error.to_string())
    };
    let (code, known) = said("7,a\n", "1,7,0\n1,10,1\n");
    assert!(code == "evaluate.new_items" && known.contains("--hide-items"), "{known}");
    let (code, unvisited) = said("1000,a\n", "1,7,0\n1,10,1\n");
    assert!(code == "evaluate.new_items" && unvisited.contains("no session turns"), "{unvisited}");
    let none = EvaluateOptions { k: 0, ..options };
    assert_eq!(new_items(&none).unwrap_err().code(), "evaluate.places_out_of_range");
}

#[test]
fn figures_are_means_over_steps_of_the_places() {
    let folder = tempfile::tempdir().unwrap();
    let options = EvaluateOptions { k: 4, ..files(folder.path()) };
    let mark = |session, met| Mark { session, met, category_met: session == 0 };
    let marks = [mark(0, false), mark(0, true), mark(1, false)];
    let place = |before, tied| Place { before, tied };
    let model = Measured::new("model", "", vec![place(0, 1), place(9, 1), place(2, 4)]);
    let other = Measured::new("other", "", vec![place(3, 1), place(0, 1), place(4, 1)]);
    let found = NewItems::new(
        super::subject(&options, &synthetic::artifact(60, 64, 6, 1).unwrap()),
        10,
        &marks,
        &[model, other],
        &options,
    );
    let found = found.unwrap();
    // Of four that tie from the third place on, two are within four places.
    assert_eq!((recall(&found, "model"), recall(&found, "other")), (0.75, 0.5));
    assert_eq!(found.methods[1].recall_ratio.unwrap().value, 1.5);
    let mrr = |method: usize| found.methods[method].metrics.mrr.value;
    assert!((mrr(0) - (1.0 + (1.0 / 3.0 + 1.0 / 4.0) / 4.0) / 2.0).abs() < 1e-6 && (mrr(1) - 0.125).abs() < 1e-6);
    let of_slice = |at: usize| found.slices[at].methods[1].metrics.recall.value;
    assert_eq!((of_slice(0), of_slice(1), of_slice(2)), (1.0, 0.0, 1.0));
}
