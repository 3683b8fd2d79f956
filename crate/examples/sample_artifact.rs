//! Writes an artifact of a given size, drawn from a seed: for benchmarks and for tests outside this crate. It ranks
//! nothing sensibly.
//!
//! `cargo run -p reshelf --features native --example sample_artifact -- OUT ITEMS DIMENSION HIDDEN NEIGHBOURS`

use reshelf::math::{normalize, quantize_row};
use reshelf::model::{Artifact, Attributes, EventKind, Head, ItemTable, Memory, Retrieval, StateWeights, Vocabulary};
use reshelf::rank::FEATURES;
use std::error::Error;

/// How far back the sample's weights look, in events.
const WINDOW: usize = 20;
/// How many decayed states the sample keeps.
const STATES: usize = 2;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [out, sizes @ ..] = arguments.as_slice() else { return Err("name the file to write".into()) };
    let sizes: Vec<usize> = sizes.iter().map(|size| size.parse()).collect::<Result<_, _>>()?;
    let &[items, dimension, hidden, neighbours] = sizes.as_slice() else {
        return Err("give items, dimension, hidden rows and neighbours per item".into());
    };
    std::fs::write(out, sample(items, dimension, hidden, neighbours)?.to_bytes())?;
    Ok(())
}

fn sample(items: usize, dimension: usize, hidden: usize, neighbours: usize) -> Result<Artifact, Box<dyn Error>> {
    let mut draw = Draw(0x2545_f491_4f6c_dd1d);
    let (mut codes, mut scales) = (vec![0i8; items * dimension], Vec::with_capacity(items));
    for row in codes.chunks_exact_mut(dimension) {
        let mut values = draw.many(dimension, 1.0);
        normalize(&mut values);
        scales.push(quantize_row(&values, row).to_f32());
    }
    let attributes = (0..items)
        .map(|_| Attributes {
            category: draw.below(40) as u16,
            department: draw.below(8) as u16,
            brand: draw.below(200) as u16,
            price: draw.below(255) as i8,
            popularity: draw.below(256) as u8,
            trend: draw.below(256) as u8,
        })
        .collect();
    let total = items * neighbours;
    let list = (0..total).map(|_| draw.below(items) as u32).collect();
    let weights = (0..total).map(|_| draw.below(256) as u8).collect();
    let memory_scales = (0..items).map(|_| half::f16::from_f32(draw.unit() / 256.0).to_f32()).collect();
    Ok(Artifact {
        model: "sample".to_owned(),
        card: "{}".to_owned(),
        vocabulary: Vocabulary::Integer((0..items as i64).map(|row| 3 * row + 7).collect()),
        items: ItemTable::new(dimension, codes, scales, attributes)?,
        memory: Memory::new(&vec![u8::try_from(neighbours)?; items], list, weights, memory_scales)?,
        state: StateWeights {
            states: STATES,
            window: WINDOW,
            recency: draw.many(STATES * WINDOW, 1.0),
            kinds: draw.many(STATES * EventKind::COUNT, 1.0),
            memory_recency: (0..WINDOW).map(|_| draw.unit()).collect(),
            memory_kinds: (0..EventKind::COUNT).map(|_| draw.unit()).collect(),
        },
        head: Head {
            features: FEATURES.iter().map(|name| (*name).to_owned()).collect(),
            hidden,
            hidden_weights: draw.many(hidden * FEATURES.len(), 0.5),
            hidden_bias: draw.many(hidden, 0.5),
            output: draw.many(hidden, 1.0),
            linear: draw.many(FEATURES.len(), 1.0),
        },
        retrieval: Retrieval { state: 1.0, memory: 2.0 },
    })
}

/// A xorshift generator: the same numbers everywhere.
struct Draw(u64);

impl Draw {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, end: usize) -> usize {
        (self.next() >> 11) as usize % end
    }

    /// Between 0 and 1.
    fn unit(&mut self) -> f32 {
        (self.next() >> 40) as f32 / (1u32 << 24) as f32
    }

    fn many(&mut self, count: usize, scale: f32) -> Vec<f32> {
        (0..count).map(|_| (2.0 * self.unit() - 1.0) * scale).collect()
    }
}
