//! Reads a log of events: rows stream in, ids become numbers at once, and what is left is cleaned by SQL.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::Path;

use datafusion::arrow::array::{Array, ArrayRef, BooleanArray, RecordBatch};
use datafusion::arrow::compute::kernels::nullif::nullif;
use reshelf::session::EventKind;

use super::choice::{Choice, SPLIT};
use super::clean::clean;
use super::clock::TimeReader;
use super::columns::{Place, texts};
use super::encoder::IdEncoder;
use super::event_table::{EventKinds, EventTable};
use super::read_rows::{NO_USER, ReadRows};
use super::read_signals::{SignalColumns, SignalReader};
use super::report::{CleaningReport, DropReason, EventOptions};
use super::signals::is_signal;
use super::source::{Input, SourceFile, engine, run};
use super::values::given;
use super::{DataError, SessionColumn, SessionGap, SessionLog};

/// The columns of the input format beside that of sessions. `price` and `quantity` are part of it, though nothing reads them yet.
const KNOWN: [&str; 7] = ["item_id", "ts", "event", "user_id", "price", "quantity", SPLIT];

/// The event of a dwell that an event's own row tells of: what follows that event. No file can write it.
pub(super) const DWELL_OF_ROW: &str = "";

/// Logs know a handful of events; more names than this mean that the column holds something else.
const MOST_EVENT_NAMES: usize = 1_000;

/// Reads a log of events: one file or a folder of files, in Parquet, CSV or JSON.
///
/// Needs the columns `session_id` (or as the options say), `item_id` and `ts`; `event` is optional and means a view where it is missing or null, and
/// so are the columns of [`SignalColumns`].
/// See `docs/data.md` for the forms that each may take, and [`DataError`] for what is refused.
pub fn read_events(path: &Path, options: &EventOptions) -> Result<SessionLog, DataError> {
    run(path, read(path, options))
}

async fn read(path: &Path, options: &EventOptions) -> Result<SessionLog, DataError> {
    let mut input = Input::of(path)?;
    let mut choice = Choice::new(&options.split);
    choice.check_files(path, input.files.len())?;
    let mut reader = EventReader { session_column: options.session_column.clone(), ..EventReader::default() };
    let mut ignored = BTreeSet::new();
    for file in &input.files {
        let Some(file) = input.notes.open(file).await? else { continue };
        let split = reader.read_file(&file, &mut choice).await?;
        let sessions = options.session_column.name();
        let mut known: Vec<&str> = KNOWN.to_vec();
        known.push(sessions);
        SignalColumns::of(&file).names().for_each(|name| known.push(name));
        ignored.extend(file.others(&known).filter(|column| Some(column.as_str()) != split));
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
    session_column: SessionColumn,
    sessions: IdEncoder,
    items: IdEncoder,
    users: IdEncoder,
    times: TimeReader,
    event_names: Vec<String>,
    event_codes: HashMap<String, u16>,
    /// The kind of each; `None` where its name is not known.
    event_kinds: Vec<Option<EventKind>>,
    event_rows: Vec<u64>,
    signals: SignalReader,
    chunks: Vec<ReadRows>,
    rows_read: u64,
    /// Rows that were dropped on the way.
    dropped: BTreeMap<DropReason, u64>,
}

impl EventReader {
    /// Reads the rows of one file that are wanted: the column by which they are chosen, if any.
    async fn read_file<'a>(
        &mut self,
        file: &SourceFile,
        choice: &mut Choice<'a>,
    ) -> Result<Option<&'a str>, DataError> {
        let sessions = self.session_column.clone();
        let mut columns = vec![sessions.name(), "item_id", "ts"];
        for column in &columns {
            file.require(column).map_err(|error| match (error, *column == sessions.name()) {
                (DataError::MissingColumn { path, column, found, fix }, true) => {
                    let fix = format!("{fix}, or say with --session-column whose values are sessions");
                    DataError::MissingColumn { path, column, found, fix }
                }
                (error, _) => error,
            })?;
        }
        let signals = SignalColumns::of(file);
        // Where users are the sessions, nobody shares one.
        let optional = ["event", "user_id"].into_iter().filter(|&column| file.has(column) && column != sessions.name());
        optional.chain(signals.names()).for_each(|column| columns.push(column));
        let number = self.times.begin_file(&file.path, "ts");
        let of_file = FileColumns { file: number, path: &file.path, columns: &columns, signals: &signals };
        choice.stream(file, &columns, |batch, rows| self.read_batch(batch, rows, of_file)).await?;
        choice.column(file)
    }

    /// Reads a batch; `rows` are the numbers of its rows in the file.
    fn read_batch(&mut self, batch: &RecordBatch, rows: &[u64], of_file: FileColumns<'_>) -> Result<(), DataError> {
        let FileColumns { file, path, columns, signals } = of_file;
        let first_row = self.rows_read;
        let place = |column| Place { path, column, rows };
        let column = |name: &str| columns.iter().position(|column| *column == name).map(|index| batch.column(index));
        let sessions = self.sessions.encode(batch.column(0), Place { path, column: columns[0], rows })?;
        let events = match column("event") {
            Some(array) => self.encode_events(array, place("event"))?,
            None => vec![self.event_code(EventKind::View.name(), place("event"))?; batch.num_rows()],
        };
        let kind = |index: usize| self.event_kinds[usize::from(events[index])].unwrap_or(EventKind::Other);
        let items = self.items.encode(&of_items_alone(batch.column(1), kind)?, place("item_id"))?;
        let times = self.times.read(batch.column(2), place("ts"))?;
        let users = column("user_id").map(|array| self.users.encode(array, place("user_id"))).transpose()?;
        let told = self.signals.read(signals, column, place)?;
        self.rows_read += batch.num_rows() as u64;
        if self.rows_read > u64::from(u32::MAX) {
            return Err(DataError::TooMany { path: path.to_owned(), what: "rows", limit: u64::from(u32::MAX) });
        }
        let dwell_of_row = self.event_code(DWELL_OF_ROW, place("event"))?;
        let (mut chunk, mut beside) = (ReadRows::of_file(file), ReadRows::signals_of_file(file));
        for (index, &event) in events.iter().enumerate() {
            self.event_rows[usize::from(event)] += 1;
            let (kind, dwell) = (self.event_kinds[usize::from(event)].unwrap_or(EventKind::Other), told.dwell(index));
            let given = || {
                let session = sessions[index].ok_or(DropReason::NullSession)?;
                let subject = match kind {
                    EventKind::Search => told.query(index).ok_or(DropReason::NullQuery)?,
                    EventKind::Mute | EventKind::Unmute => return Err(DropReason::Mute),
                    _ => items[index].ok_or(DropReason::NullItem)?,
                };
                let time = times[index].ok_or(DropReason::NullTime)?;
                let amount = match kind {
                    EventKind::Dwell => dwell.ok_or(DropReason::NullDwell)?,
                    EventKind::Impression | EventKind::Skip => told.position(index),
                    _ => 0.0,
                };
                Ok((session, subject, time, amount))
            };
            let (session, subject, time, amount) = match given() {
                Ok(given) => given,
                Err(reason) => {
                    *self.dropped.entry(reason).or_default() += 1;
                    continue;
                }
            };
            let row = (first_row + index as u64) as u32;
            let user = users.as_ref().map(|users| users[index].unwrap_or(NO_USER));
            if is_signal(kind) {
                let list = if kind.is_shown() { told.list(index) } else { 0 };
                beside.push(row, session, subject, event, time, user);
                beside.push_signal(amount, list);
                continue;
            }
            chunk.push(row, session, subject, event, time, user);
            // A page that was looked at for no time at all is one of which no time is known.
            if let Some(seconds) = dwell.filter(|&seconds| seconds > 0.0) {
                beside.push(row, session, subject, dwell_of_row, time, user);
                beside.push_signal(seconds, 0);
            }
        }
        self.chunks.push(chunk);
        if !beside.rows.is_empty() {
            self.chunks.push(beside);
        }
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
        self.event_kinds.push(if name == DWELL_OF_ROW { Some(EventKind::Dwell) } else { EventKind::parse(name) });
        self.event_rows.push(0);
        Ok(code)
    }

    /// The rows as a table for cleaning, and the beginning of the report.
    fn finish(self, gap: SessionGap) -> Result<(EventTable, CleaningReport), DataError> {
        let named = self.event_names.iter().zip(self.event_rows).zip(&self.event_kinds);
        let unknown = named.filter(|(_, kind)| kind.is_none());
        let mut unknown_events: Vec<(String, u64)> = unknown.map(|((name, rows), _)| (name.clone(), rows)).collect();
        unknown_events.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        let mut report = CleaningReport {
            rows_read: self.rows_read,
            unknown_events,
            negative_dwells: self.signals.negative_dwells,
            session_column: self.session_column.clone(),
            ..CleaningReport::default()
        };
        self.dropped.into_iter().for_each(|(reason, rows)| report.drop_rows(reason, rows));
        let ids = [self.sessions.finish(), self.items.finish(), self.users.finish()];
        for (column, ids) in [self.session_column.name(), "item_id", "user_id"].into_iter().zip(&ids) {
            let words = ids.words.iter().map(|(word, rows)| (column.to_owned(), word.clone(), *rows));
            report.words_for_nothing.extend(words);
        }
        let kinds = EventKinds {
            dwell_of_row: self.event_codes.get(DWELL_OF_ROW).copied(),
            kinds: self.event_kinds.into_iter().map(|kind| kind.unwrap_or(EventKind::Other)).collect(),
        };
        let table =
            EventTable::new(self.chunks, ids, self.signals.texts, self.times.forms()?, kinds, gap, &mut report)?;
        Ok((table, report))
    }
}

/// The columns of one file that are read.
#[derive(Clone, Copy)]
struct FileColumns<'a> {
    /// The number of the file.
    file: usize,
    path: &'a Path,
    columns: &'a [&'a str],
    signals: &'a SignalColumns,
}

/// What stands in the column of items beside a text that was searched for, or names what was muted, is no item.
fn of_items_alone(items: &ArrayRef, kind: impl Fn(usize) -> EventKind) -> Result<ArrayRef, DataError> {
    let others = |row| matches!(kind(row), EventKind::Search | EventKind::Mute | EventKind::Unmute);
    let others: Vec<bool> = (0..items.len()).map(others).collect();
    if !others.contains(&true) {
        return Ok(ArrayRef::clone(items));
    }
    nullif(items, &BooleanArray::from(others)).map_err(|cause| engine(cause.into()))
}
