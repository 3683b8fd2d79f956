//! Items as rows that a server or an edge worker can inline.
//!
//! Its one job: `reshelf rows`, from an artifact to a file of rows. It may use the ground (`data`, `files`, `output`) and the
//! engine.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use datafusion::arrow::array::{Array, BinaryBuilder, Int64Array, RecordBatch, StringArray};
use datafusion::arrow::datatypes::{DataType, Field, Schema};
use datafusion::parquet::arrow::ArrowWriter;
use datafusion::parquet::errors::ParquetError;
use reshelf::artifact::{Artifact, Vocabulary};
use reshelf::catalogue::{InlineRow, Row, Rows as RowSource};
use serde::Serialize;
use thiserror::Error;

use crate::data::{DataError, read_items};
use crate::files::{ModelError, check_model, read_whole_artifact};
use crate::output::{OutputError, check_apart, write_atomically};

/// The flags of `reshelf rows`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowsOptions {
    /// The artifact.
    pub model: PathBuf,
    /// Where the rows go: `.rows` (for `reshelf/rows`), `.parquet` (row as bytes) or `.jsonl` (row as Base64).
    pub out: PathBuf,
    /// A catalogue: only its items are written.
    pub items: Option<PathBuf>,
}

/// What was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct RowsSummary {
    /// Rows in the file.
    pub rows: usize,
    /// Items of the catalogue that the model does not know.
    pub unknown: usize,
}

impl RowsSummary {
    /// One line for people.
    pub fn in_words(&self, out: &Path) -> String {
        let mut text = format!("{} rows written to {}", self.rows, out.display());
        if self.unknown > 0 {
            text.push_str(&format!("; the model does not know {} items of the catalogue", self.unknown));
        }
        text
    }
}

/// Why no rows were written. The message is one line and names the fix.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum RowsError {
    /// The artifact.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// The catalogue.
    #[error(transparent)]
    Data(#[from] DataError),
    /// The file of rows.
    #[error(transparent)]
    Output(#[from] OutputError),
    /// The file's ending names no format.
    #[error("{} must end in .rows, .parquet or .jsonl", .0.display())]
    UnknownFormat(PathBuf),
    /// No item of the catalogue is in the model.
    #[error("the model knows no item of {}; pass the catalogue that it was trained with, with its ids as they were", .0.display())]
    OtherCatalogue(PathBuf),
    /// Rows hold codes, which a model in full precision has not.
    #[error("{} is in full precision; `reshelf quantize` it first", .0.display())]
    FullPrecision(PathBuf),
}

impl RowsError {
    /// A stable code for scripts.
    pub fn code(&self) -> &'static str {
        match self {
            RowsError::Model(cause) => cause.code(),
            RowsError::Data(cause) => cause.code(),
            RowsError::Output(cause) => cause.code(),
            RowsError::UnknownFormat(_) => "rows.unknown_format",
            RowsError::OtherCatalogue(_) => "rows.other_catalogue",
            RowsError::FullPrecision(_) => "rows.full_precision",
        }
    }
}

/// Writes the rows of an artifact's items.
///
/// # Errors
/// Any [`RowsError`]; nothing is left at the out-path then, or what was there before.
pub fn run(options: &RowsOptions) -> Result<RowsSummary, RowsError> {
    check_model(&options.model)?;
    let inputs = [Some(&options.model), options.items.as_ref()].into_iter().flatten().map(PathBuf::as_path);
    check_apart(&[&options.out], &inputs.collect::<Vec<_>>())?;
    let write: fn(&Path, &RowSource, &[u32]) -> Result<(), OutputError> =
        match options.out.extension().and_then(|extension| extension.to_str()) {
            Some("rows") => write_rows,
            Some("parquet") => write_parquet,
            Some("jsonl") => write_json_lines,
            _ => return Err(RowsError::UnknownFormat(options.out.clone())),
        };
    let artifact = read_whole_artifact(&options.model)?;
    if artifact.items.vectors().is_some() {
        return Err(RowsError::FullPrecision(options.model.clone()));
    }
    let (wanted, unknown) = wanted_items(&artifact, options.items.as_deref())?;
    let source = RowSource::new(artifact);
    write(&options.out, &source, &wanted)?;
    Ok(RowsSummary { rows: wanted.len(), unknown })
}

/// The items to export, ascending, and how many of the catalogue the model does not know.
fn wanted_items(artifact: &Artifact, catalogue: Option<&Path>) -> Result<(Vec<u32>, usize), RowsError> {
    let Some(catalogue) = catalogue else { return Ok(((0..artifact.items.len() as u32).collect(), 0)) };
    let ids = read_items(catalogue)?.ids;
    let mut wanted: Vec<u32> = (0..ids.len()).filter_map(|index| artifact.vocabulary.find(&ids.text(index))).collect();
    if wanted.is_empty() {
        return Err(RowsError::OtherCatalogue(catalogue.to_owned()));
    }
    wanted.sort_unstable();
    let unknown = ids.len() - wanted.len();
    Ok((wanted, unknown))
}

fn packed(source: &RowSource, item: u32) -> Option<Vec<u8>> {
    let pack = |row: Row<'_>| InlineRow::pack(&row.narrowed(&mut Vec::new()), &source.artifact().model);
    source.get(item).map(pack)
}

fn write_json_lines(path: &Path, source: &RowSource, wanted: &[u32]) -> Result<(), OutputError> {
    write_atomically(path, |writer| {
        for &item in wanted {
            let Some(row) = packed(source, item) else { continue };
            let id = match &source.artifact().vocabulary {
                Vocabulary::Integer(ids) => serde_json::json!(ids.get(item as usize)),
                Vocabulary::Text { .. } => serde_json::json!(source.id(item)),
            };
            writeln!(writer, "{}", serde_json::json!({"item_id": id, "row": STANDARD.encode(&row)}))?;
        }
        Ok(())
    })
}

/// The first bytes of a file of rows: "RSR" and the layout's version.
const ROWS_MAGIC: [u8; 4] = *b"RSR\x01";

/// Rows that are found by their ids in the bytes as they lie, as `www/src/rows/file.ts` reads them.
///
/// Layout, little-endian: magic 4; how many rows u32; bytes of the model's name u32; bytes of all ids u32; the name, and zeros up
/// to a multiple of 4; for each row where its id ends u32; for each where it ends itself u32; the ids in UTF-8, ascending by
/// their bytes; the rows.
fn write_rows(path: &Path, source: &RowSource, wanted: &[u32]) -> Result<(), OutputError> {
    let mut ids: Vec<(String, u32)> = wanted.iter().map(|&item| (source.id(item).unwrap_or_default(), item)).collect();
    ids.sort_unstable();
    let model = source.artifact().model.as_bytes();
    let ends = |lengths: &mut dyn Iterator<Item = usize>| -> Vec<u32> {
        lengths
            .scan(0, |end, length| {
                Some({
                    *end += length as u32;
                    *end
                })
            })
            .collect()
    };
    let id_ends = ends(&mut ids.iter().map(|(id, _)| id.len()));
    // Packed twice: the ends stand before the rows, and a million rows need not lie in memory.
    let row_ends = ends(&mut ids.iter().map(|(_, item)| packed(source, *item).map_or(0, |row| row.len())));
    write_atomically(path, |writer| {
        writer.write_all(&ROWS_MAGIC)?;
        for count in [ids.len(), model.len(), id_ends.last().map_or(0, |&end| end as usize)] {
            writer.write_all(&(count as u32).to_le_bytes())?;
        }
        writer.write_all(model)?;
        writer.write_all(&[0; 3][..model.len().next_multiple_of(4) - model.len()])?;
        for end in id_ends.iter().chain(&row_ends) {
            writer.write_all(&end.to_le_bytes())?;
        }
        for (id, _) in &ids {
            writer.write_all(id.as_bytes())?;
        }
        for (_, item) in &ids {
            writer.write_all(&packed(source, *item).unwrap_or_default())?;
        }
        Ok(())
    })
}

/// Rows to a batch: about 10 MB.
const BATCH_ROWS: usize = 65_536;

fn write_parquet(path: &Path, source: &RowSource, wanted: &[u32]) -> Result<(), OutputError> {
    let integers = matches!(source.artifact().vocabulary, Vocabulary::Integer(_));
    let id_type = if integers { DataType::Int64 } else { DataType::Utf8 };
    let schema =
        Arc::new(Schema::new(vec![Field::new("item_id", id_type, false), Field::new("row", DataType::Binary, false)]));
    let batch = |items: &[u32]| -> Result<RecordBatch, ParquetError> {
        let ids: Arc<dyn Array> = match &source.artifact().vocabulary {
            Vocabulary::Integer(ids) => {
                Arc::new(Int64Array::from_iter_values(items.iter().map(|&item| ids[item as usize])))
            }
            Vocabulary::Text { .. } => {
                Arc::new(StringArray::from_iter_values(items.iter().map(|&item| source.id(item).unwrap_or_default())))
            }
        };
        let mut rows = BinaryBuilder::new();
        items.iter().for_each(|&item| rows.append_value(packed(source, item).unwrap_or_default()));
        Ok(RecordBatch::try_new(Arc::clone(&schema), vec![ids, Arc::new(rows.finish())])?)
    };
    write_atomically(path, |writer: &mut BufWriter<File>| {
        let mut parquet = ArrowWriter::try_new(writer, Arc::clone(&schema), None)?;
        for items in wanted.chunks(BATCH_ROWS) {
            parquet.write(&batch(items)?)?;
        }
        parquet.close()?;
        Ok(())
    })
}
