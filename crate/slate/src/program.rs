//! What a caller asks of a list, as it crosses: words of 32 bits, read into a checked [`Program`].
//!
//! A header of [`HEADER_WORDS`]: `top`, `diversity`, `amount` (the bits of an `f32`), `window`, `categories`, `limit`. Where
//! `categories` is 1, a category of each candidate follows (0: none), and for calibration a count `C` and the bits of `C` wanted
//! shares, of the categories 1 to `C`. Then records of [`RECORD_WORDS`]: kind, rule, `a`, `b`, `c`, `members`; where `members` is
//! 1, a code of each candidate follows. The first record that does not fit ends the program.

use super::labels::{groups, minimum};
use alloc::vec::Vec;
use reshelf_kernels::math::Lookup;

/// Words before the first record.
pub const HEADER_WORDS: usize = 6;
/// Words of a record, without its codes.
pub const RECORD_WORDS: usize = 6;

/// A record: candidate `a` stands at place `b`, counted from 0.
pub const PIN: u32 = 1;
/// A record: of candidates of one code, 0 apart, at most `a` stand in any `b` places in a row of the first `c`.
pub const CAP: u32 = 2;
/// A record: at least `a` candidates of code 1 stand in the first `c` places.
pub const MINIMUM: u32 = 3;
/// A record: no candidate stands more than `a` places above its place in the given list, or `b` below.
pub const MOVES: u32 = 4;

/// No diversity: candidates are preferred by score.
pub const BY_SCORE: u32 = 0;
/// Diversity by maximal marginal relevance.
pub const MMR: u32 = 1;
/// Diversity by a determinantal point process.
pub const DPP: u32 = 2;
/// Shares of categories as they are wanted.
pub const CALIBRATION: u32 = 3;

/// As many placed candidates a new one is compared with, where the program does not say.
pub const USUAL_WINDOW: usize = 10;

/// What a record asks: where not all can be kept, the first of these before the last, and of one kind the earlier record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Pin,
    Minimum,
    Cap,
    Moves,
    /// Nothing that this version knows, and so nothing.
    Nothing,
}

/// One thing that is asked of the list.
#[derive(Clone, Debug)]
pub(crate) struct Record {
    pub kind: Kind,
    pub a: u32,
    pub b: u32,
    /// Places from the front in which it holds, at most as many as there are.
    pub within: u32,
    /// A small number a candidate, or none at all: the group that a cap counts it in, or 1 where a minimum counts it; 0 where the
    /// record says nothing of it.
    pub labels: Vec<u32>,
}

impl Record {
    /// The label of a candidate; 0 where there is none.
    #[inline]
    pub fn label(&self, candidate: u32) -> u32 {
        self.labels.get(candidate as usize).copied().unwrap_or(0)
    }

    /// How many of some candidates have a label, of any but 0.
    #[inline(never)]
    pub fn labelled(&self, candidates: &[u32], wanted: u32) -> u32 {
        candidates.iter().map(|&candidate| u32::from(self.label(candidate) == wanted)).sum()
    }

    /// Where the places end that it says anything of.
    pub fn end(&self, count: usize) -> u32 {
        match self.kind {
            Kind::Pin => self.b.saturating_add(1).min(count as u32),
            Kind::Nothing => 0,
            _ => self.within,
        }
    }
}

/// A program that was read: whatever the words were, it can be carried out.
#[derive(Clone, Debug)]
pub struct Program<'a> {
    pub(crate) count: usize,
    pub(crate) diversity: u32,
    /// 0: score alone; 1: diversity alone.
    pub(crate) amount: f32,
    pub(crate) window: usize,
    /// So many first places are put in order by diversity.
    pub(crate) depth: usize,
    pub(crate) categories: &'a [u32],
    /// The bits of the wanted shares.
    pub(crate) shares: &'a [u32],
    pub(crate) records: Vec<Record>,
}

impl<'a> Program<'a> {
    /// Reads a program for so many candidates.
    pub fn read(words: &'a [u32], count: usize) -> Self {
        let mut program = Program {
            count,
            diversity: BY_SCORE,
            amount: 0.0,
            window: USUAL_WINDOW,
            depth: 0,
            categories: &[],
            shares: &[],
            records: Vec::new(),
        };
        let mut words = Words(words);
        if let Some(&[top, diversity, amount, window, categories, limit]) = words.header() {
            let top = within(top, count as u32, count);
            program.diversity = diversity;
            program.amount = portion(amount);
            program.window = if window == 0 { USUAL_WINDOW } else { window as usize };
            program.depth = count.min(top.max(limit) as usize);
            // A header whose categories do not fit ends the program.
            if program.categories(categories, &mut words).is_some() {
                let mut lookup = Lookup::default();
                while let Some(record) = words.record(count, top, &mut lookup) {
                    program.records.push(record);
                }
            }
        }
        program
    }

    fn categories(&mut self, flag: u32, words: &mut Words<'a>) -> Option<()> {
        if flag == 1 {
            self.categories = words.take(self.count)?;
            if self.diversity == CALIBRATION {
                let &[shares] = words.take(1)? else { return None };
                self.shares = words.take(shares as usize)?;
            }
        }
        Some(())
    }

    /// Whether the rows of candidates are compared: without them, none resembles another.
    pub fn compares_rows(&self) -> bool {
        self.amount > 0.0 && (self.diversity == MMR || self.diversity == DPP)
    }
}

/// Places that a record holds in: those that it says, or as many as all do; never more than there are.
fn within(said: u32, usual: u32, count: usize) -> u32 {
    if said == 0 { usual } else { said.min(count as u32) }
}

/// A number of 0 to 1 from its bits.
fn portion(bits: u32) -> f32 {
    let value = f32::from_bits(bits);
    if value >= 1.0 {
        1.0
    } else if value > 0.0 {
        value
    } else {
        0.0
    }
}

/// What is left to read.
struct Words<'a>(&'a [u32]);

impl<'a> Words<'a> {
    fn take(&mut self, count: usize) -> Option<&'a [u32]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    fn header(&mut self) -> Option<&'a [u32; HEADER_WORDS]> {
        self.take(HEADER_WORDS)?.try_into().ok()
    }

    fn record(&mut self, count: usize, top: u32, lookup: &mut Lookup) -> Option<Record> {
        let &[kind, _rule, a, b, c, members] = self.take(RECORD_WORDS)? else { return None };
        let codes = match members {
            0 => &[],
            1 => self.take(count)?,
            _ => return None,
        };
        let (kind, labels) = match kind {
            PIN => (Kind::Pin, Vec::new()),
            CAP => (Kind::Cap, if b > 0 { groups(codes, a, lookup) } else { Vec::new() }),
            MINIMUM => (Kind::Minimum, minimum(codes)),
            MOVES => (Kind::Moves, Vec::new()),
            _ => (Kind::Nothing, Vec::new()),
        };
        Some(Record { kind, a, b, within: within(c, top, count), labels })
    }
}
