//! select.wgsl, from products and from pairs, against its twin: what every workgroup keeps, in the order in which it lies
//! there.

use super::random::Random;
use super::run::{gpu, run};
use crate::order::key_bits;
use crate::params::Select;
use crate::pipelines::Pipelines;
use crate::shaders::CHUNK;
use crate::twins::select::{Bound, select_nearest};

/// Lists with few and many equal keys: how many products there are to draw from, and scales.
const DRAWS: [(u32, &[f32]); 5] =
    [(u32::MAX, &[0.004, 0.01, 0.0123, 0.5]), (5, &[1.0]), (3, &[0.0, 0.5]), (1, &[0.25]), (900, &[0.0])];

const COUNTS: [usize; 8] = [1, 2, 255, 1000, CHUNK - 1, CHUNK, CHUNK + 1, 5001];
/// What is bound but not read.
const UNREAD: &[u8] = &[0xee; 64];

const KEPT: [usize; 6] = [1, 2, 20, 200, 1023, 1024];

fn product(random: &mut Random, values: u32) -> i32 {
    match values {
        u32::MAX => random.below(4_000_000) as i32 - 2_000_000,
        _ => (random.below(values) as i32 - values as i32 / 2) * 1000,
    }
}

#[test]
fn selecting_products_equals_the_twin() {
    let gpu = gpu();
    let pipelines = Pipelines::new(&gpu, false);
    let mut random = Random::new(2);
    for (values, draw) in DRAWS {
        for (count, kept) in COUNTS.into_iter().flat_map(|count| KEPT.map(|kept| (count, kept))) {
            let (lists, first) = (1 + random.below(3) as usize, random.below(50) as usize);
            let products: Vec<i32> = (0..lists * count).map(|_| product(&mut random, values)).collect();
            let scales: Vec<f32> = (0..first + count).map(|_| draw[random.below(draw.len() as u32) as usize]).collect();
            let out_stride = count.div_ceil(CHUNK) * kept + 7;
            let params = Select {
                count: count as u32,
                kept: kept as u32,
                stride: count as u32,
                out_stride: out_stride as u32,
                out_first: 3,
                first: first as u32,
                row: 4096,
                merges: false,
            };
            let mut expected = vec![[0xdead_beefu32; 2]; lists * out_stride];
            let bound = Bound { products: &products, scales: &scales, pairs: &[] };
            select_nearest(&params, &bound, lists, &mut expected);
            let inputs = [bytemuck::cast_slice(&products), bytemuck::cast_slice(&scales), UNREAD];
            let workgroups = (count.div_ceil(CHUNK) as u32, lists as u32);
            let found = run(&gpu, &pipelines.select, params.words(), &inputs, 2 * expected.len(), workgroups);
            assert_eq!(found.as_chunks().0, expected, "{params:?}");
        }
    }
}

#[test]
fn merging_pairs_equals_the_twin() {
    let gpu = gpu();
    let pipelines = Pipelines::new(&gpu, false);
    let mut random = Random::new(3);
    for (values, draw) in DRAWS {
        for (count, kept) in COUNTS.into_iter().flat_map(|count| KEPT.map(|kept| (count, kept))) {
            let lists = 1 + random.below(3) as usize;
            let stride = count + random.below(9) as usize;
            let pairs: Vec<[u32; 2]> = (0..lists * stride)
                .map(|row| [row as u32, key_bits(product(&mut random, values), draw[row % draw.len()])])
                .collect();
            let out_stride = count.div_ceil(CHUNK) * kept + 2;
            let params = Select {
                count: count as u32,
                kept: kept as u32,
                stride: stride as u32,
                out_stride: out_stride as u32,
                out_first: 0,
                first: 0,
                row: 0,
                merges: true,
            };
            let mut expected = vec![[0xdead_beefu32; 2]; lists * out_stride];
            let bound = Bound { products: &[], scales: &[], pairs: &pairs };
            select_nearest(&params, &bound, lists, &mut expected);
            let workgroups = (count.div_ceil(CHUNK) as u32, lists as u32);
            let inputs = [UNREAD, UNREAD, bytemuck::cast_slice(&pairs)];
            let found = run(&gpu, &pipelines.select, params.words(), &inputs, 2 * expected.len(), workgroups);
            assert_eq!(found.as_chunks().0, expected, "{params:?}");
        }
    }
}

/// The twin against sorting the whole list, so that both are not wrong in the same way.
#[test]
fn the_twin_keeps_what_a_stable_sort_keeps() {
    let mut random = Random::new(5);
    for (values, draw) in DRAWS {
        for (count, kept) in COUNTS.into_iter().flat_map(|count| KEPT.map(|kept| (count, kept))) {
            let pairs: Vec<[u32; 2]> = (0..count)
                .map(|row| [row as u32, key_bits(product(&mut random, values), draw[row % draw.len()])])
                .collect();
            let params = Select {
                count: count as u32,
                kept: kept as u32,
                stride: count as u32,
                out_stride: 0,
                out_first: 0,
                first: 0,
                row: 0,
                merges: true,
            };
            let mut expected = Vec::new();
            for chunk in pairs.chunks(CHUNK) {
                let mut best = chunk.to_vec();
                best.sort_by(|a, b| f32::from_bits(b[1]).total_cmp(&f32::from_bits(a[1])));
                best.truncate(kept);
                best.sort_by_key(|pair| pair[0]);
                expected.extend(best);
            }
            let mut found = vec![[0u32; 2]; expected.len()];
            let bound = Bound { products: &[], scales: &[], pairs: &pairs };
            select_nearest(&params, &bound, 1, &mut found);
            assert_eq!(found, expected, "{count} {kept}");
        }
    }
}
