//! The session log in memory: what training, ranking and evaluation read.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;

use reshelf::session::EventKind;

use super::{CleaningReport, Ids, Signals};

/// Sessions in order of their start (first time; ties by first appearance in the file), each one's events in time order
/// (events at the same time stay in file order).
#[derive(Clone, Debug)]
pub struct SessionLog {
    /// The distinct items of the log, ascending; [`SessionLog::items`] holds indices into it.
    pub item_ids: Ids,
    /// One id per session.
    pub session_ids: Ids,
    /// `sessions + 1` offsets: the events of session `s` are `offsets[s]..offsets[s + 1]`.
    pub offsets: Vec<usize>,
    /// One item index per event.
    pub items: Vec<u32>,
    /// What was done with the item, per event.
    pub kinds: Vec<EventKind>,
    /// When, per event: milliseconds, or the position as the file gives it where the source has no clock.
    pub times: Vec<i64>,
    /// For sessions that are a part of what bears one id in the file: per event, how many events of that id come before it.
    pub steps: BTreeMap<usize, Vec<u32>>,
    /// What was told beside the events.
    pub signals: Signals,
    /// Whether `times` are milliseconds; false when they are only positions in the session.
    pub has_clock: bool,
    /// What was read, dropped and ignored on the way here.
    pub report: CleaningReport,
}

/// The events of one session, oldest first: three slices of the same length.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SessionView<'a> {
    /// Item index per event.
    pub items: &'a [u32],
    /// Kind per event.
    pub kinds: &'a [EventKind],
    /// Time per event: milliseconds, or position (see [`SessionLog::has_clock`]).
    pub times: &'a [i64],
}

impl SessionView<'_> {
    /// How many events the session has.
    pub fn len(&self) -> usize {
        self.items.len()
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }
}

impl SessionLog {
    /// How many sessions there are.
    pub fn sessions(&self) -> usize {
        self.offsets.len().saturating_sub(1)
    }

    /// How many events there are.
    pub fn events(&self) -> usize {
        self.items.len()
    }

    /// The events of one session; `session` must be below [`SessionLog::sessions`].
    pub fn session(&self, session: usize) -> SessionView<'_> {
        let range = self.offsets[session]..self.offsets[session + 1];
        SessionView { items: &self.items[range.clone()], kinds: &self.kinds[range.clone()], times: &self.times[range] }
    }

    /// How many items events and signals name.
    pub fn items_named(&self) -> usize {
        self.item_ids.len() + self.signals.other_items.as_ref().map_or(0, Ids::len)
    }

    /// The id of an item of an event or a signal; items of signals alone are numbered after [`SessionLog::item_ids`].
    pub fn item_text(&self, item: u32) -> Cow<'_, str> {
        match (item as usize).checked_sub(self.item_ids.len()) {
            None => self.item_ids.text(item as usize),
            Some(other) => self.signals.other_items.as_ref().map_or(Cow::Borrowed(""), |ids| ids.text(other)),
        }
    }

    /// How many events of the file bear this session's id and come before its event number `step`, counted from 0: `step`
    /// itself, unless the session is a part of what bears that id.
    pub fn step_in_file(&self, session: usize, step: usize) -> usize {
        let steps = self.steps.get(&session);
        steps.and_then(|steps| steps.get(step)).map_or(step, |&step| step as usize)
    }

    /// These sessions alone. The item ids and the report stay those of the whole log.
    pub fn subset(&self, sessions: Range<usize>) -> SessionLog {
        let events = self.offsets[sessions.start]..self.offsets[sessions.end];
        SessionLog {
            item_ids: self.item_ids.clone(),
            session_ids: self.session_ids.select(sessions.clone()),
            offsets: self.offsets[sessions.start..=sessions.end].iter().map(|offset| offset - events.start).collect(),
            items: self.items[events.clone()].to_vec(),
            kinds: self.kinds[events.clone()].to_vec(),
            times: self.times[events].to_vec(),
            steps: self.steps.range(sessions.clone()).map(|(at, steps)| (at - sessions.start, steps.clone())).collect(),
            signals: self.signals.subset(sessions),
            has_clock: self.has_clock,
            report: self.report.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn log() -> SessionLog {
        SessionLog {
            item_ids: Ids::Integer(vec![10, 20, 30]),
            session_ids: Ids::Text(vec!["a".into(), "b".into(), "c".into()]),
            offsets: vec![0, 2, 3, 6],
            items: vec![0, 1, 2, 0, 0, 1],
            kinds: vec![EventKind::View; 6],
            times: vec![0, 1, 0, 0, 1, 2],
            steps: BTreeMap::from([(2, vec![0, 2, 5])]),
            signals: Signals::default(),
            has_clock: false,
            report: CleaningReport::default(),
        }
    }

    #[test]
    fn a_subset_holds_the_same_sessions() {
        let log = log();
        let part = log.subset(1..3);
        assert_eq!(part.sessions(), 2);
        assert_eq!(part.session(0), log.session(1));
        assert_eq!(part.session(1), log.session(2));
        assert_eq!(part.session_ids, Ids::Text(vec!["b".into(), "c".into()]));
        assert_eq!(part.item_ids, log.item_ids);
        assert_eq!((part.step_in_file(1, 2), log.step_in_file(2, 2), part.step_in_file(0, 1)), (5, 5, 1));
        assert_eq!(log.subset(2..2).sessions(), 0);
        assert!(log.subset(2..2).items.is_empty());
    }
}
