//! A session as bytes: for storage on the shopper's own device, by whoever has their consent, and for the pages, tabs and
//! workers that share it.
//!
//! Layout, little-endian: `RSS` and version 4; the lower half of the XXH64 of what follows; the epoch u32; the highest count of
//! any event's name u32, so that no later one gets that of an event that is forgotten; how many names of forgotten events
//! follow u32, and each u64; then for each event its name u64, kind u8, time f64, amount f32, list u32, length of the id u16,
//! the id's UTF-8: events and what was shown, oldest first. Every id fits: none of more than 65,535 bytes is ever named, nor in
//! an artifact. Version 2, which is still read, had names of 32 bits, no epoch, amounts nor lists, and nothing shown; version 1
//! had neither checksum nor names. There is no version 3: one flipped bit would make of it one of those.

use crate::artifact::EventKind;
use crate::catalogue::Rows;
use crate::kernels::bulk::xxh64;
use crate::session::{
    Event, EventId, LARGEST_CLOCK, LOG_CAPACITY, Logged, REMOVED_CAPACITY, SHOWN_CAPACITY, SessionLog, WRITERS,
};
use alloc::vec::Vec;
use core::fmt;

const MAGIC: [u8; 3] = *b"RSS";
const VERSION: u8 = 4;
/// Bytes of the checksum.
const SUM: usize = 4;
/// Where what the checksum covers begins.
const COVERED: usize = MAGIC.len() + 1 + SUM;

/// Why bytes are not a snapshot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SnapshotError {
    /// Not a snapshot of this version.
    Foreign,
    /// Cut off, or a value out of range.
    Damaged,
}

impl SnapshotError {
    /// A stable code for programs.
    pub fn code(self) -> &'static str {
        match self {
            SnapshotError::Foreign => "snapshot.foreign",
            SnapshotError::Damaged => "snapshot.damaged",
        }
    }
}

impl fmt::Display for SnapshotError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            SnapshotError::Foreign => "the stored session is not one of this version; drop it",
            SnapshotError::Damaged => "the stored session is damaged; drop it",
        })
    }
}

impl core::error::Error for SnapshotError {}

/// An event as it is stored: without a handle, since that is the page's own.
pub(super) struct Stored<'a> {
    pub logged: Logged,
    pub id: &'a str,
}

/// What a snapshot holds.
#[derive(Default)]
pub(super) struct Unpacked<'a> {
    pub epoch: u32,
    /// 0 where events have no names of their own.
    pub clock: u32,
    pub removed: Vec<EventId>,
    pub events: Vec<Stored<'a>>,
}

/// The whole session, or what is known of this one event.
pub(super) fn pack(log: &SessionLog, rows: &Rows, only: Option<EventId>) -> Vec<u8> {
    let wanted = |id: EventId| only.is_none_or(|only| only == id);
    let mut bytes = MAGIC.to_vec();
    bytes.extend([VERSION, 0, 0, 0, 0]);
    bytes.extend(log.epoch().to_le_bytes());
    bytes.extend(log.clock().to_le_bytes());
    let removed = || log.removed().iter().filter(|&&id| wanted(id));
    bytes.extend((removed().count() as u32).to_le_bytes());
    removed().for_each(|id| bytes.extend(id.to_le_bytes()));
    for Logged { id: name, event } in log.all().filter(|logged| wanted(logged.id)) {
        let id = rows.id(event.item).unwrap_or_default();
        // Only a table that was never read from a file may hold a longer id.
        let Ok(length) = u16::try_from(id.len()) else { continue };
        bytes.extend(name.to_le_bytes());
        bytes.push(event.kind as u8);
        bytes.extend(event.at_ms.to_le_bytes());
        bytes.extend(event.amount.to_le_bytes());
        bytes.extend(event.list.to_le_bytes());
        bytes.extend(length.to_le_bytes());
        bytes.extend(id.as_bytes());
    }
    let sum = checksum(&bytes[COVERED..]);
    bytes[COVERED - SUM..COVERED].copy_from_slice(&sum);
    bytes
}

/// Tells whether a snapshot was cut or changed while it was stored.
fn checksum(events: &[u8]) -> [u8; SUM] {
    (xxh64(0, events) as u32).to_le_bytes()
}

/// Takes numbers off the front of bytes.
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (taken, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(*taken)
    }

    fn u32(&mut self) -> Option<u32> {
        self.take().map(u32::from_le_bytes)
    }

    fn id(&mut self) -> Option<&'a str> {
        let length = u16::from_le_bytes(self.take()?);
        let (id, rest) = self.0.split_at_checked(usize::from(length))?;
        self.0 = rest;
        core::str::from_utf8(id).ok()
    }

    /// The name of an event that was noted at this count at the latest.
    fn name(&mut self, version: u8, clock: u32) -> Option<EventId> {
        let name = if version == 2 { EventId::from(self.u32()?) } else { self.take().map(EventId::from_le_bytes)? };
        let (count, writer) = (name as u32, name >> 32);
        (count > 0 && count <= clock && writer < EventId::from(WRITERS)).then_some(name)
    }
}

/// What a snapshot of any version holds.
pub(super) fn unpack(bytes: &[u8]) -> Result<Unpacked<'_>, SnapshotError> {
    let mut reader = Reader(bytes);
    let magic: Option<[u8; 4]> = reader.take();
    let version = magic.filter(|magic| magic[..3] == MAGIC).map_or(0, |magic| magic[3]);
    if !matches!(version, 1 | 2 | VERSION) {
        return Err(SnapshotError::Foreign);
    }
    if version > 1 {
        let sum = reader.take().ok_or(SnapshotError::Damaged)?;
        if checksum(reader.0) != sum {
            return Err(SnapshotError::Damaged);
        }
    }
    unpack_session(reader, version).ok_or(SnapshotError::Damaged)
}

fn unpack_session(mut reader: Reader<'_>, version: u8) -> Option<Unpacked<'_>> {
    let mut session = Unpacked::default();
    if version == VERSION {
        session.epoch = reader.u32()?;
    }
    if version > 1 {
        session.clock = reader.u32()?;
    }
    if version == VERSION {
        let count = reader.u32()? as usize;
        if count > REMOVED_CAPACITY {
            return None;
        }
        for _ in 0..count {
            session.removed.push(reader.name(version, session.clock)?);
        }
    }
    while !reader.0.is_empty() {
        let name = if version > 1 { reader.name(version, session.clock)? } else { 0 };
        let [kind] = reader.take()?;
        let kind = EventKind::from_u8(kind)?;
        let at_ms = f64::from_le_bytes(reader.take()?);
        let (mut amount, mut list) = (0.0, 0);
        if version == VERSION {
            (amount, list) = (f32::from_le_bytes(reader.take()?), reader.u32()?);
        }
        let id = reader.id()?;
        let good = at_ms.is_finite() && amount.is_finite() && amount >= 0.0;
        if !good || session.events.len() == LOG_CAPACITY + SHOWN_CAPACITY {
            return None;
        }
        // The page's own handle takes the place of the 0.
        let event = Event { item: 0, kind, at_ms, amount, list };
        session.events.push(Stored { logged: Logged { id: name, event }, id });
    }
    Some(session)
}

impl Unpacked<'_> {
    /// Whether the names of these events may be taken over by a session that has counted so far.
    pub(super) fn is_later_than(&self, clock: u32) -> bool {
        let first = self.events.iter().map(|stored| stored.logged.id as u32).min();
        first.unwrap_or(self.clock) > clock && self.clock <= LARGEST_CLOCK
    }
}
