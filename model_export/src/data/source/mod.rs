//! From files to columns: which files an input has, which format each has, and their rows as a stream of Arrow batches.
//!
//! Its one job: whatever a file looks like, the rows of its wanted columns come in the order of the file, those of text
//! formats as text, and what cannot be read is refused with its line or row. It knows formats, not what values mean, and may
//! use the errors of `data`, and DataFusion for Parquet.
//!
//! - `names`, `walk`, `listing`: the files of a folder, and what their names say; `gzip`, `bytes`: unpack them.
//! - `pieces`, `records`, `csv`; `scanner`, `json`; `parquet`: the formats. `text`: the batches of the first two.
//! - `engine`: tables in memory.

mod bytes;
mod csv;
mod engine;
mod gzip;
mod json;
mod listing;
mod names;
mod parquet;
mod pieces;
mod records;
mod scanner;
mod text;
mod walk;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use datafusion::arrow::array::{ArrayRef, RecordBatch, RecordBatchOptions, StringArray, new_null_array};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Field, Schema};

use super::DataError;
use csv::Csv;
pub(super) use engine::{Batches, engine, register, run};
pub use listing::FilesReport;
use listing::Partition;
pub(super) use listing::{Input, InputFile};
pub use names::ENDINGS;
use names::{Format, nearest, one_line};
use parquet::Parquet;

/// One file, ready to be read.
pub(super) struct SourceFile {
    pub path: PathBuf,
    /// The names of its columns, in the file's order: they may be empty, or stand there twice.
    columns: Vec<String>,
    /// The columns that the folders name.
    partitions: Vec<Partition>,
    content: Content,
    stamp: Stamp,
}

enum Content {
    Parquet(Parquet),
    Csv(Csv),
    Json,
}

/// What tells that a file was written to: its length, and when it changed.
type Stamp = Option<(u64, Option<SystemTime>)>;

fn stamp(path: &Path) -> Stamp {
    std::fs::metadata(path).ok().map(|metadata| (metadata.len(), metadata.modified().ok()))
}

fn cannot_open(path: &Path, cause: &std::io::Error) -> DataError {
    match cause.kind() {
        std::io::ErrorKind::NotFound => DataError::NotFound { path: path.to_owned() },
        _ => DataError::NotReadable { path: path.to_owned(), cause: cause.to_string() },
    }
}

/// The numbers of the rows of a batch that is handed on, given that of its first row.
pub(super) fn numbered(first: u64, batch: &RecordBatch) -> Vec<u64> {
    (first..).take(batch.num_rows()).collect()
}

impl SourceFile {
    /// Opens a file and reads its schema, not yet its rows.
    ///
    /// Text formats do not say the types of their columns, JSON not for all rows at once: their columns are text, and
    /// interpreted afterwards. A guess from the first rows would take `0012` for a number and stumble over the first id with
    /// a letter.
    pub async fn open(file: &InputFile) -> Result<SourceFile, DataError> {
        let path = &file.path;
        let format = Format::of(path).ok_or_else(|| DataError::UnknownFormat { path: path.clone() })?;
        let stamp = stamp(path);
        if format != Format::Parquet || stamp.is_some_and(|(length, _)| length < bytes::HEAD) {
            bytes::refuse_blank(path)?;
        }
        let (columns, content) = match format {
            Format::Parquet => {
                let parquet = Parquet::open(path).await?;
                (parquet.columns.clone(), Content::Parquet(parquet))
            }
            Format::Csv => {
                let csv = Csv::open(path)?;
                (csv.columns.clone(), Content::Csv(csv))
            }
            Format::Json => (json::columns(path)?, Content::Json),
        };
        Ok(SourceFile { path: path.clone(), columns, partitions: file.partitions.clone(), content, stamp })
    }

    /// Whether a file of text has a header and no rows.
    pub fn is_empty(&self) -> bool {
        matches!(&self.content, Content::Csv(csv) if csv.is_empty)
    }

    /// All names of columns, those of the folders last.
    fn names(&self) -> impl Iterator<Item = &str> {
        self.columns.iter().chain(self.partitions.iter().map(|(name, _)| name)).map(String::as_str)
    }

    /// Whether the file or a folder has this column.
    pub fn has(&self, column: &str) -> bool {
        self.names().any(|found| found == column)
    }

    /// Fails when this column is missing.
    pub fn require(&self, column: &str) -> Result<(), DataError> {
        /// Columns that are named; a file of other content may have any number of anything.
        const NAMED: usize = 20;
        if self.has(column) {
            return Ok(());
        }
        let mut found: Vec<String> = self.names().take(NAMED).map(one_line).collect();
        let more = self.names().count() - found.len();
        if more > 0 {
            found.push(format!("and {more} more"));
        }
        let fix = match nearest(column, self.names()) {
            Some(name) => format!("rename `{}`, which looks like it, or add it", one_line(name)),
            None => "rename or add it".to_owned(),
        };
        let (path, column) = (self.path.clone(), column.to_owned());
        Err(DataError::MissingColumn { path, column, found: found.join(", "), fix })
    }

    /// The names of the columns that are none of these, for the report.
    pub fn others(&self, known: &[&str]) -> impl Iterator<Item = String> {
        self.names().filter(|name| !name.is_empty() && !known.contains(name)).map(one_line)
    }

    /// Whether the file was written to since it was opened.
    pub fn has_changed(&self) -> bool {
        stamp(&self.path) != self.stamp
    }

    /// Hands on the rows of these columns, all of which are there, batch by batch in the order of the file, with the number of
    /// the batch's first row, counted from 1.
    pub async fn stream(
        &self,
        columns: &[&str],
        mut each: impl FnMut(&RecordBatch, u64) -> Result<(), DataError>,
    ) -> Result<(), DataError> {
        let mut stored: Vec<&str> = Vec::new();
        for &column in columns {
            self.refuse_two_folders(column)?;
            match self.columns.iter().filter(|found| *found == column).count() {
                0 => {}
                1 if stored.contains(&column) => {}
                1 => stored.push(column),
                _ => {
                    let what = format!("names `{column}` twice");
                    return Err(DataError::malformed(
                        &self.path,
                        "the header",
                        what,
                        "rename or remove one of the two",
                    ));
                }
            }
        }
        let mut first_row = 1;
        let mut each_stored = |batch: &RecordBatch| -> Result<(), DataError> {
            let rows = batch.num_rows();
            each(&self.assemble(columns, &stored, batch, first_row)?, first_row)?;
            first_row += rows as u64;
            Ok(())
        };
        match &self.content {
            Content::Parquet(parquet) => parquet.stream(&self.path, &stored, each_stored).await,
            Content::Csv(csv) => csv.read(&self.path, &stored, &mut each_stored),
            Content::Json => json::read(&self.path, &stored, &mut each_stored),
        }
    }

    /// The wanted columns of a batch: as the file has them, else as the folders have them.
    fn assemble(
        &self,
        wanted: &[&str],
        stored: &[&str],
        batch: &RecordBatch,
        first_row: u64,
    ) -> Result<RecordBatch, DataError> {
        let rows = batch.num_rows();
        let mut arrays: Vec<ArrayRef> = Vec::with_capacity(wanted.len());
        for &column in wanted {
            let partition = self.partitions.iter().find(|(name, _)| name == column).map(|(_, value)| value.as_deref());
            let array = stored.iter().position(|name| *name == column).map(|index| Arc::clone(batch.column(index)));
            arrays.push(match (array, partition) {
                (Some(array), Some(value)) => self.agreeing(column, array, value, first_row)?,
                (Some(array), None) => array,
                (None, Some(Some(value))) => Arc::new(StringArray::from_iter_values(std::iter::repeat_n(value, rows))),
                (None, _) => new_null_array(&DataType::Null, rows),
            });
        }
        let fields = wanted.iter().zip(&arrays).map(|(name, array)| Field::new(*name, array.data_type().clone(), true));
        let schema = Arc::new(Schema::new(fields.collect::<Vec<_>>()));
        let options = RecordBatchOptions::new().with_row_count(Some(rows));
        RecordBatch::try_new_with_options(schema, arrays, &options).map_err(|cause| engine(cause.into()))
    }

    /// Fails where two folders of the path name this column and disagree.
    fn refuse_two_folders(&self, column: &str) -> Result<(), DataError> {
        let of_column = |(name, value): &'_ Partition| {
            (name == column).then(|| format!("{column}={}", one_line(value.as_deref().unwrap_or("(null)"))))
        };
        let mut folders = self.partitions.iter().filter_map(of_column);
        match (folders.next(), folders.next()) {
            (Some(one), Some(other)) => {
                let what = format!("has the folders {one} and {other}");
                Err(DataError::malformed(&self.path, "the path", what, "rename one of the two"))
            }
            _ => Ok(()),
        }
    }

    /// A column that both the file and a folder have: they must say the same.
    fn agreeing(
        &self,
        column: &str,
        array: ArrayRef,
        folder: Option<&str>,
        first_row: u64,
    ) -> Result<ArrayRef, DataError> {
        use datafusion::arrow::array::AsArray;
        let said = |text: Option<&str>| text.map(str::trim).unwrap_or_default().to_owned();
        let texts = cast(&array, &DataType::Utf8).map_err(|cause| engine(cause.into()))?;
        let folder = said(folder);
        match texts.as_string::<i32>().iter().position(|text| said(text) != folder) {
            None => Ok(array),
            Some(index) => {
                let (place, found) =
                    (format!("row {}", first_row + index as u64), texts.as_string::<i32>().value(index));
                let what =
                    format!("has the {column} `{}`, but its folder is {column}={}", one_line(found), one_line(&folder));
                Err(DataError::malformed(&self.path, place, what, "rename the folder, or the column in the file"))
            }
        }
    }
}
