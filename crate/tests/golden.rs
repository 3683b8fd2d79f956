//! The golden files: sessions, candidates, and the bits that every runtime must give.
//!
//! This replays it natively, on the reference and on the fast kernel; `tests/` at the top replays the same file in Node and
//! in browsers. `RESHELF_BLESS=golden cargo test -p reshelf --features testing --test golden` writes it anew (`signals`: the
//! one beside it, with all that only a page can see; `clusters`: a small one whose artifact has clusters; `slate`: lists under
//! rules; `explain`: what scores of some of those sessions are the sum of): only when scores are meant to change.
#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "golden/slate.rs"]
mod slate;

use reshelf::artifact::{Artifact, Description, Feedback};
use reshelf::catalogue::Subject;
use reshelf::kernels::{self, Kernel, Reference};
use reshelf::math::Rng;
use reshelf::reranker::{Effort, NO_ITEM, Reranker, promises};
use reshelf::session::{Event, EventId, EventKind};
use reshelf::synthetic;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What a golden file holds.
#[derive(Clone, Copy)]
struct Size {
    items: usize,
    dimension: usize,
    candidates: usize,
}

const GOLDEN: Size = Size { items: 1_500, dimension: 64, candidates: 30 };
/// A small one whose artifact has clusters.
const CLUSTERS: Size = Size { items: 160, dimension: 32, candidates: 8 };

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

/// Notes `[id, kind, milliseconds]`, and perhaps a map of what else there is to say of it.
fn observe(reranker: &mut Reranker, event: &Value) -> EventId {
    let (id, more) = (event[0].as_str().unwrap(), &event[3]);
    let kind = EventKind::parse(event[1].as_str().unwrap()).unwrap();
    let subjects = [
        more["query"].as_str().map(Subject::Query),
        more["category"].as_str().map(Subject::Category),
        more["brand"].as_str().map(Subject::Brand),
    ];
    let item = match subjects.into_iter().flatten().next() {
        Some(subject) => reranker.subject(subject).unwrap(),
        None => described(reranker, id).unwrap_or_else(|| reranker.name(id).unwrap()),
    };
    let amount = more["seconds"].as_f64().or(more["position"].as_f64()).unwrap_or_default() as f32;
    let list = more["list"].as_str().map_or(0, fnv);
    let event = Event { amount, list, ..Event::new(item, kind, event[2].as_f64().unwrap()) };
    reranker.observe(event).unwrap()
}

/// The number of a list's name, as the package makes it: FNV-1a (Fowler, Noll, Vo) over 32-bit code points.
fn fnv(name: &str) -> u32 {
    name.chars().fold(0x811c_9dc5, |hash: u32, letter| (hash ^ u32::from(letter)).wrapping_mul(0x0100_0193))
}

/// A session that has lived through its events, with its list and the server's scores.
fn lived(artifact: &Artifact, kernel: &'static dyn Kernel, session: &Value) -> (Reranker, Vec<u32>, Vec<f32>) {
    let mut reranker = Reranker::with_kernel(artifact.clone(), kernel).unwrap();
    let events = session["events"].as_array().unwrap();
    let numbers: Vec<_> = events.iter().map(|event| observe(&mut reranker, event)).collect();
    for forgotten in session["forgotten"].as_array().into_iter().flatten() {
        assert!(reranker.forget(numbers[forgotten.as_u64().unwrap() as usize]));
    }
    let ids = session["candidates"].as_array().unwrap().iter();
    let items: Vec<u32> = ids.map(|id| described(&mut reranker, id.as_str().unwrap()).unwrap_or(NO_ITEM)).collect();
    let scores = session["server_scores"].as_array().unwrap().iter();
    let scores: Vec<f32> = scores.map(|score| score.as_f64().map_or(f32::NAN, |score| score as f32)).collect();
    (reranker, items, scores)
}

/// The order of one list after a session, its scores as bits, and the session's cluster.
fn rank(artifact: &Artifact, kernel: &'static dyn Kernel, session: &Value) -> (Vec<u32>, Vec<String>, Option<u32>) {
    let (mut reranker, items, scores) = lived(artifact, kernel, session);
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
        let kind = if draw.below(8) == 0 { EventKind::ALL[draw.below(7)] } else { EventKind::View };
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

/// The same with all that only a page can see: lists that were shown, dwells, searches, what is muted or not wanted, and some of
/// it forgotten.
fn draw_visit(draw: &mut Rng) -> Value {
    let mut session = draw_session(draw, GOLDEN);
    let (mut events, mut forgotten) = (Vec::new(), Vec::new());
    let said: Vec<Description<'_>> = (0..9).filter_map(description).collect();
    for event in session["events"].as_array().unwrap().clone() {
        let (id, at) = (event[0].clone(), event[2].clone());
        if draw.below(2) == 0 {
            let list = ["home", "search", "größe"][draw.below(3)];
            let clicked = draw.below(8);
            for position in 0..8 {
                let other = json!((draw.below(GOLDEN.items) * 3 + 7).to_string());
                let shown = if position == clicked { &id } else { &other };
                let kind = if position < clicked && draw.below(3) == 0 { "skip" } else { "impression" };
                events.push(json!([shown, kind, at, { "list": list, "position": position }]));
            }
        }
        events.push(event);
        let said = said[draw.below(said.len())];
        match draw.below(12) {
            0..=3 => events.push(json!([id, "dwell", at, { "seconds": draw.below(1_600) as f64 / 16.0 }])),
            4 => events.push(json!(["", "search", at, { "query": said.title.unwrap_or("lamp") }])),
            5 => events.push(json!([id, "dislike", at])),
            6 => events.push(json!([id, "return", at])),
            7 => {
                let kind = ["mute", "mute", "unmute"][draw.below(3)];
                let subject = match said.brand {
                    Some(brand) => json!({ "brand": brand }),
                    None => json!({ "category": said.category }),
                };
                events.push(json!(["", kind, at, subject]));
            }
            _ => {}
        }
        if draw.below(6) == 0 {
            forgotten.push(draw.below(events.len()));
        }
    }
    forgotten.sort_unstable();
    forgotten.dedup();
    (session["events"], session["forgotten"]) = (json!(events), json!(forgotten));
    session
}

/// An artifact in which every kind of event fades in its own way, dwells count, and clicks in lists teach.
fn with_signals(mut artifact: Artifact) -> Artifact {
    let mut draw = Rng(9);
    let state = &mut artifact.state;
    state.decay = state.decay.iter().map(|_| 0.75 + draw.below(32) as f32 / 64.0).collect();
    state.dwell = state.dwell.iter().map(|_| 0.25 + draw.below(64) as f32 / 32.0).collect();
    let features = ["state_1", "memory_sum", "category", "price", "popularity"].map(str::to_owned).to_vec();
    let (bounds, precision) = (vec![2.0; features.len()], vec![0.75; features.len()]);
    artifact.feedback = Some(Feedback { features, bounds, precision });
    artifact
}

fn bless(folder: &Path, artifact: &Artifact, sessions: usize, draw: &dyn Fn(&mut Rng) -> Value) {
    std::fs::create_dir_all(folder).unwrap();
    std::fs::write(folder.join("golden.safetensors"), artifact.to_bytes()).unwrap();
    let mut random = Rng(77);
    let sessions: Vec<String> = (0..sessions)
        .map(|number| {
            let mut session = draw(&mut random);
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

/// An artifact of that size, drawn from its seed, that knows what the descriptions say.
fn drawn(size: Size) -> Artifact {
    let descriptions: Vec<Description<'_>> = (0..9).filter_map(description).collect();
    let tokens = Some(synthetic::tokens(&descriptions, size.dimension, 7));
    Artifact { tokens, ..synthetic::artifact(size.items, size.dimension, 16, 2_026).unwrap() }
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

/// Whether this one is to be written anew: by the value of `RESHELF_BLESS`.
fn blesses(which: &str) -> bool {
    std::env::var_os("RESHELF_BLESS").is_some_and(|wanted| wanted == which)
}

fn holds(folder: &Path) {
    let artifact = replay(folder);
    let bytes = std::fs::read(folder.join("golden.safetensors")).unwrap();
    assert!(artifact.to_bytes() == bytes, "reading and writing are inverse");
    promises::server_order_stands(&Arc::new(artifact), 10_000, 1).unwrap();
}

#[test]
fn every_kernel_gives_the_golden_bits() {
    if blesses("golden") {
        bless(&folder(), &drawn(GOLDEN), 240, &|draw| draw_session(draw, GOLDEN));
    }
    holds(&folder());
}

#[test]
fn every_kernel_gives_the_golden_bits_of_what_only_a_page_can_see() {
    let folder = folder().join("signals");
    if blesses("signals") {
        bless(&folder, &with_signals(drawn(GOLDEN)), 120, &draw_visit);
    }
    holds(&folder);
}

#[test]
fn every_kernel_gives_the_golden_bits_of_a_model_with_clusters() {
    let folder = folder().join("clusters");
    if blesses("clusters") {
        let clusters = Some(synthetic::clusters(16, CLUSTERS.dimension, 16).unwrap());
        bless(&folder, &Artifact { clusters, ..drawn(CLUSTERS) }, 64, &|draw| draw_session(draw, CLUSTERS));
    }
    holds(&folder);
}

/// Sessions and places of each that are explained.
const EXPLAINED: usize = 24;
const WANTED: [u32; 3] = [0, 7, 29];

/// What a session's explanation is made of, as bits: of short ones exactly, of longer ones by orders.
fn explained(artifact: &Artifact, kernel: &'static dyn Kernel, session: &Value) -> Vec<String> {
    let (mut reranker, items, scores) = lived(artifact, kernel, session);
    let explained = reranker.explain(&items, &scores, &WANTED, Effort { exact: 6, pairs: 4 });
    explained.numbers.iter().map(|number| format!("{:016x}", number.to_bits())).collect()
}

#[test]
fn every_kernel_gives_the_golden_explanations() {
    let path = folder().join("explain.json");
    let artifact = Artifact::from_bytes(&std::fs::read(folder().join("signals/golden.safetensors")).unwrap()).unwrap();
    let sessions: Vec<Value> =
        serde_json::from_slice(&std::fs::read(folder().join("signals/golden.json")).unwrap()).unwrap();
    if blesses("explain") {
        let lines =
            sessions.iter().take(EXPLAINED).map(|session| json!(explained(&artifact, &Reference, session)).to_string());
        std::fs::write(&path, format!("[\n{}\n]\n", lines.collect::<Vec<_>>().join(",\n"))).unwrap();
    }
    let golden: Vec<Value> = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    assert_eq!(golden.len(), EXPLAINED);
    for (at, (session, golden)) in sessions.iter().zip(&golden).enumerate() {
        for kernel in kernels::all() {
            assert_eq!(&json!(explained(&artifact, kernel, session)), golden, "session {at}, {}", kernel.name());
        }
    }
    let lengths = || golden.iter().map(|numbers| numbers.as_array().unwrap().len());
    assert!(lengths().any(|length| length > 3 * 24) && lengths().any(|length| (1..3 * 22).contains(&length)));
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
