//! Rows of a log in columns: as they were read, and with times that are understood.

use super::clock::Given;

/// The user of a row that names none.
pub(super) const NO_USER: u32 = u32::MAX;

/// One batch of rows as read: ids and event names as numbers, times as the file gives them.
#[derive(Debug, Default)]
pub(super) struct ReadRows {
    pub file: usize,
    pub rows: Vec<u32>,
    pub sessions: Vec<u32>,
    pub items: Vec<u32>,
    pub events: Vec<u16>,
    /// Empty where the file has no users.
    pub users: Vec<u32>,
    pub times: Vec<f64>,
    /// Whether the time is a date in milliseconds, and no number of a unit still to be found.
    dated: Vec<bool>,
}

impl ReadRows {
    /// Rows of the file with this number.
    pub fn of_file(file: usize) -> ReadRows {
        ReadRows { file, ..ReadRows::default() }
    }

    pub fn push_time(&mut self, time: Given) {
        let (value, dated) = match time {
            Given::Number(number) => (number, false),
            Given::Date(milliseconds) => (milliseconds as f64, true),
        };
        self.times.push(value);
        self.dated.push(dated);
    }

    pub fn times(&self) -> impl Iterator<Item = Given> {
        let given =
            |(&value, &dated): (&f64, &bool)| if dated { Given::Date(value as i64) } else { Given::Number(value) };
        self.times.iter().zip(&self.dated).map(given)
    }
}

/// One batch of rows whose times are understood: milliseconds or positions.
#[derive(Debug, Default)]
pub(super) struct Rows {
    pub rows: Vec<u32>,
    pub sessions: Vec<u32>,
    pub items: Vec<u32>,
    pub times: Vec<i64>,
    pub events: Vec<u16>,
    pub users: Vec<u32>,
}
