//! A cap: of candidates of one group at most so many in any so many places in a row.

use super::pins::Pins;
use super::program::Record;
use alloc::vec;
use alloc::vec::Vec;
use reshelf_kernels::math::Lookup;

/// A cap, and where candidates of its groups stand so far.
#[derive(Debug)]
pub(crate) struct Cap {
    pub most: usize,
    /// Places in a row that are looked at: at least 1, at most `within`.
    pub window: usize,
    /// It holds in so many first places.
    pub within: usize,
    /// The group of each candidate, from 1; 0 where none has too many candidates to be kept in any order.
    groups: Vec<u32>,
    /// Where the places of each group begin in `places`.
    start: Vec<u32>,
    /// How many of each group stand there.
    placed: Vec<u32>,
    /// Places of the candidates of each group, from the front.
    places: Vec<u32>,
}

impl Cap {
    /// The cap of a record, over nobody placed.
    pub fn new(record: &Record<'_>, count: usize) -> Self {
        let window = record.b.min(record.within);
        let (mut groups, mut lookup) = (vec![0; count], Lookup::default());
        lookup.reset(count);
        // The lookup takes any number but one, which comes last here.
        let mut sizes = vec![0; count + 2];
        for (candidate, group) in groups.iter_mut().enumerate() {
            let code = if window == 0 { 0 } else { record.code(candidate) };
            if code != 0 {
                *group = 1 + lookup.insert(code).map_or(count, |(at, _)| at);
                sizes[*group] += 1;
            }
        }
        // Groups that are too small to break it are none.
        let (mut numbers, mut start, mut end) = (vec![0; count + 2], vec![0], 0);
        for (number, &size) in numbers.iter_mut().zip(&sizes) {
            if size as usize > record.a {
                *number = start.len() as u32;
                start.push(end);
                end += size;
            }
        }
        let groups = groups.iter().map(|&group| numbers[group]).collect();
        let (placed, places) = (vec![0; start.len()], vec![0; end as usize]);
        Cap { most: record.a, window: window.max(1), within: record.within, groups, start, placed, places }
    }

    /// How many groups there are, that of nobody included.
    #[inline]
    pub fn groups(&self) -> usize {
        self.start.len()
    }

    /// The group of a candidate; 0 for none.
    #[inline]
    pub fn group(&self, candidate: u32) -> usize {
        self.groups[candidate as usize] as usize
    }

    /// The first place at which a candidate of this group may stand as far as the `nth` newest of it goes.
    #[inline]
    fn free_from(&self, group: usize, nth: usize) -> usize {
        match (self.placed[group] as usize).checked_sub(nth) {
            Some(at) => self.places[self.start[group] as usize + at] as usize + self.window,
            None => 0,
        }
    }

    /// Whether it can hold with a candidate at a place, given those in front of it and those that are pinned behind.
    pub fn allows(&self, candidate: u32, place: usize, pins: &Pins) -> bool {
        let group = self.group(candidate);
        if group == 0 || place >= self.within {
            return true;
        }
        // Of those from here on, which stand in one window with as many in front as there is room for.
        let mut here = 1;
        let fits = |here: usize, at: usize| here <= self.most && self.free_from(group, self.most + 1 - here) <= at;
        if !fits(here, place) {
            return false;
        }
        let reach = self.within.min(pins.end()).min(place + self.window);
        for at in place + 1..reach {
            if pins.at(at).is_some_and(|other| self.group(other) == group) {
                here += 1;
                if !fits(here, at) {
                    return false;
                }
            }
        }
        true
    }

    /// How many more of a group can stand from one place to another, the second left out.
    pub fn capacity(&self, group: usize, from: usize, to: usize) -> usize {
        let (mut next, mut sum) = (from, 0);
        for nth in (1..=self.most).rev() {
            next = next.max(self.free_from(group, nth));
            if next >= to {
                break;
            }
            // One here, and one more with each window that follows.
            sum += (to - 1 - next) / self.window + 1;
            next += 1;
        }
        sum
    }

    /// A candidate takes a place, the next one.
    pub fn place(&mut self, candidate: u32, place: usize) {
        let group = self.group(candidate);
        if group != 0 && place < self.within {
            self.places[(self.start[group] + self.placed[group]) as usize] = place as u32;
            self.placed[group] += 1;
        }
    }

    /// It leaves it, as the last that came.
    pub fn unplace(&mut self, candidate: u32, place: usize) {
        let group = self.group(candidate);
        if group != 0 && place < self.within {
            self.placed[group] -= 1;
        }
    }
}
