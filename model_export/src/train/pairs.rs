//! Which pairs of items enough distinct sessions hold, so that what is learned of them tells of no single shopper.
//!
//! Two items are a pair in a session that has both within reach of each other, in either order; an item is a pair with
//! itself where it comes again. Whatever a session does with a pair, it counts once. Below the floor nothing is learned of
//! the pair: the memory does not list it, and the vectors do not train on it.

use core::fmt;
use core::num::NonZeroUsize;
use core::str::FromStr;

use rayon::prelude::*;
use serde::Serialize;

use super::corpus::Corpus;

/// How many distinct sessions a pair of items needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Floor(usize);

impl Floor {
    /// Unless another one is asked for: the largest that costs at most 1 % of MRR@20 on the public logs (docs/privacy.md).
    pub const DEFAULT: usize = 1;
    /// What was bought is nobody else's business, so it takes two sessions at least.
    const LEAST_BOUGHT: usize = 2;

    /// A floor of so many sessions. One session, and none, is no floor.
    pub fn new(sessions: usize) -> Self {
        Floor(sessions.max(1))
    }

    /// Distinct sessions that a pair needs.
    pub fn pairs(self) -> usize {
        self.0
    }

    /// Distinct sessions in which the second item was carted or bought after the first.
    pub fn bought(self) -> usize {
        self.0.max(Self::LEAST_BOUGHT)
    }
}

impl Default for Floor {
    fn default() -> Self {
        Floor::new(Self::DEFAULT)
    }
}

impl FromStr for Floor {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let sessions: NonZeroUsize = text.parse().map_err(|_| "a number of sessions, 1 or more, is needed")?;
        Ok(Floor(sessions.get()))
    }
}

impl fmt::Display for Floor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Counts distinct sessions that come in order.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Sessions {
    count: u32,
    last: u32,
}

impl Sessions {
    /// Counts a session unless it is the one before.
    pub fn add(&mut self, session: u32) {
        if self.count == 0 || self.last != session {
            (self.count, self.last) = (self.count + 1, session);
        }
    }

    /// How many there were.
    pub fn count(self) -> usize {
        self.count as usize
    }
}

/// Where each item occurs: positions in the corpus, ascending and so session by session, grouped by item.
pub(super) struct Occurrences {
    offsets: Vec<usize>,
    positions: Vec<u32>,
}

impl Occurrences {
    pub fn of(corpus: &Corpus) -> Self {
        let items = corpus.items_and_texts();
        let mut offsets = vec![0usize; items + 1];
        for &item in corpus.sequence() {
            offsets[item as usize + 1] += 1;
        }
        for item in 0..items {
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

    pub fn of_item(&self, item: u32) -> &[u32] {
        &self.positions[self.offsets[item as usize]..self.offsets[item as usize + 1]]
    }
}

/// For each event, which of the events before it in its session it is a pair with that enough sessions hold.
#[derive(Clone, Debug)]
pub(super) struct Supported {
    /// A bit for each step back, one step the lowest; `None` where there is no floor, and so every pair counts.
    steps: Option<Vec<u32>>,
}

impl Supported {
    /// Looks at all pairs within `reach` steps, at most 32. Memory: four bytes an event, twice that for a moment.
    pub fn of(corpus: &Corpus, reach: usize, floor: Floor) -> Self {
        if floor.pairs() <= 1 {
            return Supported { steps: None };
        }
        let reach = reach.min(u32::BITS as usize);
        let occurrences = Occurrences::of(corpus);
        let items = corpus.items_and_texts();
        let of_items: Vec<Vec<u32>> = (0..items as u32)
            .into_par_iter()
            .map_init(
                || vec![Sessions::default(); items],
                |met, item| steps_of(corpus, occurrences.of_item(item), reach, floor, met),
            )
            .collect();
        let mut steps = vec![0; corpus.sequence().len()];
        for (item, of_item) in (0..).zip(&of_items) {
            occurrences.of_item(item).iter().zip(of_item).for_each(|(&at, &bits)| steps[at as usize] = bits);
        }
        Supported { steps: Some(steps) }
    }

    /// Whether the event at a position and the one `ago + 1` steps before it are a pair to learn from.
    pub fn holds(&self, position: usize, ago: usize) -> bool {
        self.steps.as_ref().is_none_or(|steps| ago < u32::BITS as usize && steps[position] >> ago & 1 == 1)
    }

    /// Whether there is any such event before it, for a position that is not its session's first.
    pub fn any(&self, position: usize) -> bool {
        self.steps.as_ref().is_none_or(|steps| steps[position] != 0)
    }
}

/// The bits of one item's positions. Leaves `met` as it was before.
fn steps_of(corpus: &Corpus, positions: &[u32], reach: usize, floor: Floor, met: &mut [Sessions]) -> Vec<u32> {
    let around = |position: u32| {
        let (at, session) = (position as usize, corpus.session_at(position as usize));
        (session.start.max(at.saturating_sub(reach))..at).chain(at + 1..session.end.min(at + 1 + reach))
    };
    let sequence = corpus.sequence();
    for &position in positions {
        around(position).for_each(|other| met[sequence[other] as usize].add(corpus.session_number_at(other)));
    }
    let bits = positions.iter().map(|&position| {
        let enough = |other: &usize| met[sequence[*other] as usize].count() >= floor.pairs();
        let before = around(position).filter(|&other| other < position as usize);
        before.filter(enough).fold(0, |bits, other| bits | 1 << (position as usize - other - 1))
    });
    let bits = bits.collect();
    for &position in positions {
        around(position).for_each(|other| met[sequence[other] as usize] = Sessions::default());
    }
    bits
}

/// How many pairs of items a log holds, each counted once, and what the floor makes of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct PairCounts {
    /// Pairs that any session holds.
    pub met: usize,
    /// Those that one session alone holds.
    pub in_one_session: usize,
    /// Those that the floor leaves out.
    pub left_out: usize,
    /// Pairs of which the second item was carted or bought after the first.
    pub bought: usize,
    /// Those that the floor of bought pairs leaves out.
    pub bought_left_out: usize,
}

impl PairCounts {
    pub(super) fn and(self, other: PairCounts) -> PairCounts {
        PairCounts {
            met: self.met + other.met,
            in_one_session: self.in_one_session + other.in_one_session,
            left_out: self.left_out + other.left_out,
            bought: self.bought + other.bought,
            bought_left_out: self.bought_left_out + other.bought_left_out,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_counts_once_however_often_it_holds_the_pair() {
        let corpus = Corpus::of_lists(6, &[&[0, 1, 0, 1, 0], &[2, 3], &[3, 4, 2], &[5, 5], &[4, 4]]);
        let supported = Supported::of(&corpus, 16, Floor::new(2));
        let of = |position: usize| (0..4).map(|ago| supported.holds(position, ago)).collect::<Vec<_>>();
        assert!((0..5).all(|position| !supported.any(position)), "0 and 1 meet in one session alone");
        // 2 and 3 meet in two sessions, once in each order; 4 meets nobody twice, itself included.
        assert_eq!(of(6), [true, false, false, false]);
        assert_eq!(of(9), [false, true, false, false]);
        assert!(!supported.any(8) && !supported.any(11) && !supported.any(13));
        assert!(Supported::of(&corpus, 1, Floor::new(2)).steps.iter().flatten().all(|bits| *bits == 0), "out of reach");
        assert!(!Supported::of(&corpus, 16, Floor::new(3)).any(6));
    }

    #[test]
    fn one_session_is_no_floor_but_for_what_was_bought() {
        let corpus = Corpus::of_lists(2, &[&[0, 1]]);
        assert!(Supported::of(&corpus, 16, Floor::new(1)).holds(1, 0));
        assert_eq!([0, 1, 2, 3].map(|sessions| Floor::new(sessions).pairs()), [1, 1, 2, 3]);
        assert_eq!([0, 1, 2, 3].map(|sessions| Floor::new(sessions).bought()), [2, 2, 2, 3]);
    }
}
