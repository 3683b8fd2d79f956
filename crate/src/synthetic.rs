//! Artifacts drawn from a seed: for golden files, benchmarks and tests, where no real model may be committed. Integers
//! only where it matters, hence the same bytes on every machine.

use crate::artifact::{
    Artifact, ArtifactError, Attributes, CHANNELS, Clusters, Description, EventKind, Head, ItemTable, Memory,
    Neighbour, Retrieval, StateWeights, TokenTable, Vocabulary,
};
use crate::math::{Rng, quantize_row, quantize_row_narrow};
use crate::rank::FEATURES;
use alloc::borrow::ToOwned;
use alloc::collections::BTreeSet;
use alloc::format;
use alloc::vec;
use alloc::vec::Vec;

/// The same artifact in full precision, as far as its codes remember.
///
/// # Errors
/// None for a valid artifact.
#[cfg(feature = "exact")]
pub fn exact(artifact: &Artifact) -> Result<Artifact, ArtifactError> {
    let (items, rows) = (&artifact.items, artifact.items.len());
    let vectors = (0..rows).flat_map(|row| items.values(row)).collect();
    let lists: Vec<Vec<Neighbour>> = (0..rows as u32).map(|item| artifact.memory.of(item).iter().collect()).collect();
    Ok(Artifact {
        items: ItemTable::exact(items.dimension(), vectors, items.attributes().to_vec())?,
        memory: Memory::exact(artifact.memory.channels(), &lists)?,
        ..artifact.clone()
    })
}

/// An artifact with `rows` items of `dimension` codes and up to `neighbours` neighbours each, whose every part matters.
/// Its ids are the integers 7, 10, 13 and so on.
///
/// # Errors
/// `artifact.shape` for a dimension that no artifact may have.
pub fn artifact(rows: usize, dimension: usize, neighbours: u8, seed: u64) -> Result<Artifact, ArtifactError> {
    let mut draw = Rng(seed | 1);
    let (mut codes, mut scales) = (vec![0i8; rows * dimension], Vec::new());
    for (index, row) in codes.chunks_exact_mut(dimension).enumerate() {
        let mut values = draw.many(dimension, 1.0);
        crate::math::normalize(&mut values);
        // Every other row in 4 bits.
        let quantize = if index % 2 == 0 { quantize_row } else { quantize_row_narrow };
        scales.push(quantize(&values, row).to_f32());
    }
    let attributes = (0..rows)
        .map(|_| Attributes {
            category: draw.below(5) as u16,
            department: draw.below(3) as u16,
            brand: draw.below(7) as u16,
            price: draw.below(256) as u8 as i8,
            popularity: draw.below(256) as u8,
            trend: draw.below(256) as u8,
        })
        .collect();
    let lists: Vec<Vec<Neighbour>> = (0..rows)
        .map(|_| {
            let count = draw.below(usize::from(neighbours) + 1);
            let numbers: BTreeSet<u32> = (0..count).map(|_| draw.below(rows) as u32).collect();
            let strengths = |draw: &mut Rng| [(); CHANNELS].map(|()| draw.below(256) as f32 / 256.0);
            numbers.into_iter().map(|item| Neighbour { item, strengths: strengths(&mut draw) }).collect()
        })
        .collect();
    let (states, window, hidden) = (2, 12, 5);
    Ok(Artifact {
        model: format!("test-{seed}"),
        card: "{}".into(),
        vocabulary: Vocabulary::Integer((0..rows as i64).map(|row| row * 3 + 7).collect()),
        items: ItemTable::new(dimension, codes, scales, attributes)?,
        memory: Memory::pack(CHANNELS, &lists)?,
        state: state_weights(&mut draw, states, window),
        head: Head {
            features: FEATURES.iter().map(|name| (*name).to_owned()).collect(),
            hidden,
            hidden_weights: draw.many(hidden * FEATURES.len(), 0.5),
            hidden_bias: draw.many(hidden, 0.5),
            output: draw.many(hidden, 1.0),
            linear: draw.many(FEATURES.len(), 1.0),
        },
        retrieval: Retrieval { state: 1.0, memory: 2.0 },
        feedback: None,
        tokens: None,
        clusters: None,
    })
}

/// So many centres of `dimension` codes each; the last is the first again, so that there is a tie.
///
/// # Errors
/// `artifact.shape` for a number of centres or a dimension that no artifact may have.
pub fn clusters(count: usize, dimension: usize, seed: u64) -> Result<Clusters, ArtifactError> {
    let mut draw = Rng(seed | 1);
    let mut codes: Vec<i8> = (0..count.saturating_sub(1) * dimension).map(|_| draw.below(255) as u8 as i8).collect();
    codes.iter_mut().for_each(|code| *code = (*code).max(-127));
    codes.extend_from_within(..dimension.min(codes.len()));
    Clusters::new(dimension, codes)
}

/// Weights of the kinds that format 2 had, and the defaults of all others.
fn state_weights(draw: &mut Rng, states: usize, window: usize) -> StateWeights {
    const DRAWN: usize = EventKind::Other as usize + 1;
    let absolute = |weights: Vec<f32>| weights.iter().map(|weight| weight.abs()).collect::<Vec<f32>>();
    let by_kind = |drawn: Vec<f32>| {
        let mut weights = Vec::new();
        for row in drawn.chunks_exact(DRAWN) {
            weights.extend_from_slice(row);
            weights.resize(weights.len().next_multiple_of(EventKind::WEIGHED), 0.0);
        }
        weights
    };
    let mut weights = StateWeights {
        states,
        window,
        recency: draw.many(states * window, 1.0),
        kinds: by_kind(draw.many(states * DRAWN, 1.0)),
        memory_recency: absolute(draw.many(window, 1.0)),
        memory_kinds: by_kind(absolute(draw.many(DRAWN, 1.0))),
        decay: Vec::new(),
        dwell: Vec::new(),
    };
    weights.fill_in(&|kind| (kind as usize) < DRAWN);
    weights
}

/// Vectors of `dimension` codes for the tokens of these descriptions, with two edges of prices, 10 and 100. Each token
/// that names an attribute has a number of its own.
pub fn tokens(descriptions: &[Description<'_>], dimension: usize, seed: u64) -> TokenTable {
    let mut draw = Rng(seed | 1);
    let price_edges = vec![10.0, 100.0];
    let hashes = descriptions.iter().flat_map(|item| item.tokens(&price_edges)).map(|(_, hash)| hash);
    let hashes: BTreeSet<u32> = hashes.collect();
    let mut table = TokenTable { price_edges, price_codes: vec![-30, 0, 30], ..TokenTable::default() };
    for hash in hashes {
        let (values, mut codes) = (draw.many(dimension, 1.0), vec![0; dimension]);
        table.scales.push(quantize_row(&values, &mut codes).to_f32());
        table.codes.extend(codes);
        table.hashes.push(hash);
        table.numbers.push(table.hashes.len() as u16);
    }
    table
}
