//! Places that are taken from the front, one after the other, and given back: what of a list is settled so far, and who may come
//! next.

use super::program::{Kind, Program, Record};
use alloc::vec;
use alloc::vec::Vec;

/// No candidate, no place.
pub(crate) const NONE: u32 = u32::MAX;

/// A list that is being made.
pub(crate) struct Board<'a> {
    pub program: &'a Program<'a>,
    /// Of each record, whether it must hold ([`MUST`]); it is a wish otherwise.
    pub parts: &'a [u32],
    /// Who stands where, those included who are pinned to a place that is still to come.
    pub at: Vec<u32>,
    /// Where each candidate stands, likewise.
    place_of: Vec<u32>,
    /// Places up to this one are taken.
    pub place: usize,
    /// Who is pinned where.
    pins: Vec<u32>,
    /// Of each record: how many a minimum misses beside those who are pinned; of moves, up to which place all places are needed
    /// for those who must not stand behind it.
    pub needs: Vec<u32>,
    /// Those who could not stand at this place.
    tried: Vec<u32>,
    /// How often a candidate was tried at a place, or compared with one that was.
    pub tries: usize,
}

/// A record that must hold.
pub(crate) const MUST: u32 = 1;

/// The first and the last place of a candidate, by a record of moves; there is no last one where the record does not reach so far.
pub(crate) fn bounds(record: &Record, candidate: u32) -> (u32, u32) {
    let last = candidate.saturating_add(record.b);
    (candidate.saturating_sub(record.a).min(record.within), if last < record.within { last } else { NONE })
}

impl<'a> Board<'a> {
    /// An empty list. `None` where pins that must hold exclude each other, or another record that must.
    pub fn new(program: &'a Program<'a>, parts: &'a [u32]) -> Option<Self> {
        let empty = vec![NONE; program.count];
        let mut board = Board {
            program,
            parts,
            place_of: empty.clone(),
            place: 0,
            pins: empty,
            at: Vec::new(),
            needs: vec![NONE; parts.len()],
            tried: Vec::new(),
            tries: 0,
        };
        for (record, part) in program.records.iter().zip(parts) {
            if record.kind == Kind::Pin && *part == MUST {
                let pin = board.pins.get_mut(record.b as usize)?;
                let place = board.place_of.get_mut(record.a as usize)?;
                if (*pin, *place) != (NONE, NONE) && (*pin, *place) != (record.a, record.b) {
                    return None;
                }
                (*pin, *place) = (record.a, record.b);
            }
        }
        board.at.clone_from(&board.pins);
        let holds = |place: usize| board.at[place] == NONE || board.broken(board.at[place], place, true) == 0;
        (0..program.count).all(holds).then_some(board)
    }

    /// Whether a candidate waits for a place.
    pub fn waits(&self, candidate: u32) -> bool {
        self.place_of.get(candidate as usize) == Some(&NONE)
    }

    /// How many places are free from the next one on, as far as a record says anything.
    pub fn free(&self, record: &Record) -> u32 {
        let places = self.at.iter().take(record.within as usize).skip(self.place);
        places.map(|&who| u32::from(who == NONE)).sum()
    }

    /// Whether a candidate at a place, the next one or where it is pinned, breaks a rule, for sure and more than it is broken
    /// already.
    pub fn breaks(&self, rule: usize, candidate: u32, place: usize) -> bool {
        let (record, need) = (&self.program.records[rule], self.needs[rule]);
        let own = record.label(candidate);
        match record.kind {
            // Who could not stand at a place comes as soon behind it as may be.
            Kind::Pin => self.waits(record.a) && (record.a == candidate) == ((place as u32) < record.b),
            Kind::Minimum => own != 1 && need != NONE && need > 0 && need >= self.free(record),
            Kind::Cap if own != 0 && place < record.within as usize => {
                let window = record.b.min(record.within) as usize;
                let mut first = (place + 1).saturating_sub(window);
                let last = place.min(record.within as usize - window);
                // Whoever is pinned stands there already.
                let here = u32::from(self.at[place] != candidate);
                while first <= last && record.labelled(&self.at[first..first + window], own) + here <= record.a {
                    first += 1;
                }
                first <= last
            }
            Kind::Moves => {
                let (first, last) = bounds(record, candidate);
                !(first..=last).contains(&(place as u32)) || last > need
            }
            _ => false,
        }
    }

    /// How many of the rules that must hold, or are wished to, a candidate at a place breaks.
    fn broken(&self, candidate: u32, place: usize, must: bool) -> usize {
        let asked = |rule: usize| (self.parts[rule] == MUST) == must;
        (0..self.parts.len()).filter(|&rule| asked(rule) && self.breaks(rule, candidate, place)).count()
    }

    /// Whether a candidate may stand wherever another one may: no rule tells them apart, but that it may move as far or farther to
    /// the front.
    fn stands_in(&self, candidate: u32, other: u32) -> bool {
        self.program.records.iter().zip(self.parts).all(|(record, part)| {
            let earlier = record.kind != Kind::Moves || candidate <= other;
            *part != MUST || (earlier && record.label(candidate) == record.label(other))
        })
    }

    /// Who is to be tried at the next place: of those who break fewest wishes the first in this order, after another who was tried
    /// there last. The look ahead must have been from this place.
    pub fn next(&mut self, order: &[u32], mut after: Option<u32>) -> Option<u32> {
        self.tries += 1;
        let pinned = self.at[self.place];
        if pinned != NONE {
            return after.is_none().then_some(pinned);
        }
        self.tried.clear();
        let mut wish = 0;
        while wish < usize::MAX {
            // Those who break as many wishes, and then those who break the next more.
            let mut more = usize::MAX;
            for &candidate in order {
                let broken = self.broken(candidate, self.place, false);
                if !self.waits(candidate) || broken != wish {
                    if broken > wish && self.waits(candidate) {
                        more = more.min(broken);
                    }
                    continue;
                }
                self.tries += 1 + self.tried.len();
                if after == Some(candidate) {
                    after = None;
                } else if self.tried.iter().any(|&tried| self.stands_in(tried, candidate)) {
                    continue;
                } else if after.is_none() && self.broken(candidate, self.place, true) == 0 {
                    return Some(candidate);
                }
                self.tried.push(candidate);
            }
            wish = more;
        }
        None
    }

    /// A candidate takes the next place.
    pub fn take(&mut self, candidate: u32) {
        (self.at[self.place], self.place_of[candidate as usize]) = (candidate, self.place as u32);
        self.place += 1;
    }

    /// The last one leaves its place.
    pub fn give_back(&mut self) -> u32 {
        self.place -= 1;
        let candidate = core::mem::replace(&mut self.at[self.place], self.pins[self.place]);
        if self.at[self.place] == NONE {
            self.place_of[candidate as usize] = NONE;
        }
        candidate
    }
}
