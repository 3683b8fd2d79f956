//! What belongs to each item by other sessions, the repeat of the item itself included. Three channels:
//!
//! - near: decayed co-visitation. For each occurrence of an item, every event within [`MemoryOptions::reach`] steps counts
//!   for its item: less with the distance, less before than after. Divided by a small power of the neighbour's own
//!   frequency. Item-to-item collaborative filtering as in Linden et al. 2003, on sequences.
//! - next: what directly followed.
//! - bought: what was carted or bought within reach after; less with the distance. Left out of logs without such events.
//!
//! Old sessions count less than recent ones, and all sums are divided by how often the item occurs, shrunk, so that rare
//! items do not shout.

use rayon::prelude::*;
use reshelf::model::{ArtifactError, CHANNELS, EventKind, Memory, NEAR, NEXT, Neighbour};

use super::corpus::Corpus;
use crate::quantize::{rank, share_out};

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
    /// How many neighbours an item keeps on average: frequent items keep more than rare ones.
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
            // With two channels 2.7 bytes each: half of an artifact.
            neighbours: 19,
        }
    }
}

/// However frequent its item, a list keeps no more.
const MOST_KEPT: usize = 64;

/// Counts the corpus and keeps the strongest neighbours of each item, in full precision.
///
/// Memory: a few numbers an event and an item, and up to 64 neighbours an item. Deterministic: each item is summed up by
/// itself, in the order of the corpus.
///
/// # Errors
/// None that counting can cause; the parts are checked as those of any artifact.
pub fn build(corpus: &Corpus, options: &MemoryOptions) -> Result<Memory, ArtifactError> {
    let items = corpus.items();
    let occurrences = Occurrences::of(corpus);
    let totals: Vec<f32> = (0..items as u32).map(|item| occurrences.total(corpus, item)).collect();
    let reach: Vec<f32> =
        (1..=options.reach).map(|distance| options.distance_decay.powi(distance as i32 - 1)).collect();
    let mut lists: Vec<Vec<Neighbour>> = (0..items as u32)
        .into_par_iter()
        .map_init(
            || (vec![[0.0f32; CHANNELS]; items], Vec::new()),
            |(sums, touched), item| {
                occurrences.sum_up(corpus, item, &reach, options.backward, sums, touched);
                strongest(sums, touched, totals[item as usize], &totals, options)
            },
        )
        .collect();
    let weights: Vec<f32> = corpus.counts().iter().map(|&count| (count as f32).sqrt()).collect();
    share_out(&mut lists, &weights, options.neighbours);
    Memory::exact(channels(corpus), &lists)
}

/// How many channels this log fills: buying tells something only beside looking.
fn channels(corpus: &Corpus) -> usize {
    let any = |wanted: fn(EventKind) -> bool| corpus.kinds().iter().any(|&kind| wanted(kind));
    if any(is_bought) && any(|kind| kind == EventKind::View) { CHANNELS } else { NEXT + 1 }
}

fn is_bought(kind: EventKind) -> bool {
    matches!(kind, EventKind::Cart | EventKind::Purchase)
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
        sums: &mut [[f32; CHANNELS]],
        touched: &mut Vec<u32>,
    ) {
        touched.clear();
        for &position in self.of_item(item) {
            let position = position as usize;
            let session = corpus.session_at(position);
            let weight = corpus.weight_at(position);
            let mut add = |other: usize, parts: [f32; CHANNELS]| {
                let neighbour = corpus.sequence()[other];
                let sums = &mut sums[neighbour as usize];
                if sums[NEAR] == 0.0 {
                    touched.push(neighbour);
                }
                sums.iter_mut().zip(parts).for_each(|(sum, part)| *sum += part);
            };
            for (other, &near) in (position + 1..session.end).zip(reach) {
                let next = if other == position + 1 { weight } else { 0.0 };
                let bought = if is_bought(corpus.kinds()[other]) { weight * near } else { 0.0 };
                add(other, [weight * near, next, bought]);
            }
            for (other, &near) in (session.start..position).rev().zip(reach) {
                add(other, [weight * near * backward, 0.0, 0.0]);
            }
        }
    }
}

/// The strongest neighbours of one item, as many as any item may keep. Leaves `sums` as it was before.
fn strongest(
    sums: &mut [[f32; CHANNELS]],
    touched: &[u32],
    total: f32,
    totals: &[f32],
    options: &MemoryOptions,
) -> Vec<Neighbour> {
    let mut list: Vec<Neighbour> = touched
        .iter()
        .map(|&item| {
            let mut strengths = core::mem::take(&mut sums[item as usize]).map(|sum| sum / (total + options.shrink));
            strengths[NEAR] /= (1.0 + totals[item as usize]).powf(options.popularity_power);
            Neighbour { item, strengths }
        })
        .filter(|neighbour| neighbour.strengths[NEAR] > 0.0)
        .collect();
    let stronger = |a: &Neighbour, b: &Neighbour| rank(b).total_cmp(&rank(a)).then(a.item.cmp(&b.item));
    if list.len() > MOST_KEPT {
        list.select_nth_unstable_by(MOST_KEPT, stronger);
        list.truncate(MOST_KEPT);
    }
    list
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use reshelf::model::BOUGHT;

    use super::*;

    fn strengths(memory: &Memory, item: u32, neighbour: u32) -> [f32; CHANNELS] {
        memory.of(item).iter().find(|found| found.item == neighbour).map(|found| found.strengths).unwrap_or_default()
    }

    fn near(memory: &Memory, item: u32, neighbour: u32) -> f32 {
        strengths(memory, item, neighbour)[NEAR]
    }

    #[test]
    fn near_counts_more_than_far_and_after_more_than_before() {
        let corpus = Corpus::of_lists(6, &[&[0, 1, 2, 3], &[0, 1, 2, 3], &[4, 4]]);
        let memory = build(&corpus, &MemoryOptions::default()).unwrap();
        assert!(near(&memory, 0, 1) > near(&memory, 0, 2));
        assert!(near(&memory, 1, 2) > near(&memory, 1, 0));
        assert!(near(&memory, 4, 4) > 0.0, "the repeat counts");
        assert_eq!(near(&memory, 0, 4), 0.0);
        assert_eq!(memory.of(5).iter().count(), 0, "an item that never occurs has no neighbours");
    }

    #[test]
    fn only_what_directly_followed_is_next() {
        let corpus = Corpus::of_lists(4, &[&[0, 1, 2], &[0, 1, 2], &[0, 2]]);
        let memory = build(&corpus, &MemoryOptions { shrink: 1.0, ..Default::default() }).unwrap();
        assert_eq!(memory.channels(), 2, "nothing was bought");
        let next = |item, neighbour| strengths(&memory, item, neighbour)[NEXT];
        assert!((next(0, 1) - 0.5).abs() < 0.01, "two of three occurrences and a pseudo-occurrence");
        assert!((next(0, 2) - 0.25).abs() < 0.02);
        assert_eq!((next(1, 0), next(2, 1)), (0.0, 0.0));
    }

    #[test]
    fn bought_is_what_was_carted_or_bought_after() {
        use EventKind::{Cart, Purchase, View};
        let sequence = [0, 1, 2, 2, 3, 0, 1];
        let kinds = [View, View, Cart, Purchase, View, View, View];
        let corpus = Corpus::new(4, &sequence, &kinds, &[0, 5, 7], f32::INFINITY);
        let memory = build(&corpus, &MemoryOptions::default()).unwrap();
        assert_eq!(memory.channels(), CHANNELS);
        let bought = |item, neighbour| strengths(&memory, item, neighbour)[BOUGHT];
        assert!(bought(1, 2) > 0.0 && bought(0, 2) > 0.0 && bought(2, 2) > 0.0);
        assert_eq!((bought(0, 1), bought(3, 2), bought(2, 3)), (0.0, 0.0, 0.0));
        assert!(bought(1, 2) / bought(0, 2) > 1.4, "nearer by one step");
    }

    #[test]
    fn frequent_items_keep_more_neighbours_and_the_mean_is_kept() {
        // Items 0 and 1 have 50 neighbours each, item 0 in five times as many sessions.
        let lists: Vec<Vec<u32>> = (0..300).map(|at| vec![u32::from(at % 6 == 0), 2 + at / 6]).collect();
        let lists: Vec<&[u32]> = lists.iter().map(Vec::as_slice).collect();
        let corpus = Corpus::of_lists(60, &lists);
        let kept = |mean: usize| {
            let memory = build(&corpus, &MemoryOptions { neighbours: mean, ..Default::default() }).unwrap();
            let counts: Vec<usize> = (0..60).map(|item| memory.of(item).iter().count()).collect();
            (counts[0], counts[1], memory.total())
        };
        let (frequent, rare, total) = kept(3);
        assert!(frequent > rare && rare >= 3, "{frequent}, {rare}");
        assert!(total <= 3 * 60, "{total}");
        assert_eq!(kept(60), (50, 50, 200), "nothing is cut where there is room");
    }
}
