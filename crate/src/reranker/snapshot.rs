//! A session as bytes: for storage on the shopper's own device, by whoever has their consent.
//!
//! Layout, little-endian: `RSS` and version 2; the lower half of the XXH64 of what follows; the last number that an event was
//! given, u32, so that no later one gets that of an event that is forgotten; then for each event, oldest first:
//! its number u32, kind u8, time f64, length of the id u16, the id's UTF-8. Every id fits: none of more than 65,535 bytes is ever
//! named, nor in an artifact. Version 1, which is still read, had neither checksum nor numbers.

use crate::artifact::EventKind;
use crate::catalogue::Rows;
use crate::kernels::bulk::xxh64;
use crate::session::{EventId, LOG_CAPACITY, SessionLog};
use alloc::vec::Vec;
use core::fmt;

const MAGIC: [u8; 4] = *b"RSS\x02";
const MAGIC_1: [u8; 4] = *b"RSS\x01";
/// Bytes of the checksum.
const SUM: usize = 4;

/// Past this number, which no session counts to, events are numbered anew: as many are left for those to come.
pub(super) const LARGEST_NUMBER: EventId = EventId::MAX / 2;

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

/// An event as it is stored.
pub(super) struct Stored<'a> {
    pub number: EventId,
    pub id: &'a str,
    pub kind: EventKind,
    pub at_ms: f64,
}

pub(super) fn pack(log: &SessionLog, rows: &Rows) -> Vec<u8> {
    let mut bytes = MAGIC.to_vec();
    bytes.extend([0; SUM]);
    bytes.extend(log.last().to_le_bytes());
    for logged in log.events() {
        let id = rows.id(logged.event.item).unwrap_or_default();
        // Only a table that was never read from a file may hold a longer id.
        let Ok(length) = u16::try_from(id.len()) else { continue };
        bytes.extend(logged.id.to_le_bytes());
        bytes.push(logged.event.kind as u8);
        bytes.extend(logged.event.at_ms.to_le_bytes());
        bytes.extend(length.to_le_bytes());
        bytes.extend(id.as_bytes());
    }
    let sum = checksum(&bytes[MAGIC.len() + SUM..]);
    bytes[MAGIC.len()..][..SUM].copy_from_slice(&sum);
    bytes
}

/// Tells whether a snapshot was cut or changed while it was stored.
fn checksum(events: &[u8]) -> [u8; SUM] {
    (xxh64(0, events) as u32).to_le_bytes()
}

/// The last number of a snapshot, 0 where it has none, and its events, their numbers ascending.
pub(super) fn unpack(bytes: &[u8]) -> Result<(EventId, Vec<Stored<'_>>), SnapshotError> {
    let (magic, mut rest) = bytes.split_first_chunk().ok_or(SnapshotError::Foreign)?;
    let numbered = *magic == MAGIC;
    let mut newest = 0;
    if numbered {
        let (sum, events) = rest.split_first_chunk().ok_or(SnapshotError::Damaged)?;
        if *sum != checksum(events) {
            return Err(SnapshotError::Damaged);
        }
        let (last, events) = events.split_first_chunk().ok_or(SnapshotError::Damaged)?;
        (newest, rest) = (EventId::from_le_bytes(*last), events);
    } else if *magic != MAGIC_1 {
        return Err(SnapshotError::Foreign);
    }
    let mut events: Vec<Stored<'_>> = Vec::new();
    while !rest.is_empty() {
        let last = events.last().map_or(0, |stored| stored.number);
        let (event, after) = unpack_event(rest, numbered).ok_or(SnapshotError::Damaged)?;
        let ascends = event.number > last && event.number <= newest;
        if events.len() == LOG_CAPACITY || (numbered && !ascends) {
            return Err(SnapshotError::Damaged);
        }
        events.push(event);
        rest = after;
    }
    Ok((newest, events))
}

fn unpack_event(mut bytes: &[u8], numbered: bool) -> Option<(Stored<'_>, &[u8])> {
    let mut number = 0;
    if numbered {
        let (stored, rest) = bytes.split_first_chunk()?;
        (number, bytes) = (EventId::from_le_bytes(*stored), rest);
    }
    let (&[kind], rest) = bytes.split_first_chunk()?;
    let (time, rest) = rest.split_first_chunk()?;
    let (length, rest) = rest.split_first_chunk()?;
    let (id, rest) = rest.split_at_checked(usize::from(u16::from_le_bytes(*length)))?;
    let at_ms = f64::from_le_bytes(*time);
    let id = core::str::from_utf8(id).ok()?;
    let event = Stored { number, id, kind: EventKind::from_u8(kind)?, at_ms };
    at_ms.is_finite().then_some((event, rest))
}
