//! Reads a log of events: rows stream in, ids become numbers at once, and what is left is cleaned by SQL.

use std::collections::{BTreeSet, HashMap};
use std::path::Path;
use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, Int64Array, RecordBatch, UInt16Array, UInt32Array};
use datafusion::arrow::datatypes::{DataType, Field, Schema};
use reshelf::session::EventKind;

use super::clean::{EventTable, clean};
use super::clock::TimeReader;
use super::columns::{IdEncoder, Place, texts};
use super::report::{CleaningReport, DropReason, Dropped, EventOptions};
use super::source::{Batches, Format, SourceFile, TABLE, engine, list_files, literal, quoted, run};
use super::{DataError, SessionLog, Split};

/// The columns of the input format. `user_id`, `price` and `quantity` are part of it, though nothing reads them yet.
const KNOWN: [&str; 7] = ["session_id", "item_id", "ts", "event", "user_id", "price", "quantity"];

/// The column that names the split unless another is named.
const SPLIT: &str = "split";

/// Logs know a handful of events; more names than this mean that the column holds something else.
const MOST_EVENT_NAMES: usize = 1_000;

/// Reads a log of events: one file or a folder of files, in Parquet, CSV or JSON lines.
///
/// Needs the columns `session_id`, `item_id` and `ts`; `event` is optional and means a view where it is missing or null.
/// See `docs/data.md` for the forms that each may take, and [`DataError`] for what is refused.
pub fn read_events(path: &Path, options: &EventOptions) -> Result<SessionLog, DataError> {
    run(path, read(path, options))
}

async fn read(path: &Path, options: &EventOptions) -> Result<SessionLog, DataError> {
    let files = list_files(path)?;
    let wanted = match &options.split {
        Split::Named { names, unshared, .. } => Some((names.as_slice(), unshared.as_deref())),
        Split::All | Split::ByTime { .. } => None,
    };
    if let (Some((_, Some(column))), true) = (wanted, files.len() > 1) {
        return Err(DataError::ManyFiles { path: path.to_owned(), column: column.to_owned() });
    }
    let mut reader: Option<EventReader> = None;
    let mut ignored = BTreeSet::new();
    let mut splits = BTreeSet::new();
    for file in files {
        let file = SourceFile::open(&file).await?;
        let reader = reader.get_or_insert_with(|| EventReader::new(file.format == Format::Csv));
        let split = split_column(&file, options)?;
        ignored.extend(
            file.columns
                .iter()
                .filter(|c| !KNOWN.contains(&c.as_str()) && **c != SPLIT && Some(*c) != split.as_ref())
                .cloned(),
        );
        let chosen = split.as_deref().zip(wanted);
        let chosen = chosen.map(|(column, (names, unshared))| Chosen { column, names, unshared });
        reader.read_file(&file, chosen, &mut splits).await?;
    }
    let Some(reader) = reader.filter(|reader| reader.rows_read > 0) else {
        return Err(nothing_read(path, options, &splits));
    };
    let (table, mut report) = reader.finish()?;
    report.columns_ignored = ignored.into_iter().collect();
    let log = clean(table, report, options).await?;
    if log.sessions() == 0 {
        let reasons: Vec<String> =
            log.report.dropped.iter().map(|dropped| format!("{} {}", dropped.rows, dropped.reason.words())).collect();
        return Err(DataError::NothingLeft { path: path.to_owned(), dropped: reasons.join(", ") });
    }
    Ok(log)
}

/// The column to choose the split by; none where no split is wanted or where the log has no such column and none was named.
fn split_column(file: &SourceFile, options: &EventOptions) -> Result<Option<String>, DataError> {
    match &options.split {
        Split::Named { column: Some(named), .. } => {
            file.require(named)?;
            Ok(Some(named.clone()))
        }
        _ => Ok(file.has(SPLIT).then(|| SPLIT.to_owned())),
    }
}

fn nothing_read(path: &Path, options: &EventOptions, splits: &BTreeSet<String>) -> DataError {
    match &options.split {
        Split::Named { names, unshared: Some(column), .. } if names.iter().any(|name| splits.contains(name)) => {
            let dropped = format!("all rows, since other splits hold every value of `{column}`");
            DataError::NothingLeft { path: path.to_owned(), dropped }
        }
        Split::Named { column, names, .. } if !splits.is_empty() => DataError::NoSuchSplit {
            path: path.to_owned(),
            column: column.clone().unwrap_or_else(|| SPLIT.to_owned()),
            wanted: names.join(","),
            found: splits.iter().cloned().collect::<Vec<_>>().join(", "),
        },
        _ => DataError::Empty { path: path.to_owned() },
    }
}

/// Which rows of a file are wanted.
#[derive(Clone, Copy)]
struct Chosen<'a> {
    /// The column that names the split, and the names.
    column: &'a str,
    names: &'a [String],
    /// Rows whose value in this column stands in rows of other splits too are not wanted.
    unshared: Option<&'a str>,
}

impl Chosen<'_> {
    /// The condition that these rows meet, in SQL.
    fn condition(&self) -> String {
        let names: Vec<String> = self.names.iter().map(|name| literal(name)).collect();
        let (column, names) = (format!("CAST({} AS VARCHAR)", quoted(self.column)), names.join(", "));
        let unshared = self.unshared.map_or(String::new(), |user| {
            let user = quoted(user);
            format!(
                " AND ({user} IS NULL OR {user} NOT IN \
                 (SELECT {user} FROM {TABLE} WHERE {column} NOT IN ({names}) AND {user} IS NOT NULL))"
            )
        });
        format!(" WHERE {column} IN ({names}){unshared}")
    }
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
    fn new(untyped: bool) -> EventReader {
        EventReader {
            sessions: IdEncoder::new(untyped),
            items: IdEncoder::new(untyped),
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

    /// Reads the rows of one file, those of some splits where they are wanted; notes which splits there are if that has none.
    async fn read_file(
        &mut self,
        file: &SourceFile,
        chosen: Option<Chosen<'_>>,
        splits: &mut BTreeSet<String>,
    ) -> Result<(), DataError> {
        for column in ["session_id", "item_id", "ts"] {
            file.require(column)?;
        }
        let event = if file.has("event") { ", \"event\"" } else { "" };
        if let Some(column) = chosen.and_then(|chosen| chosen.unshared) {
            file.require(column)?;
        }
        let condition = chosen.map_or(String::new(), |chosen| chosen.condition());
        let statement = format!("SELECT \"session_id\", \"item_id\", \"ts\"{event} FROM {TABLE}{condition}");
        let before = self.rows_read;
        file.stream(&statement, |batch| self.read_batch(batch, &file.path)).await?;
        if let Some(Chosen { column, .. }) = chosen.filter(|_| self.rows_read == before) {
            let name = quoted(column);
            let statement =
                format!("SELECT DISTINCT CAST({name} AS VARCHAR) FROM {TABLE} WHERE {name} IS NOT NULL LIMIT 10");
            let place = Place { path: &file.path, column };
            file.stream(&statement, |batch| {
                splits.extend(texts(batch.column(0), place)?.iter().flatten().map(str::to_owned));
                Ok(())
            })
            .await?;
        }
        Ok(())
    }

    fn read_batch(&mut self, batch: &RecordBatch, path: &Path) -> Result<(), DataError> {
        let first_row = self.rows_read;
        let column = |index: usize, column| (batch.column(index), Place { path, column });
        let (array, place) = column(0, "session_id");
        let sessions = self.sessions.encode(array, place)?;
        let (array, place) = column(1, "item_id");
        let items = self.items.encode(array, place)?;
        let (array, place) = column(2, "ts");
        let times = self.times.read(array, place, first_row + 1)?;
        let events = match batch.columns().get(3) {
            Some(array) => self.encode_events(array, Place { path, column: "event" })?,
            None => vec![self.event_code(EventKind::View.name(), Place { path, column: "event" })?; batch.num_rows()],
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
