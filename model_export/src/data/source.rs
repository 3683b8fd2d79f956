//! The files behind one input: which there are, which format each has, and their rows as a stream of Arrow batches.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::datatypes::{DataType, Field, Schema};
use datafusion::error::DataFusionError;
use datafusion::parquet::file::metadata::ParquetMetaDataReader;
use datafusion::prelude::{CsvReadOptions, JsonReadOptions, ParquetReadOptions, SessionConfig, SessionContext};
use futures_util::StreamExt;

use super::DataError;

/// The name under which a file is queried.
pub(super) const TABLE: &str = "source";

/// How a file is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    Parquet,
    Csv,
    Json,
}

impl Format {
    fn of(path: &Path) -> Option<Format> {
        match path.extension()?.to_str()?.to_ascii_lowercase().as_str() {
            "parquet" => Some(Format::Parquet),
            "csv" => Some(Format::Csv),
            "jsonl" | "ndjson" | "json" => Some(Format::Json),
            _ => None,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Format::Parquet => "Parquet",
            Format::Csv => "CSV",
            Format::Json => "JSON lines",
        }
    }
}

/// One file, ready to be queried as the table `source`.
pub(super) struct SourceFile {
    pub path: PathBuf,
    pub format: Format,
    /// The names of its columns, in the file's order.
    pub columns: Vec<String>,
    context: SessionContext,
}

/// The files of an input: itself, or what a folder holds, by name. Hidden files and those that begin with `_` are left out.
pub(super) fn list_files(path: &Path) -> Result<Vec<PathBuf>, DataError> {
    let metadata = std::fs::metadata(path).map_err(|cause| cannot_open(path, &cause))?;
    if !metadata.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let mut files = Vec::new();
    collect_files(path, &mut files)?;
    files.sort();
    if files.is_empty() { Err(DataError::Empty { path: path.to_owned() }) } else { Ok(files) }
}

fn collect_files(folder: &Path, files: &mut Vec<PathBuf>) -> Result<(), DataError> {
    for entry in std::fs::read_dir(folder).map_err(|cause| cannot_open(folder, &cause))? {
        let entry = entry.map_err(|cause| cannot_open(folder, &cause))?;
        let name = entry.file_name();
        if name.to_string_lossy().starts_with(['.', '_']) {
            continue;
        }
        let path = entry.path();
        if path.is_dir() {
            collect_files(&path, files)?;
        } else if Format::of(&path).is_some() {
            files.push(path);
        }
    }
    Ok(())
}

fn cannot_open(path: &Path, cause: &std::io::Error) -> DataError {
    match cause.kind() {
        std::io::ErrorKind::NotFound => DataError::NotFound { path: path.to_owned() },
        _ => DataError::NotReadable { path: path.to_owned(), cause: cause.to_string() },
    }
}

impl SourceFile {
    /// Opens a file and reads its schema, not yet its rows.
    ///
    /// Text formats do not say the types of their columns. In CSV every column is read as text and interpreted afterwards,
    /// since a guess from the first rows would take `0012` for a number and stumble over the first id with a letter; JSON
    /// does say what is a number, so the whole file decides.
    pub async fn open(path: &Path) -> Result<SourceFile, DataError> {
        let format = Format::of(path).ok_or_else(|| DataError::UnknownFormat { path: path.to_owned() })?;
        let first = first_byte(path)?.ok_or_else(|| DataError::Empty { path: path.to_owned() })?;
        let url = file_url(path)?;
        // One partition, so that rows come in the order of the file: it breaks ties between equal times.
        let context = SessionContext::new_with_config(SessionConfig::new().with_target_partitions(1));
        let failed = |cause: DataFusionError| unreadable(path, format, &cause);
        let extension = path.extension().unwrap_or_default().to_string_lossy();
        let extension = format!(".{extension}");
        match format {
            Format::Parquet => {
                check_footer(path)?;
                let options = ParquetReadOptions::new().file_extension(&extension);
                context.register_parquet(TABLE, &url, options).await.map_err(failed)?;
            }
            Format::Csv => {
                let options = CsvReadOptions::new().file_extension(&extension).newlines_in_values(true);
                let header = options.clone().schema_infer_max_records(1);
                let header = context.read_csv(&url, header).await.map_err(failed)?;
                let text = |name: &String| Field::new(name, DataType::Utf8, true);
                let schema = Schema::new(header.schema().fields().iter().map(|f| text(f.name())).collect::<Vec<_>>());
                context.register_csv(TABLE, &url, options.schema(&schema)).await.map_err(failed)?;
            }
            Format::Json => {
                let options = JsonReadOptions::default()
                    .file_extension(&extension)
                    .newline_delimited(first != b'[')
                    .schema_infer_max_records(usize::MAX);
                context.register_json(TABLE, &url, options).await.map_err(failed)?;
            }
        }
        let table = context.table(TABLE).await.map_err(failed)?;
        let columns = table.schema().fields().iter().map(|field| field.name().clone()).collect();
        Ok(SourceFile { path: path.to_owned(), format, columns, context })
    }

    /// Whether the file has this column.
    pub fn has(&self, column: &str) -> bool {
        self.columns.iter().any(|found| found == column)
    }

    /// Fails when this column is missing.
    pub fn require(&self, column: &str) -> Result<(), DataError> {
        if self.has(column) {
            return Ok(());
        }
        Err(DataError::MissingColumn {
            path: self.path.clone(),
            column: column.to_owned(),
            found: self.columns.join(", "),
        })
    }

    /// Runs one statement over the table `source` and hands its rows on batch by batch, in the order of the file.
    pub async fn stream(
        &self,
        statement: &str,
        mut each: impl FnMut(&RecordBatch) -> Result<(), DataError>,
    ) -> Result<(), DataError> {
        let failed = |cause: DataFusionError| unreadable(&self.path, self.format, &cause);
        let frame = self.context.sql(statement).await.map_err(failed)?;
        let mut batches = frame.execute_stream().await.map_err(failed)?;
        while let Some(batch) = batches.next().await {
            each(&batch.map_err(failed)?)?;
        }
        Ok(())
    }
}

/// The first byte that is no white space; `None` in an empty file.
fn first_byte(path: &Path) -> Result<Option<u8>, DataError> {
    let mut head = Vec::new();
    File::open(path)
        .and_then(|file| file.take(64).read_to_end(&mut head))
        .map_err(|cause| cannot_open(path, &cause))?;
    Ok(head.into_iter().find(|byte| !byte.is_ascii_whitespace()))
}

/// Refuses a file whose footer cannot be where its last bytes say, which the Parquet reader does not survive, or whose parts
/// do not add up, which it does not notice.
fn check_footer(path: &Path) -> Result<(), DataError> {
    /// The length of the metadata, and a magic word.
    const FOOTER: u64 = 8;
    /// The file begins with the magic word too.
    const MAGIC: u64 = 4;
    let last_bytes = || -> std::io::Result<(u64, [u8; FOOTER as usize])> {
        let mut file = File::open(path)?;
        let length = file.metadata()?.len();
        let mut footer = [0; FOOTER as usize];
        if length >= MAGIC + FOOTER {
            file.seek(SeekFrom::End(-(FOOTER as i64)))?;
            file.read_exact(&mut footer)?;
        }
        Ok((length, footer))
    };
    let (length, [a, b, c, d, magic @ ..]) = last_bytes().map_err(|cause| cannot_open(path, &cause))?;
    let metadata = u64::from(u32::from_le_bytes([a, b, c, d]));
    let refused = |cause: &str| {
        Err(DataError::Unreadable { path: path.to_owned(), format: Format::Parquet.name(), cause: cause.to_owned() })
    };
    match &magic {
        b"PAR1" if metadata + MAGIC + FOOTER <= length => {}
        b"PAR1" => return refused("its metadata is cut off"),
        b"PARE" => return refused("it is encrypted"),
        _ => return refused("it does not end as Parquet does"),
    }
    let file = File::open(path).map_err(|cause| cannot_open(path, &cause))?;
    let metadata = match ParquetMetaDataReader::new().parse_and_finish(&file) {
        Ok(metadata) => metadata,
        Err(cause) => return refused(&one_line(&cause.into())),
    };
    let rows: i64 = metadata.row_groups().iter().map(|group| group.num_rows()).fold(0, i64::saturating_add);
    if rows == metadata.file_metadata().num_rows() {
        Ok(())
    } else {
        refused("its parts hold fewer or more rows than it")
    }
}

/// The path as a URL: otherwise `*`, `?` and `[` in a name would be taken for a pattern.
fn file_url(path: &Path) -> Result<String, DataError> {
    let path = std::path::absolute(path).map_err(|cause| cannot_open(path, &cause))?;
    let Some(text) = path.to_str() else {
        return Err(DataError::NotReadable { path, cause: "its name is not UTF-8".into() });
    };
    let mut url = String::from("file://");
    for &byte in text.as_bytes() {
        if byte.is_ascii_alphanumeric() || b"/-._~".contains(&byte) {
            url.push(char::from(byte));
        } else {
            url.push_str(&format!("%{byte:02X}"));
        }
    }
    Ok(url)
}

fn unreadable(path: &Path, format: Format, cause: &DataFusionError) -> DataError {
    DataError::Unreadable { path: path.to_owned(), format: format.name(), cause: one_line(cause) }
}

/// The root of an engine error, on one line of a readable length.
pub(super) fn one_line(cause: &DataFusionError) -> String {
    let text = cause.find_root().strip_backtrace();
    let line = text.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or("no reason given");
    let mut short: String = line.chars().take(200).collect();
    if short.len() < line.len() {
        short.push_str("...");
    }
    short
}

/// Runs the task that reads `path` to its end. Not to be called from within an asynchronous task.
///
/// The readers of the formats are made by others; should one give up on hostile bytes with a panic, the file is refused.
pub(super) fn run<T>(path: &Path, task: impl Future<Output = Result<T, DataError>>) -> Result<T, DataError> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|cause| DataError::Engine { cause: cause.to_string() })?;
    catch_unwind(AssertUnwindSafe(|| runtime.block_on(task))).unwrap_or_else(|_| {
        let cause = "the reader gave up on it".to_owned();
        Err(DataError::Unreadable { path: path.to_owned(), format: "format", cause })
    })
}

/// A failure of the engine that is not the file's.
pub(super) fn engine(cause: DataFusionError) -> DataError {
    DataError::Engine { cause: one_line(&cause) }
}

/// A name as SQL writes it.
pub(super) fn quoted(column: &str) -> String {
    format!("\"{}\"", column.replace('"', "\"\""))
}

/// A text as SQL writes it.
pub(super) fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// A batch type that the tests and the cleaning share.
pub(super) type Batches = Vec<RecordBatch>;

/// Registers batches as a table, so that a statement can be run over them.
pub(super) fn register(context: &SessionContext, table: &str, batches: Batches) -> Result<(), DataError> {
    let Some(schema) = batches.first().map(RecordBatch::schema) else {
        return Err(DataError::Engine { cause: format!("the table `{table}` has no batches") });
    };
    let memory = datafusion::datasource::MemTable::try_new(schema, vec![batches]).map_err(engine)?;
    context.register_table(table, Arc::new(memory)).map_err(engine)?;
    Ok(())
}
