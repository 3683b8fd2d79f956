//! Times in the forms that logs use, brought to milliseconds, or recognised as mere positions in the session.

use datafusion::arrow::array::{Array, ArrayRef, AsArray};
use datafusion::arrow::compute::kernels::cast_utils::string_to_timestamp_nanos;
use datafusion::arrow::datatypes::{DataType, Int64Type, TimeUnit};

use super::DataError;
use super::columns::{Holds, Place, cast, holds, numbers, shorten, texts};

/// Whole numbers below this are positions in the session, if the sessions also start near 0; as seconds they would span
/// less than three hours, and no session is that many events long.
const POSITIONS_BELOW: f64 = 10_000.0;
/// A session that starts at or below this position starts "near 0": counted from 0 or from 1, its first row perhaps dropped.
const POSITIONS_START: f64 = 2.0;
/// So many of the sessions, at least, start near 0 where times are positions.
const POSITIONS_SHARE: f64 = 0.95;

/// Numbers below this are seconds: as seconds it is the year 5138, as milliseconds March 1973.
const SECONDS_BELOW: f64 = 1e11;
/// Numbers below this are milliseconds: as milliseconds it is the year 5138, as microseconds March 1973.
const MILLISECONDS_BELOW: f64 = 1e14;
/// Numbers below this are microseconds; above they are nanoseconds.
const MICROSECONDS_BELOW: f64 = 1e17;

const EXPECTED: &str = "seconds, milliseconds, a timestamp, or ISO 8601 text such as 2026-03-01T12:00:00Z";

/// What the times of a column are, decided once for all files of an input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    /// Numbers whose unit their magnitude tells.
    Numbers,
    /// Points in time, already in milliseconds.
    Dates,
}

/// Reads the time column batch by batch. The unit is known only at the end, when the largest time is.
#[derive(Debug, Default)]
pub(super) struct TimeReader {
    form: Option<Form>,
    largest: f64,
    smallest: f64,
    fractions: bool,
}

/// How the read numbers become times.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Clock {
    /// Whether times are milliseconds, not positions.
    pub has_clock: bool,
    milliseconds_per_unit: f64,
}

impl Clock {
    /// The time of one read number: milliseconds, or the position.
    pub fn time(&self, read: f64) -> i64 {
        (read * self.milliseconds_per_unit).round() as i64
    }
}

impl TimeReader {
    /// The times as numbers in the column's own unit; `None` where there is none.
    pub fn read(&mut self, array: &ArrayRef, place: Place<'_>) -> Result<Vec<Option<f64>>, DataError> {
        let values = match holds(array.data_type()) {
            Holds::Nothing => vec![None; array.len()],
            Holds::Integers | Holds::Floats => {
                self.expect(Form::Numbers, place)?;
                numbers(array, place, EXPECTED)?
            }
            Holds::Time => {
                self.expect(Form::Dates, place)?;
                let array = cast(array, &DataType::Timestamp(TimeUnit::Millisecond, None), place, EXPECTED)?;
                let array = cast(&array, &DataType::Int64, place, EXPECTED)?;
                array.as_primitive::<Int64Type>().iter().map(|value| value.map(|value| value as f64)).collect()
            }
            Holds::Text => self.read_text(array, place)?,
            Holds::Else => return Err(place.wrong(format!("values of type {}", array.data_type()), EXPECTED)),
        };
        for &value in values.iter().flatten() {
            self.largest = self.largest.max(value);
            self.smallest = self.smallest.min(value);
            self.fractions |= value.fract() != 0.0;
        }
        Ok(values)
    }

    fn read_text(&mut self, array: &ArrayRef, place: Place<'_>) -> Result<Vec<Option<f64>>, DataError> {
        let array = texts(array, place)?;
        let mut values = Vec::with_capacity(array.len());
        for (index, text) in array.iter().enumerate() {
            let Some(text) = text.map(str::trim).filter(|text| !text.is_empty()) else {
                values.push(None);
                continue;
            };
            let number = text.parse::<f64>().ok();
            self.expect(if number.is_some() { Form::Numbers } else { Form::Dates }, place)?;
            let value = number
                .or_else(|| milliseconds(text))
                .ok_or_else(|| place.wrong(format!("`{}` in row {}", shorten(text), place.row(index)), EXPECTED))?;
            values.push(value.is_finite().then_some(value));
        }
        Ok(values)
    }

    fn expect(&mut self, form: Form, place: Place<'_>) -> Result<(), DataError> {
        match *self.form.get_or_insert(form) {
            found if found == form => Ok(()),
            _ => Err(place.wrong("numbers and dates mixed", EXPECTED)),
        }
    }

    /// What the numbers mean, given the first time of every session.
    pub fn clock(&self, session_starts: &[f64]) -> Clock {
        let units = |milliseconds_per_unit| Clock { has_clock: true, milliseconds_per_unit };
        if self.form != Some(Form::Numbers) {
            return units(1.0);
        }
        let magnitude = self.largest.max(-self.smallest);
        let near_zero = session_starts.iter().filter(|&&start| start <= POSITIONS_START).count() as f64;
        let positions = magnitude < POSITIONS_BELOW && self.smallest >= 0.0 && !self.fractions;
        if positions && near_zero >= POSITIONS_SHARE * session_starts.len() as f64 {
            return Clock { has_clock: false, milliseconds_per_unit: 1.0 };
        }
        if magnitude < SECONDS_BELOW {
            units(1e3)
        } else if magnitude < MILLISECONDS_BELOW {
            units(1.0)
        } else if magnitude < MICROSECONDS_BELOW {
            units(1e-3)
        } else {
            units(1e-6)
        }
    }
}

/// ISO 8601 text as milliseconds since 1970, UTC where it names no zone.
fn milliseconds(text: &str) -> Option<f64> {
    // The parser knows offsets and `Z`; logs exported from databases often say ` UTC`.
    let text = text.strip_suffix(" UTC").unwrap_or(text);
    let nanoseconds = string_to_timestamp_nanos(text).ok()?;
    Some(nanoseconds.div_euclid(1_000_000) as f64)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::path::Path;
    use std::sync::Arc;

    use datafusion::arrow::array::{Date32Array, Float64Array, Int64Array, StringArray, TimestampMicrosecondArray};

    use super::*;

    const PLACE: fn() -> Place<'static> = || Place { path: Path::new("events.csv"), column: "ts", rows: &[] };

    /// All values of one column as times, each its own session.
    fn times(array: ArrayRef) -> (bool, Vec<i64>) {
        let mut reader = TimeReader::default();
        let read: Vec<f64> = reader.read(&array, PLACE()).unwrap().into_iter().flatten().collect();
        let clock = reader.clock(&read);
        (clock.has_clock, read.into_iter().map(|value| clock.time(value)).collect())
    }

    #[test]
    fn every_form_of_a_time_gives_the_same_milliseconds() {
        let expected = (true, vec![1_569_888_000_000, 1_569_888_001_000]);
        let text = |first: &str, second: &str| Arc::new(StringArray::from(vec![first, second])) as ArrayRef;
        let columns: Vec<ArrayRef> = vec![
            Arc::new(Int64Array::from(vec![1_569_888_000, 1_569_888_001])),
            Arc::new(Int64Array::from(vec![1_569_888_000_000, 1_569_888_001_000])),
            Arc::new(Int64Array::from(vec![1_569_888_000_000_000, 1_569_888_001_000_000])),
            Arc::new(Int64Array::from(vec![1_569_888_000_000_000_000, 1_569_888_001_000_000_000])),
            Arc::new(Float64Array::from(vec![1_569_888_000.0, 1_569_888_001.0])),
            Arc::new(TimestampMicrosecondArray::from(vec![1_569_888_000_000_000, 1_569_888_001_000_000])),
            text("1569888000", "1569888001.0"),
            text("2019-10-01T00:00:00Z", "2019-10-01T00:00:01.000Z"),
            text("2019-10-01 00:00:00 UTC", "2019-10-01 00:00:01 UTC"),
            text("2019-10-01 02:00:00+02:00", "2019-10-01 02:00:01+02:00"),
            text("2019-10-01", "2019-10-01 00:00:01"),
        ];
        for column in columns {
            let described = format!("{column:?}");
            assert_eq!(times(column), expected, "{described}");
        }
        assert_eq!(times(Arc::new(Date32Array::from(vec![18_170]))), (true, vec![1_569_888_000_000]));
        assert_eq!(times(Arc::new(Float64Array::from(vec![1_569_888_000.25]))).1, [1_569_888_000_250]);
    }

    #[test]
    fn small_whole_numbers_from_zero_are_positions() {
        let mut reader = TimeReader::default();
        let array: ArrayRef = Arc::new(Int64Array::from(vec![0, 1, 2, 0, 1]));
        reader.read(&array, PLACE()).unwrap();
        let clock = reader.clock(&[0.0, 0.0]);
        assert!(!clock.has_clock);
        assert_eq!(clock.time(2.0), 2);
        assert!(reader.clock(&[500.0, 900.0]).has_clock, "sessions that start late have a clock");
        let fractions: ArrayRef = Arc::new(Float64Array::from(vec![0.0, 0.5]));
        reader.read(&fractions, PLACE()).unwrap();
        assert!(reader.clock(&[0.0, 0.0]).has_clock, "positions are whole");
    }

    #[test]
    fn nulls_stay_and_nonsense_is_refused() {
        let mut reader = TimeReader::default();
        let array: ArrayRef = Arc::new(Float64Array::from(vec![Some(5.0), None, Some(f64::NAN), Some(f64::INFINITY)]));
        assert_eq!(reader.read(&array, PLACE()).unwrap(), [Some(5.0), None, None, None]);
        for (column, message) in [
            (vec!["2019-10-01", "yesterday"], "`yesterday` in row 12"),
            (vec!["2019-10-01", "17"], "numbers and dates mixed"),
            (vec!["2019-13-01", ""], "`2019-13-01` in row 11"),
        ] {
            let array: ArrayRef = Arc::new(StringArray::from(column));
            let error = TimeReader::default().read(&array, Place { rows: &[11, 12], ..PLACE() }).unwrap_err();
            assert_eq!(error.code(), "data.wrong_type");
            assert!(error.to_string().contains(message), "{error}");
        }
    }
}
