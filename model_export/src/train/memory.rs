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
//!
//! What rests on fewer distinct sessions than the floor says, channel by channel, is left out ([`super::pairs`]).

use rayon::prelude::*;
use reshelf::artifact::{ArtifactError, BOUGHT, CHANNELS, EventKind, Memory, NEAR, NEXT, Neighbour};

use super::corpus::Corpus;
use super::pairs::{Floor, Occurrences, PairCounts, Sessions};
use crate::quantization::{rank, share_out};

/// How the memory is made. The defaults were chosen on the validation part of the public logs; training tries others on the
/// log that it is given ([`super::memory_search`]).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MemoryOptions {
    /// How many steps apart two events may be.
    pub reach: usize,
    /// Weight of the step from distance n to n + 1.
    pub distance_decay: f32,
    /// Weight of what came before, relative to what came after.
    pub backward: f32,
    /// Weight of an item that comes again, relative to another one at the same distance.
    pub repeat: f32,
    /// Added to an item's total before dividing: pseudo-occurrences.
    pub shrink: f32,
    /// The power of the neighbour's own total that its strength is divided by.
    pub popularity_power: f32,
    /// When serving, the n-th newest event of a session counts `1 / n` to this power.
    pub fading: f32,
    /// When serving, so many of the newest events that the model knows count.
    pub window: usize,
    /// How many neighbours an item keeps on average: frequent items keep more than rare ones.
    pub neighbours: usize,
    /// How many distinct sessions a pair needs.
    pub floor: Floor,
}

impl Default for MemoryOptions {
    fn default() -> Self {
        MemoryOptions {
            reach: 16,
            distance_decay: 0.7,
            backward: 0.6,
            repeat: 1.0,
            shrink: 5.0,
            popularity_power: 0.15,
            fading: 1.0,
            window: 32,
            // With two channels 2.7 bytes each: half of an artifact.
            neighbours: 19,
            floor: Floor::default(),
        }
    }
}

impl MemoryOptions {
    /// Whether the neighbours are the same with other options: how far back serving looks is not in them.
    pub fn makes_the_same_as(&self, other: &Self) -> bool {
        *self == MemoryOptions { fading: self.fading, window: self.window, ..*other }
    }

    /// What the events of a session weigh, the newest first.
    pub fn recency(&self) -> impl Iterator<Item = f32> {
        (1..=self.window).map(|place| (place as f32).powf(-self.fading))
    }
}

/// However frequent its item, a list keeps no more.
const MOST_KEPT: usize = 64;

/// Counts the corpus and keeps the strongest neighbours of each item, in full precision; also how many pairs there were.
///
/// Memory: a few numbers an event and an item, and up to 64 neighbours an item. Deterministic: each item is summed up by
/// itself, in the order of the corpus.
///
/// # Errors
/// None that counting can cause; the parts are checked as those of any artifact.
pub fn build(corpus: &Corpus, options: &MemoryOptions) -> Result<(Memory, PairCounts), ArtifactError> {
    let items = corpus.items();
    let occurrences = Occurrences::of(corpus);
    let totals: Vec<f32> = (0..items as u32).map(|item| total(corpus, &occurrences, item)).collect();
    let reach: Vec<f32> =
        (1..=options.reach).map(|distance| options.distance_decay.powi(distance as i32 - 1)).collect();
    let (mut lists, counts): (Vec<Vec<Neighbour>>, Vec<PairCounts>) = (0..items as u32)
        .into_par_iter()
        .map_init(
            || (vec![Tally::default(); items], Vec::new()),
            |(tallies, touched), item| {
                sum_up(corpus, occurrences.of_item(item), &reach, options.backward, tallies, touched);
                strongest(item, tallies, touched, &totals, options)
            },
        )
        .unzip();
    let weights: Vec<f32> = corpus.counts().iter().map(|&count| (count as f32).sqrt()).collect();
    share_out(&mut lists, &weights, options.neighbours);
    let counts = counts.into_iter().fold(PairCounts::default(), PairCounts::and);
    Ok((Memory::exact(channels(corpus), &lists)?, counts))
}

/// How many channels this log fills: buying tells something only beside looking.
fn channels(corpus: &Corpus) -> usize {
    let any = |wanted: fn(EventKind) -> bool| corpus.kinds().iter().any(|&kind| wanted(kind));
    if any(is_bought) && any(|kind| kind == EventKind::View) { CHANNELS } else { NEXT + 1 }
}

fn is_bought(kind: EventKind) -> bool {
    matches!(kind, EventKind::Cart | EventKind::Purchase)
}

/// What was summed up of one neighbour.
#[derive(Clone, Copy, Default)]
struct Tally {
    sums: [f32; CHANNELS],
    /// The sessions behind each sum.
    sessions: [Sessions; CHANNELS],
}

impl Tally {
    /// Leaves out what rests on too few sessions, and counts it.
    fn above(mut self, floor: Floor, counts: &mut PairCounts) -> [f32; CHANNELS] {
        let sessions = self.sessions.map(Sessions::count);
        counts.met += 1;
        counts.in_one_session += usize::from(sessions[NEAR] == 1);
        counts.left_out += usize::from(sessions[NEAR] < floor.pairs());
        counts.bought += usize::from(sessions[BOUGHT] > 0);
        counts.bought_left_out += usize::from((1..floor.bought()).contains(&sessions[BOUGHT]));
        for (channel, sum) in self.sums.iter_mut().enumerate() {
            let least = if channel == BOUGHT { floor.bought() } else { floor.pairs() };
            if sessions[channel] < least {
                *sum = 0.0;
            }
        }
        self.sums
    }
}

/// How much an item occurs, recent sessions more than old ones.
fn total(corpus: &Corpus, occurrences: &Occurrences, item: u32) -> f32 {
    occurrences.of_item(item).iter().map(|&position| corpus.weight_at(position as usize)).sum()
}

/// Adds what came near the item into `tallies`, and lists the neighbours met in `touched`.
fn sum_up(
    corpus: &Corpus,
    positions: &[u32],
    reach: &[f32],
    backward: f32,
    tallies: &mut [Tally],
    touched: &mut Vec<u32>,
) {
    touched.clear();
    for &position in positions {
        let position = position as usize;
        let session = corpus.session_at(position);
        let (weight, number) = (corpus.weight_at(position), corpus.session_number_at(position));
        let mut add = |other: usize, parts: [f32; CHANNELS]| {
            let neighbour = corpus.sequence()[other];
            let Tally { sums, sessions } = &mut tallies[neighbour as usize];
            if sums[NEAR] == 0.0 {
                touched.push(neighbour);
            }
            for ((sum, sessions), part) in sums.iter_mut().zip(sessions).zip(parts).filter(|(_, part)| *part > 0.0) {
                *sum += part;
                sessions.add(number);
            }
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

/// The strongest neighbours of one item, as many as any item may keep, and its pairs with items of no lower number. Leaves
/// `tallies` as they were before.
fn strongest(
    item: u32,
    tallies: &mut [Tally],
    touched: &[u32],
    totals: &[f32],
    options: &MemoryOptions,
) -> (Vec<Neighbour>, PairCounts) {
    let (mut counts, mut elsewhere) = (PairCounts::default(), PairCounts::default());
    let mut list: Vec<Neighbour> = touched
        .iter()
        .map(|&neighbour| {
            let counts = if neighbour >= item { &mut counts } else { &mut elsewhere };
            let sums = core::mem::take(&mut tallies[neighbour as usize]).above(options.floor, counts);
            let mut strengths = sums.map(|sum| sum / (totals[item as usize] + options.shrink));
            strengths[NEAR] /= (1.0 + totals[neighbour as usize]).powf(options.popularity_power);
            if neighbour == item {
                strengths[NEAR] *= options.repeat;
            }
            Neighbour { item: neighbour, strengths }
        })
        .filter(|neighbour| neighbour.strengths[NEAR] > 0.0)
        .collect();
    // What was bought after what has a direction: both of its pairs count.
    counts.bought += elsewhere.bought;
    counts.bought_left_out += elsewhere.bought_left_out;
    let stronger = |a: &Neighbour, b: &Neighbour| rank(b).total_cmp(&rank(a)).then(a.item.cmp(&b.item));
    if list.len() > MOST_KEPT {
        list.select_nth_unstable_by(MOST_KEPT, stronger);
        list.truncate(MOST_KEPT);
    }
    (list, counts)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn strengths(memory: &Memory, item: u32, neighbour: u32) -> [f32; CHANNELS] {
        memory.of(item).iter().find(|found| found.item == neighbour).map(|found| found.strengths).unwrap_or_default()
    }

    fn near(memory: &Memory, item: u32, neighbour: u32) -> f32 {
        strengths(memory, item, neighbour)[NEAR]
    }

    /// The defaults, with every pair.
    fn no_floor() -> MemoryOptions {
        MemoryOptions { floor: Floor::new(1), ..MemoryOptions::default() }
    }

    #[test]
    fn what_rests_on_too_few_sessions_is_left_out_channel_by_channel() {
        // 0 and 1 meet in three sessions, in one of which 1 follows at once; 0 and 2 in one, often; 3 comes again in two.
        let lists: [&[u32]; 6] = [&[0, 1], &[0, 4, 1], &[1, 5, 0], &[0, 2, 0, 2, 0, 2], &[3, 3], &[3, 3, 3]];
        let corpus = Corpus::of_lists(6, &lists);
        let of = |sessions: usize| {
            build(&corpus, &MemoryOptions { floor: Floor::new(sessions), ..Default::default() }).unwrap()
        };
        let (all, counts) = of(1);
        assert!(near(&all, 0, 2) > near(&all, 0, 1) && strengths(&all, 0, 1)[NEXT] > 0.0);
        // 0-1, 0-4, 4-1, 1-5, 5-0, 0-2, 0-0, 2-2, 3-3.
        assert_eq!((counts.met, counts.in_one_session, counts.left_out), (9, 7, 0));
        let (two, counts) = of(2);
        assert_eq!((near(&two, 0, 1), strengths(&two, 0, 1)[NEXT]), (near(&all, 0, 1), 0.0));
        assert_eq!([(0, 2), (2, 0), (0, 0), (2, 2), (1, 5)].map(|(item, other)| near(&two, item, other)), [0.0; 5]);
        assert_eq!(strengths(&two, 3, 3), strengths(&all, 3, 3));
        assert_eq!(counts.left_out, 7);
        let (three, counts) = of(3);
        assert_eq!((near(&three, 1, 0), near(&three, 3, 3), counts.left_out), (near(&all, 1, 0), 0.0, 8));
    }

    #[test]
    fn near_counts_more_than_far_and_after_more_than_before() {
        let corpus = Corpus::of_lists(6, &[&[0, 1, 2, 3], &[0, 1, 2, 3], &[4, 4]]);
        let memory = build(&corpus, &no_floor()).unwrap().0;
        assert!(near(&memory, 0, 1) > near(&memory, 0, 2));
        assert!(near(&memory, 1, 2) > near(&memory, 1, 0));
        assert!(near(&memory, 4, 4) > 0.0, "the repeat counts");
        assert_eq!(near(&memory, 0, 4), 0.0);
        assert_eq!(memory.of(5).iter().count(), 0, "an item that never occurs has no neighbours");
    }

    #[test]
    fn only_what_directly_followed_is_next() {
        let corpus = Corpus::of_lists(4, &[&[0, 1, 2], &[0, 1, 2], &[0, 2]]);
        let memory = build(&corpus, &MemoryOptions { shrink: 1.0, ..no_floor() }).unwrap().0;
        assert_eq!(memory.channels(), 2, "nothing was bought");
        let next = |item, neighbour| strengths(&memory, item, neighbour)[NEXT];
        assert!((next(0, 1) - 0.5).abs() < 0.01, "two of three occurrences and a pseudo-occurrence");
        assert!((next(0, 2) - 0.25).abs() < 0.02);
        assert_eq!((next(1, 0), next(2, 1)), (0.0, 0.0));
    }

    #[test]
    fn bought_is_what_was_carted_or_bought_after() {
        use EventKind::{Cart, Purchase, View};
        let sequence = [[0, 1, 2, 2, 3], [0, 1, 2, 2, 3], [0, 1, 0, 3, 1]].concat();
        let kinds =
            [[View, View, Cart, Purchase, View], [View, View, Cart, Purchase, View], [View, View, View, Cart, View]];
        let corpus = Corpus::new(4, &sequence, &kinds.concat(), &[0, 5, 10, 15], f32::INFINITY);
        let (memory, counts) = build(&corpus, &no_floor()).unwrap();
        assert_eq!(memory.channels(), CHANNELS);
        let bought = |item, neighbour| strengths(&memory, item, neighbour)[BOUGHT];
        assert!(bought(1, 2) > 0.0 && bought(0, 2) > 0.0 && bought(2, 2) > 0.0);
        assert_eq!((bought(0, 1), bought(3, 2), bought(2, 3)), (0.0, 0.0, 0.0));
        assert!(bought(1, 2) / bought(0, 2) > 1.4, "nearer by one step");
        assert_eq!(bought(0, 3), 0.0, "bought in one session alone");
        assert_eq!((counts.bought, counts.bought_left_out), (5, 2));
    }

    #[test]
    fn frequent_items_keep_more_neighbours_and_the_mean_is_kept() {
        // Items 0 and 1 have 50 neighbours each, item 0 in five times as many sessions.
        let lists: Vec<Vec<u32>> = (0..300).map(|at| vec![u32::from(at % 6 == 0), 2 + at / 6]).collect();
        let lists: Vec<&[u32]> = lists.iter().map(Vec::as_slice).collect();
        let corpus = Corpus::of_lists(60, &lists);
        let kept = |mean: usize| {
            let memory = build(&corpus, &MemoryOptions { neighbours: mean, ..no_floor() }).unwrap().0;
            let counts: Vec<usize> = (0..60).map(|item| memory.of(item).iter().count()).collect();
            (counts[0], counts[1], memory.total())
        };
        let (frequent, rare, total) = kept(3);
        assert!(frequent > rare && rare >= 3, "{frequent}, {rare}");
        assert!(total <= 3 * 60, "{total}");
        assert_eq!(kept(60), (50, 50, 200), "nothing is cut where there is room");
    }
}
