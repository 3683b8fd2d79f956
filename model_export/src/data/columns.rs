//! Single columns as they come out of a file: numbers and text, whatever type the file gave them.

use std::path::Path;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, StringArray};
use datafusion::arrow::compute::{CastOptions, cast_with_options};
use datafusion::arrow::datatypes::{DataType, Float64Type};

use super::DataError;
use super::values::given;

/// Above this magnitude a floating-point number no longer names one integer.
const WHOLE_FLOATS: f64 = 9_007_199_254_740_992.0;

/// Where the values of an array stand, for messages.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    pub path: &'a Path,
    pub column: &'a str,
    /// The number of each value's row in its file, from 1.
    pub rows: &'a [u64],
}

impl Place<'_> {
    /// The number of the row in which the value at `index` stands.
    pub fn row(&self, index: usize) -> u64 {
        self.rows.get(index).copied().unwrap_or(index as u64 + 1)
    }

    pub fn wrong(&self, found: impl Into<String>, expected: &'static str) -> DataError {
        DataError::WrongType {
            path: self.path.to_owned(),
            column: self.column.to_owned(),
            found: found.into(),
            expected,
        }
    }
}

/// What a column holds, once the many Arrow types of each are put together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Holds {
    Nothing,
    Integers,
    Floats,
    Text,
    Time,
    Else,
}

/// What this Arrow type holds.
pub(super) fn holds(data_type: &DataType) -> Holds {
    use DataType::*;
    match data_type {
        Null => Holds::Nothing,
        Int8 | Int16 | Int32 | Int64 | UInt8 | UInt16 | UInt32 | UInt64 => Holds::Integers,
        Decimal32(_, scale) | Decimal64(_, scale) | Decimal128(_, scale) | Decimal256(_, scale) if *scale <= 0 => {
            Holds::Integers
        }
        Float16 | Float32 | Float64 | Decimal32(..) | Decimal64(..) | Decimal128(..) | Decimal256(..) => Holds::Floats,
        Utf8 | LargeUtf8 | Utf8View => Holds::Text,
        Timestamp(..) | Date32 | Date64 => Holds::Time,
        Dictionary(_, values) => holds(values),
        RunEndEncoded(_, values) => holds(values.data_type()),
        _ => Holds::Else,
    }
}

/// Casts a column, failing on the first value that does not fit.
pub(super) fn cast(
    array: &ArrayRef,
    to: &DataType,
    place: Place<'_>,
    expected: &'static str,
) -> Result<ArrayRef, DataError> {
    let strict = CastOptions { safe: false, ..CastOptions::default() };
    cast_with_options(array, to, &strict)
        .map_err(|_| place.wrong(format!("values of type {}", array.data_type()), expected))
}

/// The integer that a floating-point number is, where it is one.
pub(super) fn whole_float(value: f64) -> Option<i64> {
    (value.fract() == 0.0 && value.abs() <= WHOLE_FLOATS).then_some(value as i64)
}

/// The column as text: numbers in their canonical form (5.0 is `5`), nulls as nulls.
pub(super) fn texts(array: &ArrayRef, place: Place<'_>) -> Result<StringArray, DataError> {
    const EXPECTED: &str = "text";
    if holds(array.data_type()) == Holds::Else && array.data_type() != &DataType::Boolean {
        return Err(place.wrong(format!("values of type {}", array.data_type()), EXPECTED));
    }
    let text = cast(array, &DataType::Utf8, place, EXPECTED)?.as_string::<i32>().clone();
    if holds(array.data_type()) != Holds::Floats {
        return Ok(text);
    }
    let numbers = cast(array, &DataType::Float64, place, EXPECTED)?;
    let plain = |(number, text): (Option<f64>, Option<&str>)| match number.and_then(whole_float) {
        Some(integer) => Some(integer.to_string()),
        None => text.map(str::to_owned),
    };
    Ok(numbers.as_primitive::<Float64Type>().iter().zip(&text).map(plain).collect())
}

/// The column as numbers; `None` for nulls, empty text, words for nothing, NaN and infinities.
pub(super) fn numbers(
    array: &ArrayRef,
    place: Place<'_>,
    expected: &'static str,
) -> Result<Vec<Option<f64>>, DataError> {
    let finite = |value: f64| value.is_finite().then_some(value);
    match holds(array.data_type()) {
        Holds::Nothing => Ok(vec![None; array.len()]),
        Holds::Integers | Holds::Floats => {
            let array = cast(array, &DataType::Float64, place, expected)?;
            Ok(array.as_primitive::<Float64Type>().iter().map(|value| value.and_then(finite)).collect())
        }
        Holds::Text => {
            let array = texts(array, place)?;
            let parse = |(index, text): (usize, Option<&str>)| match text.and_then(given) {
                None => Ok(None),
                Some(text) => text
                    .parse()
                    .map(finite)
                    .map_err(|_| place.wrong(format!("`{}` in row {}", shorten(text), place.row(index)), expected)),
            };
            array.iter().enumerate().map(parse).collect()
        }
        Holds::Time | Holds::Else => Err(place.wrong(format!("values of type {}", array.data_type()), expected)),
    }
}

/// At most the first 40 characters, for messages.
pub(super) fn shorten(text: &str) -> String {
    text.chars().take(40).collect()
}

/// The values of a text column that a statement of our own made: it has no nulls, and any of the text types.
pub(super) fn plain_texts(array: &ArrayRef) -> Vec<String> {
    let lenient = CastOptions::default();
    match cast_with_options(array, &DataType::Utf8, &lenient) {
        Ok(array) => array.as_string::<i32>().iter().map(|text| text.unwrap_or_default().to_owned()).collect(),
        Err(_) => Vec::new(),
    }
}
