//! What a session tells beside its events, in the order in which the engine hears of it.
//!
//! Two rules make a replay honest:
//!
//! - *Held back.* A step stands for the list that the shopper chose from, and that list was ordered before any of it was
//!   shown. So what the last list since the event before showed is told after the step, whether the target is in it or not.
//!   Of two lists the first was seen by then, and of what a search parts, all before the search.
//! - *Skips.* Where a log has impressions and no skips, an impression becomes a skip at the session's next event or search,
//!   unless that event is about the item itself.

use std::collections::HashSet;

use reshelf::session::{EventKind, SHOWN_HORIZON};

use crate::data::{Signal, Signals};

/// What one session tells, event by event.
pub(super) struct Teller<'a> {
    signals: &'a Signals,
    /// Whether skips come with impressions of the same list.
    has_impressions: bool,
    /// Impressions that may yet become skips, each item of a list once.
    waiting: Vec<Signal>,
}

/// What comes between two events: before the step, and after it.
pub(super) struct Between {
    pub before: Vec<Signal>,
    pub held_back: Vec<Signal>,
}

impl<'a> Teller<'a> {
    pub fn new(signals: &'a Signals) -> Self {
        Teller { signals, has_impressions: signals.count(EventKind::Impression) > 0, waiting: Vec::new() }
    }

    /// The next call is about another session.
    pub fn begin(&mut self) {
        self.waiting.clear();
    }

    /// What is told after so many events of a session, up to the next. Calls follow each other.
    pub fn between(&mut self, session: usize, events: usize) -> Between {
        let told: Vec<Signal> = self.signals.after(session, events).collect();
        let since = told.iter().rposition(|signal| signal.kind == EventKind::Search).map_or(0, |search| search + 1);
        let last = self.last_list(&told[since..]);
        let mut between = Between { before: Vec::new(), held_back: Vec::new() };
        for (at, &signal) in told.iter().enumerate() {
            if at >= since && signal.kind.is_shown() && last.contains(&place(&signal)) {
                between.held_back.push(signal);
            } else {
                between.before.push(signal);
            }
            if signal.kind == EventKind::Search {
                between.before.append(&mut self.skipped(None));
            }
            self.wait(signal);
        }
        between
    }

    /// The skips that follow from an event about this item; from a search with none.
    pub fn skipped(&mut self, item: Option<u32>) -> Vec<Signal> {
        let waiting = core::mem::take(&mut self.waiting).into_iter();
        let passed_over = waiting.filter(|shown| Some(shown.item) != item);
        passed_over.map(|shown| Signal { kind: EventKind::Skip, ..shown }).collect()
    }

    fn wait(&mut self, signal: Signal) {
        let may_become_skip = self.signals.derive_skips && signal.kind == EventKind::Impression;
        if may_become_skip && !self.waiting.iter().any(|other| place(other) == place(&signal)) {
            // More than that the engine does not look at either.
            if self.waiting.len() == SHOWN_HORIZON {
                self.waiting.remove(0);
            }
            self.waiting.push(signal);
        }
    }

    /// What the list that was shown last showed. Its skips may be told of what a list of that name showed before, too.
    fn last_list(&self, since: &[Signal]) -> HashSet<(u32, u32)> {
        let shows = |signal: &&Signal| match signal.kind {
            EventKind::Impression => true,
            EventKind::Skip => !self.has_impressions,
            _ => false,
        };
        let list = since.iter().rfind(shows).map(|signal| signal.list);
        since.iter().filter(shows).filter(|signal| Some(signal.list) == list).map(place).collect()
    }
}

/// An item in a list.
fn place(signal: &Signal) -> (u32, u32) {
    (signal.item, signal.list)
}
