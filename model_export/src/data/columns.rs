//! Single columns as they come out of a file: ids, numbers and text, whatever type the file gave them.

use std::collections::HashMap;
use std::path::Path;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, StringArray};
use datafusion::arrow::compute::{CastOptions, cast_with_options};
use datafusion::arrow::datatypes::{DataType, Float64Type, Int64Type};

use super::ids::canonical_integer;
use super::{DataError, Ids};

/// Above this magnitude a floating-point number no longer names one integer.
const WHOLE_FLOATS: f64 = 9_007_199_254_740_992.0;

/// Where a value stands, for messages.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    pub path: &'a Path,
    pub column: &'a str,
}

impl Place<'_> {
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

/// The column as text: numbers in their canonical form, nulls as nulls.
pub(super) fn texts(array: &ArrayRef, place: Place<'_>) -> Result<StringArray, DataError> {
    const EXPECTED: &str = "text";
    if holds(array.data_type()) == Holds::Else && array.data_type() != &DataType::Boolean {
        return Err(place.wrong(format!("values of type {}", array.data_type()), EXPECTED));
    }
    Ok(cast(array, &DataType::Utf8, place, EXPECTED)?.as_string::<i32>().clone())
}

/// The column as numbers; `None` for nulls, empty text, NaN and infinities. `first_row` counts from 1, for messages.
pub(super) fn numbers(
    array: &ArrayRef,
    place: Place<'_>,
    first_row: u64,
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
            let parse = |(index, text): (usize, Option<&str>)| match text.map(str::trim) {
                None | Some("") => Ok(None),
                Some(text) => text.parse().map(finite).map_err(|_| {
                    place.wrong(format!("`{}` in row {}", shorten(text), first_row + index as u64), expected)
                }),
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

/// Numbers the distinct ids of a column in the order of their first appearance, so that rows need hold no text.
#[derive(Debug)]
pub(super) struct IdEncoder {
    seen: Seen,
    /// Whether text that is all canonical integers means integers: in formats that know no types.
    untyped: bool,
}

#[derive(Debug)]
enum Seen {
    Nothing,
    Integers(HashMap<i64, u32>),
    Text(HashMap<Box<str>, u32>),
}

impl IdEncoder {
    pub fn new(untyped: bool) -> IdEncoder {
        IdEncoder { seen: Seen::Nothing, untyped }
    }

    /// How many distinct ids there are so far.
    pub fn len(&self) -> usize {
        match &self.seen {
            Seen::Nothing => 0,
            Seen::Integers(codes) => codes.len(),
            Seen::Text(codes) => codes.len(),
        }
    }

    /// The numbers of these ids; `None` for nulls and empty text.
    pub fn encode(&mut self, array: &ArrayRef, place: Place<'_>) -> Result<Vec<Option<u32>>, DataError> {
        const EXPECTED: &str = "integers or text";
        match holds(array.data_type()) {
            Holds::Nothing => Ok(vec![None; array.len()]),
            Holds::Integers => {
                let array = cast(array, &DataType::Int64, place, "integers below 2^63, or text")?;
                self.encode_integers(array.as_primitive::<Int64Type>().iter().map(Ok), place)
            }
            // A column of integers with nulls often arrives as floating point; whole numbers are unambiguous.
            Holds::Floats => {
                let values = numbers(array, place, 1, EXPECTED)?;
                let whole = |value: f64| {
                    let whole = value.fract() == 0.0 && value.abs() <= WHOLE_FLOATS;
                    if whole { Ok(value as i64) } else { Err(place.wrong(format!("the number {value}"), EXPECTED)) }
                };
                self.encode_integers(values.into_iter().map(|value| value.map(whole).transpose()), place)
            }
            Holds::Text => {
                let array = texts(array, place)?;
                self.encode_texts(&array, place)
            }
            Holds::Time | Holds::Else => Err(place.wrong(format!("values of type {}", array.data_type()), EXPECTED)),
        }
    }

    fn encode_integers(
        &mut self,
        values: impl Iterator<Item = Result<Option<i64>, DataError>>,
        place: Place<'_>,
    ) -> Result<Vec<Option<u32>>, DataError> {
        if matches!(self.seen, Seen::Nothing) {
            self.seen = Seen::Integers(HashMap::new());
        }
        let Seen::Integers(codes) = &mut self.seen else { return Err(mixed(place)) };
        let mut encoded = Vec::new();
        for value in values {
            encoded.push(match value? {
                None => None,
                Some(value) => {
                    let next = codes.len();
                    Some(match codes.get(&value) {
                        Some(&code) => code,
                        None => *codes.entry(value).or_insert(new_code(next, place)?),
                    })
                }
            });
        }
        Ok(encoded)
    }

    fn encode_texts(&mut self, values: &StringArray, place: Place<'_>) -> Result<Vec<Option<u32>>, DataError> {
        if matches!(self.seen, Seen::Nothing) {
            self.seen = Seen::Text(HashMap::new());
        }
        let Seen::Text(codes) = &mut self.seen else { return Err(mixed(place)) };
        let mut encoded = Vec::with_capacity(values.len());
        for value in values {
            encoded.push(match value {
                None | Some("") => None,
                Some(value) => {
                    let next = codes.len();
                    Some(match codes.get(value) {
                        Some(&code) => code,
                        None => *codes.entry(value.into()).or_insert(new_code(next, place)?),
                    })
                }
            });
        }
        Ok(encoded)
    }

    /// The distinct ids, by number.
    pub fn finish(self) -> Ids {
        match self.seen {
            Seen::Nothing => Ids::Integer(Vec::new()),
            Seen::Integers(codes) => {
                let mut ids = vec![0; codes.len()];
                for (id, code) in codes {
                    ids[code as usize] = id;
                }
                Ids::Integer(ids)
            }
            Seen::Text(codes) => {
                let mut ids = vec![String::new(); codes.len()];
                for (id, code) in codes {
                    ids[code as usize] = id.into();
                }
                let integers = || ids.iter().map(|id| canonical_integer(id)).collect::<Option<Vec<i64>>>();
                match self.untyped.then(integers).flatten() {
                    Some(integers) => Ids::Integer(integers),
                    None => Ids::Text(ids),
                }
            }
        }
    }
}

fn mixed(place: Place<'_>) -> DataError {
    place.wrong("integers in some files and text in others", "one of the two everywhere")
}

fn new_code(next: usize, place: Place<'_>) -> Result<u32, DataError> {
    u32::try_from(next).map_err(|_| DataError::TooMany {
        path: place.path.to_owned(),
        what: "distinct ids",
        limit: u64::from(u32::MAX),
    })
}

/// The values of a text column that a statement of our own made: it has no nulls, and any of the text types.
pub(super) fn plain_texts(array: &ArrayRef) -> Vec<String> {
    let lenient = CastOptions::default();
    match cast_with_options(array, &DataType::Utf8, &lenient) {
        Ok(array) => array.as_string::<i32>().iter().map(|text| text.unwrap_or_default().to_owned()).collect(),
        Err(_) => Vec::new(),
    }
}
