//! Reads candidate lists and matches them with the sessions of a log.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::Path;
use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, Float32Array, RecordBatch, UInt32Array};
use datafusion::arrow::datatypes::{DataType, Field, Float32Type, Schema, UInt32Type};
use datafusion::prelude::{SessionConfig, SessionContext};
use futures_util::StreamExt;

use super::columns::{Place, numbers, texts};
use super::encoder::IdEncoder;
use super::source::{Batches, FilesReport, Input, engine, numbered, register, run};
use super::values::given;
use super::{CandidateLists, DataError, SessionLog};

/// The columns of the input format.
const KNOWN: [&str; 5] = ["session_id", "step", "item_id", "score", "slot"];
/// So many of them are required.
const REQUIRED: usize = 3;

const STEP: &str = "whole numbers from 0: how many events were seen before the list";

/// Reads candidate lists: one file or a folder of files, in Parquet, CSV or JSON.
///
/// Needs the columns `session_id`, `step` (how many events of that id were seen before, in the file) and `item_id`; `score`
/// and `slot` are optional. Rows whose session is not in the log are left out and counted.
pub fn read_candidates(path: &Path, log: &SessionLog) -> Result<CandidateLists, DataError> {
    read_candidates_with(path, log, &[])
}

/// The same with other columns as text ([`CandidateLists::columns`]), of those that are there.
pub fn read_candidates_with(path: &Path, log: &SessionLog, others: &[&str]) -> Result<CandidateLists, DataError> {
    run(path, read(path, log, others))
}

#[derive(Default)]
struct CandidateReader {
    sessions: IdEncoder,
    items: IdEncoder,
    chunks: Vec<Chunk>,
    rows_read: u64,
    rows_with_nulls: u64,
    /// The slots by row of the files, as numbers.
    slots: Vec<u32>,
    slot_numbers: HashMap<String, u32>,
    slot_names: Vec<String>,
    /// Other columns, by row of the files.
    others: BTreeMap<String, Vec<Option<String>>>,
}

/// One batch of rows, ids as numbers.
#[derive(Default)]
struct Chunk {
    rows: Vec<u32>,
    sessions: Vec<u32>,
    steps: Vec<u32>,
    items: Vec<u32>,
    scores: Vec<f32>,
}

const IN_ORDER: &str = "SELECT session, step, item, score, row FROM candidates ORDER BY session, step, row";

async fn read(path: &Path, log: &SessionLog, others: &[&str]) -> Result<CandidateLists, DataError> {
    let mut input = Input::of(path)?;
    let mut reader = CandidateReader::default();
    let mut ignored = BTreeSet::new();
    for file in &input.files {
        let Some(file) = input.notes.open(file).await? else { continue };
        let mut columns: Vec<&str> = KNOWN[..REQUIRED].to_vec();
        for column in &columns {
            file.require(column)?;
        }
        columns.extend(KNOWN[REQUIRED..].iter().filter(|name| file.has(name)));
        let others: Vec<&str> = others.iter().copied().filter(|name| !KNOWN.contains(name)).collect();
        ignored.extend(file.others(&[&KNOWN[..], &others].concat()));
        let known = columns.len();
        columns.extend(others.into_iter().filter(|name| file.has(name)));
        file.stream(&columns, |batch, first| {
            let rows = numbered(first, batch);
            reader.read_others(batch, &columns[known..], &rows, &file.path)?;
            reader.read_slots(batch, &columns, &rows, &file.path)?;
            reader.read_batch(batch, &columns, &rows, &file.path)
        })
        .await?;
        input.notes.add(&file, &KNOWN[REQUIRED..]);
    }
    if reader.rows_read == 0 {
        return Err(DataError::Empty { path: path.to_owned() });
    }
    reader.finish(path, log, ignored.into_iter().collect(), input.notes.finish()).await
}

impl CandidateReader {
    /// Reads the columns of a batch that stand behind those of the format. Before [`CandidateReader::read_batch`], which counts rows.
    fn read_others(&mut self, batch: &RecordBatch, names: &[&str], rows: &[u64], path: &Path) -> Result<(), DataError> {
        let begin = batch.num_columns() - names.len();
        for (&column, array) in names.iter().zip(&batch.columns()[begin..]) {
            let values = self.others.entry(column.to_owned()).or_default();
            values.resize(self.rows_read as usize, None);
            let texts = texts(array, Place { path, column, rows })?;
            values.extend(texts.iter().map(|text| text.and_then(given).map(str::to_owned)));
        }
        Ok(())
    }

    /// Reads the slots of a batch that has any. Before [`CandidateReader::read_batch`] as well.
    fn read_slots(&mut self, batch: &RecordBatch, names: &[&str], rows: &[u64], path: &Path) -> Result<(), DataError> {
        let Some(array) = column(batch, names, "slot") else { return Ok(()) };
        self.slots.resize(self.rows_read as usize, 0);
        for slot in texts(array, Place { path, column: "slot", rows })?.iter() {
            let number = slot.and_then(given).map_or(0, |name| match self.slot_numbers.get(name) {
                Some(&number) => number,
                None => {
                    self.slot_names.push(name.to_owned());
                    let number = self.slot_names.len() as u32;
                    self.slot_numbers.insert(name.to_owned(), number);
                    number
                }
            });
            self.slots.push(number);
        }
        Ok(())
    }

    /// Reads a batch of the columns with these names; `rows` are the numbers of its rows in the file.
    fn read_batch(&mut self, batch: &RecordBatch, names: &[&str], rows: &[u64], path: &Path) -> Result<(), DataError> {
        let place = |column| Place { path, column, rows };
        let first_row = self.rows_read;
        let sessions = self.sessions.encode(batch.column(0), place("session_id"))?;
        let steps = numbers(batch.column(1), place("step"), STEP)?;
        let items = self.items.encode(batch.column(2), place("item_id"))?;
        let scores = match column(batch, names, "score") {
            Some(array) => numbers(array, place("score"), "numbers")?,
            None => vec![None; batch.num_rows()],
        };
        self.rows_read += batch.num_rows() as u64;
        if self.rows_read > u64::from(u32::MAX) {
            return Err(DataError::TooMany { path: path.to_owned(), what: "rows", limit: u64::from(u32::MAX) });
        }
        let mut chunk = Chunk::default();
        for index in 0..batch.num_rows() {
            let (Some(session), Some(step), Some(item)) = (sessions[index], steps[index], items[index]) else {
                self.rows_with_nulls += 1;
                continue;
            };
            if step < 0.0 || step.fract() != 0.0 || step > f64::from(u32::MAX) {
                return Err(place("step").wrong(format!("`{step}` in row {}", place("step").row(index)), STEP));
            }
            chunk.rows.push((first_row + index as u64) as u32);
            chunk.sessions.push(session);
            chunk.steps.push(step as u32);
            chunk.items.push(item);
            chunk.scores.push(scores[index].map_or(f32::NAN, |score| score as f32));
        }
        self.chunks.push(chunk);
        Ok(())
    }

    async fn finish(
        self,
        path: &Path,
        log: &SessionLog,
        columns_ignored: Vec<String>,
        files: FilesReport,
    ) -> Result<CandidateLists, DataError> {
        let sessions = self.sessions.finish();
        let items = self.items.finish();
        let known = LogSessions::new(log);
        let item_ids = &items.ids;
        let session_texts: Vec<Cow<'_, str>> = (0..sessions.ids.len()).map(|index| sessions.ids.text(index)).collect();
        let schema = Arc::new(Schema::new(vec![
            Field::new("row", DataType::UInt32, false),
            Field::new("session", DataType::UInt32, false),
            Field::new("step", DataType::UInt32, false),
            Field::new("item", DataType::UInt32, false),
            Field::new("score", DataType::Float32, false),
        ]));
        let ascending = item_ids.ascending();
        let mut renumbered = vec![0; item_ids.len()];
        for (new, &old) in ascending.iter().enumerate() {
            renumbered[old] = new as u32;
        }
        let mut rows_of_unknown_sessions = 0;
        let mut batches: Batches = Vec::with_capacity(self.chunks.len());
        for chunk in self.chunks {
            // Which rows stay, and the list that each belongs to: the session and the step in the log.
            let place = |index: usize| {
                let session = &session_texts[sessions.number(chunk.sessions[index]) as usize];
                Some((index, known.place(session, chunk.steps[index])?))
            };
            let places: Vec<(usize, (u32, u32))> = (0..chunk.rows.len()).filter_map(place).collect();
            rows_of_unknown_sessions += (chunk.rows.len() - places.len()) as u64;
            let of_rows = |pick: &dyn Fn(usize) -> u32| {
                Arc::new(UInt32Array::from_iter_values(places.iter().map(|&(index, _)| pick(index))))
            };
            let columns: Vec<Arc<dyn Array>> = vec![
                of_rows(&|index| chunk.rows[index]),
                Arc::new(UInt32Array::from_iter_values(places.iter().map(|&(_, (session, _))| session))),
                Arc::new(UInt32Array::from_iter_values(places.iter().map(|&(_, (_, step))| step))),
                of_rows(&|index| renumbered[items.number(chunk.items[index]) as usize]),
                Arc::new(Float32Array::from_iter_values(places.iter().map(|&(index, _)| chunk.scores[index]))),
            ];
            batches.push(RecordBatch::try_new(Arc::clone(&schema), columns).map_err(|cause| engine(cause.into()))?);
        }
        let context = SessionContext::new_with_config(SessionConfig::new());
        register(&context, "candidates", batches)?;
        let mut sorted = context.sql(IN_ORDER).await.map_err(engine)?.execute_stream().await.map_err(engine)?;
        let mut lists = CandidateLists {
            item_ids: item_ids.select(ascending),
            sessions: vec![],
            steps: vec![],
            offsets: vec![],
            items: vec![],
            scores: vec![],
            slots: vec![],
            slot_names: self.slot_names,
            columns: self.others.keys().map(|name| (name.clone(), vec![])).collect(),
            rows_of_unknown_sessions,
            rows_with_nulls: self.rows_with_nulls,
            lists_before_first: 0,
            lists_behind_last: 0,
            columns_ignored,
            files,
        };
        while let Some(batch) = sorted.next().await {
            append(&mut lists, &batch.map_err(engine)?, &self.slots, &self.others);
        }
        lists.offsets.push(lists.items.len());
        if lists.is_empty() {
            return Err(DataError::NoSessionMatches { path: path.to_owned() });
        }
        for (&session, &step) in lists.sessions.iter().zip(&lists.steps) {
            lists.lists_before_first += u64::from(step == 0);
            lists.lists_behind_last += u64::from(step > 0 && step as usize >= log.session(session as usize).len());
        }
        Ok(lists)
    }
}

/// The sessions of a log by their ids.
struct LogSessions<'a> {
    whole: HashMap<Cow<'a, str>, u32>,
    /// For ids that several sessions bear: the session, and the step in it, of each of the events that bear the id.
    parts: HashMap<Cow<'a, str>, BTreeMap<u32, (u32, u32)>>,
}

impl<'a> LogSessions<'a> {
    fn new(log: &'a SessionLog) -> Self {
        let id = |session: usize| (log.session_ids.text(session), session as u32);
        let whole = (0..log.sessions()).filter(|session| !log.steps.contains_key(session)).map(id).collect();
        let mut parts: HashMap<_, BTreeMap<u32, (u32, u32)>> = HashMap::new();
        for (&session, steps) in &log.steps {
            let events = steps.iter().enumerate().map(|(step, &in_file)| (in_file, (session as u32, step as u32)));
            parts.entry(log.session_ids.text(session)).or_default().extend(events);
        }
        LogSessions { whole, parts }
    }

    /// The session and the step in it that a list belongs to, given the id and how many events bore it before.
    fn place(&self, id: &str, step: u32) -> Option<(u32, u32)> {
        if let Some(&session) = self.whole.get(id) {
            return Some((session, step));
        }
        let events = self.parts.get(id)?;
        let behind_the_last = || events.range(..step).next_back().map(|(_, &(session, step))| (session, step + 1));
        events.get(&step).copied().or_else(behind_the_last)
    }
}

/// The column of a batch that has this name, if it was there to be read.
fn column<'a>(batch: &'a RecordBatch, names: &[&str], name: &str) -> Option<&'a ArrayRef> {
    names.iter().position(|own| *own == name).map(|at| batch.column(at))
}

fn append(
    lists: &mut CandidateLists,
    batch: &RecordBatch,
    slots: &[u32],
    others: &BTreeMap<String, Vec<Option<String>>>,
) {
    let sessions = batch.column(0).as_primitive::<UInt32Type>().values();
    let steps = batch.column(1).as_primitive::<UInt32Type>().values();
    for (index, (&session, &step)) in sessions.iter().zip(steps).enumerate() {
        if lists.sessions.last() != Some(&session) || lists.steps.last() != Some(&step) {
            lists.sessions.push(session);
            lists.steps.push(step);
            lists.offsets.push(lists.items.len() + index);
        }
    }
    lists.items.extend(batch.column(2).as_primitive::<UInt32Type>().values());
    lists.scores.extend(batch.column(3).as_primitive::<Float32Type>().values());
    let rows = batch.column(4).as_primitive::<UInt32Type>().values();
    if !lists.slot_names.is_empty() {
        lists.slots.extend(rows.iter().map(|&row| slots.get(row as usize).copied().unwrap_or(0)));
    }
    for (name, values) in others {
        let value = |&row: &u32| values.get(row as usize).cloned().flatten();
        lists.columns.entry(name.clone()).or_default().extend(rows.iter().map(value));
    }
}
