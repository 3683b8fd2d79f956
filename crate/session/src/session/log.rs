//! Events in their order, bounded, and told apart in every copy of the session: pages, tabs and workers of one shopper share
//! a log that is the same whatever the order in which they hear of each other's events.

use crate::catalogue::ItemHandle;
use alloc::vec::Vec;
use core::fmt;
use reshelf_artifact::EventKind;

/// How many events the log keeps; the oldest go first.
pub const LOG_CAPACITY: usize = 1024;

/// How many of the newest events anything looks at. The rest of the log is reserve: it takes the place of forgotten
/// events, so that forgetting up to `LOG_CAPACITY - HORIZON` of them is exact even in the longest session.
pub const HORIZON: usize = 256;

/// How many impressions and skips are kept beside the events, so that a long scroll pushes out nothing that was clicked.
pub const SHOWN_CAPACITY: usize = 1024;

/// How many of the newest impressions and skips anything looks at: some ten lists.
pub const SHOWN_HORIZON: usize = 512;

/// How many numbers of forgotten events are kept, so that no other copy of the session brings them back.
pub const REMOVED_CAPACITY: usize = 1024;

/// How many writers are told apart.
pub const WRITERS: u32 = 1 << 20;

/// Past this count, which no session reaches, the numbers of a stored one are not taken over: as many are left for those to
/// come.
pub const LARGEST_CLOCK: u32 = u32::MAX / 2;

/// Names one observed event, never two: the count of events when it was noted (from 1, in the low 32 bits), and above it who
/// noted it (below [`WRITERS`]; 0 where one page has the session alone). Kept by snapshots. Exact as an `f64`.
pub type EventId = u64;

/// Where an event stands among all: by the count when it was noted, then by who noted it. This is the order of a Lamport
/// clock (Lamport 1978), hence the same in every copy.
pub(super) fn place(id: EventId) -> u64 {
    id.rotate_left(32)
}

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
    /// Seconds of a dwell; the place from 0 of an impression or a skip in its list; else 0.
    pub amount: f32,
    /// Which list an impression or a skip was in: any number that its name stands for; else 0.
    pub list: u32,
}

impl Event {
    /// An event of a kind that needs no amount.
    pub const fn new(item: ItemHandle, kind: EventKind, at_ms: f64) -> Self {
        Event { item, kind, at_ms, amount: 0.0, list: 0 }
    }
}

/// An event with its name.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Logged {
    /// Its name.
    pub id: EventId,
    /// What happened.
    pub event: Event,
}

impl Logged {
    /// Whether it happened before another.
    pub fn is_before(&self, other: &Logged) -> bool {
        place(self.id) < place(other.id)
    }
}

/// Why an event was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EventError {
    /// The time is NaN or infinite.
    Time,
    /// The handle names no item.
    Item,
    /// The amount is negative, NaN or infinite.
    Amount,
}

impl EventError {
    /// A stable code for programs.
    pub fn code(self) -> &'static str {
        match self {
            EventError::Time => "event.time",
            EventError::Item => "event.item",
            EventError::Amount => "event.amount",
        }
    }
}

impl fmt::Display for EventError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            EventError::Time => "the event's time is not a number; pass milliseconds or leave it out",
            EventError::Item => "the event names no item; resolve its id first",
            EventError::Amount => "the event's seconds or place is not a number from 0; pass one or leave it out",
        })
    }
}

impl core::error::Error for EventError {}

/// The session so far: events, and beside them what was shown.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SessionLog {
    events: Vec<Logged>,
    shown: Vec<Logged>,
    removed: Vec<EventId>,
    clock: u32,
    writer: u32,
    epoch: u32,
}

impl SessionLog {
    /// Appends an event and names it.
    ///
    /// # Errors
    /// `event.time`, `event.amount`.
    pub fn append(&mut self, event: Event) -> Result<EventId, EventError> {
        let id = u64::from(self.writer) << 32 | u64::from(self.clock.wrapping_add(1));
        self.insert(id, event)?;
        Ok(id)
    }

    /// Puts an event where its name says that it belongs: one of another copy of this session, or a stored one. Returns whether
    /// it is new here: not if it is there already, was forgotten, or is older than all of a log that is full.
    ///
    /// # Errors
    /// `event.time`, `event.amount`.
    pub fn insert(&mut self, id: EventId, event: Event) -> Result<bool, EventError> {
        if !event.at_ms.is_finite() {
            return Err(EventError::Time);
        }
        if !(event.amount.is_finite() && event.amount >= 0.0) {
            return Err(EventError::Amount);
        }
        self.clock = self.clock.max(id as u32);
        let (ring, capacity) = match event.kind.is_shown() {
            true => (&mut self.shown, SHOWN_CAPACITY),
            false => (&mut self.events, LOG_CAPACITY),
        };
        let (at, full) = (count_before(ring, id), ring.len() == capacity);
        if (full && at == 0) || is_at(ring, at, id) || self.removed.contains(&id) {
            return Ok(false);
        }
        ring.insert(at, Logged { id, event });
        if full {
            ring.remove(0);
        }
        Ok(true)
    }

    /// Whether an event of this name is there, or was and is forgotten.
    pub fn holds(&self, id: EventId) -> bool {
        let rings = [&self.events, &self.shown];
        rings.iter().any(|ring| is_at(ring, count_before(ring, id), id)) || self.removed.contains(&id)
    }

    /// From here on this copy of the session names events as this writer, one of [`WRITERS`].
    pub fn write_as(&mut self, writer: u32) {
        self.writer = writer % WRITERS;
    }

    /// The highest count of any event's name so far.
    pub fn clock(&self) -> u32 {
        self.clock
    }

    /// Counts on from here, if the log is not that far yet.
    pub fn count_to(&mut self, clock: u32) {
        self.clock = self.clock.max(clock);
    }

    /// How often everything was forgotten. What another copy noted before it last was is forgotten here, too.
    pub fn epoch(&self) -> u32 {
        self.epoch
    }

    /// Goes on in a later epoch, in which nothing of this one counts; in this one, nothing happens.
    pub fn begin(&mut self, epoch: u32) {
        if epoch > self.epoch {
            self.clear();
            self.epoch = epoch;
        }
    }

    /// Joins a session that goes on elsewhere, in this epoch at least; what was noted here before stays.
    pub fn join(&mut self, epoch: u32) {
        self.epoch = self.epoch.max(epoch);
    }

    /// Removes the events that match, shown ones among them; returns how many.
    pub fn remove(&mut self, matches: &dyn Fn(&Logged) -> bool) -> usize {
        let gone = self.take(matches);
        gone.iter().for_each(|logged| note_removed(&mut self.removed, logged.id));
        gone.len()
    }

    /// Takes out the events that match, shown ones among them, as if they had never been noted.
    #[inline(never)]
    pub fn take(&mut self, matches: &dyn Fn(&Logged) -> bool) -> Vec<Logged> {
        let mut gone = Vec::new();
        for ring in [&mut self.events, &mut self.shown] {
            ring.retain(|logged| {
                let goes = matches(logged);
                if goes {
                    gone.push(*logged);
                }
                !goes
            });
        }
        gone
    }

    /// Puts events back that were taken out, each where it was.
    pub fn put_back(&mut self, taken: Vec<Logged>) {
        // They were there before, so that none is refused.
        taken.into_iter().for_each(|Logged { id, event }| _ = self.insert(id, event));
    }

    /// Removes an event that another copy of this session has forgotten, and keeps it from coming back; returns whether it
    /// was there.
    pub fn remove_named(&mut self, id: EventId) -> bool {
        note_removed(&mut self.removed, id);
        self.remove(&|logged| logged.id == id) > 0
    }

    /// Removes all events, and begins the next epoch. Numbers count on: one that somebody still holds names nothing from here
    /// on.
    pub fn clear(&mut self) {
        let SessionLog { clock, writer, epoch, .. } = *self;
        // Of a session in which nothing was ever noted there is nothing to keep from coming back.
        let epoch = epoch.saturating_add(u32::from(clock > 0));
        *self = SessionLog { clock, writer, epoch, ..SessionLog::default() };
    }

    /// All events that are kept, oldest first.
    pub fn events(&self) -> &[Logged] {
        &self.events
    }

    /// All impressions and skips that are kept, oldest first.
    pub fn shown(&self) -> &[Logged] {
        &self.shown
    }

    /// Events and what was shown, oldest first.
    pub fn all(&self) -> impl Iterator<Item = &Logged> {
        let (mut event, mut impression) = (0, 0);
        core::iter::from_fn(move || {
            let (events, shown) = (self.events.get(event), self.shown.get(impression));
            let first = events.filter(|event| shown.is_none_or(|shown| event.is_before(shown))).or(shown);
            match first.is_some_and(|first| first.event.kind.is_shown()) {
                true => impression += 1,
                false => event += 1,
            }
            first
        })
    }

    /// The names of forgotten events, as many as are kept.
    pub fn removed(&self) -> &[EventId] {
        &self.removed
    }

    /// How many events and impressions there are.
    pub fn len(&self) -> usize {
        self.events.len() + self.shown.len()
    }

    /// Whether nothing is known of this session.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// How many events of these, which are in order, were noted before the one of this name.
#[inline(never)]
pub fn count_before(events: &[Logged], id: EventId) -> usize {
    events.partition_point(|logged| place(logged.id) < place(id))
}

fn is_at(events: &[Logged], at: usize, id: EventId) -> bool {
    events.get(at).is_some_and(|logged| logged.id == id)
}

/// Keeps the name of a forgotten event, in order.
fn note_removed(removed: &mut Vec<EventId>, id: EventId) {
    let at = removed.iter().take_while(|&&other| place(other) < place(id)).count();
    if removed.get(at) == Some(&id) {
        return;
    }
    removed.insert(at, id);
    if removed.len() > REMOVED_CAPACITY {
        removed.remove(0);
    }
}
