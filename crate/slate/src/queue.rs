//! Candidates that wait for a place, in an order of preference: a list from which any is taken, and put back as it was.

use super::pins::NONE;
use alloc::vec;
use alloc::vec::Vec;

/// A doubly linked list of candidates (Knuth, TAOCP 7.2.2.1: dancing links).
#[derive(Debug)]
pub(crate) struct Queue {
    /// The one behind each; that of the front, which has the number after the last candidate's, is the first.
    next: Vec<u32>,
    previous: Vec<u32>,
}

impl Queue {
    /// These candidates, of so many.
    pub fn new(order: impl Iterator<Item = u32>, count: usize) -> Self {
        let (mut next, mut previous) = (vec![NONE; count + 1], vec![NONE; count + 1]);
        let mut last = count as u32;
        for candidate in order {
            (next[last as usize], previous[candidate as usize]) = (candidate, last);
            last = candidate;
        }
        Queue { next, previous }
    }

    /// All that wait, the preferred first.
    pub fn iter(&self) -> impl Iterator<Item = u32> + '_ {
        let behind = |candidate: u32| Some(self.next[candidate as usize]).filter(|&next| next != NONE);
        core::iter::successors(behind(self.next.len() as u32 - 1), move |&candidate| behind(candidate))
    }

    /// Takes one out.
    pub fn take(&mut self, candidate: u32) {
        let (next, previous) = (self.next[candidate as usize], self.previous[candidate as usize]);
        if let Some(slot) = self.next.get_mut(previous as usize) {
            *slot = next;
        }
        if let Some(slot) = self.previous.get_mut(next as usize) {
            *slot = previous;
        }
    }

    /// Puts the one that was taken last back.
    pub fn put_back(&mut self, candidate: u32) {
        let (next, previous) = (self.next[candidate as usize], self.previous[candidate as usize]);
        if let Some(slot) = self.next.get_mut(previous as usize) {
            *slot = candidate;
        }
        if let Some(slot) = self.previous.get_mut(next as usize) {
            *slot = candidate;
        }
    }
}
