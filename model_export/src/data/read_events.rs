//! Reads a log of events: rows stream in, ids become numbers at once, and what is left is cleaned by SQL.

use std::collections::{BTreeSet, HashMap};
use std::path::Path;
use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, Int64Array, RecordBatch, UInt16Array, UInt32Array};
use datafusion::arrow::datatypes::{DataType, Field, Schema};
use reshelf::session::EventKind;

use super::choice::{Choice, SPLIT};
use super::clean::{EventTable, clean};
use super::clock::TimeReader;
use super::columns::{IdEncoder, Place, texts};
use super::report::{CleaningReport, DropReason, Dropped, EventOptions};
use super::source::{Batches, Input, SourceFile, engine, run};
use super::{DataError, SessionLog};

/// The columns of the input format. `user_id`, `price` and `quantity` are part of it, though nothing reads them yet.
const KNOWN: [&str; 8] = ["session_id", "item_id", "ts", "event", "user_id", "price", "quantity", SPLIT];

/// Logs know a handful of events; more names than this mean that the column holds something else.
const MOST_EVENT_NAMES: usize = 1_000;

/// Reads a log of events: one file or a folder of files, in Parquet, CSV or JSON.
///
/// Needs the columns `session_id`, `item_id` and `ts`; `event` is optional and means a view where it is missing or null.
/// See `docs/data.md` for the forms that each may take, and [`DataError`] for what is refused.
pub fn read_events(path: &Path, options: &EventOptions) -> Result<SessionLog, DataError> {
    run(path, read(path, options))
}

async fn read(path: &Path, options: &EventOptions) -> Result<SessionLog, DataError> {
    let mut input = Input::of(path)?;
    let mut choice = Choice::new(&options.split);
    choice.check_files(path, input.files.len())?;
    let mut reader = EventReader::new();
    let mut ignored = BTreeSet::new();
    for file in &input.files {
        let file = SourceFile::open(file).await?;
        let split = reader.read_file(&file, &mut choice).await?;
        ignored.extend(file.others(&KNOWN).filter(|column| Some(column.as_str()) != split));
        input.notes.add(&file, &["event"]);
    }
    choice.check_found(path, reader.rows_read)?;
    let (table, mut report) = reader.finish()?;
    report.columns_ignored = ignored.into_iter().collect();
    report.rows_of_other_splits = choice.left_out();
    report.files = input.notes.finish();
    let log = clean(table, report, options).await?;
    if log.sessions() == 0 {
        let reasons: Vec<String> =
            log.report.dropped.iter().map(|dropped| format!("{} {}", dropped.rows, dropped.reason.words())).collect();
        return Err(DataError::NothingLeft { path: path.to_owned(), dropped: reasons.join(", ") });
    }
    Ok(log)
}

/// One batch of rows with ids and event names as numbers and times still in the column's own unit.
struct EncodedRows {
    rows: Vec<u32>,
    sessions: Vec<u32>,
    items: Vec<u32>,
    times: Vec<f64>,
    events: Vec<u16>,
}

struct EventReader {
    sessions: IdEncoder,
    items: IdEncoder,
    times: TimeReader,
    event_names: Vec<String>,
    event_codes: HashMap<String, u16>,
    event_rows: Vec<u64>,
    chunks: Vec<EncodedRows>,
    /// Per session: the first and the last time so far.
    spans: Vec<(f64, f64)>,
    rows_read: u64,
    rows_out_of_order: u64,
    null_sessions: u64,
    null_items: u64,
    null_times: u64,
}

impl EventReader {
    fn new() -> EventReader {
        EventReader {
            sessions: IdEncoder::default(),
            items: IdEncoder::default(),
            times: TimeReader::default(),
            event_names: Vec::new(),
            event_codes: HashMap::new(),
            event_rows: Vec::new(),
            chunks: Vec::new(),
            spans: Vec::new(),
            rows_read: 0,
            rows_out_of_order: 0,
            null_sessions: 0,
            null_items: 0,
            null_times: 0,
        }
    }

    /// Reads the rows of one file that are wanted: the column by which they are chosen, if any.
    async fn read_file<'a>(
        &mut self,
        file: &SourceFile,
        choice: &mut Choice<'a>,
    ) -> Result<Option<&'a str>, DataError> {
        let mut columns = vec!["session_id", "item_id", "ts"];
        for column in &columns {
            file.require(column)?;
        }
        columns.extend(file.has("event").then_some("event"));
        choice.stream(file, &columns, |batch, rows| self.read_batch(batch, rows, &file.path)).await?;
        choice.column(file)
    }

    /// Reads a batch; `rows` are the numbers of its rows in the file.
    fn read_batch(&mut self, batch: &RecordBatch, rows: &[u64], path: &Path) -> Result<(), DataError> {
        let first_row = self.rows_read;
        let column = |index: usize, column| (batch.column(index), Place { path, column, rows });
        let (array, place) = column(0, "session_id");
        let sessions = self.sessions.encode(array, place)?;
        let (array, place) = column(1, "item_id");
        let items = self.items.encode(array, place)?;
        let (array, place) = column(2, "ts");
        let times = self.times.read(array, place)?;
        let events = match batch.columns().get(3) {
            Some(array) => self.encode_events(array, Place { path, column: "event", rows })?,
            None => {
                vec![self.event_code(EventKind::View.name(), Place { path, column: "event", rows })?; batch.num_rows()]
            }
        };
        self.rows_read += batch.num_rows() as u64;
        if self.rows_read > u64::from(u32::MAX) {
            return Err(DataError::TooMany { path: path.to_owned(), what: "rows", limit: u64::from(u32::MAX) });
        }
        self.spans.resize(self.sessions.len(), (f64::INFINITY, f64::NEG_INFINITY));
        let mut chunk = EncodedRows { rows: vec![], sessions: vec![], items: vec![], times: vec![], events: vec![] };
        for index in 0..batch.num_rows() {
            self.event_rows[usize::from(events[index])] += 1;
            let (session, item, time) = match (sessions[index], items[index], times[index]) {
                (Some(session), Some(item), Some(time)) => (session, item, time),
                (None, ..) => {
                    self.null_sessions += 1;
                    continue;
                }
                (_, None, _) => {
                    self.null_items += 1;
                    continue;
                }
                (.., None) => {
                    self.null_times += 1;
                    continue;
                }
            };
            let (first, last) = &mut self.spans[session as usize];
            self.rows_out_of_order += u64::from(time < *last);
            *first = first.min(time);
            *last = last.max(time);
            chunk.rows.push((first_row + index as u64) as u32);
            chunk.sessions.push(session);
            chunk.items.push(item);
            chunk.times.push(time);
            chunk.events.push(events[index]);
        }
        self.chunks.push(chunk);
        Ok(())
    }

    fn encode_events(&mut self, array: &ArrayRef, place: Place<'_>) -> Result<Vec<u16>, DataError> {
        let names = texts(array, place)?;
        let mut codes = Vec::with_capacity(names.len());
        for name in &names {
            let name = name.map(str::trim).filter(|name| !name.is_empty());
            codes.push(self.event_code(name.unwrap_or(EventKind::View.name()), place)?);
        }
        Ok(codes)
    }

    fn event_code(&mut self, name: &str, place: Place<'_>) -> Result<u16, DataError> {
        if let Some(&code) = self.event_codes.get(name) {
            return Ok(code);
        }
        if self.event_names.len() >= MOST_EVENT_NAMES {
            let found = format!("more than {MOST_EVENT_NAMES} different names");
            return Err(place.wrong(found, "a few names such as view, cart and purchase"));
        }
        let code = self.event_names.len() as u16;
        self.event_codes.insert(name.to_owned(), code);
        self.event_names.push(name.to_owned());
        self.event_rows.push(0);
        Ok(code)
    }

    /// The rows as a table for cleaning, and the beginning of the report.
    fn finish(self) -> Result<(EventTable, CleaningReport), DataError> {
        let starts: Vec<f64> = self.spans.iter().map(|span| span.0).filter(|start| start.is_finite()).collect();
        let clock = self.times.clock(&starts);
        let schema = Arc::new(Schema::new(vec![
            Field::new("row", DataType::UInt32, false),
            Field::new("session", DataType::UInt32, false),
            Field::new("item", DataType::UInt32, false),
            Field::new("ts", DataType::Int64, false),
            Field::new("event", DataType::UInt16, false),
        ]));
        let mut batches: Batches = Vec::with_capacity(self.chunks.len());
        for chunk in self.chunks {
            let times: Vec<i64> = chunk.times.into_iter().map(|time| clock.time(time)).collect();
            let columns: Vec<Arc<dyn Array>> = vec![
                Arc::new(UInt32Array::from(chunk.rows)),
                Arc::new(UInt32Array::from(chunk.sessions)),
                Arc::new(UInt32Array::from(chunk.items)),
                Arc::new(Int64Array::from(times)),
                Arc::new(UInt16Array::from(chunk.events)),
            ];
            batches.push(RecordBatch::try_new(Arc::clone(&schema), columns).map_err(|cause| engine(cause.into()))?);
        }
        let kinds: Vec<Option<EventKind>> = self.event_names.iter().map(|name| EventKind::parse(name)).collect();
        let named = self.event_names.into_iter().zip(self.event_rows).zip(&kinds);
        let mut unknown_events: Vec<(String, u64)> = named.filter(|(_, kind)| kind.is_none()).map(|(n, _)| n).collect();
        unknown_events.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        let nulls = [
            (DropReason::NullSession, self.null_sessions),
            (DropReason::NullItem, self.null_items),
            (DropReason::NullTime, self.null_times),
        ];
        let dropped = nulls.into_iter().filter(|(_, rows)| *rows > 0);
        let report = CleaningReport {
            rows_read: self.rows_read,
            dropped: dropped.map(|(reason, rows)| Dropped { reason, rows, sessions: 0 }).collect(),
            rows_out_of_order: self.rows_out_of_order,
            unknown_events,
            ..CleaningReport::default()
        };
        let table = EventTable {
            batches,
            session_ids: self.sessions.finish(),
            item_ids: self.items.finish(),
            kinds: kinds.into_iter().map(|kind| kind.unwrap_or(EventKind::Other)).collect(),
            has_clock: clock.has_clock,
        };
        Ok((table, report))
    }
}
