//! A session as bytes: for storage on the shopper's own device, by whoever has their consent.
//!
//! Layout, little-endian: `RSS` and version 1; then for each event, oldest first: kind u8, time f64, length of the id
//! u16, the id's UTF-8. Every id fits: none of more than 65,535 bytes is ever named, nor in an artifact.

use crate::artifact::EventKind;
use crate::catalogue::Rows;
use crate::session::{LOG_CAPACITY, SessionLog};
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

const MAGIC: [u8; 4] = *b"RSS\x01";

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

/// An event as it is stored: id, kind, milliseconds.
type Stored = (String, EventKind, f64);

pub(super) fn pack(log: &SessionLog, rows: &Rows) -> Vec<u8> {
    let mut bytes = MAGIC.to_vec();
    for logged in log.events() {
        let id = rows.id(logged.event.item).unwrap_or_default();
        // Only a table that was never read from a file may hold a longer id.
        let Ok(length) = u16::try_from(id.len()) else { continue };
        bytes.push(logged.event.kind as u8);
        bytes.extend(logged.event.at_ms.to_le_bytes());
        bytes.extend(length.to_le_bytes());
        bytes.extend(id.as_bytes());
    }
    bytes
}

pub(super) fn unpack(bytes: &[u8]) -> Result<Vec<Stored>, SnapshotError> {
    let mut rest = bytes.strip_prefix(&MAGIC).ok_or(SnapshotError::Foreign)?;
    let mut events = Vec::new();
    while !rest.is_empty() {
        let (event, after) = unpack_event(rest).ok_or(SnapshotError::Damaged)?;
        if events.len() == LOG_CAPACITY {
            return Err(SnapshotError::Damaged);
        }
        events.push(event);
        rest = after;
    }
    Ok(events)
}

fn unpack_event(bytes: &[u8]) -> Option<(Stored, &[u8])> {
    let (&[kind], rest) = bytes.split_first_chunk()?;
    let (time, rest) = rest.split_first_chunk()?;
    let (length, rest) = rest.split_first_chunk()?;
    let (id, rest) = rest.split_at_checked(usize::from(u16::from_le_bytes(*length)))?;
    let time = f64::from_le_bytes(*time);
    let id = String::from_utf8(id.to_vec()).ok()?;
    let event = (id, EventKind::from_u8(kind)?, time);
    time.is_finite().then_some((event, rest))
}
