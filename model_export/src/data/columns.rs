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

/// The column as text: numbers in their canonical form, nulls as nulls.
pub(super) fn texts(array: &ArrayRef, place: Place<'_>) -> Result<StringArray, DataError> {
    const EXPECTED: &str = "text";
    if holds(array.data_type()) == Holds::Else && array.data_type() != &DataType::Boolean {
        return Err(place.wrong(format!("values of type {}", array.data_type()), EXPECTED));
    }
    Ok(cast(array, &DataType::Utf8, place, EXPECTED)?.as_string::<i32>().clone())
}

/// The column as numbers; `None` for nulls, empty text, NaN and infinities.
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
            let parse = |(index, text): (usize, Option<&str>)| match text.map(str::trim) {
                None | Some("") => Ok(None),
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

/// Numbers the distinct ids of a column in the order of their first appearance, so that rows need hold no text.
///
/// An id is its text, whatever types files give it. Ids are integers where all of them are, in their plain form.
#[derive(Debug, Default)]
pub(super) struct IdEncoder {
    /// All ids, until one is no integer.
    integers: HashMap<i64, u32>,
    /// All ids, from then on.
    texts: Option<HashMap<Box<str>, u32>>,
}

impl IdEncoder {
    /// How many distinct ids there are so far.
    pub fn len(&self) -> usize {
        self.texts.as_ref().map_or(self.integers.len(), HashMap::len)
    }

    /// The numbers of these ids; `None` for nulls and empty text.
    pub fn encode(&mut self, array: &ArrayRef, place: Place<'_>) -> Result<Vec<Option<u32>>, DataError> {
        const EXPECTED: &str = "integers or text";
        match holds(array.data_type()) {
            Holds::Nothing => Ok(vec![None; array.len()]),
            Holds::Integers => {
                let array = cast(array, &DataType::Int64, place, "integers below 2^63, or text")?;
                let codes = array.as_primitive::<Int64Type>().iter();
                codes.map(|value| value.map(|value| self.integer(value, place)).transpose()).collect()
            }
            // A column of integers with nulls often arrives as floating point; whole numbers are unambiguous.
            Holds::Floats => {
                let mut code = |value: f64| {
                    let whole = value.fract() == 0.0 && value.abs() <= WHOLE_FLOATS;
                    if !whole {
                        return Err(place.wrong(format!("the number {value}"), EXPECTED));
                    }
                    self.integer(value as i64, place)
                };
                numbers(array, place, EXPECTED)?.into_iter().map(|value| value.map(&mut code).transpose()).collect()
            }
            Holds::Text => {
                let array = texts(array, place)?;
                let values = array.iter().map(|value| value.filter(|value| !value.is_empty()));
                values.map(|value| value.map(|value| self.text(value, place)).transpose()).collect()
            }
            Holds::Time | Holds::Else => Err(place.wrong(format!("values of type {}", array.data_type()), EXPECTED)),
        }
    }

    fn integer(&mut self, id: i64, place: Place<'_>) -> Result<u32, DataError> {
        if self.texts.is_some() {
            return self.text(&id.to_string(), place);
        }
        let next = self.integers.len();
        Ok(match self.integers.get(&id) {
            Some(&code) => code,
            None => *self.integers.entry(id).or_insert(new_code(next, place)?),
        })
    }

    fn text(&mut self, id: &str, place: Place<'_>) -> Result<u32, DataError> {
        if let (None, Some(integer)) = (&self.texts, canonical_integer(id)) {
            return self.integer(integer, place);
        }
        let integers = &mut self.integers;
        let texts = self.texts.get_or_insert_with(|| {
            std::mem::take(integers).into_iter().map(|(id, code)| (id.to_string().into(), code)).collect()
        });
        let next = texts.len();
        Ok(match texts.get(id) {
            Some(&code) => code,
            None => *texts.entry(id.into()).or_insert(new_code(next, place)?),
        })
    }

    /// The distinct ids, by number.
    pub fn finish(self) -> Ids {
        match self.texts {
            None => Ids::Integer(by_code(self.integers)),
            Some(texts) => Ids::Text(by_code(texts).into_iter().map(String::from).collect()),
        }
    }
}

/// The keys in the order of their numbers.
fn by_code<K>(codes: HashMap<K, u32>) -> Vec<K> {
    let mut ordered: Vec<(K, u32)> = codes.into_iter().collect();
    ordered.sort_unstable_by_key(|(_, code)| *code);
    ordered.into_iter().map(|(id, _)| id).collect()
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
