//! Places that are taken from the front, one after the other, and given back: what of a list is settled so far.

use super::kinds::{kinds, mixed};
use super::look_ahead::LookAhead;
use super::moves::bounds;
use super::pins::Pins;
use super::program::{Kind, Program, Record};
use super::queue::Queue;
use super::rules::Rules;
use alloc::vec;
use alloc::vec::Vec;

/// Places in the memory of dead ends; a newer one takes the place of an older.
const MEMORY: usize = 1 << 12;

/// A list that is being made: some records must hold, and of the others as much as may be.
pub(crate) struct Board {
    pub pins: Pins,
    must: Rules,
    wish: Rules,
    ahead: LookAhead,
    /// Behind this place no record says anything.
    pub end: usize,
    kinds: Vec<u32>,
    /// Whether candidates of one kind still differ in how far they may move.
    moves: bool,
    /// Who stands where.
    pub placed: Vec<u32>,
    is_placed: Vec<bool>,
    /// Who waits: the preferred first, and those first for whom it is hard to find a place.
    waiting: [Queue; 2],
    /// A sum over those who are placed, by kind: equal wherever as many of each kind are left.
    sum: u64,
    dead: Vec<u64>,
    /// By kind: at which look somebody of it could not stand, and the first place in the given list of those.
    tried: Vec<(u32, u32)>,
    looks: u32,
    /// How often a candidate was tried at a place.
    pub tries: usize,
}

/// What a record is to a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// It holds.
    Must,
    /// It holds as far as may be.
    Wish,
    /// It says nothing.
    Out,
}

/// Which of the two queues is gone through.
#[derive(Clone, Copy)]
pub(crate) enum By {
    Preference = 0,
    Need = 1,
}

impl Board {
    /// An empty list. `None` where pins that must hold exclude each other, or another record that must.
    pub fn new(program: &Program<'_>, parts: &[Part], preference: &[u32]) -> Option<Board> {
        let count = program.count;
        let chosen = |which| -> Vec<&Record<'_>> {
            program.records.iter().zip(parts).filter(|&(_, &part)| part == which).map(|(record, _)| record).collect()
        };
        let records = chosen(Part::Must);
        let pins = Pins::new(records.iter().copied().filter(|record| record.kind == Kind::Pin), count)?;
        let (must, wish) = (Rules::new(&records, count, &pins), Rules::new(&chosen(Part::Wish), count, &pins));
        let kinds = kinds(&must, count);
        let free = || preference.iter().copied().filter(|&candidate| pins.of(candidate as usize).is_none());
        let waiting = [Queue::new(free(), count), Queue::new(by_need(&must, free()), count)];
        let board = Board {
            ahead: LookAhead::new(&must, count, &pins),
            end: program.records.iter().map(|record| record.end(count)).max().unwrap_or(0),
            moves: must.moves.is_some(),
            placed: Vec::with_capacity(count),
            is_placed: vec![false; count],
            tried: vec![(0, 0); count],
            sum: 0,
            dead: Vec::new(),
            looks: 0,
            tries: 0,
            pins,
            must,
            wish,
            kinds,
            waiting,
        };
        board.pins_hold(&records).then_some(board)
    }

    /// Whether pins alone break no cap and no bound of a move.
    fn pins_hold(&self, records: &[&Record<'_>]) -> bool {
        (0..self.pins.end()).all(|place| {
            let Some(candidate) = self.pins.at(place) else { return true };
            let reached = |record: &&Record<'_>| {
                let (first, last) = bounds(record, candidate as usize);
                record.kind != Kind::Moves || (first..=last).contains(&place)
            };
            records.iter().all(reached) && self.must.caps.iter().all(|cap| cap.allows(candidate, place, &self.pins))
        })
    }

    /// Whether nothing is known that keeps the places from the next one on from being filled.
    pub fn is_open(&mut self) -> bool {
        let place = self.placed.len();
        self.ahead.can_go_on(place, &self.must, &self.pins)
            && (self.dead.is_empty() || self.dead[self.key() as usize % MEMORY] != self.key())
    }

    /// Remembers that they cannot.
    pub fn note_dead_end(&mut self) {
        if self.dead.is_empty() {
            self.dead = vec![0; MEMORY];
        }
        let key = self.key();
        self.dead[key as usize % MEMORY] = key;
    }

    /// A number for all that counts of what is placed: how many of each kind, and the groups in the open windows. Two states of
    /// one number are taken for one.
    fn key(&self) -> u64 {
        let place = self.placed.len();
        let mut key = mixed(self.sum ^ place as u64);
        for cap in &self.must.caps {
            // Of a single window the numbers by kind tell all.
            if cap.window < cap.within && place < cap.within {
                for &candidate in &self.placed[(place + 1).saturating_sub(cap.window)..] {
                    key = mixed(key ^ cap.group(candidate) as u64);
                }
            }
        }
        key.max(1)
    }

    /// Who is to be tried at the next place, after another who was tried there last.
    pub fn next(&mut self, after: Option<u32>, by: By) -> Option<u32> {
        let (place, mut after) = (self.placed.len(), after);
        let pins = &self.pins;
        if !self.must.look(place, pins) {
            return None;
        }
        if let Some(candidate) = pins.at(place) {
            let allowed = after.is_none() && self.must.broken_by(candidate, place, pins, &self.is_placed) == 0;
            self.tries += 1;
            return allowed.then_some(candidate);
        }
        self.wish.look(place, pins);
        self.looks += 1;
        for broken in 0..self.wish.most_broken() {
            for candidate in self.waiting[by as usize].iter() {
                if self.wish.broken_by(candidate, place, pins, &self.is_placed) != broken {
                    continue;
                }
                // Of one kind, those who stand earlier in the given list may go to wherever a later one may, and sooner.
                let given = if self.moves { candidate } else { 0 };
                let tried = &mut self.tried[self.kinds[candidate as usize] as usize];
                let is_tried = tried.0 == self.looks && tried.1 <= given;
                if after.is_some() {
                    if !is_tried {
                        *tried = (self.looks, given);
                    }
                    after = after.filter(|&last| last != candidate);
                } else if !is_tried {
                    self.tries += 1;
                    if self.must.broken_by(candidate, place, pins, &self.is_placed) == 0 {
                        return Some(candidate);
                    }
                    *tried = (self.looks, given);
                }
            }
        }
        None
    }

    /// A candidate takes the next place.
    pub fn place(&mut self, candidate: u32) {
        let place = self.placed.len();
        self.must.place(candidate, place, &self.pins);
        self.wish.place(candidate, place, &self.pins);
        self.ahead.count(candidate, &self.must, &self.pins, |left| *left -= 1);
        self.sum = self.sum.wrapping_add(self.weight(candidate));
        if self.pins.of(candidate as usize).is_none() {
            self.waiting.iter_mut().for_each(|queue| queue.take(candidate));
        }
        self.is_placed[candidate as usize] = true;
        self.placed.push(candidate);
    }

    /// The last one leaves its place.
    pub fn unplace(&mut self) -> Option<u32> {
        let candidate = self.placed.pop()?;
        let place = self.placed.len();
        self.is_placed[candidate as usize] = false;
        if self.pins.of(candidate as usize).is_none() {
            self.waiting.iter_mut().for_each(|queue| queue.put_back(candidate));
        }
        self.sum = self.sum.wrapping_sub(self.weight(candidate));
        self.ahead.count(candidate, &self.must, &self.pins, |left| *left += 1);
        self.wish.unplace(candidate, place, &self.pins);
        self.must.unplace(candidate, place, &self.pins);
        Some(candidate)
    }

    fn weight(&self, candidate: u32) -> u64 {
        let given = if self.moves { candidate } else { 0 };
        mixed(u64::from(self.kinds[candidate as usize]) << 32 | u64::from(given))
    }

    /// Puts all who wait behind those who are placed.
    pub fn finish(mut self) -> Vec<u32> {
        self.placed.extend(self.waiting[By::Preference as usize].iter());
        self.placed
    }
}

/// Those first who count for most minimums, and then those of the largest groups; else as they came.
fn by_need(rules: &Rules, order: impl Iterator<Item = u32>) -> impl Iterator<Item = u32> {
    let order: Vec<u32> = order.collect();
    let sizes: Vec<Vec<u32>> = rules
        .caps
        .iter()
        .map(|cap| {
            let mut sizes = vec![0; cap.groups()];
            order.iter().for_each(|&candidate| sizes[cap.group(candidate)] += 1);
            sizes[0] = 0;
            sizes
        })
        .collect();
    let key = |(at, &candidate): (usize, &u32)| {
        let counts = rules.minimums.iter().filter(|minimum| minimum.counts(candidate)).count();
        let size = rules.caps.iter().zip(&sizes).map(|(cap, sizes)| sizes[cap.group(candidate)]).max();
        let need = (counts.min(0xff) as u64) << 24 | u64::from(size.unwrap_or(0).min(0xff_ffff));
        (!need << 32 | at as u64, candidate)
    };
    let mut keyed: Vec<(u64, u32)> = order.iter().enumerate().map(key).collect();
    sort(&mut keyed);
    keyed.into_iter().map(|(_, candidate)| candidate)
}

/// Sorts by numbers that all differ (Shell 1959, with the gaps of Tokuda): a few hundred bytes less than the library's, in what a
/// page loads.
fn sort(keyed: &mut [(u64, u32)]) {
    let mut gap = keyed.len();
    while gap > 1 {
        gap = (gap * 4 / 9).max(1);
        for end in gap..keyed.len() {
            let mut at = end;
            while at >= gap && keyed[at - gap] > keyed[at] {
                keyed.swap(at, at - gap);
                at -= gap;
            }
        }
    }
}
