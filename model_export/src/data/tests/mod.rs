//! Small files in all formats, read back.

#![allow(clippy::unwrap_used, clippy::panic)]

mod clock;
mod errors;
mod events;
mod files;
mod formats;
mod hidden;
mod ids;
mod items;
mod layouts;
mod properties;
mod sessions;
mod shared_data;
mod signals;
mod splits;

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, Int64Array, RecordBatch, StringArray};
use datafusion::parquet::arrow::ArrowWriter;
use datafusion::parquet::file::properties::WriterProperties;
use tempfile::TempDir;

use super::*;

/// All rows, as they are.
fn as_they_are() -> EventOptions {
    EventOptions { cleaning: Cleaning::None, ..EventOptions::default() }
}

/// The usual cleaning for training.
fn for_training() -> EventOptions {
    EventOptions::default()
}

fn write(folder: &TempDir, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
    let path = folder.path().join(name);
    std::fs::write(&path, bytes).unwrap();
    path
}

/// Reads the events that this CSV text holds.
fn read_csv(text: &str, options: &EventOptions) -> Result<SessionLog, DataError> {
    let folder = tempfile::tempdir().unwrap();
    read_events(&write(&folder, "events.csv", text), options)
}

fn integers(values: impl IntoIterator<Item = i64>) -> ArrayRef {
    Arc::new(Int64Array::from_iter_values(values))
}

fn text<'a>(values: impl IntoIterator<Item = &'a str>) -> ArrayRef {
    Arc::new(StringArray::from_iter_values(values))
}

/// Writes Parquet in row groups of so many rows.
fn write_parquet(path: &Path, columns: Vec<(&str, ArrayRef)>, group: usize) {
    let batch = RecordBatch::try_from_iter(columns).unwrap();
    let properties = WriterProperties::builder().set_max_row_group_row_count(Some(group)).build();
    let mut writer = ArrowWriter::try_new(File::create(path).unwrap(), batch.schema(), Some(properties)).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
}

/// An event in a form that is easy to compare: item, kind, time.
type PlainEvent = (String, &'static str, i64);

/// A log in a form that is easy to compare: per session its id and its events.
fn sessions(log: &SessionLog) -> Vec<(String, Vec<PlainEvent>)> {
    let event = |view: SessionView<'_>, index: usize| {
        (log.item_ids.text(view.items[index] as usize).into_owned(), view.kinds[index].name(), view.times[index])
    };
    let session = |session: usize| {
        let view = log.session(session);
        (log.session_ids.text(session).into_owned(), (0..view.len()).map(|index| event(view, index)).collect())
    };
    (0..log.sessions()).map(session).collect()
}

/// What a log tells beside its events, in a form that is easy to compare: per session how many events come before, what it is,
/// of what, and how much.
fn told(log: &SessionLog) -> Vec<Vec<(u32, &'static str, String, f32)>> {
    let told = |signal: Signal| {
        let of = match signal.kind {
            reshelf::session::EventKind::Search => log.signals.texts[signal.item as usize].clone(),
            _ => log.item_text(signal.item).into_owned(),
        };
        (signal.after, signal.kind.name(), of, signal.amount)
    };
    (0..log.sessions()).map(|session| log.signals.of_session(session).map(told).collect()).collect()
}

/// The item ids of every session, in order.
fn items_of(log: &SessionLog) -> Vec<(String, Vec<String>)> {
    let items = |events: Vec<(String, &str, i64)>| events.into_iter().map(|event| event.0).collect();
    sessions(log).into_iter().map(|(session, events)| (session, items(events))).collect()
}
