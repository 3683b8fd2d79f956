//! The training sessions as one flat sequence, with a weight for each session.
//!
//! Memory and attributes count events alone. The vectors also look at what weighs in the state beside the events
//! ([`Corpus::with_signals`]): there a search stands as an item that has no vector of its own, only tokens.

use std::borrow::Cow;

use core::ops::Range;
use reshelf::artifact::{DWELL_BANDS, DWELL_EDGES, EventKind};

use super::tokens::Tokens;
use crate::data::{SessionLog, is_signal};

/// The band of an event whose dwell is not known: one past the last.
pub const NO_DWELL: u8 = DWELL_BANDS as u8;

/// Sessions one after the other: items, kinds, and how much each session counts.
#[derive(Clone, Debug)]
pub struct Corpus {
    items: usize,
    /// Texts that were searched for, which are numbered after the items.
    texts: usize,
    sequence: Vec<u32>,
    kinds: Vec<EventKind>,
    /// The band of each event's dwell; empty where none is known.
    dwells: Vec<u8>,
    offsets: Vec<usize>,
    session_of: Vec<u32>,
    weights: Vec<f32>,
}

impl Corpus {
    /// A corpus of sessions in the order of their start. `offsets` has one entry more than there are sessions; the last
    /// session weighs 1 and the weight halves over every `half_life` part of the corpus before it.
    pub fn new(items: usize, sequence: &[u32], kinds: &[EventKind], offsets: &[usize], half_life: f32) -> Self {
        let sessions = offsets.len().saturating_sub(1);
        let base = offsets.first().copied().unwrap_or(0);
        let range = base..offsets.last().copied().unwrap_or(0);
        let age = |session: usize| (sessions - 1 - session) as f32 / sessions as f32;
        let mut session_of = Vec::with_capacity(range.len());
        for (session, ends) in offsets.windows(2).enumerate() {
            session_of.resize(session_of.len() + ends[1] - ends[0], session as u32);
        }
        Corpus {
            items,
            texts: 0,
            dwells: Vec::new(),
            sequence: sequence[range.clone()].to_vec(),
            kinds: kinds[range].to_vec(),
            offsets: offsets.iter().map(|offset| offset - base).collect(),
            session_of,
            weights: (0..sessions).map(|session| (-age(session) / half_life).exp2()).collect(),
        }
    }

    /// The same sessions with all that weighs in the state: beside the events searches of which a token is known, returns and
    /// dislikes. How long an item was looked at counts with its newest view before, whenever it was told.
    pub fn with_signals(&self, log: &SessionLog, sessions: Range<usize>, tokens: Option<&Tokens>) -> Cow<'_, Corpus> {
        let signals = &log.signals;
        if signals.is_empty() {
            return Cow::Borrowed(self);
        }
        let mut told = Corpus {
            items: self.items,
            texts: tokens.map_or(0, Tokens::texts),
            sequence: Vec::new(),
            kinds: Vec::new(),
            dwells: Vec::new(),
            offsets: vec![0],
            session_of: Vec::new(),
            weights: self.weights.clone(),
        };
        let mut seconds = Vec::new();
        for (number, session) in sessions.enumerate() {
            let view = log.session(session);
            let begin = told.sequence.len();
            for at in 0..=view.len() {
                for signal in signals.after(session, at) {
                    let item = match signal.kind {
                        EventKind::Search => {
                            let text = signal.item as usize;
                            tokens.filter(|tokens| tokens.knows_text(text)).map(|_| (self.items + text) as u32)
                        }
                        EventKind::Return | EventKind::Dislike => {
                            Some(signal.item).filter(|&item| (item as usize) < self.items)
                        }
                        _ => None,
                    };
                    if let Some(item) = item {
                        told.sequence.push(item);
                        told.kinds.push(signal.kind);
                    } else if signal.kind == EventKind::Dwell {
                        let is_view =
                            |&at: &usize| told.kinds[at] == EventKind::View && told.sequence[at] == signal.item;
                        let newest = (begin..told.sequence.len()).rev().find(is_view);
                        seconds.extend(newest.map(|view| (view, signal.amount)));
                    }
                }
                told.sequence.extend(view.items.get(at));
                told.kinds.extend(view.kinds.get(at));
            }
            told.session_of.resize(told.sequence.len(), number as u32);
            told.offsets.push(told.sequence.len());
        }
        if !seconds.is_empty() {
            told.dwells = bands(told.sequence.len(), &seconds);
        }
        Cow::Owned(told)
    }

    /// Sessions of views that all weigh the same, for tests.
    #[cfg(test)]
    pub fn of_lists(items: usize, lists: &[&[u32]]) -> Self {
        let sequence = lists.concat();
        let mut offsets = vec![0];
        lists.iter().for_each(|list| offsets.push(offsets[offsets.len() - 1] + list.len()));
        let kinds = vec![EventKind::View; sequence.len()];
        Corpus::new(items, &sequence, &kinds, &offsets, f32::INFINITY)
    }

    /// How many items the vocabulary has.
    pub fn items(&self) -> usize {
        self.items
    }

    /// How many sessions there are.
    pub fn sessions(&self) -> usize {
        self.weights.len()
    }

    /// How many items and texts there are.
    pub fn items_and_texts(&self) -> usize {
        self.items + self.texts
    }

    /// All items, session after session.
    pub fn sequence(&self) -> &[u32] {
        &self.sequence
    }

    /// The kind of each event.
    pub fn kinds(&self) -> &[EventKind] {
        &self.kinds
    }

    /// The band of the dwell of the event at a position.
    pub fn dwell_at(&self, position: usize) -> u8 {
        self.dwells.get(position).copied().unwrap_or(NO_DWELL)
    }

    /// How many events have a dwell.
    pub fn dwells(&self) -> usize {
        self.dwells.iter().filter(|&&band| band != NO_DWELL).count()
    }

    /// Whether what stands at a position is an event, and so may be predicted.
    pub fn is_event(&self, position: usize) -> bool {
        !is_signal(self.kinds[position])
    }

    /// How many of each weighed kind there are.
    pub fn kind_counts(&self) -> [usize; EventKind::WEIGHED] {
        let mut counts = [0; EventKind::WEIGHED];
        self.kinds.iter().filter_map(|kind| kind.weighed()).for_each(|kind| counts[kind] += 1);
        counts
    }

    /// How many events each item has.
    pub fn counts(&self) -> Vec<u32> {
        let mut counts = vec![0; self.items];
        let events = self.sequence.iter().zip(&self.kinds).filter(|(_, kind)| !is_signal(**kind));
        events.for_each(|(&item, _)| counts[item as usize] += 1);
        counts
    }

    /// The positions of one session.
    pub fn session(&self, session: usize) -> Range<usize> {
        self.offsets[session]..self.offsets[session + 1]
    }

    /// The positions of the session that holds a position.
    pub fn session_at(&self, position: usize) -> Range<usize> {
        self.session(self.session_of[position] as usize)
    }

    /// The number of the session that holds a position.
    pub fn session_number_at(&self, position: usize) -> u32 {
        self.session_of[position]
    }

    /// How much the session that holds a position counts: 1 for the newest.
    pub fn weight_at(&self, position: usize) -> f32 {
        self.weights[self.session_of[position] as usize]
    }
}

/// The band of each event's dwell, given seconds by position.
fn bands(events: usize, seconds: &[(usize, f32)]) -> Vec<u8> {
    let mut sums = vec![-1.0f32; events];
    seconds.iter().for_each(|&(at, seconds)| sums[at] = sums[at].max(0.0) + seconds);
    let band = |seconds: f32| DWELL_EDGES.iter().take_while(|&&edge| seconds >= edge).count() as u8;
    sums.into_iter().map(|seconds| if seconds < 0.0 { NO_DWELL } else { band(seconds) }).collect()
}
