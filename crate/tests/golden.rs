//! The golden files: sessions, candidates, and the bits that every runtime must give.
//!
//! This replays it natively, on the reference and on the fast kernel; `tests/` at the top replays the same file in Node and
//! in browsers. `RESHELF_BLESS=1 cargo test -p reshelf --features testing --test golden` writes them anew: only when scores are
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

/// What a golden file holds.
#[derive(Clone, Copy)]
struct Size {
    items: usize,
    dimension: usize,
    sessions: usize,
    candidates: usize,
}

const GOLDEN: Size = Size { items: 1_500, dimension: 64, sessions: 240, candidates: 30 };
/// A small one whose artifact has clusters.
const CLUSTERS: Size = Size { items: 160, dimension: 32, sessions: 64, candidates: 8 };

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

/// The order of one list after a session, its scores as bits, and the session's cluster.
fn rank(artifact: &Artifact, kernel: &'static dyn Kernel, session: &Value) -> (Vec<u32>, Vec<String>, Option<u32>) {
    let mut reranker = Reranker::with_kernel(artifact.clone(), kernel).unwrap();
    for event in session["events"].as_array().unwrap() {
        let id = event[0].as_str().unwrap();
        let item = described(&mut reranker, id).unwrap_or_else(|| reranker.name(id).unwrap());
        let kind = EventKind::parse(event[1].as_str().unwrap()).unwrap();
        reranker.observe(Event { item, kind, at_ms: event[2].as_f64().unwrap() }).unwrap();
    }
    let ids = session["candidates"].as_array().unwrap().iter();
    let items: Vec<u32> = ids.map(|id| described(&mut reranker, id.as_str().unwrap()).unwrap_or(NO_ITEM)).collect();
    let scores = session["server_scores"].as_array().unwrap().iter();
    let scores: Vec<f32> = scores.map(|score| score.as_f64().map_or(f32::NAN, |score| score as f32)).collect();
    let cluster = reranker.cluster();
    let ranking = reranker.rerank(&items, &scores, usize::MAX);
    (ranking.order.to_vec(), ranking.scores.iter().map(|score| format!("{:08x}", score.to_bits())).collect(), cluster)
}

/// A session of the shape of public logs: short (median 4, now and then 40), popular items, revisits, mostly views.
fn draw_session(draw: &mut Rng, size: Size) -> Value {
    let id = |draw: &mut Rng| {
        // The product of two uniform numbers leans to the low ones: popular items.
        let item = draw.below(size.items) * draw.below(size.items) / size.items;
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
        "candidates": (0..size.candidates).map(|_| id(draw)).collect::<Vec<_>>(),
        "server_scores": (0..size.candidates).map(|_| score(draw)).collect::<Vec<_>>(),
        "events": events,
    })
}

/// An artifact of that size that knows what the descriptions say.
fn draw_artifact(size: Size) -> Artifact {
    let descriptions: Vec<Description<'_>> = (0..9).filter_map(description).collect();
    let tokens = Some(synthetic::tokens(&descriptions, size.dimension, 7));
    Artifact { tokens, ..synthetic::artifact(size.items, size.dimension, 16, 2_026).unwrap() }
}

fn bless() {
    write(&folder(), &draw_artifact(GOLDEN), GOLDEN);
    let clusters = Some(synthetic::clusters(16, CLUSTERS.dimension, 16).unwrap());
    write(&folder().join("clusters"), &Artifact { clusters, ..draw_artifact(CLUSTERS) }, CLUSTERS);
}

fn write(folder: &Path, artifact: &Artifact, size: Size) {
    std::fs::write(folder.join("golden.safetensors"), artifact.to_bytes()).unwrap();
    let mut draw = Rng(77);
    let sessions: Vec<String> = (0..size.sessions)
        .map(|number| {
            let mut session = draw_session(&mut draw, size);
            if artifact.clusters.is_some() && number == 0 {
                // The shop says nothing of this item.
                session["events"] = json!([["unknown-8", "view", 0]]);
            }
            let (order, scores, cluster) = rank(artifact, &Reference, &session);
            session["order"] = json!(order);
            session["scores"] = json!(scores);
            if artifact.clusters.is_some() {
                session["cluster"] = json!(cluster);
            }
            session.to_string()
        })
        .collect();
    std::fs::write(folder.join("golden.json"), format!("[\n{}\n]\n", sessions.join(",\n"))).unwrap();
    let described = |number| {
        let Description { category, brand, price, title } = description(number)?;
        let said = json!({ "category": category, "brand": brand, "price": price, "title": title });
        Some((format!("unknown-{number}"), said))
    };
    let descriptions: serde_json::Map<String, Value> = (0..9).filter_map(described).collect();
    std::fs::write(folder.join("descriptions.json"), format!("{:#}\n", Value::Object(descriptions))).unwrap();
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
            let (order, scores, cluster) = rank(&artifact, kernel, session);
            assert_eq!(json!(order), session["order"], "session {at}, {}", kernel.name());
            // Where the artifact has none, the file says nothing of them.
            assert_eq!(json!(cluster), session["cluster"], "session {at}, {}", kernel.name());
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
    for folder in [folder(), folder().join("clusters")] {
        let artifact = replay(&folder);
        let bytes = std::fs::read(folder.join("golden.safetensors")).unwrap();
        assert_eq!(artifact.to_bytes(), bytes, "reading and writing are inverse");
        promises::server_order_stands(&Arc::new(artifact), 10_000, 1).unwrap();
    }
}

#[test]
fn clusters_change_no_score() {
    let artifact = Artifact::from_bytes(&std::fs::read(folder().join("clusters/golden.safetensors")).unwrap()).unwrap();
    let without = Artifact { clusters: None, ..artifact.clone() };
    let sessions = std::fs::read(folder().join("clusters/golden.json")).unwrap();
    let (mut met, mut none) = (std::collections::BTreeSet::new(), 0);
    for session in serde_json::from_slice::<Vec<Value>>(&sessions).unwrap() {
        let (order, scores, cluster) = rank(&artifact, kernels::best(), &session);
        assert_eq!(rank(&without, kernels::best(), &session), (order, scores, None));
        cluster.map_or_else(|| none += 1, |cluster| _ = met.insert(cluster));
    }
    // The last centre is the first again, and the lower number wins.
    assert!(met.len() > 9 && met.contains(&0) && !met.contains(&15), "{met:?}");
    assert!(none == 1, "of one session the model knows nothing");
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
