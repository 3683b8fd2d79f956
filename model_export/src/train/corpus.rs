//! The training sessions as one flat sequence, with a weight for each session.

use core::ops::Range;
use reshelf::artifact::EventKind;

/// Sessions one after the other: items, kinds, and how much each session counts.
#[derive(Clone, Debug)]
pub struct Corpus {
    items: usize,
    sequence: Vec<u32>,
    kinds: Vec<EventKind>,
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
            sequence: sequence[range.clone()].to_vec(),
            kinds: kinds[range].to_vec(),
            offsets: offsets.iter().map(|offset| offset - base).collect(),
            session_of,
            weights: (0..sessions).map(|session| (-age(session) / half_life).exp2()).collect(),
        }
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

    /// All items, session after session.
    pub fn sequence(&self) -> &[u32] {
        &self.sequence
    }

    /// The kind of each event.
    pub fn kinds(&self) -> &[EventKind] {
        &self.kinds
    }

    /// How often each item occurs.
    pub fn counts(&self) -> Vec<u32> {
        let mut counts = vec![0; self.items];
        self.sequence.iter().for_each(|&item| counts[item as usize] += 1);
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
