//! Events in the order of their arrival, bounded.

use crate::catalogue::ItemHandle;
use alloc::vec::Vec;
use core::fmt;
use reshelf_artifact::EventKind;

/// How many events the log keeps; the oldest go first. 24 KB at most.
pub const LOG_CAPACITY: usize = 1024;

/// How many of the newest events anything looks at. The rest of the log is reserve: it takes the place of forgotten
/// events, so that forgetting up to `LOG_CAPACITY - HORIZON` of them is exact even in the longest session.
pub const HORIZON: usize = 256;

/// Names one observed event. Counted up from 1, never used twice in one log, and kept by snapshots.
pub type EventId = u32;

/// One thing that the shopper did.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Event {
    /// The item.
    pub item: ItemHandle,
    /// What was done with it.
    pub kind: EventKind,
    /// When, in milliseconds of any clock. For people and for storage: the order of arrival is what counts, so a clock
    /// that runs backwards does no harm.
    pub at_ms: f64,
}

/// An event with its name.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Logged {
    /// Its name.
    pub id: EventId,
    /// What happened.
    pub event: Event,
}

/// Why an event was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EventError {
    /// The time is NaN or infinite.
    Time,
    /// The handle names no item.
    Item,
}

impl EventError {
    /// A stable code for programs.
    pub fn code(self) -> &'static str {
        match self {
            EventError::Time => "event.time",
            EventError::Item => "event.item",
        }
    }
}

impl fmt::Display for EventError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            EventError::Time => "the event's time is not a number; pass milliseconds or leave it out",
            EventError::Item => "the event names no item; resolve its id first",
        })
    }
}

impl core::error::Error for EventError {}

/// The session so far.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SessionLog {
    events: Vec<Logged>,
    last: EventId,
}

impl SessionLog {
    /// Appends an event and names it.
    ///
    /// # Errors
    /// `event.time`.
    pub fn append(&mut self, event: Event) -> Result<EventId, EventError> {
        self.append_as(self.last.wrapping_add(1), event)
    }

    /// The same under a number that the event had before: a later one than any that was given ([`SessionLog::last`]).
    ///
    /// # Errors
    /// `event.time`.
    pub fn append_as(&mut self, id: EventId, event: Event) -> Result<EventId, EventError> {
        if !event.at_ms.is_finite() {
            return Err(EventError::Time);
        }
        if self.events.len() == LOG_CAPACITY {
            self.events.remove(0);
        }
        self.last = id;
        self.events.push(Logged { id, event });
        Ok(id)
    }

    /// The last number that was given to an event, 0 before the first.
    pub fn last(&self) -> EventId {
        self.last
    }

    /// Takes the numbers up to this one for given.
    pub fn count_to(&mut self, last: EventId) {
        self.last = self.last.max(last);
    }

    /// Removes the events that match; returns how many.
    pub fn remove(&mut self, matches: &dyn Fn(&Logged) -> bool) -> usize {
        let before = self.events.len();
        self.events.retain(|logged| !matches(logged));
        before - self.events.len()
    }

    /// Removes all events. Numbers count on: one that somebody still holds names nothing from here on.
    pub fn clear(&mut self) {
        self.events = Vec::new();
    }

    /// All events that are kept, oldest first.
    pub fn events(&self) -> &[Logged] {
        &self.events
    }

    /// The events that count, newest first.
    pub fn newest(&self) -> impl Iterator<Item = Event> + Clone + '_ {
        self.events.iter().rev().take(HORIZON).map(|logged| logged.event)
    }

    /// Whether nothing is known of this session.
    pub fn is_empty(&self) -> bool {
        self.events.is_empty()
    }
}
