//! Arranges one list by the rules that count: what is removed, the scores, the program, and which rules were kept.

use super::case::Case;
use super::check::Policy;
use super::moment::DAY;
use super::pins::{pins, server_pin};
use super::program::program;
use super::rule::{Kind, Rule};
use super::score::scores;
use super::table::Columns;

/// A list as it was arranged; candidates by their places in the list as it was given.
#[derive(Clone, Debug, PartialEq)]
pub struct Laid {
    /// Who is shown, in order.
    pub order: Vec<usize>,
    /// Their final scores.
    pub scores: Vec<f32>,
    /// Who is removed, and the id of the rule that did it first.
    pub removed: Vec<(usize, String)>,
    /// The ids of the rules that count now, and whether each was kept whole.
    pub kept: Vec<(String, bool)>,
}

/// Arranges scores and handles by the words of a program: `Reranker::arrange`.
pub type Solve<'s> = dyn FnMut(&[f32], &[u32], &[u32]) -> Vec<u32> + 's;

impl Policy {
    /// Arranges one list.
    pub fn arrange(&self, of: &Case<'_>, solve: &mut Solve<'_>) -> Laid {
        let rules = self.counting(of.now, of.page);
        let columns = of.columns();
        let mut kept: Vec<bool> = vec![true; rules.len()];
        let mut removed: Vec<Option<usize>> = vec![None; of.count()];
        for (number, rule) in rules.iter().enumerate() {
            for (at, removed) in removed.iter_mut().enumerate() {
                if removed.is_none() && goes(of, &columns, &rule.kind, at) {
                    // Whom the server has pinned no rule removes.
                    match server_pin(&columns, at) {
                        None => *removed = Some(number),
                        Some(_) => kept[number] = false,
                    }
                }
            }
        }
        let left: Vec<usize> = (0..of.count()).filter(|&at| removed[at].is_none()).collect();
        let scale = of.scale();
        let values = scores(of, &scale, &rules, &left);
        let (pins, missed) = pins(of, &scale, &rules, &left, &values);
        missed.into_iter().for_each(|rule| kept[rule] = false);
        let asked = program(of, &scale, &rules, &left, &pins, self.top);
        let handles: Vec<u32> = left.iter().map(|&at| of.handles[at]).collect();
        let answer = solve(&values, &handles, &asked.words);
        for (record, owner) in asked.owners.iter().enumerate() {
            let is_broken = answer.get(left.len() + 2 * record).is_none_or(|status| status & 1 != 0);
            if let Some(rule) = owner.filter(|_| is_broken) {
                kept[rule] = false;
            }
        }
        let shown = || answer.iter().take(left.len().min(of.length)).map(|&place| place as usize);
        let id = |rule: usize| rules[rule].id.clone();
        Laid {
            order: shown().filter_map(|place| left.get(place).copied()).collect(),
            scores: shown().filter_map(|place| values.get(place).copied()).collect(),
            removed: removed.iter().enumerate().filter_map(|(at, rule)| Some((at, id((*rule)?)))).collect(),
            kept: rules.iter().map(|rule| rule.id.clone()).zip(kept).collect(),
        }
    }

    /// The rules that count now, on this page. Of some kinds one rule alone can: the first.
    fn counting(&self, now: f64, page: Option<&str>) -> Vec<&Rule> {
        let on = |pages: &Vec<String>| pages.iter().any(|each| Some(each.as_str()) == page);
        let holds = |rule: &&Rule| {
            rule.from <= now && now <= rule.until && rule.pages.as_ref().is_none_or(on) && !rule.asks_shopper
        };
        let held = || self.rules.iter().filter(holds);
        let is_displaced =
            |rule: &Rule| rule.is_preset && held().any(|own| !own.is_preset && own.subject == rule.subject);
        let mut met = Vec::new();
        let rules = held().filter(|rule| !is_displaced(rule));
        let first = rules.filter(|rule| match rule.kind.single() {
            Some(kind) if met.contains(&kind) => false,
            Some(kind) => {
                met.push(kind);
                true
            }
            None => true,
        });
        first.collect()
    }
}

/// Whether a rule removes a candidate.
fn goes(of: &Case<'_>, columns: &Columns<'_>, rule: &Kind, at: usize) -> bool {
    match rule {
        Kind::Hide(matches) => matches.means(columns, at),
        Kind::SoldOut => columns.is_sold_out(at),
        Kind::Says(field) => columns.says_yes(field, at),
        Kind::Bought { days } => of.bought_at(at) >= of.now - days * DAY,
        _ => false,
    }
}
