//! Same bits on real sessions: a model trained on a public log, where it is at hand, replayed on every kernel.
//!
//! What the reference gives is left in `target/golden-real` in the form of `tests/golden`, for the runtimes' tests.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::path::{Path, PathBuf};
use std::sync::Arc;

use reshelf::artifact::Artifact;
use reshelf::kernels::{self, Kernel, Reference};
use reshelf::reranker::Reranker;
use reshelf::reranker::promises::server_order_stands;
use reshelf::session::Event;
use reshelf_export::data::{Cleaning, EventOptions, SessionLog, read_events};
use reshelf_export::train::{FitOptions, Preset, fit};
use serde_json::{Value, json};

/// A log that a small model is trained on within a second or two.
const SET: &str = "rees46_oct2019_head";
/// Sessions that are replayed, the newest ones.
const SESSIONS: usize = 300;
/// Candidates of a list.
const CANDIDATES: usize = 40;

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The log, if it is at hand.
fn log() -> Option<SessionLog> {
    let path = repository().join("../shared/data").join(SET).join("events.parquet");
    if !path.exists() {
        println!("skipped: {} is not there", path.display());
        return None;
    }
    Some(read_events(&path, &EventOptions { cleaning: Cleaning::None, ..EventOptions::default() }).unwrap())
}

/// What one kernel makes of a session: the order and the bits of the scores of a list, and the catalogue's best.
fn answers(artifact: &Arc<Artifact>, kernel: &'static dyn Kernel, session: &Value) -> Value {
    let mut reranker = Reranker::with_kernel(Arc::clone(artifact), kernel).unwrap();
    for event in session["events"].as_array().unwrap() {
        let item = reranker.name(event[0].as_str().unwrap()).unwrap();
        let kind = reshelf::artifact::EventKind::parse(event[1].as_str().unwrap()).unwrap();
        reranker.observe(Event::new(item, kind, event[2].as_f64().unwrap())).unwrap();
    }
    let candidates = session["candidates"].as_array().unwrap().iter();
    let items: Vec<u32> = candidates.map(|id| reranker.resolve(id.as_str().unwrap()).unwrap()).collect();
    let ranking = reranker.rerank(&items, &[], usize::MAX);
    let bits = |score: &f32| format!("{:08x}", score.to_bits());
    let scores: Vec<String> = ranking.scores.iter().map(bits).collect();
    let order = ranking.order.to_vec();
    let retrieved: Vec<(u32, String)> = reranker.retrieve(20).map(|(item, score)| (item, bits(&score))).collect();
    json!({ "order": order, "scores": scores, "retrieved": retrieved })
}

#[test]
fn every_kernel_gives_the_same_bits_on_real_sessions() {
    let Some(log) = log() else { return };
    let options = FitOptions { preset: Preset::Tiny, quiet: true, ..FitOptions::default() };
    let artifact = Arc::new(fit(&log, None, &options).unwrap().artifact);
    server_order_stands(&artifact, 10_000, 1).unwrap();
    let items = artifact.items.len();
    let mut sessions = Vec::new();
    for number in log.sessions() - SESSIONS..log.sessions() {
        let view = log.session(number);
        let id = |item: u32| log.item_ids.text(item as usize).into_owned();
        let events: Vec<Value> =
            (0..view.len()).map(|at| json!([id(view.items[at]), view.kinds[at].name(), view.times[at]])).collect();
        // Anywhere in the catalogue, and what was seen last.
        let drawn = (0..CANDIDATES).map(|at| (number * 31 + at * 7_919) % items);
        let mut candidates: Vec<String> = drawn.map(|row| artifact.vocabulary.id(row as u32).unwrap()).collect();
        candidates.extend(view.items.last().map(|&item| id(item)).filter(|id| artifact.vocabulary.find(id).is_some()));
        let mut session = json!({ "events": events, "candidates": candidates });
        let expected = answers(&artifact, &Reference, &session);
        for kernel in kernels::all() {
            assert_eq!(answers(&artifact, kernel, &session), expected, "session {number}, {}", kernel.name());
        }
        session["server_scores"] = json!(vec![Value::Null; candidates.len()]);
        (session["order"], session["scores"]) = (expected["order"].clone(), expected["scores"].clone());
        sessions.push(session);
    }
    let folder = repository().join("target/golden-real");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("golden.safetensors"), artifact.to_bytes()).unwrap();
    std::fs::write(folder.join("golden.json"), json!(sessions).to_string()).unwrap();
    std::fs::write(folder.join("descriptions.json"), "{}").unwrap();
}
