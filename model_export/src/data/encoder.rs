//! Columns of ids: each distinct id gets a number, so that rows need hold no text.

use std::collections::{BTreeMap, HashMap};

use datafusion::arrow::array::{Array, ArrayRef, AsArray, StringArray};
use datafusion::arrow::datatypes::{DataType, Int64Type};
use reshelf::artifact::LONGEST_ID;

use super::columns::{Holds, Place, cast, holds, numbers, texts, whole_float};
use super::ids::canonical_integer;
use super::values::{stands_for_nothing, trimmed, whole};
use super::{DataError, Ids};

/// Numbers the distinct ids of a column in the order of their first appearance.
///
/// An id is its text, whatever types files give it, without white space around it; words for nothing are no id. Ids are
/// integers where all of them are, in their plain form or, where nothing else stands in the column, with `.0` behind.
#[derive(Debug, Default)]
pub(super) struct IdEncoder {
    integers: HashMap<i64, u32>,
    texts: HashMap<Box<str>, u32>,
    words: BTreeMap<String, u64>,
}

/// The ids of a column, all rows read.
#[derive(Debug)]
pub(super) struct EncodedIds {
    /// By number.
    pub ids: Ids,
    /// The number in `ids` of each number that was given to rows, where they differ: `5` and `5.0` turned out to be one id.
    pub renumbered: Option<Vec<u32>>,
    /// Words that were taken for no id, with their rows.
    pub words: Vec<(String, u64)>,
}

impl EncodedIds {
    /// The number in `ids` of a number that a row has.
    pub fn number(&self, code: u32) -> u32 {
        self.renumbered.as_ref().map_or(code, |numbers| numbers[code as usize])
    }
}

impl IdEncoder {
    /// How many distinct ids there are so far.
    pub fn len(&self) -> usize {
        self.integers.len() + self.texts.len()
    }

    /// The numbers of these ids; `None` for nulls, empty text and words for nothing.
    pub fn encode(&mut self, array: &ArrayRef, place: Place<'_>) -> Result<Vec<Option<u32>>, DataError> {
        const EXPECTED: &str = "integers or text";
        match holds(array.data_type()) {
            Holds::Nothing => Ok(vec![None; array.len()]),
            Holds::Integers => {
                let array = cast(array, &DataType::Int64, place, "integers below 2^63, or text")?;
                let values = array.as_primitive::<Int64Type>();
                values.iter().map(|value| value.map(|value| self.integer(value, place)).transpose()).collect()
            }
            // A column of integers with nulls often arrives as floating point; whole numbers are unambiguous.
            Holds::Floats => {
                let encode = |value| {
                    let integer = whole_float(value);
                    self.integer(integer.ok_or_else(|| place.wrong(format!("the number {value}"), EXPECTED))?, place)
                };
                let mut encode = encode;
                let values = numbers(array, place, EXPECTED)?.into_iter();
                values.map(|value| value.map(&mut encode).transpose()).collect()
            }
            Holds::Text => self.encode_texts(&texts(array, place)?, place),
            Holds::Time | Holds::Else => Err(place.wrong(format!("values of type {}", array.data_type()), EXPECTED)),
        }
    }

    fn encode_texts(&mut self, values: &StringArray, place: Place<'_>) -> Result<Vec<Option<u32>>, DataError> {
        let encode = |(index, value): (usize, Option<&str>)| {
            let Some(text) = value.map(trimmed).filter(|text| !text.is_empty()) else { return Ok(None) };
            if stands_for_nothing(text) {
                *self.words.entry(text.to_owned()).or_default() += 1;
                return Ok(None);
            }
            if text.len() > LONGEST_ID {
                let found = format!("an id of {} bytes in row {}", text.len(), place.row(index));
                return Err(place.wrong(found, "ids of at most 65,535 bytes: the column may hold something else"));
            }
            match canonical_integer(text) {
                Some(integer) => self.integer(integer, place).map(Some),
                None => self.text(text, place).map(Some),
            }
        };
        values.iter().enumerate().map(encode).collect()
    }

    fn integer(&mut self, value: i64, place: Place<'_>) -> Result<u32, DataError> {
        let next = self.len();
        match self.integers.get(&value) {
            Some(&code) => Ok(code),
            None => Ok(*self.integers.entry(value).or_insert(new_code(next, place)?)),
        }
    }

    fn text(&mut self, value: &str, place: Place<'_>) -> Result<u32, DataError> {
        let next = self.len();
        match self.texts.get(value) {
            Some(&code) => Ok(code),
            None => Ok(*self.texts.entry(value.into()).or_insert(new_code(next, place)?)),
        }
    }

    /// The distinct ids, by number.
    pub fn finish(self) -> EncodedIds {
        let words = self.words.into_iter().collect();
        let count = self.integers.len() + self.texts.len();
        let by_code = |codes: Vec<(i64, u32)>| {
            let mut ids = vec![0; count];
            codes.into_iter().for_each(|(id, code)| ids[code as usize] = id);
            ids
        };
        if self.texts.is_empty() {
            let ids = Ids::Integer(by_code(self.integers.into_iter().collect()));
            return EncodedIds { ids, renumbered: None, words };
        }
        let floats: Option<Vec<(i64, u32)>> =
            self.texts.iter().map(|(text, &code)| Some((whole(text)?, code))).collect();
        if let Some(floats) = floats {
            let values = by_code(self.integers.into_iter().chain(floats).collect());
            let mut met: HashMap<i64, u32> = HashMap::new();
            let mut ids = Vec::new();
            let number = |&id: &i64| {
                *met.entry(id).or_insert_with(|| {
                    ids.push(id);
                    ids.len() as u32 - 1
                })
            };
            let numbers: Vec<u32> = values.iter().map(number).collect();
            return EncodedIds { ids: Ids::Integer(ids), renumbered: Some(numbers), words };
        }
        let mut ids = vec![String::new(); count];
        self.integers.into_iter().for_each(|(id, code)| ids[code as usize] = id.to_string());
        self.texts.into_iter().for_each(|(id, code)| ids[code as usize] = id.into());
        EncodedIds { ids: Ids::Text(ids), renumbered: None, words }
    }
}

fn new_code(next: usize, place: Place<'_>) -> Result<u32, DataError> {
    u32::try_from(next).map_err(|_| DataError::TooMany {
        path: place.path.to_owned(),
        what: "distinct ids",
        limit: u64::from(u32::MAX),
    })
}
