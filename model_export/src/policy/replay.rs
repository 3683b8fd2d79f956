//! What a replay cannot know: rules that ask for it are left out, and told.

use super::check::Policy;
use super::rule::{Kind, Rule};
use super::words;

/// So many pages are named.
const NAMED: usize = 10;

/// What a replay knows.
#[derive(Clone, Copy)]
pub struct Known<'a> {
    /// The columns of items, or of the lists.
    pub columns: &'a dyn Fn(&str) -> bool,
    /// The pages that lists stand on; none where nobody says.
    pub pages: &'a [String],
    /// Whether the log has a clock.
    pub clock: bool,
    /// Whether the log has purchases.
    pub purchases: bool,
    /// Whether the log tells what lists showed.
    pub impressions: bool,
}

impl Policy {
    /// The same policy with the rules that a replay can carry out; the others stand among its problems.
    pub fn for_replay(mut self, known: &Known<'_>) -> Policy {
        let rules = std::mem::take(&mut self.rules);
        for rule in rules {
            match self.lacking(&rule, known) {
                None => self.rules.push(rule),
                Some(lacking) => {
                    self.problems.push(words::lacking(&rule.id, &lacking));
                }
            }
        }
        self
    }

    /// What the replay has not of what a rule asks for, with the way out.
    fn lacking(&self, rule: &Rule, known: &Known<'_>) -> Option<String> {
        if rule.asks_shopper {
            let way = "knows no shopper and no query: take `segments` and `queries` out of a copy of the policy to have the rule count";
            return Some(way.to_owned());
        }
        if let Some(pages) = rule.pages.as_ref().filter(|pages| !pages.iter().any(|page| known.pages.contains(page))) {
            return Some(no_page(pages, known.pages));
        }
        let asks_now = match &rule.kind {
            Kind::Bought { .. } | Kind::Freshness { .. } | Kind::Ending { .. } => true,
            Kind::Rotation { seed, .. } => seed == "day" || seed == "hour",
            _ => rule.is_timed(),
        };
        if (asks_now || rule.is_timed()) && !known.clock {
            return Some(
                "of this log has no clock: give a log whose times are moments, or take the dates out".to_owned(),
            );
        }
        if matches!(rule.kind, Kind::Bought { .. }) && !known.purchases {
            return Some("of this log has no purchases: give a log with `event_type`".to_owned());
        }
        if matches!(rule.kind, Kind::Query { .. }) {
            return Some("knows no query: take the rule out of a copy of the policy".to_owned());
        }
        if matches!(rule.kind, Kind::SeenDecay { .. }) && !known.impressions {
            return Some("of this log does not know what lists showed: give a log with impressions".to_owned());
        }
        let matched = rule.kind.matches().into_iter().flat_map(|matches| matches.fields());
        let mut asked = matched.chain(rule.kind.fields());
        let names = |field: &str| self.fields.get(field).map_or(&[][..], Vec::as_slice);
        let missing = asked.find(|field| !names(field).iter().any(|name| (known.columns)(name)))?;
        let names = names(missing).join("`, `");
        Some(format!("finds no `{missing}`: give --items, or --candidates, with a column `{names}`"))
    }
}

/// Why no list stands on any of these pages, with the way out.
fn no_page(pages: &[String], known: &[String]) -> String {
    if known.is_empty() {
        let way = "give --candidates with a column `slot`, or take `pages` out of a copy of the policy to have the rule count";
        return format!("knows no page: {way}");
    }
    let named = |pages: &[String]| pages.iter().take(NAMED).cloned().collect::<Vec<_>>().join("`, `");
    format!("has no list whose `slot` is `{}`: correct `pages`, the lists have `{}`", named(pages), named(known))
}
