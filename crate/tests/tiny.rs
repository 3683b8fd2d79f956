//! Tiny models, which `reshelf/testing` writes in TypeScript: the file that `www/test/testing_model.test.mjs` makes anew is what
//! this writer would have written, and ranks natively as it does in the package.
#![allow(clippy::unwrap_used)]

use reshelf::artifact::Artifact;
use reshelf::reranker::{NO_ITEM, Reranker};
use reshelf::session::{Event, EventKind};
use serde_json::Value;
use std::path::Path;

fn file(name: &str) -> Vec<u8> {
    std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/golden/tiny").join(name)).unwrap()
}

fn texts(value: &Value) -> Vec<&str> {
    value.as_array().unwrap().iter().map(|text| text.as_str().unwrap()).collect()
}

#[test]
fn the_package_writes_what_this_crate_would_write() {
    let bytes = file("tiny.safetensors");
    assert!(Artifact::from_bytes(&bytes).unwrap().to_bytes() == bytes);
}

#[test]
fn a_tiny_model_gives_the_same_bits_natively() {
    let visits: Value = serde_json::from_slice(&file("orders.json")).unwrap();
    let mut reranker = Reranker::new(Artifact::from_bytes(&file("tiny.safetensors")).unwrap()).unwrap();
    for visit in visits.as_array().unwrap() {
        reranker.forget_all();
        for id in texts(&visit["views"]) {
            let item = reranker.name(id).unwrap();
            reranker.observe(Event::new(item, EventKind::View, 0.0)).unwrap();
        }
        let list = texts(&visit["list"]);
        let items: Vec<u32> = list.iter().map(|id| reranker.resolve(id).unwrap_or(NO_ITEM)).collect();
        let ranking = reranker.rerank(&items, &[], items.len());
        let order: Vec<&str> = ranking.order.iter().map(|&at| list[at as usize]).collect();
        let bits: Vec<String> =
            ranking.order.iter().map(|&at| format!("{:08x}", ranking.scores[at as usize].to_bits())).collect();
        assert_eq!(
            (order, bits),
            (texts(&visit["order"]), texts(&visit["scores"]).iter().map(|&it| it.into()).collect())
        );
    }
}
