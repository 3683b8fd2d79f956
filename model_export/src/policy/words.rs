//! What can be wrong with a policy, in words: each names the rule and the way out. The very same as a page's (`www/src/slate/words.ts`).

use std::borrow::Cow;

use serde::Serialize;
use serde_json::Value as Json;

use super::value::number_text;

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
    /// Of a rule, or of the policy where there is none.
    fn new(code: &'static str, rule: Option<&str>, message: String) -> Problem {
        Problem { code, rule: rule.map(str::to_owned), message }
    }
}

/// What a problem is about, and what becomes of it, as both are said to people.
fn said(rule: Option<&str>) -> (String, &'static str) {
    match rule {
        None => ("The policy".to_owned(), "it counts as not given"),
        Some(rule) => (format!("Rule `{rule}`"), "the rule is left out"),
    }
}

/// At most so many UTF-16 units of what was written are said again.
const MOST_SAID: usize = 50;

/// The first units of a text, and whether that is all of it.
fn begun(text: &str) -> (Cow<'_, str>, bool) {
    let units: Vec<u16> = text.encode_utf16().take(MOST_SAID + 1).collect();
    if units.len() <= MOST_SAID {
        return (Cow::Borrowed(text), true);
    }
    (Cow::Owned(String::from_utf16_lossy(&units[..MOST_SAID])), false)
}

pub(super) fn cut(text: &str) -> Cow<'_, str> {
    match begun(text) {
        (all, true) => all,
        (part, false) => Cow::Owned(format!("{part}…")),
    }
}

/// The name that a misspelt one is nearest to, if it is near. `names` are in the order of the alphabet.
fn alike<'n>(name: &str, names: &[&'n str]) -> Option<&'n str> {
    let wanted = begun(name).0.to_lowercase();
    let far = |each: &str| strsim::osa_distance(&wanted, &each.to_lowercase());
    let (far, best) = names.iter().map(|each| (far(each), *each)).min_by_key(|(far, _)| *far)?;
    (far <= 1 || 3 * far <= best.encode_utf16().count()).then_some(best)
}

fn meant(name: &str, names: &[&str]) -> String {
    match alike(name, names) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("there are {}.", names.join(", ")),
    }
}

pub(super) fn too_many(most: usize) -> Problem {
    let message = format!(
        "A policy has at most {most} rules: those behind them are left out. One rule may name many items (`match.ids`)."
    );
    Problem::new("policy.many", None, message)
}

pub(super) fn unknown_kind(rule: &str, given: &str, kinds: &[&str]) -> Problem {
    let (subject, outcome) = said(Some(rule));
    let message =
        format!("{subject}: there is no `kind` {}: {} Correct it; {outcome}.", cut(given), meant(given, kinds));
    Problem::new("policy.kind", Some(rule), message)
}

pub(super) fn unknown_name(rule: Option<&str>, path: &str, given: &str, names: &[&str]) -> Problem {
    let (subject, outcome) = said(rule);
    let place = if path.is_empty() { "there is".to_owned() } else { format!("`{path}` has") };
    let (name, meant) = (cut(given), meant(given, names));
    let message = format!("{subject}: {place} no `{name}`: {meant} Correct the name; {outcome}.");
    Problem::new("policy.unknown", rule, message)
}

pub(super) fn missing(rule: Option<&str>, name: &str, wanted: &str) -> Problem {
    let (subject, outcome) = said(rule);
    let message = format!("{subject} lacks `{name}`: add {wanted}; {outcome}.");
    Problem::new("policy.missing", rule, message)
}

pub(super) fn wrong_value(rule: Option<&str>, path: &str, wanted: &str, given: &str) -> Problem {
    let (subject, outcome) = said(rule);
    let message = format!("{subject}: `{path}` is {wanted}, not {given}; {outcome}.");
    Problem::new("policy.value", rule, message)
}

pub(super) fn idle_days(rule: &str) -> Problem {
    let (subject, _) = said(Some(rule));
    let message = format!(r#"{subject}: `days` is for `what: "bought"` alone: remove it; it counts as not given."#);
    Problem::new("policy.value", Some(rule), message)
}

pub(super) fn no_date(rule: &str, path: &str, given: &str) -> Problem {
    let (subject, outcome) = said(Some(rule));
    let ways = r#"pass "2026-12-24", "2026-12-24T18:00:00Z" or milliseconds since 1970"#;
    let message = format!("{subject}: `{path}` is no date ({given}): {ways}; {outcome}.");
    Problem::new("policy.date", Some(rule), message)
}

pub(super) fn backwards(rule: &str) -> Problem {
    let (subject, outcome) = said(Some(rule));
    let message = format!("{subject} ends before it begins: let `from` be before `until`; {outcome}.");
    Problem::new("policy.date", Some(rule), message)
}

pub(super) fn twice(rule: &str) -> Problem {
    let (subject, _) = said(Some(rule));
    let message = format!("{subject} stands twice: give each rule an id of its own; the later one is left out.");
    Problem::new("policy.duplicate", Some(rule), message)
}

pub(super) fn unknown_field(rule: &str, given: &str, names: &[&str]) -> Problem {
    let (subject, outcome) = said(Some(rule));
    let field = cut(given);
    let near = alike(given, names).map_or_else(String::new, |near| format!("did you mean `{near}`? If not, "));
    let message = format!(
        r#"{subject}: there is no field `{field}`: {near}say how it is read, `fields: {{ "{field}": ... }}`; {outcome}."#
    );
    Problem::new("policy.field", Some(rule), message)
}

/// What a replay has not of what a rule asks for; a page has it.
pub(super) fn lacking(rule: &str, lacking: &str) -> Problem {
    Problem::new("policy.replay", Some(rule), format!("Rule `{rule}`: a replay {lacking}; the rule is left out."))
}

pub(super) fn no_definition() -> Problem {
    let message =
        r#"A policy is an object, such as { rules: [{ kind: "hide", match: { brand: "Zen" } }] }: no rule counts."#;
    Problem::new("policy.definition", None, message.to_owned())
}

/// A value as it is said again.
pub(super) fn shown(value: &Json) -> String {
    match value {
        Json::String(text) => Json::from(cut(text)).to_string(),
        Json::Array(list) if list.is_empty() => "an empty list".to_owned(),
        Json::Array(list) => format!("a list of {}", list.len()),
        Json::Object(map) if map.is_empty() => "an empty object".to_owned(),
        Json::Object(map) => {
            let names: Vec<&str> = map.keys().map(String::as_str).collect();
            format!("an object of {}", cut(&names.join(", ")))
        }
        Json::Number(number) => number.as_f64().map_or_else(String::new, number_text),
        Json::Bool(_) | Json::Null => value.to_string(),
    }
}
