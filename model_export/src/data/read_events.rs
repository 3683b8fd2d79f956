//! Reads a log of events: rows stream in, ids become numbers at once, and what is left is cleaned by SQL.

use std::collections::{BTreeSet, HashMap};
use std::path::Path;

use datafusion::arrow::array::{Array, ArrayRef, RecordBatch};
use reshelf::session::EventKind;

use super::choice::{Choice, SPLIT};
use super::clean::clean;
use super::clock::TimeReader;
use super::columns::{Place, texts};
use super::encoder::IdEncoder;
use super::event_table::EventTable;
use super::read_rows::{NO_USER, ReadRows};
use super::report::{CleaningReport, DropReason, EventOptions};
use super::source::{Input, SourceFile, run};
use super::values::given;
use super::{DataError, SessionGap, SessionLog};

/// The columns of the input format. `price` and `quantity` are part of it, though nothing reads them yet.
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
    let mut reader = EventReader::default();
    let mut ignored = BTreeSet::new();
    for file in &input.files {
        let Some(file) = input.notes.open(file).await? else { continue };
        let split = reader.read_file(&file, &mut choice).await?;
        ignored.extend(file.others(&KNOWN).filter(|column| Some(column.as_str()) != split));
        input.notes.add(&file, &["event", "user_id"]);
    }
    choice.check_found(path, reader.rows_read)?;
    let (table, mut report) = reader.finish(options.session_gap)?;
    report.columns_ignored = ignored.into_iter().collect();
    report.rows_of_other_splits = choice.left_out();
    report.files = input.notes.finish();
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
        columns.extend(["event", "user_id"].into_iter().filter(|column| file.has(column)));
        let number = self.times.begin_file(&file.path, "ts");
        let read = |batch: &RecordBatch, rows: &[u64]| self.read_batch(batch, rows, &columns, &file.path, number);
        choice.stream(file, &columns, read).await?;
        choice.column(file)
    }

    /// Reads a batch of these columns, of the file with this number; `rows` are the numbers of its rows in the file.
    fn read_batch(
        &mut self,
        batch: &RecordBatch,
        rows: &[u64],
        columns: &[&str],
        path: &Path,
        file: usize,
    ) -> Result<(), DataError> {
        let first_row = self.rows_read;
        let place = |column| Place { path, column, rows };
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
