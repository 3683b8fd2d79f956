//! Reads candidate lists and matches them with the sessions of a log.

use std::collections::{BTreeSet, HashMap};
use std::path::Path;
use std::sync::Arc;

use datafusion::arrow::array::{Array, AsArray, Float32Array, RecordBatch, UInt32Array};
use datafusion::arrow::datatypes::{DataType, Field, Float32Type, Schema, UInt32Type};
use datafusion::prelude::{SessionConfig, SessionContext};
use futures_util::StreamExt;

use super::columns::{IdEncoder, Place, numbers};
use super::source::{Batches, FilesReport, Input, SourceFile, engine, numbered, register, run};
use super::{CandidateLists, DataError, SessionLog};

/// The columns of the input format.
const KNOWN: [&str; 4] = ["session_id", "step", "item_id", "score"];

const STEP: &str = "whole numbers from 0: how many events were seen before the list";

/// Reads candidate lists: one file or a folder of files, in Parquet, CSV or JSON.
///
/// Needs the columns `session_id`, `step` (how many events were seen before) and `item_id`; `score` is optional. Rows whose
/// session is not in the log are left out and counted.
pub fn read_candidates(path: &Path, log: &SessionLog) -> Result<CandidateLists, DataError> {
    run(path, read(path, log))
}

#[derive(Default)]
struct CandidateReader {
    sessions: IdEncoder,
    items: IdEncoder,
    chunks: Vec<Chunk>,
    rows_read: u64,
    rows_with_nulls: u64,
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

const IN_ORDER: &str = "SELECT session, step, item, score FROM candidates ORDER BY session, step, row";

async fn read(path: &Path, log: &SessionLog) -> Result<CandidateLists, DataError> {
    let mut input = Input::of(path)?;
    let mut reader = CandidateReader::default();
    let mut ignored = BTreeSet::new();
    for file in &input.files {
        let file = SourceFile::open(file).await?;
        let mut columns: Vec<&str> = KNOWN[..3].to_vec();
        for column in &columns {
            file.require(column)?;
        }
        columns.extend(file.has("score").then_some("score"));
        ignored.extend(file.others(&KNOWN));
        file.stream(&columns, |batch, first| reader.read_batch(batch, &numbered(first, batch), &file.path)).await?;
        input.notes.add(&file, &KNOWN[3..]);
    }
    if reader.rows_read == 0 {
        return Err(DataError::Empty { path: path.to_owned() });
    }
    reader.finish(path, log, ignored.into_iter().collect(), input.notes.finish()).await
}

impl CandidateReader {
    /// Reads a batch; `rows` are the numbers of its rows in the file.
    fn read_batch(&mut self, batch: &RecordBatch, rows: &[u64], path: &Path) -> Result<(), DataError> {
        let place = |column| Place { path, column, rows };
        let first_row = self.rows_read;
        let sessions = self.sessions.encode(batch.column(0), place("session_id"))?;
        let steps = numbers(batch.column(1), place("step"), STEP)?;
        let items = self.items.encode(batch.column(2), place("item_id"))?;
        let scores = match batch.columns().get(3) {
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
        let sessions = log_sessions(&self.sessions.finish(), log);
        let item_ids = self.items.finish();
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
            let known: Vec<(usize, u32)> = (0..chunk.rows.len())
                .filter_map(|index| Some((index, sessions[chunk.sessions[index] as usize]?)))
                .collect();
            rows_of_unknown_sessions += (chunk.rows.len() - known.len()) as u64;
            let pick = |column: &[u32]| UInt32Array::from_iter_values(known.iter().map(|&(index, _)| column[index]));
            let items = known.iter().map(|&(index, _)| renumbered[chunk.items[index] as usize]);
            let columns: Vec<Arc<dyn Array>> = vec![
                Arc::new(pick(&chunk.rows)),
                Arc::new(UInt32Array::from_iter_values(known.iter().map(|&(_, session)| session))),
                Arc::new(pick(&chunk.steps)),
                Arc::new(UInt32Array::from_iter_values(items)),
                Arc::new(Float32Array::from_iter_values(known.iter().map(|&(index, _)| chunk.scores[index]))),
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
            rows_of_unknown_sessions,
            rows_with_nulls: self.rows_with_nulls,
            columns_ignored,
            files,
        };
        while let Some(batch) = sorted.next().await {
            append(&mut lists, &batch.map_err(engine)?);
        }
        lists.offsets.push(lists.items.len());
        if lists.is_empty() {
            return Err(DataError::NoSessionMatches { path: path.to_owned() });
        }
        Ok(lists)
    }
}

/// For each session of the lists, its index in the log.
fn log_sessions(listed: &super::Ids, log: &SessionLog) -> Vec<Option<u32>> {
    let known: HashMap<_, u32> = (0..log.sessions()).map(|index| (log.session_ids.text(index), index as u32)).collect();
    (0..listed.len()).map(|index| known.get(&listed.text(index)).copied()).collect()
}

fn append(lists: &mut CandidateLists, batch: &RecordBatch) {
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
}
