//! Chooses the rows of some splits while a log streams in.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::path::{Path, PathBuf};

use datafusion::arrow::array::{BooleanArray, RecordBatch};
use datafusion::arrow::compute::filter_record_batch;

use super::columns::{Place, shorten, texts};
use super::source::{SourceFile, engine, numbered};
use super::{DataError, Split};

/// The column that names the split unless another is named.
pub(super) const SPLIT: &str = "split";

/// So many other values of the split column are named.
const MOST_NAMED: usize = 10;
/// What the rest is counted as.
const FURTHER: &str = "...";

/// Which rows of all files are wanted, and which splits were found.
pub(super) struct Choice<'a> {
    wanted: Option<Wanted<'a>>,
    /// Of the first file: its path, and whether it has the split column.
    first: Option<(PathBuf, bool)>,
    /// The wanted names that some row has.
    found: HashSet<&'a str>,
    /// The rows of each other value of the split column; no value is the empty one.
    others: BTreeMap<String, u64>,
}

struct Wanted<'a> {
    /// The column, where one was asked for.
    column: Option<&'a str>,
    names: &'a [String],
    /// Rows whose value in this column stands in rows of other splits too are not wanted.
    unshared: Option<&'a str>,
}

impl<'a> Choice<'a> {
    pub fn new(split: &'a Split) -> Choice<'a> {
        let wanted = match split {
            Split::Named { column, names, unshared } => {
                Some(Wanted { column: column.as_deref(), names, unshared: unshared.as_deref() })
            }
            Split::All | Split::ByTime { .. } => None,
        };
        Choice { wanted, first: None, found: HashSet::new(), others: BTreeMap::new() }
    }

    /// Refuses several files where the rows of one must be compared.
    pub fn check_files(&self, path: &Path, files: usize) -> Result<(), DataError> {
        match &self.wanted {
            Some(Wanted { unshared: Some(column), .. }) if files > 1 => {
                Err(DataError::ManyFiles { path: path.to_owned(), column: (*column).to_owned() })
            }
            _ => Ok(()),
        }
    }

    /// The column that the rows of this file are chosen by. One that was asked for must be there. The usual one must be in all
    /// files or in none: there all rows are wanted.
    pub fn column(&mut self, file: &SourceFile) -> Result<Option<&'a str>, DataError> {
        let Some(wanted) = &self.wanted else { return Ok(None) };
        if let Some(column) = wanted.column {
            file.require(column)?;
            return Ok(Some(column));
        }
        let has = file.has(SPLIT);
        let (first, first_has) = self.first.get_or_insert_with(|| (file.path.clone(), has));
        if *first_has == has {
            return Ok(has.then_some(SPLIT));
        }
        let (without, with) = if has { (&*first, &file.path) } else { (&file.path, &*first) };
        Err(DataError::PartlySplit { path: without.clone(), column: SPLIT.to_owned(), other: with.clone() })
    }

    /// Hands on these columns of the rows that are wanted, with the number of each row.
    pub async fn stream(
        &mut self,
        file: &SourceFile,
        columns: &[&str],
        mut each: impl FnMut(&RecordBatch, &[u64]) -> Result<(), DataError>,
    ) -> Result<(), DataError> {
        let split = self.column(file)?;
        let (Some(split), Some(wanted)) = (split, &self.wanted) else {
            return file.stream(columns, |batch, first| each(batch, &numbered(first, batch))).await;
        };
        let shared = match wanted.unshared {
            None => None,
            Some(column) => Some((column, others_values(file, split, wanted.names, column).await?)),
        };
        let more: Vec<&str> = [Some(split), wanted.unshared].into_iter().flatten().collect();
        let all: Vec<&str> = columns.iter().chain(&more).copied().collect();
        let (found, others) = (&mut self.found, &mut self.others);
        file.stream(&all, |batch, first| {
            let rows = numbered(first, batch);
            let of = |column| Place { path: &file.path, column, rows: &rows };
            let splits = texts(batch.column(columns.len()), of(split))?;
            let mut chosen: Vec<bool> = Vec::with_capacity(batch.num_rows());
            for text in &splits {
                let text = text.unwrap_or_default().trim();
                let name = wanted.names.iter().find(|name| name.trim() == text);
                if let Some(name) = name {
                    found.insert(name.as_str());
                } else {
                    let text = shorten(text);
                    let named = others.len() < MOST_NAMED || others.contains_key(&text);
                    *others.entry(if named { text } else { FURTHER.to_owned() }).or_default() += 1;
                }
                chosen.push(name.is_some());
            }
            if let Some((column, shared)) = &shared {
                let values = texts(batch.column(columns.len() + 1), of(column))?;
                for (chosen, value) in chosen.iter_mut().zip(&values) {
                    *chosen &= !value.is_some_and(|value| shared.contains(value));
                }
            }
            let numbers: Vec<u64> =
                rows.iter().zip(&chosen).filter(|(_, chosen)| **chosen).map(|(row, _)| *row).collect();
            if numbers.is_empty() {
                return Ok(());
            }
            let batch =
                filter_record_batch(batch, &BooleanArray::from(chosen)).map_err(|cause| engine(cause.into()))?;
            let indices: Vec<usize> = (0..columns.len()).collect();
            each(&batch.project(&indices).map_err(|cause| engine(cause.into()))?, &numbers)
        })
        .await
    }

    /// The rows that were left out, by the value of their split column.
    pub fn left_out(self) -> Vec<(String, u64)> {
        self.others.into_iter().collect()
    }

    /// Fails where a split was asked for that no row has. `rows` were read in all.
    pub fn check_found(&self, path: &Path, rows: u64) -> Result<(), DataError> {
        // Without a split column, and in a file without rows, there is nothing to be missed.
        let any_split = !self.found.is_empty() || !self.others.is_empty();
        if let Some(wanted) = self.wanted.as_ref().filter(|_| any_split) {
            if let Some(missing) = wanted.names.iter().find(|name| !self.found.contains(name.as_str())) {
                let others = self.others.keys().map(String::as_str).filter(|other| !other.is_empty());
                let found: BTreeSet<&str> = self.found.iter().copied().chain(others).collect();
                return Err(DataError::NoSuchSplit {
                    path: path.to_owned(),
                    column: wanted.column.unwrap_or(SPLIT).to_owned(),
                    wanted: missing.clone(),
                    found: if found.is_empty() {
                        "none".to_owned()
                    } else {
                        found.into_iter().collect::<Vec<_>>().join(", ")
                    },
                });
            }
            if let (Some(column), 0) = (wanted.unshared, rows) {
                let dropped = format!("all rows, since other splits hold every value of `{column}`");
                return Err(DataError::NothingLeft { path: path.to_owned(), dropped });
            }
        }
        if rows == 0 { Err(DataError::Empty { path: path.to_owned() }) } else { Ok(()) }
    }
}

/// What rows of other splits hold in a column.
async fn others_values(
    file: &SourceFile,
    split: &str,
    names: &[String],
    column: &str,
) -> Result<HashSet<String>, DataError> {
    file.require(column)?;
    let mut values = HashSet::new();
    file.stream(&[split, column], |batch, first| {
        let rows = numbered(first, batch);
        let of = |column| Place { path: &file.path, column, rows: &rows };
        let (splits, users) = (texts(batch.column(0), of(split))?, texts(batch.column(1), of(column))?);
        for (split, user) in splits.iter().zip(&users) {
            let split = split.unwrap_or_default().trim();
            let other = !split.is_empty() && names.iter().all(|name| name.trim() != split);
            if let (true, Some(user)) = (other, user.filter(|user| !user.is_empty())) {
                values.insert(user.to_owned());
            }
        }
        Ok(())
    })
    .await?;
    Ok(values)
}
