//! Checks a definition, piece by piece: what is wrong is said, with the rule and the way out, and left out; the rest counts.

use std::collections::{BTreeMap, HashSet};

use serde::Serialize;
use serde_json::{Map, Value as Json};

use super::WORDS;
use super::rule::{How, Kind, Rule};
use super::schema::{Fault, FaultKind, fault_of};
use super::value::json_moment;

/// The most rules of a definition.
const MOST_RULES: usize = 500;

/// What is wrong with a policy, or with one of its rules, which is left out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// A stable code, of docs/errors.md.
    pub code: &'static str,
    /// The rule's id; absent where the policy is meant.
    pub rule: Option<String>,
    /// One sentence, with the way out.
    pub message: String,
}

impl Problem {
    pub(super) fn new(code: &'static str, rule: Option<&str>, message: String) -> Problem {
        let subject = rule.map_or("the policy".to_owned(), |rule| format!("rule `{rule}`"));
        Problem { code, rule: rule.map(str::to_owned), message: format!("{subject}: {message}") }
    }
}

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
        let words: Json = serde_json::from_str(WORDS).unwrap_or_default();
        let mut problems = Vec::new();
        let empty = Map::new();
        let given = definition.as_object().unwrap_or_else(|| {
            let message =
                r#"it is an object, such as {"rules": [{"kind": "hide", "match": {"brand": "Zen"}}]}: no rule counts"#;
            problems.push(Problem::new("policy.definition", None, message.to_owned()));
            &empty
        });
        let mut top = Map::new();
        for (name, value) in given.iter().filter(|(name, _)| *name != "rules") {
            match words["schema"]["properties"].get(name) {
                None => problems.push(said(unknown(name), None)),
                Some(schema) => match fault_of(value, schema, name) {
                    Some(fault) => problems.push(said(fault, None)),
                    None => drop(top.insert(name.clone(), value.clone())),
                },
            }
        }
        let mut fields: BTreeMap<String, Vec<String>> = texts(&words["fields"]);
        for (field, path) in top.get("fields").and_then(Json::as_object).into_iter().flatten() {
            fields.insert(field.clone(), vec![path.as_str().unwrap_or_default().to_owned()]);
        }
        let schemas = schemas(&words["schema"]);
        let (mut rules, mut ids) = (Vec::new(), HashSet::new());
        let listed = listed(given, &mut problems);
        for (at, given) in listed.iter().enumerate() {
            let read = read_rule(given, &format!("rules[{at}]"), &schemas, &fields);
            if let Ok(rule) = &read
                && given.get("days").is_some()
                && given["what"] != "bought"
            {
                let message = "`days` is for `bought` alone: remove it; it counts as not given";
                problems.push(Problem::new("policy.value", Some(&rule.id), message.to_owned()));
            }
            match read {
                Err(problem) => problems.push(problem),
                Ok(rule) if ids.contains(&rule.id) => {
                    let message = "it stands twice: give each rule an id of its own; the later one is left out";
                    problems.push(Problem::new("policy.duplicate", Some(&rule.id), message.to_owned()));
                }
                Ok(rule) => {
                    ids.insert(rule.id.clone());
                    rules.push((subject(given), rule));
                }
            }
        }
        let own: HashSet<String> = rules.iter().map(|(subject, _)| subject.clone()).collect();
        let mut rules: Vec<Rule> = rules.into_iter().map(|(_, rule)| rule).collect();
        let slot = top.get("slot").and_then(Json::as_str).unwrap_or_default();
        for preset in words["slots"][slot].as_array().into_iter().flatten() {
            let id = preset["id"].as_str().unwrap_or_default();
            if !own.contains(&subject(preset)) && !ids.contains(id) {
                rules.extend(sound(preset, id));
            }
        }
        Policy {
            name: top.get("name").and_then(Json::as_str).map(str::to_owned),
            problems,
            fields,
            top: top.get("top").and_then(Json::as_f64).map(|top| top as u32),
            rules,
        }
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
            let message = format!("it has more than {MOST_RULES} rules: those behind them are left out");
            problems.push(Problem::new("policy.many", None, message));
            &rules[..MOST_RULES]
        }
        Some(Json::Array(rules)) => rules,
        Some(_) => {
            let message = "`rules` is a list of rules; it counts as not given";
            problems.push(Problem::new("policy.value", None, message.to_owned()));
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

/// What a rule is about: where a definition has one about the same as a preset's, it counts alone.
fn subject(rule: &Json) -> String {
    let of = |name: &str| rule[name].as_str().unwrap_or_default();
    format!("{},{},{}", of("kind"), of("what"), if of("kind") == "cap" { of("field") } else { "" })
}

fn read_rule(
    rule: &Json,
    place: &str,
    schemas: &BTreeMap<&str, &Json>,
    fields: &BTreeMap<String, Vec<String>>,
) -> Result<Rule, Problem> {
    if !rule.is_object() {
        let message = "a rule is an object with a `kind`; it is left out".to_owned();
        return Err(Problem::new("policy.value", Some(place), message));
    }
    let id = rule["id"].as_str().filter(|id| !id.is_empty()).unwrap_or(place);
    let kind = rule["kind"].as_str().and_then(|kind| schemas.get(kind));
    let kinds = || schemas.keys().copied().collect::<Vec<_>>().join(", ");
    let problem = |code, message| Problem::new(code, Some(id), message);
    let schema = kind.ok_or_else(|| {
        problem("policy.kind", format!("there is no `kind` {}: there are {}; it is left out", rule["kind"], kinds()))
    })?;
    if let Some(fault) = fault_of(rule, schema, "") {
        return Err(said(fault, Some(id)));
    }
    let no_kind = || problem("policy.kind", "it is of a kind that is not known here; it is left out".to_owned());
    let read = sound(rule, rule["id"].as_str().unwrap_or(place)).ok_or_else(no_kind)?;
    let conditions = rule["match"].as_object().into_iter().flatten();
    let dates = conditions.flat_map(|(_, condition)| [condition.get("before"), condition.get("after")]);
    let mut dates = dates.chain([rule.get("from"), rule.get("until")]).flatten();
    if dates.any(|date| json_moment(date, false).is_nan()) {
        let message = r#"it has a date that is none: write "2026-12-24", or milliseconds since 1970; it is left out"#;
        return Err(problem("policy.date", message.to_owned()));
    }
    let asked = ["field", "bid"].into_iter().filter_map(|name| rule[name].as_str());
    let listed = rule["fields"].as_array().into_iter().flatten().filter_map(Json::as_str);
    let mut asked = asked.chain(listed).chain(read.kind.matches().into_iter().flat_map(|matches| matches.fields()));
    let unknown = asked.find(|field| !fields.contains_key(*field));
    let unknown = unknown.map(str::to_owned);
    drop(asked);
    if let Some(unknown) = unknown {
        let message = format!(
            r#"there is no field `{unknown}`: say how it is read, "fields": {{"{unknown}": ...}}; it is left out"#
        );
        return Err(problem("policy.field", message));
    }
    if let Kind::Minimum { least, first, .. } = read.kind
        && least > first
    {
        let message = format!("`least` is at most `first` ({first}), not {least}; it is left out");
        return Err(problem("policy.value", message));
    }
    if let Kind::Cap { most, window, first, .. } = read.kind {
        let window = first.map_or(window, |first| window.min(first));
        if most >= window {
            let message =
                format!("`most` is below {window}, the places in a row that it is for, not {most}; it is left out");
            return Err(problem("policy.value", message));
        }
    }
    if read.from > read.until {
        let message = "it ends before it begins: let `from` be before `until`; it is left out".to_owned();
        return Err(problem("policy.date", message));
    }
    Ok(read)
}

/// A rule that the schema has passed.
fn sound(rule: &Json, id: &str) -> Option<Rule> {
    Some(Rule {
        id: id.to_owned(),
        from: rule.get("from").map_or(f64::NEG_INFINITY, |from| json_moment(from, false)),
        until: rule.get("until").map_or(f64::INFINITY, |until| json_moment(until, true)),
        is_conditional: ["pages", "segments", "queries"].iter().any(|name| rule.get(name).is_some()),
        kind: Kind::of(rule)?,
    })
}

fn unknown(name: &str) -> Fault {
    Fault { kind: FaultKind::Unknown, path: String::new(), wanted: name.to_owned() }
}

/// A fault in words.
fn said(fault: Fault, rule: Option<&str>) -> Problem {
    let outcome = if rule.is_some() { "it is left out" } else { "it counts as not given" };
    let Fault { kind, path, wanted } = fault;
    let message = match kind {
        FaultKind::Unknown => format!("there is no `{wanted}`: correct the name; {outcome}"),
        FaultKind::Missing => format!("it lacks `{wanted}`: add it; {outcome}"),
        FaultKind::Value if path.is_empty() => format!("it has one of `item` and `match`, not both; {outcome}"),
        FaultKind::Value => format!("`{path}` is {wanted}; {outcome}"),
    };
    let code = match kind {
        FaultKind::Unknown => "policy.unknown",
        FaultKind::Missing => "policy.missing",
        // Of a rule as a whole it is what it must have one of.
        FaultKind::Value if path.is_empty() => "policy.missing",
        FaultKind::Value => "policy.value",
    };
    Problem::new(code, rule, message)
}
