//! Decayed co-visitation: what came near each item in other sessions, in either direction, the repeat itself included.
//!
//! For each occurrence of an item, every event within [`MemoryOptions::reach`] steps counts for its item: less with the
//! distance, less before than after, less in old sessions than in recent ones. What is summed up is divided by how often
//! the item occurs (shrunk, so that rare items do not shout) and by a small power of the neighbour's own frequency.
//! Item-to-item collaborative filtering as in Linden et al. 2003, on sequences.

use rayon::prelude::*;
use reshelf::model::{ArtifactError, Memory};

use super::corpus::Corpus;

/// How the memory is made. The defaults were chosen on the validation part of the public logs.
#[derive(Clone, Copy, Debug)]
pub struct MemoryOptions {
    /// How many steps apart two events may be.
    pub reach: usize,
    /// Weight of the step from distance n to n + 1.
    pub distance_decay: f32,
    /// Weight of what came before, relative to what came after.
    pub backward: f32,
    /// Added to an item's total before dividing: pseudo-occurrences.
    pub shrink: f32,
    /// The power of the neighbour's own total that its strength is divided by.
    pub popularity_power: f32,
    /// How many neighbours are kept.
    pub neighbours: usize,
}

impl Default for MemoryOptions {
    fn default() -> Self {
        MemoryOptions {
            reach: 16,
            distance_decay: 0.7,
            backward: 0.6,
            shrink: 5.0,
            popularity_power: 0.15,
            neighbours: 24,
        }
    }
}

/// The largest weight code.
const WEIGHT_LIMIT: f32 = 255.0;

/// One neighbour with its strength.
type Strength = (u32, f32);

/// Counts the corpus and keeps the strongest neighbours of each item.
///
/// Memory: one `u32` and one `f32` an event and a few numbers an item, whatever the count of pairs. Deterministic: each
/// item is summed up by itself, in the order of the corpus.
///
/// # Errors
/// None that counting can cause; the parts are checked as those of any artifact.
pub fn build(corpus: &Corpus, options: &MemoryOptions) -> Result<Memory, ArtifactError> {
    let items = corpus.items();
    let occurrences = Occurrences::of(corpus);
    let totals: Vec<f32> = (0..items as u32).map(|item| occurrences.total(corpus, item)).collect();
    let reach: Vec<f32> =
        (1..=options.reach).map(|distance| options.distance_decay.powi(distance as i32 - 1)).collect();
    let lists: Vec<Vec<Strength>> = (0..items as u32)
        .into_par_iter()
        .map_init(
            || (vec![0.0f32; items], Vec::new()),
            |(sums, touched), item| {
                occurrences.sum_up(corpus, item, &reach, options.backward, sums, touched);
                strongest(sums, touched, totals[item as usize], &totals, options)
            },
        )
        .collect();
    let (mut counts, mut numbers, mut weights, mut scales) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for list in lists {
        let largest = list.first().map_or(0.0, |(_, strength)| *strength);
        let scale = half::f16::from_f32(largest / WEIGHT_LIMIT).to_f32();
        let before = numbers.len();
        for (neighbour, strength) in list {
            let code = if scale > 0.0 { (strength / scale).round_ties_even().min(WEIGHT_LIMIT) } else { 0.0 };
            if code >= 1.0 {
                numbers.push(neighbour);
                weights.push(code as u8);
            }
        }
        counts.push((numbers.len() - before) as u8);
        scales.push(scale);
    }
    Memory::new(&counts, numbers, weights, scales)
}

/// Where each item occurs: positions in the corpus, grouped by item.
struct Occurrences {
    offsets: Vec<usize>,
    positions: Vec<u32>,
}

impl Occurrences {
    fn of(corpus: &Corpus) -> Self {
        let mut offsets = vec![0usize; corpus.items() + 1];
        for &item in corpus.sequence() {
            offsets[item as usize + 1] += 1;
        }
        for item in 0..corpus.items() {
            offsets[item + 1] += offsets[item];
        }
        let mut next = offsets.clone();
        let mut positions = vec![0u32; corpus.sequence().len()];
        for (position, &item) in corpus.sequence().iter().enumerate() {
            positions[next[item as usize]] = position as u32;
            next[item as usize] += 1;
        }
        Occurrences { offsets, positions }
    }

    fn of_item(&self, item: u32) -> &[u32] {
        &self.positions[self.offsets[item as usize]..self.offsets[item as usize + 1]]
    }

    fn total(&self, corpus: &Corpus, item: u32) -> f32 {
        self.of_item(item).iter().map(|&position| corpus.weight_at(position as usize)).sum()
    }

    /// Adds what came near the item into `sums`, and lists the neighbours met in `touched`.
    fn sum_up(
        &self,
        corpus: &Corpus,
        item: u32,
        reach: &[f32],
        backward: f32,
        sums: &mut [f32],
        touched: &mut Vec<u32>,
    ) {
        touched.clear();
        for &position in self.of_item(item) {
            let position = position as usize;
            let session = corpus.session_at(position);
            let weight = corpus.weight_at(position);
            let mut add = |neighbour: u32, weight: f32| {
                if sums[neighbour as usize] == 0.0 {
                    touched.push(neighbour);
                }
                sums[neighbour as usize] += weight;
            };
            for (other, &near) in (position + 1..session.end).zip(reach) {
                add(corpus.sequence()[other], weight * near);
            }
            for (other, &near) in (session.start..position).rev().zip(reach) {
                add(corpus.sequence()[other], weight * near * backward);
            }
        }
    }
}

fn strongest(sums: &mut [f32], touched: &[u32], total: f32, totals: &[f32], options: &MemoryOptions) -> Vec<Strength> {
    let mut list: Vec<Strength> = touched
        .iter()
        .map(|&neighbour| {
            let sum = core::mem::take(&mut sums[neighbour as usize]);
            let popularity = (1.0 + totals[neighbour as usize]).powf(options.popularity_power);
            (neighbour, sum / (total + options.shrink) / popularity)
        })
        .filter(|(_, strength)| *strength > 0.0)
        .collect();
    let stronger = |a: &Strength, b: &Strength| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0));
    if list.len() > options.neighbours {
        list.select_nth_unstable_by(options.neighbours, stronger);
        list.truncate(options.neighbours);
    }
    list.sort_unstable_by(stronger);
    list
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn strength(memory: &Memory, item: u32, neighbour: u32) -> f32 {
        let list = memory.of(item);
        let at = list.items.iter().position(|&found| found == neighbour);
        at.map_or(0.0, |at| f32::from(list.weights[at]) * list.scale)
    }

    #[test]
    fn near_counts_more_than_far_and_after_more_than_before() {
        let corpus = Corpus::of_lists(6, &[&[0, 1, 2, 3], &[0, 1, 2, 3], &[4, 4]]);
        let memory = build(&corpus, &MemoryOptions::default()).unwrap();
        assert!(strength(&memory, 0, 1) > strength(&memory, 0, 2));
        assert!(strength(&memory, 1, 2) > strength(&memory, 1, 0));
        assert!(strength(&memory, 4, 4) > 0.0, "the repeat counts");
        assert_eq!(strength(&memory, 0, 4), 0.0);
        assert!(memory.of(5).items.is_empty(), "an item that never occurs has no neighbours");
    }

    #[test]
    fn the_list_is_cut_and_sorted() {
        let lists: Vec<Vec<u32>> = (1..60).map(|other| vec![0, other]).collect();
        let lists: Vec<&[u32]> = lists.iter().map(Vec::as_slice).collect();
        let memory =
            build(&Corpus::of_lists(60, &lists), &MemoryOptions { neighbours: 10, ..Default::default() }).unwrap();
        let list = memory.of(0);
        assert_eq!(list.items.len(), 10);
        assert!(list.weights.is_sorted_by(|a, b| a >= b));
    }
}
