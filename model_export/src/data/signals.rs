//! What a log tells of its sessions beside their events: searches, returns, dislikes, how long pages were looked at, and what
//! lists showed. Kept apart, so that whatever counts events counts what shoppers did with items and nothing else; 17 bytes
//! each, since a log may have ten impressions an event.

use std::ops::Range;

use reshelf::session::EventKind;

use super::Ids;

/// Whether rows of this kind are told beside the events, and are none.
pub fn is_signal(kind: EventKind) -> bool {
    kind > EventKind::Other
}

/// One thing that was told.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Signal {
    /// How many events of its session come before it.
    pub after: u32,
    /// What it is: none of the kinds that events have.
    pub kind: EventKind,
    /// The item, as [`super::SessionLog::item_text`] numbers items; of a search the text's index in [`Signals::texts`].
    pub item: u32,
    /// Seconds of a dwell; the place from 0 of an impression or a skip in its list; else 0.
    pub amount: f32,
    /// What the name of an impression's or a skip's list is hashed to; 0 where it has none.
    pub list: u32,
}

/// The signals of a log, session by session, each one's in their order among its events.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Signals {
    /// `sessions + 1` offsets; empty where the log tells nothing beside its events.
    offsets: Vec<usize>,
    after: Vec<u32>,
    kinds: Vec<EventKind>,
    items: Vec<u32>,
    amounts: Vec<f32>,
    lists: Vec<u32>,
    /// Items that no event of the log has, ascending: they are numbered after those that have one.
    pub other_items: Option<Ids>,
    /// What was searched for.
    pub texts: Vec<String>,
    /// Whether impressions become skips as the session goes on, since the log tells of none by itself.
    pub derive_skips: bool,
}

impl Signals {
    /// Those of a log made for a test, by session; what is searched for are these texts.
    #[cfg(test)]
    pub fn of(sessions: &[Vec<Signal>], texts: &[&str]) -> Signals {
        let mut signals = Signals { texts: texts.iter().map(|&text| text.to_owned()).collect(), ..Signals::default() };
        for session in sessions {
            signals.begin_session();
            session.iter().for_each(|&signal| signals.push(signal));
        }
        signals.finish();
        signals
    }

    /// Begins the next session.
    pub(super) fn begin_session(&mut self) {
        self.offsets.push(self.kinds.len());
    }

    /// Adds what was told next of the session that was begun last.
    pub(super) fn push(&mut self, signal: Signal) {
        self.after.push(signal.after);
        self.kinds.push(signal.kind);
        self.items.push(signal.item);
        self.amounts.push(signal.amount);
        self.lists.push(signal.list);
    }

    /// Ends the last session. Where nothing was told, nothing is kept.
    pub(super) fn finish(&mut self) {
        self.begin_session();
        self.derive_skips = self.count(EventKind::Impression) > 0 && self.count(EventKind::Skip) == 0;
        if self.kinds.is_empty() {
            self.offsets.clear();
        }
    }

    /// The items that signals name, searches left out.
    pub(super) fn all_items(&self) -> impl Iterator<Item = u32> + '_ {
        let items = self.items.iter().zip(&self.kinds).filter(|(_, kind)| **kind != EventKind::Search);
        items.map(|(&item, _)| item)
    }

    /// Gives every item its number of the log, and keeps what items and texts are called that only signals name.
    pub(super) fn finish_items(&mut self, number: &[u32], other_items: Ids, texts: Vec<String>) {
        let mut numbers: Vec<Option<u32>> = vec![None; texts.len()];
        let mut used = Vec::new();
        for (item, &kind) in self.items.iter_mut().zip(&self.kinds) {
            *item = match kind {
                EventKind::Search => *numbers[*item as usize].get_or_insert_with(|| {
                    used.push(*item as usize);
                    used.len() as u32 - 1
                }),
                _ => number[*item as usize],
            };
        }
        self.texts = used.into_iter().map(|text| texts[text].clone()).collect();
        self.other_items = (!other_items.is_empty()).then_some(other_items);
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.kinds.len()
    }

    /// Whether the log tells nothing beside its events.
    pub fn is_empty(&self) -> bool {
        self.kinds.is_empty()
    }

    /// How many there are of a kind.
    pub fn count(&self, kind: EventKind) -> u64 {
        self.kinds.iter().filter(|&&other| other == kind).count() as u64
    }

    /// Those of one session, in order.
    pub fn of_session(&self, session: usize) -> impl DoubleEndedIterator<Item = Signal> + Clone + '_ {
        self.range(session).map(|at| self.at(at))
    }

    /// Those of one session that come after so many of its events and before the next.
    pub fn after(&self, session: usize, events: usize) -> impl DoubleEndedIterator<Item = Signal> + Clone + '_ {
        let of_session = self.range(session);
        let after = &self.after[of_session.clone()];
        let [begin, end] = [events, events + 1].map(|events| after.partition_point(|&after| (after as usize) < events));
        (of_session.start + begin..of_session.start + end).map(|at| self.at(at))
    }

    /// Those of these sessions alone.
    pub fn subset(&self, sessions: Range<usize>) -> Signals {
        if self.is_empty() {
            return Signals::default();
        }
        let rows = self.offsets[sessions.start]..self.offsets[sessions.end];
        let mut part = Signals {
            offsets: self.offsets[sessions.start..=sessions.end].iter().map(|offset| offset - rows.start).collect(),
            after: self.after[rows.clone()].to_vec(),
            kinds: self.kinds[rows.clone()].to_vec(),
            items: self.items[rows.clone()].to_vec(),
            amounts: self.amounts[rows.clone()].to_vec(),
            lists: self.lists[rows].to_vec(),
            other_items: self.other_items.clone(),
            texts: self.texts.clone(),
            derive_skips: self.derive_skips,
        };
        if part.is_empty() {
            part.offsets.clear();
        }
        part
    }

    fn range(&self, session: usize) -> Range<usize> {
        if self.offsets.is_empty() { 0..0 } else { self.offsets[session]..self.offsets[session + 1] }
    }

    fn at(&self, at: usize) -> Signal {
        let (after, kind, item) = (self.after[at], self.kinds[at], self.items[at]);
        Signal { after, kind, item, amount: self.amounts[at], list: self.lists[at] }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signals_are_found_by_the_events_that_they_follow() {
        let mut signals = Signals::default();
        let signal = |after, item| Signal { after, kind: EventKind::Impression, item, amount: 0.0, list: 1 };
        for session in [vec![(0, 5), (0, 6), (2, 7)], vec![], vec![(1, 8)]] {
            signals.begin_session();
            session.into_iter().for_each(|(after, item)| signals.push(signal(after, item)));
        }
        signals.finish();
        let items = |signals: &Signals, session, events| {
            signals.after(session, events).map(|told| told.item).collect::<Vec<_>>()
        };
        assert_eq!([0, 1, 2, 3].map(|events| items(&signals, 0, events)), [vec![5, 6], vec![], vec![7], vec![]]);
        assert_eq!((items(&signals, 1, 0), items(&signals, 2, 1)), (vec![], vec![8]));
        assert_eq!(signals.of_session(0).map(|told| told.after).collect::<Vec<_>>(), [0, 0, 2]);
        let part = signals.subset(1..3);
        assert_eq!((part.len(), items(&part, 0, 0), items(&part, 1, 1)), (1, vec![], vec![8]));
        assert!(part.derive_skips && signals.subset(1..2).is_empty());
        let mut nothing = Signals::default();
        (0..3).for_each(|_| nothing.begin_session());
        nothing.finish();
        assert_eq!(nothing, Signals::default());
        assert_eq!(nothing.after(2, 0).count(), 0);
    }
}
