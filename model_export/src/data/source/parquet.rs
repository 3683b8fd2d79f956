//! Parquet, read by DataFusion.

use std::collections::HashSet;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;

use datafusion::arrow::array::RecordBatch;
use datafusion::error::DataFusionError;
use datafusion::parquet::file::metadata::ParquetMetaDataReader;
use datafusion::prelude::{ParquetReadOptions, SessionConfig, SessionContext};
use futures_util::StreamExt;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::cannot_open;
use super::engine::one_line;
use crate::data::DataError;

/// The name under which a file is queried.
const TABLE: &str = "source";

/// One Parquet file, ready to be queried.
pub(super) struct Parquet {
    /// The names of its columns, in the file's order.
    pub columns: Vec<String>,
    context: SessionContext,
}

impl Parquet {
    /// Opens a file and reads its schema, not yet its rows.
    pub async fn open(path: &Path) -> Result<Parquet, DataError> {
        check_footer(path)?;
        let url = file_url(path)?;
        let extension = format!(".{}", path.extension().unwrap_or_default().to_string_lossy());
        let options = ParquetReadOptions::new().file_extension(&extension);
        let failed = |cause: DataFusionError| unreadable(path, one_line(&cause));
        // One partition, so that rows come in the order of the file: it breaks ties between equal times.
        let context = SessionContext::new_with_config(SessionConfig::new().with_target_partitions(1));
        context.register_parquet(TABLE, &url, options).await.map_err(failed)?;
        let table = context.table(TABLE).await.map_err(failed)?;
        let columns = table.schema().fields().iter().map(|field| field.name().clone()).collect();
        Ok(Parquet { columns, context })
    }

    /// Hands on the rows of these columns batch by batch, in the order of the file. Each column is named once.
    pub async fn stream(
        &self,
        path: &Path,
        columns: &[&str],
        mut each: impl FnMut(&RecordBatch) -> Result<(), DataError>,
    ) -> Result<(), DataError> {
        let failed = |cause: DataFusionError| unreadable(path, one_line(&cause));
        let selected: Vec<String> = columns.iter().map(|column| quoted(column)).collect();
        // Where no column is wanted the rows still count.
        let selected = if selected.is_empty() { "1 AS one".to_owned() } else { selected.join(", ") };
        let frame = self.context.sql(&format!("SELECT {selected} FROM {TABLE}")).await.map_err(failed)?;
        let mut batches = frame.execute_stream().await.map_err(failed)?;
        while let Some(batch) = batches.next().await {
            each(&batch.map_err(failed)?)?;
        }
        Ok(())
    }
}

fn unreadable(path: &Path, cause: String) -> DataError {
    DataError::Unreadable { path: path.to_owned(), format: "Parquet", cause }
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
    let refused = |cause: &str| Err(unreadable(path, cause.to_owned()));
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
    let fields = metadata.file_metadata().schema_descr().root_schema().get_fields();
    let mut names = HashSet::new();
    if let Some(twice) = fields.iter().find(|field| !names.insert(field.name())) {
        let what = format!("has two columns `{}`", twice.name());
        return Err(DataError::malformed(path, "the schema", what, "rename or remove one of the two"));
    }
    let rows: i64 = metadata.row_groups().iter().map(|group| group.num_rows()).fold(0, i64::saturating_add);
    if rows == metadata.file_metadata().num_rows() {
        Ok(())
    } else {
        refused("its parts hold fewer or more rows than it")
    }
}

/// What a URL's path does not hold as it is.
const URL_ESCAPES: &AsciiSet = &NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The path as a URL: otherwise `*`, `?` and `[` in a name would be taken for a pattern.
fn file_url(path: &Path) -> Result<String, DataError> {
    let path = std::path::absolute(path).map_err(|cause| cannot_open(path, &cause))?;
    let Some(text) = path.to_str() else {
        return Err(DataError::NotReadable { path, cause: "its name is not UTF-8".into() });
    };
    Ok(format!("file://{}", utf8_percent_encode(text, URL_ESCAPES)))
}

/// A name as SQL writes it.
fn quoted(column: &str) -> String {
    format!("\"{}\"", column.replace('"', "\"\""))
}
