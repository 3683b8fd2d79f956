//! The columns of a log that tell more than what was done with an item: how long its page was looked at, what was searched
//! for, and where a list showed it.

use std::collections::HashMap;

use datafusion::arrow::array::ArrayRef;
use twox_hash::XxHash64;

use super::DataError;
use super::columns::{Place, numbers, texts};
use super::source::SourceFile;
use super::values::given;

/// The columns of a dwell, and how many of their units are a second. Of several the first is read.
const DWELLS: [(&str, f64); 4] = [("dwell_ms", 1e3), ("dwell_seconds", 1.0), ("dwell", 1.0), ("seconds", 1.0)];
/// The columns of a list's name. Of several the first is read.
const LISTS: [&str; 2] = ["list_id", "list"];
const QUERY: &str = "query";
const POSITION: &str = "position";

/// Of a text that is searched for, so many characters count.
const LONGEST_QUERY: usize = 500;

/// The columns of this sort that one file has.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct SignalColumns {
    dwell: Option<(&'static str, f64)>,
    query: Option<&'static str>,
    list: Option<&'static str>,
    position: Option<&'static str>,
}

impl SignalColumns {
    pub fn of(file: &SourceFile) -> Self {
        SignalColumns {
            dwell: DWELLS.into_iter().find(|(name, _)| file.has(name)),
            query: file.has(QUERY).then_some(QUERY),
            list: LISTS.into_iter().find(|name| file.has(name)),
            position: file.has(POSITION).then_some(POSITION),
        }
    }

    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        [self.dwell.map(|(name, _)| name), self.query, self.list, self.position].into_iter().flatten()
    }
}

/// What these columns say of the rows of a batch; empty where the file has no such column.
#[derive(Debug, Default)]
pub(super) struct Told {
    dwells: Vec<Option<f32>>,
    queries: Vec<Option<u32>>,
    lists: Vec<u32>,
    positions: Vec<Option<f64>>,
}

impl Told {
    /// Seconds, not negative.
    pub fn dwell(&self, row: usize) -> Option<f32> {
        self.dwells.get(row).copied().flatten()
    }

    /// The text that was searched for, by its number.
    pub fn query(&self, row: usize) -> Option<u32> {
        self.queries.get(row).copied().flatten()
    }

    /// What the list's name is hashed to; 0 where it has none.
    pub fn list(&self, row: usize) -> u32 {
        self.lists.get(row).copied().unwrap_or(0)
    }

    /// The place in the list, from 0.
    pub fn position(&self, row: usize) -> f32 {
        self.positions.get(row).copied().flatten().map_or(0.0, |position| position.max(0.0) as f32)
    }
}

/// Reads these columns, batch by batch.
#[derive(Debug, Default)]
pub(super) struct SignalReader {
    numbers: HashMap<String, u32>,
    /// What was searched for, each text once.
    pub texts: Vec<String>,
    /// Dwells that were negative.
    pub negative_dwells: u64,
}

impl SignalReader {
    /// Reads the columns of a batch, each of which `column` finds by its name.
    pub fn read<'a>(
        &mut self,
        columns: &SignalColumns,
        column: impl Fn(&'static str) -> Option<&'a ArrayRef>,
        place: impl Fn(&'static str) -> Place<'a>,
    ) -> Result<Told, DataError> {
        let mut told = Told::default();
        if let Some((name, per_second)) = columns.dwell
            && let Some(array) = column(name)
        {
            let dwells = numbers(array, place(name), "numbers: how long a page was looked at")?;
            told.dwells = dwells.into_iter().map(|dwell| self.seconds(dwell? / per_second)).collect();
        }
        if let Some((name, array)) = columns.query.and_then(|name| Some((name, column(name)?))) {
            let queries = texts(array, place(name))?;
            told.queries = queries.iter().map(|query| query.and_then(given).map(|query| self.text(query))).collect();
        }
        if let Some((name, array)) = columns.list.and_then(|name| Some((name, column(name)?))) {
            let hash = |list: Option<&str>| list.and_then(given).map_or(0, hashed);
            told.lists = texts(array, place(name))?.iter().map(hash).collect();
        }
        if let Some((name, array)) = columns.position.and_then(|name| Some((name, column(name)?))) {
            told.positions = numbers(array, place(name), "numbers: places in a list, from 0")?;
        }
        Ok(told)
    }

    fn seconds(&mut self, seconds: f64) -> Option<f32> {
        self.negative_dwells += u64::from(seconds < 0.0);
        (seconds >= 0.0).then_some(seconds as f32).filter(|seconds| seconds.is_finite())
    }

    fn text(&mut self, text: &str) -> u32 {
        let text = text.char_indices().nth(LONGEST_QUERY).map_or(text, |(end, _)| &text[..end]);
        if let Some(&number) = self.numbers.get(text) {
            return number;
        }
        let number = self.texts.len() as u32;
        self.numbers.insert(text.to_owned(), number);
        self.texts.push(text.to_owned());
        number
    }
}

/// A number that stands for a list's name; never 0.
fn hashed(list: &str) -> u32 {
    (XxHash64::oneshot(0, list.as_bytes()) as u32).max(1)
}
