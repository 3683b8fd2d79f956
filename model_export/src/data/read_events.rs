//! Reads a log of events: rows stream in, ids become numbers at once, and what is left is cleaned by SQL.

use std::collections::{BTreeSet, HashMap};
use std::path::Path;

use datafusion::arrow::array::{Array, ArrayRef, RecordBatch};
use reshelf::session::EventKind;

use super::clean::clean;
use super::clock::TimeReader;
use super::columns::{Place, texts};
use super::encoder::IdEncoder;
use super::event_table::{EventTable, NO_USER, ReadRows};
use super::report::{CleaningReport, DropReason, EventOptions};
use super::source::{SourceFile, TABLE, list_files, literal, quoted, run};
use super::values::given;
use super::{DataError, SessionGap, SessionLog, Split};

/// The columns of the input format. `price` and `quantity` are part of it, though nothing reads them yet.
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
        let reader = reader.get_or_insert_with(EventReader::default);
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
    let (table, mut report) = reader.finish(options.session_gap)?;
    report.columns_ignored = ignored.into_iter().collect();
    let log = clean(table, report, options).await?;
    if log.sessions() == 0 {
        let dropped = log.report.dropped.iter().map(|dropped| format!("{} {}", dropped.rows, dropped.reason.words()));
        let parted = (log.report.parted.by_silence > 0)
            .then(|| format!("sessions were parted at silences of more than {} (--session-gap)", options.session_gap));
        let reasons: Vec<String> = dropped.chain(parted).collect();
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

#[derive(Default)]
struct EventReader {
    sessions: IdEncoder,
    items: IdEncoder,
    users: IdEncoder,
    times: TimeReader,
    event_names: Vec<String>,
    event_codes: HashMap<String, u16>,
    event_rows: Vec<u64>,
    chunks: Vec<ReadRows>,
    rows_read: u64,
    null_sessions: u64,
    null_items: u64,
    null_times: u64,
}

impl EventReader {
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
        let optional = ["event", "user_id"].into_iter().filter(|column| file.has(column));
        let columns: Vec<&str> = ["session_id", "item_id", "ts"].into_iter().chain(optional).collect();
        if let Some(column) = chosen.and_then(|chosen| chosen.unshared) {
            file.require(column)?;
        }
        let condition = chosen.map_or(String::new(), |chosen| chosen.condition());
        let selected: Vec<String> = columns.iter().map(|column| quoted(column)).collect();
        let statement = format!("SELECT {} FROM {TABLE}{condition}", selected.join(", "));
        let before = self.rows_read;
        let number = self.times.begin_file(&file.path, "ts");
        file.stream(&statement, |batch| self.read_batch(batch, &file.path, &columns, number, before)).await?;
        if let Some(Chosen { column, .. }) = chosen.filter(|_| self.rows_read == before) {
            let name = quoted(column);
            let statement =
                format!("SELECT DISTINCT CAST({name} AS VARCHAR) FROM {TABLE} WHERE {name} IS NOT NULL LIMIT 10");
            let place = Place { path: &file.path, column, rows: &[] };
            file.stream(&statement, |batch| {
                splits.extend(texts(batch.column(0), place)?.iter().flatten().map(str::to_owned));
                Ok(())
            })
            .await?;
        }
        Ok(())
    }

    /// Reads rows of the file with this number; `before` is how many rows came before that file's.
    fn read_batch(
        &mut self,
        batch: &RecordBatch,
        path: &Path,
        columns: &[&str],
        file: usize,
        before: u64,
    ) -> Result<(), DataError> {
        let first_row = self.rows_read;
        let rows: Vec<u64> = (first_row - before + 1..).take(batch.num_rows()).collect();
        let place = |column| Place { path, column, rows: &rows };
        let column = |name: &str| columns.iter().position(|column| *column == name).map(|index| batch.column(index));
        let sessions = self.sessions.encode(batch.column(0), place("session_id"))?;
        let items = self.items.encode(batch.column(1), place("item_id"))?;
        let times = self.times.read(batch.column(2), place("ts"))?;
        let events = match column("event") {
            Some(array) => self.encode_events(array, place("event"))?,
            None => vec![self.event_code(EventKind::View.name(), place("event"))?; batch.num_rows()],
        };
        let users = column("user_id").map(|array| self.users.encode(array, place("user_id"))).transpose()?;
        self.rows_read += batch.num_rows() as u64;
        if self.rows_read > u64::from(u32::MAX) {
            return Err(DataError::TooMany { path: path.to_owned(), what: "rows", limit: u64::from(u32::MAX) });
        }
        let mut chunk = ReadRows::of_file(file);
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
            chunk.rows.push((first_row + index as u64) as u32);
            chunk.sessions.push(session);
            chunk.items.push(item);
            chunk.push_time(time);
            chunk.events.push(events[index]);
            chunk.users.extend(users.as_ref().map(|users| users[index].unwrap_or(NO_USER)));
        }
        self.chunks.push(chunk);
        Ok(())
    }

    fn encode_events(&mut self, array: &ArrayRef, place: Place<'_>) -> Result<Vec<u16>, DataError> {
        let names = texts(array, place)?;
        let mut codes = Vec::with_capacity(names.len());
        for name in &names {
            codes.push(self.event_code(name.and_then(given).unwrap_or(EventKind::View.name()), place)?);
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
    fn finish(self, gap: SessionGap) -> Result<(EventTable, CleaningReport), DataError> {
        let kinds: Vec<Option<EventKind>> = self.event_names.iter().map(|name| EventKind::parse(name)).collect();
        let named = self.event_names.into_iter().zip(self.event_rows).zip(&kinds);
        let mut unknown_events: Vec<(String, u64)> = named.filter(|(_, kind)| kind.is_none()).map(|(n, _)| n).collect();
        unknown_events.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        let mut report = CleaningReport { rows_read: self.rows_read, unknown_events, ..CleaningReport::default() };
        report.drop_rows(DropReason::NullSession, self.null_sessions);
        report.drop_rows(DropReason::NullItem, self.null_items);
        report.drop_rows(DropReason::NullTime, self.null_times);
        let ids = [self.sessions.finish(), self.items.finish(), self.users.finish()];
        for (column, ids) in ["session_id", "item_id", "user_id"].into_iter().zip(&ids) {
            report.words_for_nothing.extend(ids.words.iter().map(|(word, rows)| (column, word.clone(), *rows)));
        }
        let kinds = kinds.into_iter().map(|kind| kind.unwrap_or(EventKind::Other)).collect();
        let table = EventTable::new(self.chunks, ids, self.times.forms()?, kinds, gap, &mut report)?;
        Ok((table, report))
    }
}
