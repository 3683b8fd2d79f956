//! Times in the forms that logs use. Its one job: which form each file's times have, by the bulk of its rows, and what the
//! clock of the whole log can tell. It may use the columns and errors of `data`.

mod dates;
mod span;

use std::path::{Path, PathBuf};

use datafusion::arrow::array::{Array, ArrayRef, AsArray};
use datafusion::arrow::datatypes::{DataType, Int64Type, TimeUnit};

use super::DataError;
use super::columns::{Holds, Place, cast, holds, numbers, shorten, texts};
use super::values::given;
pub(super) use span::{Days, Grains, is_bulk};

/// Whole numbers below this are positions in the session, if the sessions also start near 0.
const POSITIONS_BELOW: f64 = 10_000.0;
/// A session that starts at or below this position starts "near 0": counted from 0 or from 1, its first row perhaps dropped.
const POSITIONS_START: f64 = 2.0;
/// So many of the sessions, at least, start near 0 where times are positions.
const POSITIONS_SHARE: f64 = 0.95;
/// Sessions begin within ten minutes of 0, in milliseconds, where times are counted from the start of each.
const SINCE_START_BELOW: f64 = 600_000.0;

/// Numbers below this are no seconds since 1970: it would be before March 1973.
const SMALL_BELOW: f64 = 1e8;
/// Numbers below this are seconds: as seconds it is the year 5138, as milliseconds March 1973.
const SECONDS_BELOW: f64 = 1e11;
/// Numbers below this are milliseconds: as milliseconds it is the year 5138, as microseconds March 1973.
const MILLISECONDS_BELOW: f64 = 1e14;
/// Numbers below this are microseconds; above they are nanoseconds.
const MICROSECONDS_BELOW: f64 = 1e17;

const EXPECTED: &str = "numbers of one unit (seconds or milliseconds since 1970), timestamps, or ISO 8601 text such as 2026-03-01T12:00:00Z";

/// What the clock of a log can tell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Clock {
    /// None: times are positions in the session, and sessions come in the order of the file.
    Positions,
    /// None: times are counted from the start of each session, and sessions come in the order of the file.
    SinceStart,
    /// Points in time.
    Dates {
        /// The first and the last of the times that were understood, in milliseconds since 1970.
        span: [i64; 2],
        /// What nine tenths of the times are multiples of, in milliseconds: 1, a second, a minute, an hour, a day, or what
        /// a spreadsheet leaves when it cuts digits off.
        grain_ms: i64,
        /// The forms that the files have.
        read_as: Vec<&'static str>,
        /// Whether these are small numbers, taken for seconds for want of anything better: they tell the order alone.
        guessed: bool,
    },
}

impl Clock {
    /// Whether times are milliseconds, and sessions in order of them.
    pub fn has_clock(&self) -> bool {
        matches!(self, Clock::Dates { .. })
    }

    /// What times are known to, in milliseconds, where gaps between them mean something.
    pub fn grain_ms(&self) -> Option<i64> {
        match self {
            Clock::Dates { grain_ms, guessed: false, .. } => Some(*grain_ms),
            _ => None,
        }
    }

    /// Whether rows that say the same at the same time were written twice: positions tell, and times that are fine enough.
    pub fn tells_duplicates(&self) -> bool {
        self.grain_ms().map_or(!self.has_clock(), |grain| grain <= FINE_MS)
    }
}

/// A clock whose times are multiples of more than this many milliseconds tells no duplicate from a repeat.
const FINE_MS: i64 = 1_000;

/// One time as a file gives it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Given {
    /// A number, of a unit that the file decides.
    Number(f64),
    /// Milliseconds since 1970.
    Date(i64),
}

/// What the times of a file are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Small,
    Seconds,
    Milliseconds,
    Microseconds,
    Nanoseconds,
    Dates,
    /// Numbers whose digits say a date.
    Digits,
}

const FORMS: [Form; 7] =
    [Form::Small, Form::Seconds, Form::Milliseconds, Form::Microseconds, Form::Nanoseconds, Form::Dates, Form::Digits];

impl Form {
    fn of(number: f64) -> Form {
        match number.abs() {
            size if size < SMALL_BELOW => Form::Small,
            size if size < SECONDS_BELOW => Form::Seconds,
            size if size < MILLISECONDS_BELOW => Form::Milliseconds,
            size if size < MICROSECONDS_BELOW => Form::Microseconds,
            _ => Form::Nanoseconds,
        }
    }

    fn words(self) -> &'static str {
        match self {
            Form::Small => "small numbers",
            Form::Seconds => "seconds since 1970",
            Form::Milliseconds => "milliseconds since 1970",
            Form::Microseconds => "microseconds since 1970",
            Form::Nanoseconds => "nanoseconds since 1970",
            Form::Dates => "dates",
            Form::Digits => "dates in digits",
        }
    }

    fn milliseconds_per_unit(self) -> f64 {
        match self {
            Form::Seconds => 1e3,
            Form::Microseconds => 1e-3,
            Form::Nanoseconds => 1e-6,
            Form::Small | Form::Milliseconds | Form::Dates | Form::Digits => 1.0,
        }
    }
}

/// How many rows of a file have which form, and the first of each, counted from 1. A number may have two: as digits, and by
/// its size. Zeros have none, since they stand for no time in any unit.
#[derive(Clone, Debug, Default)]
struct Votes {
    path: PathBuf,
    column: String,
    rows: [u64; FORMS.len()],
    first: [u64; FORMS.len()],
}

impl Votes {
    fn count(&mut self, form: Form, row: u64) {
        let at = form as usize;
        self.rows[at] += 1;
        if self.rows[at] == 1 {
            self.first[at] = row;
        }
    }

    fn of(&self, form: Form) -> u64 {
        self.rows[form as usize]
    }

    fn total(&self) -> u64 {
        self.rows.iter().sum::<u64>() - self.of(Form::Digits)
    }

    /// The form of nine tenths of the rows; none in a file without times.
    fn decide(&self) -> Result<Option<Form>, DataError> {
        let total = self.total();
        // Digits first: they have a size, too.
        let Some(form) = FORMS.into_iter().rev().find(|&form| is_bulk(self.of(form), total)) else {
            let mut met: Vec<Form> = FORMS.into_iter().filter(|&form| self.of(form) > 0).collect();
            met.sort_by_key(|&form| core::cmp::Reverse(self.of(form)));
            let part = |form: &Form| {
                format!("{} ({} rows, the first is row {})", form.words(), self.of(*form), self.first[*form as usize])
            };
            let parts: Vec<String> = met.iter().take(3).map(part).collect();
            let what =
                if self.of(Form::Dates) > 0 { "numbers and dates mixed" } else { "numbers of several units mixed" };
            let place = Place { path: &self.path, column: &self.column, rows: &[] };
            return Err(place.wrong(format!("{what}: {}", parts.join(", ")), EXPECTED));
        };
        Ok((total > 0).then_some(form))
    }
}

/// Reads the time column batch by batch. What numbers mean is known only at the end.
#[derive(Debug, Default)]
pub(super) struct TimeReader {
    files: Vec<Votes>,
    small: SmallNumbers,
}

/// What is known of numbers that are too small for an epoch.
#[derive(Debug, Default)]
struct SmallNumbers {
    largest: f64,
    smallest: f64,
    fractions: bool,
}

impl TimeReader {
    /// The rows from here on are those of this file: its number.
    pub fn begin_file(&mut self, path: &Path, column: &str) -> usize {
        self.files.push(Votes { path: path.to_owned(), column: column.to_owned(), ..Votes::default() });
        self.files.len() - 1
    }

    /// The times as the file gives them; `None` where there is none.
    pub fn read(&mut self, array: &ArrayRef, place: Place<'_>) -> Result<Vec<Option<Given>>, DataError> {
        let times: Vec<Option<Given>> = match holds(array.data_type()) {
            Holds::Nothing => vec![None; array.len()],
            Holds::Integers | Holds::Floats => {
                numbers(array, place, EXPECTED)?.into_iter().map(|value| value.map(Given::Number)).collect()
            }
            Holds::Time => {
                let array = cast(array, &DataType::Timestamp(TimeUnit::Millisecond, None), place, EXPECTED)?;
                let array = cast(&array, &DataType::Int64, place, EXPECTED)?;
                array.as_primitive::<Int64Type>().iter().map(|value| value.map(Given::Date)).collect()
            }
            Holds::Text => read_text(array, place)?,
            Holds::Else => return Err(place.wrong(format!("values of type {}", array.data_type()), EXPECTED)),
        };
        if self.files.is_empty() {
            self.begin_file(place.path, place.column);
        }
        let Some(votes) = self.files.last_mut() else { return Ok(times) };
        for (index, time) in times.iter().enumerate() {
            let row = place.row(index);
            match *time {
                Some(Given::Number(number)) if number != 0.0 => {
                    let form = Form::of(number);
                    votes.count(form, row);
                    if dates::reads_as_date(number) {
                        votes.count(Form::Digits, row);
                    }
                    if form == Form::Small {
                        self.small.largest = self.small.largest.max(number);
                        self.small.smallest = self.small.smallest.min(number);
                        self.small.fractions |= number.fract() != 0.0;
                    }
                }
                Some(Given::Date(_)) => votes.count(Form::Dates, row),
                Some(Given::Number(_)) | None => {}
            }
        }
        Ok(times)
    }

    /// What the times of every file are.
    pub fn forms(self) -> Result<Forms, DataError> {
        let files = self.files.iter().map(Votes::decide).collect::<Result<Vec<_>, _>>()?;
        let small = |form: &Option<Form>| *form == Some(Form::Small);
        let all_small = files.iter().flatten().all(|form| *form == Form::Small);
        if !all_small {
            // Small numbers among dates are no dates: a few are left out, many are a question to whoever wrote them.
            let rows = |small_ones: bool| {
                let counted = self.files.iter().zip(&files).filter(|(_, form)| small(form) == small_ones);
                counted.map(|(votes, _)| votes.total()).sum::<u64>()
            };
            let odd = self.files.iter().zip(&files).find(|(_, form)| small(form)).map(|(votes, _)| votes);
            if let (Some(votes), false) = (odd, is_bulk(rows(false), rows(false) + rows(true))) {
                let place = Place { path: &votes.path, column: &votes.column, rows: &[] };
                return Err(place.wrong("small numbers, where other files hold dates", EXPECTED));
            }
        }
        Ok(Forms { files, all_small, small: self.small, small_scale: 1.0 })
    }
}

fn read_text(array: &ArrayRef, place: Place<'_>) -> Result<Vec<Option<Given>>, DataError> {
    let read = |(index, text): (usize, Option<&str>)| {
        let Some(text) = text.and_then(given).filter(|text| !dates::is_zero(text)) else { return Ok(None) };
        if let Ok(number) = text.parse::<f64>() {
            return Ok(number.is_finite().then_some(Given::Number(number)));
        }
        let wrong = || place.wrong(format!("`{}` in row {}", shorten(text), place.row(index)), EXPECTED);
        dates::from_text(text).map(Given::Date).map(Some).ok_or_else(wrong)
    };
    texts(array, place)?.iter().enumerate().map(read).collect()
}

/// What the times of every file are, decided by the bulk of its rows.
#[derive(Debug)]
pub(super) struct Forms {
    files: Vec<Option<Form>>,
    /// Whether all are numbers that are too small for an epoch.
    pub all_small: bool,
    small: SmallNumbers,
    small_scale: f64,
}

impl Forms {
    /// What small numbers are, given the first and the last time of every session.
    pub fn clock_of_small(&mut self, sessions: &[[f64; 2]]) -> Clock {
        let count = |meets: &dyn Fn(&[f64; 2]) -> bool| sessions.iter().filter(|session| meets(session)).count() as u64;
        let all = sessions.len() as u64;
        let near_zero = count(&|[start, _]| *start <= POSITIONS_START);
        let whole = self.small.largest < POSITIONS_BELOW && self.small.smallest >= 0.0 && !self.small.fractions;
        if whole && near_zero as f64 >= POSITIONS_SHARE * all as f64 {
            return Clock::Positions;
        }
        let long = count(&|[start, last]| last > start);
        let begin_at_once = count(&|[start, last]| last > start && *start <= last - start);
        let begin_soon = count(&|[start, _]| (0.0..SINCE_START_BELOW).contains(start));
        // On a clock that runs from the start of the log, hardly any session begins sooner than it takes.
        if long > 0 && 2 * begin_at_once >= long && is_bulk(begin_soon, all) {
            self.small_scale = if self.small.fractions { 1e3 } else { 1.0 };
            return Clock::SinceStart;
        }
        self.small_scale = 1e3;
        Clock::Dates { span: [0, 0], grain_ms: 1, read_as: vec![Form::Seconds.words()], guessed: true }
    }

    /// The time that this file means: milliseconds, or a position; `None` where it is in another form than the file's.
    pub fn time(&self, file: usize, time: Given) -> Option<i64> {
        let form = self.files[file].unwrap_or(Form::Small);
        match time {
            Given::Date(time) => (form == Form::Dates).then_some(time),
            Given::Number(number) => match form {
                Form::Dates => None,
                Form::Digits => dates::from_digits(number),
                Form::Small => {
                    let fits = self.all_small && Form::of(number) == Form::Small;
                    fits.then(|| (number * self.small_scale).round() as i64)
                }
                unit => {
                    let fits = number == 0.0 || Form::of(number) == unit;
                    fits.then(|| (number * unit.milliseconds_per_unit()).round() as i64)
                }
            },
        }
    }

    /// The forms that the files have, each once.
    pub fn words(&self) -> Vec<&'static str> {
        let mut words: Vec<_> = self.files.iter().flatten().map(|form| form.words()).collect();
        words.sort_unstable();
        words.dedup();
        words
    }
}

/// The clock in words, for the report.
impl core::fmt::Display for Clock {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        const ORDER: &str = "sessions are in the order of the file";
        match self {
            Clock::Positions => write!(f, "times are positions in their sessions, clock: none; {ORDER}"),
            Clock::SinceStart => write!(f, "times are counted from the start of each session, clock: none; {ORDER}"),
            Clock::Dates { span: [first, last], grain_ms, read_as, guessed } => {
                write!(f, "times from {} to {}", dates::named(*first), dates::named(*last))?;
                write!(f, ", read as {}, clock in {}", read_as.join(" and "), span::grain_words(*grain_ms))?;
                if *guessed {
                    let what = "such small numbers are hardly seconds since 1970: write ISO 8601 text";
                    write!(
                        f,
                        "\n  warning: {what}; they order the log here, and tell no speed, no silence and no duplicates"
                    )?;
                }
                if self.grain_ms().is_some_and(|grain| grain > 1_000) {
                    write!(f, ": too coarse to tell speed or duplicates")?;
                }
                if !*guessed && !span::is_of_shops(*first, *last) {
                    let what = "no shop has kept a log at such times";
                    write!(f, "\n  warning: {what}: check the unit of `ts`, or write ISO 8601 text")?;
                }
                Ok(())
            }
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;
