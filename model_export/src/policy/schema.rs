//! Holds plain data to the published schema: the first thing that is wrong, or nothing.

use serde_json::{Map, Value as Json};

use super::moment::looks_like_a_moment;

/// What is wrong: its kind, as codes are named, where, and the schema that it was held to.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Fault<'a> {
    pub kind: FaultKind<'a>,
    /// Such as `match.price`; empty for the whole.
    pub path: String,
    pub schema: &'a Json,
    pub value: &'a Json,
}

/// The kinds of faults, with the name of a property that is unknown or missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FaultKind<'a> {
    Value,
    Unknown(&'a str),
    Missing(&'a str),
}

/// The greatest whole number that counts as one.
const SAFE: f64 = 9_007_199_254_740_991.0;

/// Names come in the order of the alphabet, in which serde_json has them.
pub(super) fn fault_of<'a>(value: &'a Json, schema: &'a Json, path: &str) -> Option<Fault<'a>> {
    let bad = || Some(Fault { kind: FaultKind::Value, path: path.to_owned(), schema, value });
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
        && let Some(fault) = fault_within(value, map, schema, path)
    {
        return Some(fault);
    }
    if list("oneOf").is_some_and(|one| one.iter().filter(passes).count() != 1) {
        return bad();
    }
    None
}

fn fault_within<'a>(value: &'a Json, map: &'a Map<String, Json>, schema: &'a Json, path: &str) -> Option<Fault<'a>> {
    let fault = |kind| Some(Fault { kind, path: path.to_owned(), schema, value });
    let required = schema["required"].as_array().into_iter().flatten().filter_map(Json::as_str);
    if let Some(missing) = required.into_iter().find(|name| !map.contains_key(*name)) {
        return fault(FaultKind::Missing(missing));
    }
    if (map.len() as u64) < schema["minProperties"].as_u64().unwrap_or(0) {
        return fault(FaultKind::Value);
    }
    for (name, value) in map {
        let own = schema["properties"].get(name).unwrap_or(&schema["additionalProperties"]);
        if own == &Json::Bool(false) {
            return fault(FaultKind::Unknown(name));
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
    if pattern == r"[\p{Alphabetic}\p{N}]" {
        text.chars().any(char::is_alphanumeric)
    } else {
        looks_like_a_moment(text)
    }
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
