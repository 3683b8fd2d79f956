//! The golden file: sessions, candidates, and the bits that every runtime must give.
//!
//! This replays it natively, on the reference and on the fast kernel; `tests/` at the top replays the same file in Node and
//! in browsers. `RESHELF_BLESS=1 cargo test -p reshelf --features testing --test golden` writes it anew: only when scores are
//! meant to change.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use reshelf::artifact::{Artifact, Description};
use reshelf::kernels::{self, Kernel, Reference};
use reshelf::math::Rng;
use reshelf::reranker::{NO_ITEM, Reranker, promises};
use reshelf::session::{Event, EventKind};
use reshelf::synthetic;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::sync::Arc;

const ITEMS: usize = 1_500;
const SESSIONS: usize = 240;
const CANDIDATES: usize = 30;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/golden")
}

/// What the shop says of one of the unknown items; of some it says nothing.
fn description(number: usize) -> Option<Description<'static>> {
    let home = Description { category: Some("home/mugs"), title: Some("Große BLUE mug"), ..Description::default() };
    match number {
        0..=2 => Some(home),
        3..=4 => Some(Description { brand: Some("Zen & Co"), price: Some(12.5), ..home }),
        5..=6 => Some(Description { category: Some("home.lamps"), price: Some(250.0), ..Description::default() }),
        _ => None,
    }
}

/// The handle of an id; an item that the model does not know is composed where the shop describes it.
fn described(reranker: &mut Reranker, id: &str) -> Option<u32> {
    let description = id.strip_prefix("unknown-").and_then(|number| description(number.parse().ok()?));
    match description {
        Some(description) => Some(reranker.compose(id, &description).unwrap()),
        None => reranker.resolve(id),
    }
}

/// Scores of one list after a session, as bits, with the order.
fn rank(artifact: &Artifact, kernel: &'static dyn Kernel, session: &Value) -> (Vec<u32>, Vec<u32>) {
    let mut reranker = Reranker::with_kernel(artifact.clone(), kernel).unwrap();
    for event in session["events"].as_array().unwrap() {
        let id = event[0].as_str().unwrap();
        let item = described(&mut reranker, id).unwrap_or_else(|| reranker.name(id).unwrap());
        let kind = EventKind::parse(event[1].as_str().unwrap()).unwrap();
        reranker.observe(Event::new(item, kind, event[2].as_f64().unwrap())).unwrap();
    }
    let ids = session["candidates"].as_array().unwrap().iter();
    let items: Vec<u32> = ids.map(|id| described(&mut reranker, id.as_str().unwrap()).unwrap_or(NO_ITEM)).collect();
    let scores = session["server_scores"].as_array().unwrap().iter();
    let scores: Vec<f32> = scores.map(|score| score.as_f64().map_or(f32::NAN, |score| score as f32)).collect();
    let ranking = reranker.rerank(&items, &scores, usize::MAX);
    (ranking.order.to_vec(), ranking.scores.iter().map(|score| score.to_bits()).collect())
}

/// A session of the shape of public logs: short (median 4, now and then 40), popular items, revisits, mostly views.
fn draw_session(draw: &mut Rng) -> Value {
    let id = |draw: &mut Rng| {
        // The product of two uniform numbers leans to the low ones: popular items.
        let item = draw.below(ITEMS) * draw.below(ITEMS) / ITEMS;
        if draw.below(40) == 0 { format!("unknown-{}", draw.below(9)) } else { (item * 3 + 7).to_string() }
    };
    let mut length = 1;
    while length < 40 && draw.below(5) > 0 {
        length += 1;
    }
    let mut events: Vec<Value> = Vec::new();
    for at in 0..length {
        let again = !events.is_empty() && draw.below(4) == 0;
        let item = if again { events[draw.below(events.len())][0].clone() } else { id(draw).into() };
        let kind = if draw.below(8) == 0 { EventKind::ALL[draw.below(EventKind::COUNT)] } else { EventKind::View };
        events.push(json!([item, kind.name(), at * 7_000]));
    }
    let scored = draw.below(2) == 0;
    // Sixty-fourths are exact in both f32 and JSON.
    let score = |draw: &mut Rng| if scored { json!(draw.below(640) as f64 / 64.0) } else { Value::Null };
    json!({
        "candidates": (0..CANDIDATES).map(|_| id(draw)).collect::<Vec<_>>(),
        "server_scores": (0..CANDIDATES).map(|_| score(draw)).collect::<Vec<_>>(),
        "events": events,
    })
}

fn bless() {
    let descriptions: Vec<Description<'_>> = (0..9).filter_map(description).collect();
    let tokens = Some(synthetic::tokens(&descriptions, 64, 7));
    let artifact = Artifact { tokens, ..synthetic::artifact(ITEMS, 64, 16, 2_026).unwrap() };
    std::fs::write(folder().join("golden.safetensors"), artifact.to_bytes()).unwrap();
    let mut draw = Rng(77);
    let sessions: Vec<String> = (0..SESSIONS)
        .map(|_| {
            let mut session = draw_session(&mut draw);
            let (order, scores) = rank(&artifact, &Reference, &session);
            session["order"] = json!(order);
            session["scores"] = json!(scores.iter().map(|bits| format!("{bits:08x}")).collect::<Vec<_>>());
            session.to_string()
        })
        .collect();
    std::fs::write(folder().join("golden.json"), format!("[\n{}\n]\n", sessions.join(",\n"))).unwrap();
    let described = |number| {
        let Description { category, brand, price, title } = description(number)?;
        let said = json!({ "category": category, "brand": brand, "price": price, "title": title });
        Some((format!("unknown-{number}"), said))
    };
    let descriptions: serde_json::Map<String, Value> = (0..9).filter_map(described).collect();
    std::fs::write(folder().join("descriptions.json"), format!("{:#}\n", Value::Object(descriptions))).unwrap();
}

/// Replays the sessions of a folder on every kernel, and returns its artifact.
fn replay(folder: &Path) -> Artifact {
    let bytes = std::fs::read(folder.join("golden.safetensors")).unwrap();
    let artifact = Artifact::from_bytes(&bytes).unwrap();
    let sessions: Vec<Value> = serde_json::from_slice(&std::fs::read(folder.join("golden.json")).unwrap()).unwrap();
    assert!(sessions.len() >= 60);
    let mut moved = 0;
    for (at, session) in sessions.iter().enumerate() {
        for kernel in kernels::all() {
            let (order, scores) = rank(&artifact, kernel, session);
            assert_eq!(json!(order), session["order"], "session {at}, {}", kernel.name());
            let scores: Vec<String> = scores.iter().map(|bits| format!("{bits:08x}")).collect();
            assert_eq!(json!(scores), session["scores"], "session {at}, {}", kernel.name());
            moved += usize::from(!order.is_sorted());
        }
    }
    assert!(2 * moved > sessions.len() * kernels::all().len(), "most sessions move their list");
    artifact
}

#[test]
fn every_kernel_gives_the_golden_bits() {
    if std::env::var_os("RESHELF_BLESS").is_some() {
        bless();
    }
    let artifact = replay(&folder());
    let bytes = std::fs::read(folder().join("golden.safetensors")).unwrap();
    assert_eq!(artifact.to_bytes(), bytes, "reading and writing are inverse");
    promises::server_order_stands(&Arc::new(artifact), 10_000, 1).unwrap();
}

#[test]
fn every_format_that_shipped_is_ranked_as_it_was() {
    let formats: Vec<PathBuf> =
        std::fs::read_dir(folder().join("../formats")).unwrap().map(|entry| entry.unwrap().path()).collect();
    let formats: Vec<&PathBuf> = formats.iter().filter(|path| path.is_dir()).collect();
    assert!(!formats.is_empty());
    for format in formats {
        let artifact = replay(format);
        let text = std::fs::read(format.join("golden.safetensors")).unwrap();
        let named = format!(r#""reshelf.format":"{}""#, format.file_name().unwrap().to_str().unwrap());
        assert!(text.windows(named.len()).any(|window| window == named.as_bytes()), "{named}");
        // Written anew it is of this format, and says the same.
        assert_eq!(Artifact::from_bytes(&artifact.to_bytes()).unwrap(), artifact);
    }
}
