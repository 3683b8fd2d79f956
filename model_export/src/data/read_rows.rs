//! Rows of a log in columns: as they were read, and with times that are understood.

use super::clock::Given;

/// The user of a row that names none.
pub(super) const NO_USER: u32 = u32::MAX;

/// One batch of rows as read: ids and event names as numbers, times as the file gives them. Events and signals do not stand
/// in one batch.
#[derive(Debug, Default)]
pub(super) struct ReadRows {
    pub file: usize,
    /// What these rows tell beside being rows, where they are signals and no events.
    pub signals: Option<SignalRows>,
    pub rows: Vec<u32>,
    pub sessions: Vec<u32>,
    /// Items; of searches, texts.
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

    /// The same for rows that are signals.
    pub fn signals_of_file(file: usize) -> ReadRows {
        ReadRows { signals: Some(SignalRows::default()), ..ReadRows::of_file(file) }
    }

    /// Adds a row; every row of a file has a user, or none has.
    pub fn push(&mut self, row: u32, session: u32, item: u32, event: u16, time: Given, user: Option<u32>) {
        self.rows.push(row);
        self.sessions.push(session);
        self.items.push(item);
        self.events.push(event);
        self.push_time(time);
        self.users.extend(user);
    }

    /// Adds what the row that was added last tells as a signal.
    pub fn push_signal(&mut self, amount: f32, list: u32) {
        if let Some(signals) = &mut self.signals {
            signals.amounts.push(amount);
            signals.lists.push(list);
        }
    }

    fn push_time(&mut self, time: Given) {
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

/// More columns of signals, one value a row.
#[derive(Debug, Default)]
pub(super) struct SignalRows {
    /// Seconds of a dwell, or the place in a list.
    pub amounts: Vec<f32>,
    /// What a list's name is hashed to.
    pub lists: Vec<u32>,
}

/// One batch of rows whose times are understood: milliseconds or positions.
#[derive(Debug, Default)]
pub(super) struct Rows {
    /// Where the rows are signals and no events.
    pub signals: Option<SignalRows>,
    pub rows: Vec<u32>,
    pub sessions: Vec<u32>,
    pub items: Vec<u32>,
    pub times: Vec<i64>,
    pub events: Vec<u16>,
    pub users: Vec<u32>,
}
