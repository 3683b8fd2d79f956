//! `reshelf rows`: items as rows that a server or an edge worker can inline.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;
use datafusion::arrow::array::{Array, BinaryBuilder, Int64Array, RecordBatch, StringArray};
use datafusion::arrow::datatypes::{DataType, Field, Schema};
use datafusion::parquet::arrow::ArrowWriter;
use datafusion::parquet::errors::ParquetError;
use reshelf::model::{Artifact, InlineRow, Rows as RowSource, Vocabulary};

use super::{CommandError, print_result};
use crate::data::read_items;
use crate::output::{OutputError, check_apart, write_atomically};
use crate::rank::read_artifact;

/// Export rows: all that the engine needs of one item, to be sent along with candidates
#[derive(Args, Debug)]
pub(super) struct Rows {
    /// The artifact
    #[arg(long, value_name = "MODEL")]
    model: PathBuf,
    /// Where the rows go: .parquet (row as bytes) or .jsonl (row as base64)
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// Only the items of this catalogue
    #[arg(long, value_name = "ITEMS")]
    items: Option<PathBuf>,
}

impl Rows {
    pub fn run(self) -> Result<(), CommandError> {
        let inputs = [Some(&self.model), self.items.as_ref()].into_iter().flatten().map(PathBuf::as_path);
        check_apart(&[&self.out], &inputs.collect::<Vec<_>>())?;
        let extension = self.out.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
        let parquet = match extension {
            "parquet" => true,
            "jsonl" => false,
            _ => {
                let message = format!("{} must end in .parquet or .jsonl", self.out.display());
                return Err(CommandError::new("rows.unknown_format", message));
            }
        };
        let artifact = read_artifact(&self.model)?;
        if artifact.items.vectors().is_some() {
            let message = format!("{} is in full precision; `reshelf quantize` it first", self.model.display());
            return Err(CommandError::new("rows.full_precision", message));
        }
        let (wanted, unknown) = wanted_items(&artifact, self.items.as_deref())?;
        let source = RowSource::new(artifact);
        if parquet {
            write_parquet(&self.out, &source, &wanted)?
        } else {
            write_json_lines(&self.out, &source, &wanted)?
        }
        let mut summary = format!("{} rows written to {}", wanted.len(), self.out.display());
        if unknown > 0 {
            summary.push_str(&format!("; the model does not know {unknown} items of the catalogue"));
        }
        print_result(&summary);
        Ok(())
    }
}

/// The items to export, ascending, and how many of the catalogue the model does not know.
fn wanted_items(artifact: &Artifact, catalogue: Option<&Path>) -> Result<(Vec<u32>, usize), CommandError> {
    let Some(catalogue) = catalogue else { return Ok(((0..artifact.items.len() as u32).collect(), 0)) };
    let ids = read_items(catalogue)?.ids;
    let mut wanted: Vec<u32> = (0..ids.len()).filter_map(|index| artifact.vocabulary.find(&ids.text(index))).collect();
    wanted.sort_unstable();
    let unknown = ids.len() - wanted.len();
    Ok((wanted, unknown))
}

fn packed(source: &RowSource, item: u32) -> Option<Vec<u8>> {
    source.get(item).map(|row| InlineRow::pack(&row, &source.artifact().model))
}

fn write_json_lines(path: &Path, source: &RowSource, wanted: &[u32]) -> Result<(), OutputError> {
    write_atomically(path, |writer| {
        for &item in wanted {
            let Some(row) = packed(source, item) else { continue };
            let id = match &source.artifact().vocabulary {
                Vocabulary::Integer(ids) => serde_json::json!(ids.get(item as usize)),
                Vocabulary::Text { .. } => serde_json::json!(source.id(item)),
            };
            writeln!(writer, "{}", serde_json::json!({"item_id": id, "row": base64(&row)}))?;
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

/// Base64 as in RFC 4648, with padding: what `atob` reads.
fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let group =
            chunk.iter().enumerate().fold(0u32, |group, (index, &byte)| group | u32::from(byte) << (16 - 8 * index));
        for place in 0..4 {
            let digit = DIGITS[(group >> (18 - 6 * place) & 63) as usize];
            text.push(if place <= chunk.len() { char::from(digit) } else { '=' });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::base64;

    #[test]
    fn base64_is_that_of_the_rfc() {
        // The test vectors of RFC 4648, section 10.
        let vectors =
            [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("foobar", "Zm9vYmFy")];
        for (plain, encoded) in vectors {
            assert_eq!(base64(plain.as_bytes()), encoded);
        }
        assert_eq!(base64(&[0xFB, 0xFF, 0xFE]), "+//+");
    }
}
