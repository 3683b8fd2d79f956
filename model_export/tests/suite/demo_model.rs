//! The committed model of the demo shop is the one that training makes of the shop's log today.
//!
//! `make demo` shows the committed model, so that a first look need not build the trainer. Where this test fails because the
//! generator or the trainer has changed on purpose, `make demo-model` trains it anew.

#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use reshelf::artifact::Artifact;
use serde_json::Value;

/// How far a measure may lie from the committed model's: another processor adds in another order, and training follows.
const TOLERANCE: f64 = 0.01;

fn reshelf(arguments: &[&str], folder: &Path) {
    let output = Command::new(env!("CARGO_BIN_EXE_reshelf")).args(arguments).current_dir(folder).output().unwrap();
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
}

/// A model's items and its training report.
fn model(path: &Path) -> (BTreeSet<String>, Value) {
    let artifact = Artifact::from_bytes(&std::fs::read(path).unwrap()).unwrap();
    let ids = (0..artifact.items.len()).map(|row| artifact.vocabulary.id(row as u32).unwrap()).collect();
    let report = std::fs::read_to_string(path.with_added_extension("report.json")).unwrap();
    (ids, serde_json::from_str(&report).unwrap())
}

#[test]
fn the_committed_model_of_the_demo_shop_is_what_training_makes_of_its_log() {
    let folder = tempfile::tempdir().unwrap();
    reshelf(&["demo-data", "--quiet", "--out", "shop"], folder.path());
    let files = ["--events", "shop/events.csv", "--items", "shop/items.csv", "--out", "model.safetensors"];
    reshelf(&[&["train", "--quiet"], files.as_slice()].concat(), folder.path());

    let refresh = "if that is meant, `make demo-model` trains the committed model anew";
    let committed = Path::new(env!("CARGO_MANIFEST_DIR")).join("demo/model.safetensors");
    let ((items, report), (trained_items, trained)) =
        (model(&committed), model(&folder.path().join("model.safetensors")));
    for what in
        ["training_digest", "session_sample", "events_by_kind", "sessions", "items", "times_ms", "pairs", "preset"]
    {
        assert!(!report[what].is_null() && report[what] == trained[what], "{what} differs: {refresh}");
    }
    assert!(items == trained_items, "the items differ: {refresh}");
    for list in ["short_list", "whole", "full_precision"] {
        for measure in ["recall@20", "mrr@20"] {
            let of = |report: &Value| report["validation"][list][measure].as_f64().unwrap();
            let (was, is) = (of(&report), of(&trained));
            assert!((was - is).abs() <= TOLERANCE, "{measure} of {list} was {was} and is {is}: {refresh}");
        }
    }
}
