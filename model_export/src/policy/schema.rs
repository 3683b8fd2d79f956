//! Holds plain data to the published schema: the first thing that is wrong, or nothing.

use serde_json::{Map, Value as Json};

use super::moment::looks_like_a_moment;

/// What is wrong: its kind, as codes are named, and where.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Fault {
    pub kind: FaultKind,
    /// Such as `match.price`; empty for the whole.
    pub path: String,
    /// What was wanted, or the property that is unknown or missing.
    pub wanted: String,
}

/// The kinds of faults.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FaultKind {
    Value,
    Unknown,
    Missing,
}

/// The greatest whole number that counts as one.
const SAFE: f64 = 9_007_199_254_740_991.0;

pub(super) fn fault_of(value: &Json, schema: &Json, path: &str) -> Option<Fault> {
    let bad = || {
        let wanted =
            schema["description"].as_str().map_or_else(|| format!("of the type {}", schema["type"]), str::to_owned);
        Some(Fault { kind: FaultKind::Value, path: path.to_owned(), wanted })
    };
    let passes = |of: &&Json| fault_of(value, of, path).is_none();
    let list = |name: &str| schema[name].as_array();
    if schema["type"].as_str().is_some_and(|wanted| !has_type(value, wanted))
        || schema.get("const").is_some_and(|only| only != value)
        || list("enum").is_some_and(|names| !names.contains(value))
        || list("anyOf").is_some_and(|any| !any.iter().any(|of| passes(&of)))
        || !in_range(value, schema)
    {
        return bad();
    }
    if let Json::Array(items) = value {
        let odd = || items.iter().any(|item| fault_of(item, &schema["items"], "").is_some());
        return if odd() { bad() } else { None };
    }
    if let Json::Object(map) = value
        && let Some(fault) = fault_within(map, schema, path)
    {
        return Some(fault);
    }
    if list("oneOf").is_some_and(|one| one.iter().filter(passes).count() != 1) {
        return bad();
    }
    None
}

fn fault_within(map: &Map<String, Json>, schema: &Json, path: &str) -> Option<Fault> {
    let fault = |kind, wanted: &str| Some(Fault { kind, path: path.to_owned(), wanted: wanted.to_owned() });
    let required = schema["required"].as_array().into_iter().flatten().filter_map(Json::as_str);
    if let Some(missing) = required.into_iter().find(|name| !map.contains_key(*name)) {
        return fault(FaultKind::Missing, missing);
    }
    if (map.len() as u64) < schema["minProperties"].as_u64().unwrap_or(0) {
        return fault(FaultKind::Value, schema["description"].as_str().unwrap_or("an object that says something"));
    }
    for (name, value) in map {
        let own = schema["properties"].get(name).unwrap_or(&schema["additionalProperties"]);
        if own == &Json::Bool(false) {
            return fault(FaultKind::Unknown, name);
        }
        let deeper = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
        if let Some(fault) = fault_of(value, own, &deeper) {
            return Some(fault);
        }
    }
    None
}

fn has_type(value: &Json, wanted: &str) -> bool {
    match wanted {
        "string" => value.is_string(),
        "number" => value.is_number(),
        "integer" => value.as_f64().is_some_and(|number| number.fract() == 0.0 && number.abs() <= SAFE),
        "boolean" => value.is_boolean(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        _ => true,
    }
}

/// Whether a text is written as a pattern has it. The schema has two: that of texts with a letter or a number, and that of dates.
fn fits(text: &str, pattern: &str) -> bool {
    if pattern == r"[\p{Alphabetic}\p{N}]" { text.chars().any(char::is_alphanumeric) } else { looks_like_a_moment(text) }
}

/// Whether a number, a text or a list is as large and long as it may be, and a date written as one.
fn in_range(value: &Json, schema: &Json) -> bool {
    let limit = |name: &str| schema[name].as_f64();
    let length = |length: usize, least: &str, most: &str| {
        let length = length as f64;
        limit(least).is_none_or(|least| length >= least) && limit(most).is_none_or(|most| length <= most)
    };
    match value {
        Json::Number(number) => {
            let number = number.as_f64().unwrap_or(f64::NAN);
            limit("minimum").is_none_or(|least| number >= least)
                && limit("exclusiveMinimum").is_none_or(|least| number > least)
                && limit("maximum").is_none_or(|most| number <= most)
        }
        Json::String(text) => {
            length(text.encode_utf16().count(), "minLength", "maxLength")
                && schema["pattern"].as_str().is_none_or(|pattern| fits(text, pattern))
        }
        Json::Array(list) => length(list.len(), "minItems", "maxItems"),
        _ => true,
    }
}
