//! Checks a definition, piece by piece: what is wrong is said, with the rule and the way out, and left out; the rest counts.

use std::collections::{BTreeMap, HashSet};

use serde_json::{Map, Value as Json};

use super::WORDS;
use super::rule::{How, Kind, Rule};
use super::schema::{Fault, FaultKind, fault_of};
use super::value::{json_moment, number_text};
use super::words::{self, Problem};

/// The most rules of a definition.
const MOST_RULES: usize = 500;

/// A policy, of what is sound in its definition.
#[derive(Clone, Debug)]
pub struct Policy {
    /// Its name, for people.
    pub name: Option<String>,
    /// What is wrong with it.
    pub problems: Vec<Problem>,
    /// The names by which each field is looked for in candidates; the first that is there counts.
    pub(super) fields: BTreeMap<String, Vec<String>>,
    /// In how many first places caps and moves hold.
    pub(super) top: Option<u32>,
    pub(super) rules: Vec<Rule>,
}

impl Policy {
    /// The policy of a definition as JSON has it. Never fails: what is wrong is left out, and told.
    pub fn of(definition: &Json) -> Policy {
        let known: Json = serde_json::from_str(WORDS).unwrap_or_default();
        let mut problems = Vec::new();
        let empty = Map::new();
        let given = definition.as_object().unwrap_or_else(|| {
            problems.push(words::no_definition());
            &empty
        });
        let mut top = Map::new();
        for (name, value) in given.iter().filter(|(name, _)| *name != "rules") {
            let properties = &known["schema"]["properties"];
            match properties.get(name) {
                None => problems.push(words::unknown_name(None, "", name, &names(properties))),
                Some(schema) => match fault_of(value, schema, name) {
                    Some(fault) => problems.push(said(fault, None)),
                    None => drop(top.insert(name.clone(), value.clone())),
                },
            }
        }
        let mut fields: BTreeMap<String, Vec<String>> = texts(&known["fields"]);
        for (field, path) in top.get("fields").and_then(Json::as_object).into_iter().flatten() {
            fields.insert(field.clone(), vec![path.as_str().unwrap_or_default().to_owned()]);
        }
        let schemas = schemas(&known["schema"]);
        let places = top.get("top").and_then(Json::as_f64).map(|top| top as u32);
        let (mut rules, mut ids) = (Vec::new(), HashSet::new());
        let listed = listed(given, &mut problems);
        for (at, given) in listed.iter().enumerate() {
            let read = read_rule(given, &format!("rules[{at}]"), &schemas, &fields, places);
            if let Ok(rule) = &read
                && given.get("days").is_some()
                && given["what"] != "bought"
            {
                problems.push(words::idle_days(&words::cut(&rule.id)));
            }
            match read {
                Err(problem) => problems.push(problem),
                Ok(rule) if ids.contains(&rule.id) => problems.push(words::twice(&rule.id)),
                Ok(rule) => {
                    ids.insert(rule.id.clone());
                    rules.push(rule);
                }
            }
        }
        let slot = top.get("slot").and_then(Json::as_str).unwrap_or_default();
        for preset in known["slots"][slot].as_array().into_iter().flatten() {
            let id = preset["id"].as_str().unwrap_or_default();
            let is_displaced =
                rules.iter().any(|own: &Rule| !own.is_preset && own.is_always() && own.subject == subject(preset));
            if !ids.contains(id) && !is_displaced {
                rules.extend(sound(preset, id).map(|rule| Rule { is_preset: true, ..rule }));
            }
        }
        Policy { name: top.get("name").and_then(Json::as_str).map(str::to_owned), problems, fields, top: places, rules }
    }

    /// The ids of the rules that are left, those of the slot behind the definition's own.
    pub fn rules(&self) -> impl Iterator<Item = &str> {
        self.rules.iter().map(|rule| rule.id.as_str())
    }

    /// The field by whose values the shopper's taste is asked for, and the names by which it is looked for.
    pub fn taste(&self) -> Option<(&str, &[String])> {
        let field = self.rules.iter().find_map(|rule| match &rule.kind {
            Kind::Diversify { how: How::Calibrate, field, .. } => Some(field),
            _ => None,
        })?;
        self.fields.get(field).map(|names| (field.as_str(), names.as_slice()))
    }

    /// The fields that its rules read, each with the names by which it is looked for.
    pub fn asked(&self) -> BTreeMap<&str, &[String]> {
        let of_rule = |rule: &'_ Rule| -> Vec<String> {
            let matched = rule.kind.matches().into_iter().flat_map(|matches| matches.fields());
            matched.chain(rule.kind.fields()).map(str::to_owned).collect()
        };
        let asked: HashSet<String> = self.rules.iter().flat_map(of_rule).chain(["pinned".to_owned()]).collect();
        let known = self.fields.iter().filter(|(field, _)| asked.contains(*field));
        known.map(|(field, names)| (field.as_str(), names.as_slice())).collect()
    }
}

/// The rules as they were written.
fn listed<'a>(given: &'a Map<String, Json>, problems: &mut Vec<Problem>) -> &'a [Json] {
    match given.get("rules") {
        None => &[],
        Some(Json::Array(rules)) if rules.len() > MOST_RULES => {
            problems.push(words::too_many(MOST_RULES));
            &rules[..MOST_RULES]
        }
        Some(Json::Array(rules)) => rules,
        Some(odd) => {
            problems.push(words::wrong_value(None, "rules", "a list of rules", &words::shown(odd)));
            &[]
        }
    }
}

fn texts(json: &Json) -> BTreeMap<String, Vec<String>> {
    let names =
        |json: &Json| json.as_array().into_iter().flatten().filter_map(Json::as_str).map(str::to_owned).collect();
    json.as_object().into_iter().flatten().map(|(name, json)| (name.clone(), names(json))).collect()
}

/// A rule's schema by its kind.
fn schemas(schema: &Json) -> BTreeMap<&str, &Json> {
    let kinds = schema["properties"]["rules"]["items"]["oneOf"].as_array().into_iter().flatten();
    kinds.filter_map(|of| Some((of["properties"]["kind"]["const"].as_str()?, of))).collect()
}

/// What a rule is about, as [`Rule::subject`] has it.
fn subject(rule: &Json) -> String {
    let of = |name: &str| rule[name].as_str().unwrap_or_default();
    format!(
        "{},{},{}",
        of("kind"),
        of("what"),
        if matches!(of("kind"), "cap" | "boost" | "bury") { of("field") } else { "" }
    )
}

fn read_rule(
    rule: &Json,
    place: &str,
    schemas: &BTreeMap<&str, &Json>,
    fields: &BTreeMap<String, Vec<String>>,
    top: Option<u32>,
) -> Result<Rule, Problem> {
    if !rule.is_object() {
        return Err(words::wrong_value(Some(place), place, "an object with a `kind`", &words::shown(rule)));
    }
    let id = words::cut(rule["id"].as_str().filter(|id| !id.is_empty()).unwrap_or(place));
    let no_kind = || {
        let given = match rule.get("kind") {
            Some(Json::String(kind)) => kind.clone(),
            Some(odd) => words::shown(odd),
            None => "undefined".to_owned(),
        };
        words::unknown_kind(&id, &given, &schemas.keys().copied().collect::<Vec<_>>())
    };
    let schema = rule["kind"].as_str().and_then(|kind| schemas.get(kind)).ok_or_else(no_kind)?;
    if let Some(fault) = fault_of(rule, schema, "") {
        return Err(said(fault, Some(&id)));
    }
    let read = sound(rule, rule["id"].as_str().unwrap_or(place)).ok_or_else(no_kind)?;
    if let Some(problem) = wrong(rule, &read, &id, fields, top) {
        return Err(problem);
    }
    Ok(read)
}

/// What a schema cannot say: dates that are none, fields that nobody knows, and numbers that do not fit together.
fn wrong(
    rule: &Json,
    read: &Rule,
    id: &str,
    fields: &BTreeMap<String, Vec<String>>,
    top: Option<u32>,
) -> Option<Problem> {
    let of_rule = ["from", "until"].into_iter().map(|name| (name.to_owned(), rule.get(name)));
    let conditions = rule["match"].as_object().into_iter().flatten();
    let of_match = conditions.flat_map(|(field, condition)| {
        ["before", "after"].map(|name| (format!("match.{field}.{name}"), condition.get(name)))
    });
    let mut dates = of_rule.chain(of_match).filter_map(|(path, date)| Some((path, date?)));
    if let Some((path, date)) = dates.find(|(_, date)| json_moment(date, false).is_nan()) {
        return Some(words::no_date(id, &path, &words::shown(date)));
    }
    let asked = ["field", "bid"].into_iter().filter_map(|name| rule[name].as_str());
    let listed = rule["fields"].as_array().into_iter().flatten().filter_map(Json::as_str);
    let mut asked = asked.chain(listed).chain(read.kind.matches().into_iter().flat_map(|matches| matches.fields()));
    if let Some(unknown) = asked.find(|field| !fields.contains_key(*field)) {
        let names: Vec<&str> = fields.keys().map(String::as_str).collect();
        return Some(words::unknown_field(id, unknown, &names));
    }
    let number = |number: u32| number_text(f64::from(number));
    if let Kind::Minimum { least, first, .. } = read.kind
        && least > first
    {
        return Some(words::wrong_value(Some(id), "least", &format!("at most `first` ({first})"), &number(least)));
    }
    if let Kind::Cap { most, window, first, .. } = read.kind {
        let window = window.min(first.or(top).unwrap_or(u32::MAX));
        if most >= window {
            let wanted = format!("below {window}, the places in a row that it is for");
            return Some(words::wrong_value(Some(id), "most", &wanted, &format!("{most}, which nothing exceeds")));
        }
    }
    (read.from > read.until).then(|| words::backwards(id))
}

/// A rule that the schema has passed.
fn sound(rule: &Json, id: &str) -> Option<Rule> {
    Some(Rule {
        id: id.to_owned(),
        from: rule.get("from").map_or(f64::NEG_INFINITY, |from| json_moment(from, false)),
        until: rule.get("until").map_or(f64::INFINITY, |until| json_moment(until, true)),
        pages: rule
            .get("pages")
            .map(|pages| pages.as_array().into_iter().flatten().filter_map(Json::as_str).map(str::to_owned).collect()),
        asks_shopper: ["segments", "queries"].iter().any(|name| rule.get(name).is_some()),
        subject: subject(rule),
        is_preset: false,
        kind: Kind::of(rule)?,
    })
}

/// A fault in words.
fn said(fault: Fault<'_>, rule: Option<&str>) -> Problem {
    let Fault { kind, path, schema, value } = fault;
    match kind {
        FaultKind::Unknown(name) => words::unknown_name(rule, &path, name, &names(&schema["properties"])),
        FaultKind::Missing(name) => words::missing(rule, name, &described(&schema["properties"][name])),
        // Of a rule as a whole it is what it must have one of.
        FaultKind::Value if path.is_empty() => {
            words::missing(rule, "item", "one of `item` (an id) and `match`, not both")
        }
        FaultKind::Value => words::wrong_value(rule, &path, &described(schema), &words::shown(value)),
    }
}

/// What a schema wants.
fn described(schema: &Json) -> String {
    match (schema["description"].as_str(), schema["type"].as_str()) {
        (Some(wanted), _) => wanted.to_owned(),
        (None, Some(kind)) => format!("of the type {kind}"),
        (None, None) => "one of those that there are".to_owned(),
    }
}

/// The names in an object, in the order of the alphabet.
fn names(json: &Json) -> Vec<&str> {
    json.as_object().into_iter().flat_map(|map| map.keys()).map(String::as_str).collect()
}
