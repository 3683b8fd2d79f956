//! What training stated, measured again: on its own log, on another, and of another model.

#![allow(clippy::unwrap_used)]

use std::fmt::Write as _;
use std::path::Path;

use serde_json::Value;

use super::*;
use crate::files::training_report_path;
use crate::measure::Estimate;

/// A log of which the last third is `test`: sessions go round in one of six groups of items.
fn log(folder: &Path) -> PathBuf {
    let mut draw = reshelf::math::Rng(7);
    let mut rows = "session_id,item_id,ts,split\n".to_owned();
    for session in 0..900 {
        let (group, first) = (draw.below(6), draw.below(8));
        for step in 0..3 + draw.below(4) {
            let split = if session < 600 { "train" } else { "test" };
            writeln!(rows, "{session},{},{step},{split}", 100 * group + (first + step) % 8).unwrap();
        }
    }
    let path = folder.join("events.csv");
    std::fs::write(&path, rows).unwrap();
    path
}

/// A model trained on the part `train`, and how to verify it there.
fn trained(folder: &Path) -> VerifyOptions {
    trained_without(folder, None)
}

/// The same, with these items hidden from the training.
fn trained_without(folder: &Path, hidden_items: Option<HiddenItems>) -> VerifyOptions {
    use crate::train::{FitOptions, Preset, fit};
    let sessions = log(folder);
    let split = Split::usual("train");
    let read = read_events(&sessions, &EventOptions { split: split.clone(), hidden_items, ..EventOptions::default() })
        .unwrap();
    let run = FitOptions { preset: Preset::Tiny, quiet: true, ..FitOptions::default() };
    let fitted = fit(&read, None, &run).unwrap();
    let model = folder.join("m.safetensors");
    std::fs::write(&model, fitted.artifact.to_bytes()).unwrap();
    std::fs::write(training_report_path(&model), fitted.report).unwrap();
    VerifyOptions {
        model,
        sessions,
        split,
        session_gap: SessionGap::default(),
        session_column: SessionColumn::default(),
        seed: 1,
        threads: 2,
        quiet: true,
    }
}

/// Changes the report beside a model.
fn edit(options: &VerifyOptions, change: impl Fn(&mut Value)) {
    let path = training_report_path(&options.model);
    let mut report: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
    change(&mut report);
    std::fs::write(&path, report.to_string()).unwrap();
}

#[test]
fn what_training_stated_is_found_again_and_what_it_did_not_find_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let options = trained(folder.path());
    let own = run(&options).unwrap();
    assert_eq!((own.basis, own.holds, own.in_training), (Basis::HeldOut, Some(true), None), "{own}");
    assert_eq!(own.figures.iter().map(|figure| figure.name).collect::<Vec<_>>(), ["shipped", "shipped"]);
    assert!(
        own.figures.iter().all(|figure| (figure.stated - figure.measured.value).abs() < 1e-9),
        "the same steps: {own}"
    );
    assert_eq!(own, run(&VerifyOptions { threads: 1, ..options.clone() }).unwrap());

    let new = run(&VerifyOptions { split: Split::usual("test"), ..options.clone() }).unwrap();
    assert_eq!((new.basis, new.in_training, new.figures.len()), (Basis::NewSessions, Some(0), 4), "{new}");
    assert!(new.steps > 900 && new.figures.iter().all(|figure| figure.measured.value > 0.1), "{new}");
    // Sessions that training has read are another log where they are not all of it, and that shows.
    let both = Split::Named { column: None, names: vec!["train".into(), "test".into()], unshared: None };
    assert!(run(&VerifyOptions { split: both, ..options.clone() }).unwrap().in_training > Some(0));

    edit(&options, |report| report["validation"]["shipped"]["mrr@20"] = 0.99.into());
    let wrong = run(&options).unwrap();
    assert_eq!(wrong.holds, Some(false), "{wrong}");
    assert_eq!([wrong.figures[0].holds, wrong.figures[1].holds], [Some(true), Some(false)]);
    assert!(wrong.to_string().contains(" no\n"));
}

#[test]
fn a_model_with_hidden_items_knows_none_of_them_and_finds_its_log_again() {
    let folder = tempfile::tempdir().unwrap();
    let hidden: HiddenItems = "0.2".parse().unwrap();
    let options = trained_without(folder.path(), Some(hidden));
    let artifact = read_whole_artifact(&options.model).unwrap();
    let ids: Vec<String> = (0..6).flat_map(|group| (0..8).map(move |item| (100 * group + item).to_string())).collect();
    let unknown: Vec<&String> = ids.iter().filter(|id| artifact.vocabulary.find(id).is_none()).collect();
    assert_eq!(unknown, ids.iter().filter(|id| hidden.hides(id)).collect::<Vec<_>>());
    assert!(!unknown.is_empty() && artifact.items.len() + unknown.len() == ids.len());
    let report = read_training_report(&options.model, &artifact).unwrap();
    assert_eq!(
        (report["hide_items"].as_f64(), report["hidden_items"].as_u64()),
        (Some(0.2), Some(unknown.len() as u64))
    );
    assert!(artifact.card.contains("\"hide_items\":0.2"), "{}", artifact.card);
    let own = run(&options).unwrap();
    assert_eq!((own.basis, own.holds), (Basis::HeldOut, Some(true)), "{own}");
}

#[test]
fn few_sessions_cannot_tell_and_one_figure_that_fails_does() {
    let of = |sessions, stated, value: f64| {
        let measured = Estimate { value, low: Some(value - 0.1), high: Some(value + 0.1) };
        Figure::new("whole", "recall", stated, measured, sessions)
    };
    assert_eq!([of(9, 0.5, 0.9).holds, of(10, 0.5, 0.9).holds], [None, Some(false)]);
    // What is the same is the same, of however few; a sum of `f32` has fewer digits.
    assert_eq!(of(3, 0.672_222_222_222, 0.672_222_249_209).holds, Some(true));
    assert_eq!(
        [of(9, 0.5, 0.5).holds, of(9, 0.5, 0.55).holds, of(10, 0.5, 0.55).holds],
        [Some(true), None, Some(true)]
    );
    let (yes, no, open) = (of(10, 0.5, 0.5), of(10, 0.5, 0.9), of(9, 0.5, 0.9));
    assert_eq!([all_hold(&[yes, yes]), all_hold(&[yes, open]), all_hold(&[open, no])], [Some(true), None, Some(false)]);
}

#[test]
fn what_cannot_be_verified_has_a_code() {
    let folder = tempfile::tempdir().unwrap();
    let options = trained(folder.path());
    let code = |options: &VerifyOptions| run(options).unwrap_err().code();
    assert_eq!(code(&VerifyOptions { sessions: "no.csv".into(), ..options.clone() }), "data.not_found");
    assert_eq!(code(&VerifyOptions { model: "no.safetensors".into(), ..options.clone() }), "model.unreadable");
    let single = folder.path().join("single.csv");
    std::fs::write(&single, "session_id,item_id,ts\n1,100,0\n1,101,1\n2,100,0\n").unwrap();
    let other = VerifyOptions { sessions: single.clone(), split: Split::All, ..options.clone() };
    let verified = run(&other).unwrap();
    assert_eq!((verified.steps, verified.unknown_items.as_ref(), verified.holds), (1, None, None));
    assert!(verified.figures.iter().all(|figure| figure.measured.low.is_none() && figure.holds != Some(false)));
    let said = verified.to_string();
    assert!(said.contains(" cannot tell\n") && said.contains("so few sessions") && !said.contains(" no\n"), "{said}");
    // Another shop's log is measured, and said to be one.
    let foreign = folder.path().join("foreign.csv");
    std::fs::write(&foreign, "session_id,item_id,ts\n1,mug,0\n1,cup,1\n2,mug,0\n2,jug,1\n").unwrap();
    let verified = run(&VerifyOptions { sessions: foreign, split: Split::All, ..options.clone() }).unwrap();
    assert!(
        verified.holds.is_none() && verified.to_string().contains("warning: 0 of 3 items of the sessions"),
        "{verified}"
    );
    // Reports of versions before say nothing of the shipped model, and nothing of which sessions were held out.
    for gone in ["held_out", "validation"] {
        edit(&options, |report| _ = report.as_object_mut().unwrap().remove(gone));
        assert_eq!(code(&options), "verify.nothing_stated");
    }
    std::fs::remove_file(training_report_path(&options.model)).unwrap();
    assert_eq!(code(&options), "verify.no_report");
}
