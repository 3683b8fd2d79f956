//! Writes an artifact of a given size, drawn from a seed: for benchmarks outside this crate. It ranks nothing sensibly.
//!
//! `cargo run -p reshelf --features testing --example sample_artifact -- OUT ITEMS DIMENSION NEIGHBOURS HIDDEN`

use reshelf::math::Rng;
use reshelf::rank::FEATURES;
use reshelf::synthetic;
use std::error::Error;

const SEED: u64 = 1;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [out, items, dimension, neighbours, hidden] = arguments.as_slice() else {
        return Err(
            "give the file to write, the items, the dimension, the neighbours per item and the hidden rows".into()
        );
    };
    let mut artifact = synthetic::artifact(items.parse()?, dimension.parse()?, neighbours.parse()?, SEED)?;
    let mut draw = Rng(SEED);
    let head = &mut artifact.head;
    head.hidden = hidden.parse()?;
    head.hidden_weights = draw.many(head.hidden * FEATURES.len(), 0.5);
    head.hidden_bias = draw.many(head.hidden, 0.5);
    head.output = draw.many(head.hidden, 1.0);
    std::fs::write(out, artifact.to_bytes())?;
    Ok(())
}
