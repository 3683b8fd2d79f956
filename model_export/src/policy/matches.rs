//! Which candidates a rule is about.

use std::collections::HashSet;

use serde_json::Value as Json;

use super::table::Columns;
use super::value::{Value, json_moment, trimmed};

/// All that is asked must hold.
#[derive(Clone, Debug)]
pub(super) struct Match(Vec<(String, Condition)>);

#[derive(Clone, Debug)]
enum Condition {
    Ids(HashSet<String>),
    OneOf { texts: HashSet<String>, numbers: Vec<f64> },
    Span { at_least: Option<f64>, at_most: Option<f64>, before: Option<f64>, after: Option<f64>, has: Option<bool> },
}

impl Match {
    /// The match of a rule that the schema has passed; `None` where it has none.
    pub fn of(json: &Json) -> Option<Match> {
        let condition = |(field, json): (&String, &Json)| {
            let condition = match json {
                Json::Array(ids) if field == "ids" => {
                    let ids = ids.iter().flat_map(Value::of_json);
                    Condition::Ids(ids.map(|id| trimmed(&id.text()).to_owned()).collect())
                }
                Json::Object(span) => Condition::Span {
                    at_least: span.get("atLeast").and_then(Json::as_f64),
                    at_most: span.get("atMost").and_then(Json::as_f64),
                    before: span.get("before").map(|before| json_moment(before, false)),
                    after: span.get("after").map(|after| json_moment(after, true)),
                    has: span.get("has").and_then(Json::as_bool),
                },
                values => {
                    let wanted = match values {
                        Json::Array(list) => list.iter().flat_map(Value::of_json).collect(),
                        one => Value::of_json(one),
                    };
                    let number = |value: &Value| match value {
                        Value::Number(number) => Some(*number),
                        _ => None,
                    };
                    Condition::OneOf {
                        texts: wanted.iter().map(|value| value.text().into_owned()).collect(),
                        numbers: wanted.iter().filter_map(number).collect(),
                    }
                }
            };
            (field.clone(), condition)
        };
        Some(Match(json.as_object()?.iter().map(condition).collect()))
    }

    /// Whether a candidate is meant.
    pub fn means(&self, of: &Columns<'_>, at: usize) -> bool {
        self.0.iter().all(|(field, condition)| condition.holds(of, field, at))
    }

    /// The fields that it asks for.
    pub fn fields(&self) -> impl Iterator<Item = &str> {
        let asked = self.0.iter().filter(|(_, condition)| !matches!(condition, Condition::Ids(_)));
        asked.map(|(field, _)| field.as_str())
    }
}

impl Condition {
    /// What is no number, or no date, meets no bound.
    fn holds(&self, of: &Columns<'_>, field: &str, at: usize) -> bool {
        match self {
            Condition::Ids(ids) => ids.contains(of.id(at).unwrap_or_default()),
            Condition::OneOf { texts, numbers } => {
                of.some(field, at, |value| texts.contains(&*value.text()) || numbers.contains(&value.number()))
            }
            Condition::Span { at_least, at_most, before, after, has } => {
                at_least.is_none_or(|least| of.number(field, at) >= least)
                    && at_most.is_none_or(|most| of.number(field, at) <= most)
                    && before.is_none_or(|end| of.moment(field, at) < end)
                    && after.is_none_or(|begin| of.moment(field, at) > begin)
                    && has.is_none_or(|has| of.some(field, at, |value| *value != Value::Text(String::new())) == has)
            }
        }
    }
}
