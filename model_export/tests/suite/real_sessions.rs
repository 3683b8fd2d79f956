//! Same bits on real sessions: a model trained on a public log, where it is at hand, replayed on every kernel; and models whose
//! items arrive as rows, against whole ones.
//!
//! What the reference gives is left in `target/golden-real` in the form of `tests/golden`, for the runtimes' tests, and sessions of every
//! length beside it.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::path::{Path, PathBuf};
use std::sync::Arc;

use reshelf::artifact::Artifact;
use reshelf::catalogue::{InlineRow, Rows};
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
/// Sessions of every length up to this that are left for explanations, and how many of each at most.
const LONGEST: usize = 12;
const OF_LENGTH: usize = 80;
/// Candidates of a list.
const CANDIDATES: usize = 40;

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The log, if it is at hand.
fn log(set: &str) -> Option<SessionLog> {
    let path = repository().join("../shared/data").join(set).join("events.parquet");
    if !path.exists() {
        println!("skipped: {} is not there", path.display());
        return None;
    }
    Some(read_events(&path, &EventOptions { cleaning: Cleaning::None, ..EventOptions::default() }).unwrap())
}

/// Asserts that a model without its table, to which rows arrive late and in another order than events, gives the orders of the
/// whole one, bit for bit: for the newest sessions, and lists with the items of the session in them.
fn rows_give_the_orders_of_the_whole(artifact: &Arc<Artifact>, log: &SessionLog, sessions: usize, length: usize) {
    let table = Rows::new(Arc::clone(artifact));
    let core = Arc::new(Artifact::from_bytes(&artifact.without_table().unwrap().to_bytes()).unwrap());
    let (mut server, mut page) = (Reranker::new(Arc::clone(artifact)).unwrap(), Reranker::new(core).unwrap());
    let mut ranked = 0;
    for number in log.sessions() - sessions..log.sessions() {
        [&mut server, &mut page].into_iter().for_each(Reranker::forget_all);
        let view = log.session(number);
        let seen = view.items.iter().filter_map(|&item| artifact.vocabulary.find(&log.item_ids.text(item as usize)));
        let drawn = (0..length).map(|at| ((number * 31 + at * 7_919) % artifact.items.len()) as u32);
        let list: Vec<u32> = drawn.chain(seen).collect();
        for at in 0..view.len() {
            let id = log.item_ids.text(view.items[at] as usize);
            for reranker in [&mut server, &mut page] {
                let item = reranker.name(&id).unwrap();
                reranker.observe(Event::new(item, view.kinds[at], view.times[at] as f64)).unwrap();
            }
        }
        let mut handles = vec![0; list.len()];
        for (handle, &item) in handles.iter_mut().zip(&list).rev() {
            let row = InlineRow::pack(&table.get(item).unwrap(), &artifact.model);
            *handle = page.add_row(&table.id(item).unwrap(), &row).unwrap();
        }
        let scores: Vec<f32> = (0..list.len()).map(|at| (list.len() - at) as f32).collect();
        let whole = server.rerank(&list, &scores, usize::MAX);
        let bits = |scores: &[f32]| scores.iter().map(|score| score.to_bits()).collect::<Vec<u32>>();
        let arrived = page.rerank(&handles, &scores, usize::MAX);
        ranked += usize::from(whole.outcome == reshelf::reranker::Outcome::Reranked);
        assert_eq!((arrived.order, bits(arrived.scores)), (whole.order, bits(whole.scores)), "session {number}");
    }
    println!("{ranked} of {sessions} sessions ranked, the same bits with rows as with the whole model");
    assert!(2 * ranked > sessions, "of most sessions the model knows something");
}

/// The trained model of this log that `make quality` leaves, where both are at hand.
#[test]
fn rows_give_the_orders_of_the_whole_trained_model() {
    const TRAINED: &str = "diginetica_srgnn";
    let path = repository().join("target/quality").join(TRAINED).with_extension("safetensors");
    let Ok(bytes) = std::fs::read(&path) else {
        println!("skipped: {} is not there", path.display());
        return;
    };
    let Some(log) = log(TRAINED) else { return };
    rows_give_the_orders_of_the_whole(&Arc::new(Artifact::from_bytes(&bytes).unwrap()), &log, 1_000, 200);
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
    let Some(log) = log(SET) else { return };
    let options = FitOptions { preset: Preset::Tiny, quiet: true, ..FitOptions::default() };
    let artifact = Arc::new(fit(&log, None, &options).unwrap().artifact);
    server_order_stands(&artifact, 10_000, 1).unwrap();
    rows_give_the_orders_of_the_whole(&artifact, &log, SESSIONS, CANDIDATES);
    let items = artifact.items.len();
    let case = |number: usize| {
        let view = log.session(number);
        let id = |item: u32| log.item_ids.text(item as usize).into_owned();
        let events: Vec<Value> =
            (0..view.len()).map(|at| json!([id(view.items[at]), view.kinds[at].name(), view.times[at]])).collect();
        // Anywhere in the catalogue, and what was seen last.
        let drawn = (0..CANDIDATES).map(|at| (number * 31 + at * 7_919) % items);
        let mut candidates: Vec<String> = drawn.map(|row| artifact.vocabulary.id(row as u32).unwrap()).collect();
        candidates.extend(view.items.last().map(|&item| id(item)).filter(|id| artifact.vocabulary.find(id).is_some()));
        json!({ "events": events, "candidates": candidates })
    };
    let mut sessions = Vec::new();
    for number in log.sessions() - SESSIONS..log.sessions() {
        let mut session = case(number);
        let expected = answers(&artifact, &Reference, &session);
        for kernel in kernels::all() {
            assert_eq!(answers(&artifact, kernel, &session), expected, "session {number}, {}", kernel.name());
        }
        session["server_scores"] = json!(vec![Value::Null; session["candidates"].as_array().unwrap().len()]);
        (session["order"], session["scores"]) = (expected["order"].clone(), expected["scores"].clone());
        sessions.push(session);
    }
    let folder = repository().join("target/golden-real");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("golden.safetensors"), artifact.to_bytes()).unwrap();
    std::fs::write(folder.join("golden.json"), json!(sessions).to_string()).unwrap();
    std::fs::write(folder.join("descriptions.json"), "{}").unwrap();
    // The newest of every length, for explanations (crate/tests/explain.rs): most sessions have an event or two.
    let mut cases = Vec::new();
    for length in 1..=LONGEST {
        let of_length = (0..log.sessions()).rev().filter(|&number| log.session(number).len() == length);
        cases.extend(of_length.take(OF_LENGTH).map(&case));
    }
    std::fs::write(folder.join("lengths.json"), json!(cases).to_string()).unwrap();
}
