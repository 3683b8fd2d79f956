//! What a field of a candidate holds: compared as text, as a number or as a date.

use std::borrow::Cow;

use serde_json::Value as Json;

use super::moment::{LAST_MOMENT, moment_of};

/// Of a list in a field, such as tags, so many count.
const MOST_VALUES: usize = 100;
/// The most UTF-16 units of a text that count.
const MOST_TEXT: usize = 4096;
/// A longer text is no number.
const MOST_DIGITS: usize = 400;

/// One value.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// Text, as it is written.
    Text(String),
    /// A number that is not NaN.
    Number(f64),
    /// Yes or no.
    Bool(bool),
}

impl Value {
    /// The values of a field as JSON has it: none, one, or several of a list.
    pub fn of_json(json: &Json) -> Vec<Value> {
        match json {
            Json::String(text) => vec![Value::Text(text.clone())],
            Json::Number(number) => number.as_f64().map(Value::Number).into_iter().collect(),
            Json::Bool(yes) => vec![Value::Bool(*yes)],
            Json::Array(list) => list.iter().take(MOST_VALUES).flat_map(Value::of_json).collect(),
            Json::Null | Json::Object(_) => Vec::new(),
        }
    }

    /// As it is compared: `5` and `"5"` are one brand.
    pub fn text(&self) -> Cow<'_, str> {
        match self {
            Value::Text(text) => Cow::Borrowed(trimmed(cut(text))),
            Value::Number(number) => Cow::Owned(number_text(*number)),
            Value::Bool(yes) => Cow::Borrowed(if *yes { "true" } else { "false" }),
        }
    }

    /// The number, or that of plain decimal text; NaN for anything else, which a comma or a currency makes it.
    pub fn number(&self) -> f64 {
        match self {
            Value::Text(text) => decimal(text),
            Value::Number(number) => *number,
            Value::Bool(_) => f64::NAN,
        }
    }

    /// Milliseconds since 1970; NaN where it is no date. `end` takes a date without a time to its last millisecond.
    pub fn moment(&self, end: bool) -> f64 {
        match self {
            Value::Text(text) => moment_of(text, end),
            Value::Number(number) if number.abs() <= LAST_MOMENT => *number,
            Value::Number(_) | Value::Bool(_) => f64::NAN,
        }
    }
}

/// The moment that a definition names; NaN where it is none. `end` takes a date without a time to its last millisecond.
pub(super) fn json_moment(json: &Json, end: bool) -> f64 {
    Value::of_json(json).first().map_or(f64::NAN, |value| value.moment(end))
}

/// What around an id or a text is no part of it: white space, control characters and marks that nobody sees.
pub(super) fn trimmed(text: &str) -> &str {
    let around = |letter: char| {
        letter.is_whitespace()
            || letter.is_control()
            || matches!(letter, '\u{200b}'..='\u{200e}' | '\u{2060}' | '\u{feff}')
    };
    text.trim_matches(around)
}

fn cut(text: &str) -> &str {
    let mut units = 0;
    let end = text.char_indices().find(|(_, letter)| {
        units += letter.len_utf16();
        units > MOST_TEXT
    });
    end.map_or(text, |(at, _)| &text[..at])
}

fn decimal(text: &str) -> f64 {
    let text = text.trim_matches(|letter: char| letter.is_whitespace() || letter == '\u{feff}');
    let digit = |letter: char| letter.is_ascii_digit() || "+-.eE".contains(letter);
    // Rust reads words such as `inf` too, and JavaScript takes no letters but the exponent's.
    let plain = text.len() <= MOST_DIGITS && text.chars().all(digit);
    if plain { text.parse().unwrap_or(f64::NAN) } else { f64::NAN }
}

/// A finite number as JavaScript writes it; empty for others.
pub(super) fn number_text(number: f64) -> String {
    let size = number.abs();
    if !number.is_finite() {
        String::new()
    } else if number == 0.0 {
        "0".to_owned()
    } else if (1e-6..1e21).contains(&size) {
        number.to_string()
    } else {
        let text = format!("{number:e}");
        if size < 1.0 { text } else { text.replace('e', "e+") }
    }
}
