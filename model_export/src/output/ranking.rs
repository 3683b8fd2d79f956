//! Rankings as Parquet: session_id, step, rank, item_id, score.

use std::fs::File;
use std::io::{self, BufWriter};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use datafusion::arrow::array::{Array, Float32Array, Int64Builder, RecordBatch, StringBuilder, UInt32Array};
use datafusion::arrow::datatypes::{DataType, Field, Schema};
use datafusion::parquet::arrow::ArrowWriter;
use datafusion::parquet::basic::Compression;
use datafusion::parquet::errors::ParquetError;
use datafusion::parquet::file::properties::WriterProperties;

use super::{OutputError, Pending};

/// Rows to a batch. A row group of the file holds about a million.
const BATCH_ROWS: usize = 65_536;

/// Writes rankings row group by row group as they come; nothing is at `path` until [`RankingWriter::finish`].
#[derive(Debug)]
pub struct RankingWriter {
    path: PathBuf,
    schema: Arc<Schema>,
    sessions: IdBuilder,
    steps: Vec<u32>,
    ranks: Vec<u32>,
    items: IdBuilder,
    scores: Vec<f32>,
    // Before `pending`: it writes to the pending file's handle.
    writer: ArrowWriter<BufWriter<File>>,
    pending: Pending,
}

/// A column of ids in the making.
#[derive(Debug)]
enum IdBuilder {
    Integer(Int64Builder),
    Text(StringBuilder),
}

impl IdBuilder {
    fn new(integers: bool) -> IdBuilder {
        if integers { IdBuilder::Integer(Int64Builder::new()) } else { IdBuilder::Text(StringBuilder::new()) }
    }

    fn data_type(&self) -> DataType {
        match self {
            IdBuilder::Integer(_) => DataType::Int64,
            IdBuilder::Text(_) => DataType::Utf8,
        }
    }

    fn push(&mut self, id: &str) -> io::Result<()> {
        match self {
            IdBuilder::Integer(builder) => builder.append_value(id.parse().map_err(|_| {
                io::Error::new(io::ErrorKind::InvalidData, format!("the id `{id}` is no integer, as the others are"))
            })?),
            IdBuilder::Text(builder) => builder.append_value(id),
        }
        Ok(())
    }

    fn finish(&mut self) -> Arc<dyn Array> {
        match self {
            IdBuilder::Integer(builder) => Arc::new(builder.finish()),
            IdBuilder::Text(builder) => Arc::new(builder.finish()),
        }
    }
}

impl RankingWriter {
    /// Opens the file. Ids are written as 64-bit integers or as text, as they were in the input.
    ///
    /// # Errors
    /// Any [`OutputError`].
    pub fn create(path: &Path, integer_sessions: bool, integer_items: bool) -> Result<RankingWriter, OutputError> {
        let (sessions, items) = (IdBuilder::new(integer_sessions), IdBuilder::new(integer_items));
        let schema = Arc::new(Schema::new(vec![
            Field::new("session_id", sessions.data_type(), false),
            Field::new("step", DataType::UInt32, false),
            Field::new("rank", DataType::UInt32, false),
            Field::new("item_id", items.data_type(), false),
            Field::new("score", DataType::Float32, false),
        ]));
        let pending = Pending::create(path)?;
        let properties = WriterProperties::builder().set_compression(Compression::SNAPPY).build();
        let file = pending.duplicate()?;
        let writer =
            ArrowWriter::try_new(file, Arc::clone(&schema), Some(properties)).map_err(|cause| failed(path, cause))?;
        Ok(RankingWriter {
            path: path.to_owned(),
            schema,
            sessions,
            steps: vec![],
            ranks: vec![],
            items,
            scores: vec![],
            writer,
            pending,
        })
    }

    /// Adds one ranking, best first; ranks count from 1. Ids are in their canonical text.
    ///
    /// # Errors
    /// Any [`OutputError`]; `output.failed` also for an id that is no integer where all are to be.
    pub fn push<Id: AsRef<str>>(
        &mut self,
        session: &str,
        step: u32,
        ranked: impl IntoIterator<Item = (Id, f32)>,
    ) -> Result<(), OutputError> {
        for (rank, (item, score)) in (1..).zip(ranked) {
            self.sessions
                .push(session)
                .and_then(|()| self.items.push(item.as_ref()))
                .map_err(|cause| OutputError::of(&self.path, &cause))?;
            self.steps.push(step);
            self.ranks.push(rank);
            self.scores.push(score);
        }
        if self.scores.len() >= BATCH_ROWS { self.flush() } else { Ok(()) }
    }

    fn flush(&mut self) -> Result<(), OutputError> {
        let columns: Vec<Arc<dyn Array>> = vec![
            self.sessions.finish(),
            Arc::new(UInt32Array::from(std::mem::take(&mut self.steps))),
            Arc::new(UInt32Array::from(std::mem::take(&mut self.ranks))),
            self.items.finish(),
            Arc::new(Float32Array::from(std::mem::take(&mut self.scores))),
        ];
        let batch = RecordBatch::try_new(Arc::clone(&self.schema), columns).map_err(ParquetError::from);
        batch.and_then(|batch| self.writer.write(&batch)).map_err(|cause| failed(&self.path, cause))
    }

    /// Writes what is left and puts the file in its place.
    ///
    /// # Errors
    /// Any [`OutputError`].
    pub fn finish(mut self) -> Result<(), OutputError> {
        self.flush()?;
        self.writer.finish().map_err(|cause| failed(&self.path, cause))?;
        let flushed = io::Write::flush(self.writer.inner_mut());
        flushed.map_err(|cause| OutputError::of(&self.path, &cause))?;
        self.pending.commit()
    }
}

fn failed(path: &Path, cause: ParquetError) -> OutputError {
    OutputError::of(path, &io::Error::from(cause))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use datafusion::arrow::array::AsArray;
    use datafusion::arrow::datatypes::{Float32Type, Int64Type, UInt32Type};
    use datafusion::parquet::arrow::arrow_reader::ParquetRecordBatchReader;

    use super::*;

    #[test]
    fn what_is_pushed_is_read_back() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ranking.parquet");
        let mut writer = RankingWriter::create(&path, true, false).unwrap();
        let lists = 2 * BATCH_ROWS / 3;
        for list in 0..lists {
            let ranked = [("a", 0.5), ("b", 0.25), ("c", -1.0)];
            writer.push(&(list as i64 - 5).to_string(), list as u32 % 7, ranked).unwrap();
        }
        assert!(!path.exists(), "nothing is in place before the end");
        writer.finish().unwrap();
        let reader = ParquetRecordBatchReader::try_new(File::open(&path).unwrap(), 1_000).unwrap();
        let mut rows = 0;
        for batch in reader {
            let batch = batch.unwrap();
            let sessions = batch["session_id"].as_primitive::<Int64Type>();
            let steps = batch["step"].as_primitive::<UInt32Type>();
            let ranks = batch["rank"].as_primitive::<UInt32Type>();
            let scores = batch["score"].as_primitive::<Float32Type>();
            for row in 0..batch.num_rows() {
                let (list, place) = ((rows + row) / 3, (rows + row) % 3);
                assert_eq!(sessions.value(row), list as i64 - 5);
                assert_eq!(steps.value(row), list as u32 % 7);
                assert_eq!(ranks.value(row), place as u32 + 1);
                assert_eq!(batch["item_id"].as_string::<i32>().value(row), ["a", "b", "c"][place]);
                assert_eq!(scores.value(row), [0.5, 0.25, -1.0][place]);
            }
            rows += batch.num_rows();
        }
        assert_eq!(rows, 3 * lists);
    }

    #[test]
    fn a_writer_that_is_given_up_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ranking.parquet");
        let mut writer = RankingWriter::create(&path, true, true).unwrap();
        let error = writer.push("7", 1, [("x", 0.0)]).unwrap_err();
        assert_eq!(error.code(), "output.failed");
        drop(writer);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn a_full_disk_is_called_one() {
        let full = Path::new("/dev/full");
        if !full.exists() {
            println!("skipped: this machine has no /dev/full");
            return;
        }
        let mut writer = RankingWriter::create(full, true, true).unwrap();
        writer.push("7", 1, [("8", 0.0)]).unwrap();
        assert_eq!(writer.finish().unwrap_err().code(), "output.disk_full");
    }
}
