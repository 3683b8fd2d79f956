//! The wanted columns of a text format, gathered into batches of text.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, RecordBatch, RecordBatchOptions, StringBuilder};
use datafusion::arrow::datatypes::{Field, Schema};

use super::engine::engine;
use crate::data::DataError;

/// Rows to a batch, as DataFusion has them.
const ROWS: usize = 8_192;
/// ... unless they are large.
const BYTES: usize = 16 << 20;

/// Gathers rows until there are enough for a batch.
pub(super) struct TextRows<'a> {
    names: &'a [&'a str],
    columns: Vec<StringBuilder>,
    rows: usize,
    bytes: usize,
}

impl<'a> TextRows<'a> {
    pub fn new(names: &'a [&'a str]) -> TextRows<'a> {
        let columns = names.iter().map(|_| StringBuilder::new()).collect();
        TextRows { names, columns, rows: 0, bytes: 0 }
    }

    /// Adds one cell of the current row; empty text is null, as in a format that has no other.
    pub fn push(&mut self, column: usize, text: &str) {
        self.bytes += text.len();
        self.columns[column].append_option(Some(text).filter(|text| !text.is_empty()));
    }

    /// Ends the current row: what was not given is null. Hands on a batch where there are rows enough.
    pub fn end_row(&mut self, each: &mut impl FnMut(&RecordBatch) -> Result<(), DataError>) -> Result<(), DataError> {
        use datafusion::arrow::array::ArrayBuilder;
        self.rows += 1;
        for column in &mut self.columns {
            if column.len() < self.rows {
                column.append_null();
            }
        }
        if self.rows >= ROWS || self.bytes >= BYTES { self.flush(each) } else { Ok(()) }
    }

    /// Hands on the rows that are left.
    pub fn flush(&mut self, each: &mut impl FnMut(&RecordBatch) -> Result<(), DataError>) -> Result<(), DataError> {
        if self.rows == 0 {
            return Ok(());
        }
        let arrays: Vec<ArrayRef> =
            self.columns.iter_mut().map(|column| -> ArrayRef { Arc::new(column.finish()) }).collect();
        let fields =
            self.names.iter().zip(&arrays).map(|(name, array)| Field::new(*name, array.data_type().clone(), true));
        let schema = Arc::new(Schema::new(fields.collect::<Vec<_>>()));
        let options = RecordBatchOptions::new().with_row_count(Some(self.rows));
        let batch = RecordBatch::try_new_with_options(schema, arrays, &options);
        (self.rows, self.bytes) = (0, 0);
        each(&batch.map_err(|cause| engine(cause.into()))?)
    }
}
