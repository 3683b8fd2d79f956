//! The query engine's part that is no file's: tables in memory, and the runtime that reading runs on.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;

use datafusion::arrow::array::RecordBatch;
use datafusion::error::DataFusionError;
use datafusion::prelude::SessionContext;

use crate::data::DataError;

/// A batch type that the tests and the cleaning share.
pub(in crate::data) type Batches = Vec<RecordBatch>;

/// Registers batches as a table, so that a statement can be run over them.
pub(in crate::data) fn register(context: &SessionContext, table: &str, batches: Batches) -> Result<(), DataError> {
    let Some(schema) = batches.first().map(RecordBatch::schema) else {
        return Err(DataError::Engine { cause: format!("the table `{table}` has no batches") });
    };
    let memory = datafusion::datasource::MemTable::try_new(schema, vec![batches]).map_err(engine)?;
    context.register_table(table, Arc::new(memory)).map_err(engine)?;
    Ok(())
}

/// A failure of the engine that is not the file's.
pub(in crate::data) fn engine(cause: DataFusionError) -> DataError {
    DataError::Engine { cause: one_line(&cause) }
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
pub(in crate::data) fn run<T>(path: &Path, task: impl Future<Output = Result<T, DataError>>) -> Result<T, DataError> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|cause| DataError::Engine { cause: cause.to_string() })?;
    catch_unwind(AssertUnwindSafe(|| runtime.block_on(task))).unwrap_or_else(|_| {
        let cause = "the reader gave up on it".to_owned();
        Err(DataError::Unreadable { path: path.to_owned(), format: "format", cause })
    })
}
