//! Lists under policies, and who is shown, as tables for the terminal.

use std::fmt::{self, Display, Formatter};

use super::fairness::{Fairness, GroupExposure, Moved};
use super::policies::{PolicyComparison, PolicyResult};
use super::text::{LONGEST_NAME, change_in_words, in_line, interval, percent_interval, signed_percent};
use super::variety::{SlateChange, SlateMeasures};
use crate::measure::{Estimate, Lift};

/// A measure by its name: what it is, how it is read, and what of a policy it changes.
pub(super) struct SlateRow {
    pub name: &'static str,
    pub meaning: &'static str,
    pub of: fn(&SlateMeasures) -> Option<Estimate>,
    pub change: fn(&SlateChange) -> Option<Lift>,
}

/// The measures in the order in which they are shown.
pub(super) const SLATE_ROWS: [SlateRow; 8] = [
    SlateRow {
        name: "NDCG",
        meaning: "a hit counts less further down",
        of: |of| Some(of.ndcg),
        change: |change| change.ndcg,
    },
    SlateRow {
        name: "recall",
        meaning: "targets found among the first places",
        of: |of| Some(of.recall),
        change: |change| change.recall,
    },
    SlateRow { name: "MRR", meaning: "1 / place of the target", of: |of| Some(of.mrr), change: |change| change.mrr },
    SlateRow {
        name: "revenue NDCG",
        meaning: "NDCG, each step weighted by the price of its target",
        of: |of| of.revenue_ndcg,
        change: |change| change.revenue_ndcg,
    },
    SlateRow {
        name: "diversity",
        meaning: "mean distance of two items by the model's vectors: (1 - cosine) / 2",
        of: |of| of.diversity,
        change: |change| change.diversity,
    },
    SlateRow {
        name: "by category",
        meaning: "pairs of items of different categories",
        of: |of| of.category_diversity,
        change: |change| change.category_diversity,
    },
    SlateRow {
        name: "calibration",
        meaning: "error: Hellinger's distance of the list's categories from the session's own",
        of: |of| of.calibration_error,
        change: |change| change.calibration_error,
    },
    SlateRow {
        name: "coverage",
        meaning: "part of the catalogue that was shown to anybody",
        of: |of| Some(of.coverage),
        change: |_| None,
    },
];

impl Display for PolicyComparison {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        writeln!(out, "\nunder policies, at {}", self.k)?;
        writeln!(out, "{:<16} {:>8}  {:>8}", "", "server", "none")?;
        let value = |estimate: Option<Estimate>| estimate.map_or(String::new(), |one| format!("{:.4}", one.value));
        for row in &SLATE_ROWS {
            let (server, none) = ((row.of)(&self.server), (row.of)(&self.none));
            if none.is_some() {
                writeln!(out, "{:<16} {:>8}  {:>8}", row.name, value(server), value(none))?;
            }
        }
        for policy in &self.policies {
            let name = policy.name.as_ref().map_or(String::new(), |name| format!(" ({name})"));
            writeln!(out, "\npolicy {}{name}", policy.file)?;
            for problem in &policy.problems {
                writeln!(out, "problem[{}]: {}", problem.code, problem.message)?;
            }
            for rule in policy.rules.iter().filter(|rule| rule.lists == 0 || rule.kept < 1.0) {
                let kept = format!("kept in {:.1} % of {} lists", 100.0 * rule.kept, rule.lists);
                let told = if rule.lists == 0 { "never counted" } else { kept.as_str() };
                writeln!(out, "rule `{}`: {told}", rule.id)?;
            }
            writeln!(out, "{:<16} {:>8}  {:<18} {:>9}", "", "value", "interval", "change")?;
            for row in &SLATE_ROWS {
                let Some(of) = (row.of)(&policy.measures) else { continue };
                let change = (row.change)(&policy.change).and_then(|lift| lift.relative);
                let change = change.map_or(String::new(), |change| {
                    format!(" {:>9} ({})", signed_percent(change.value), percent_interval(&change))
                });
                let range = interval(&of, |value| format!("{value:.4}"));
                let line = format!("{:<16} {:>8.4}  {range:<18}{change}", row.name, of.value);
                writeln!(out, "{}", line.trim_end())?;
            }
            write_slots(policy, out)?;
        }
        Ok(())
    }
}

fn write_slots(policy: &PolicyResult, out: &mut Formatter<'_>) -> fmt::Result {
    if !policy.slots.is_empty() {
        writeln!(out, "{:<24}{:>8}  NDCG, change", "by slot", "steps")?;
    }
    for slot in &policy.slots {
        let change = slot.change.ndcg.and_then(|lift| lift.relative);
        let change = change.map_or(String::new(), |change| format!("  {}", change_in_words(&change)));
        writeln!(out, "{:<24}{:>8}{change}", in_line(&slot.name, LONGEST_NAME), slot.steps)?;
    }
    Ok(())
}

impl Display for Fairness {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        writeln!(out, "\nexposure by {}, at {}", self.field, self.k)?;
        let title = ["items", "expected", "model", "server", "over items"].map(|title| format!("{title:>11}")).concat();
        writeln!(out, "{:<24}{title}  model over server", "")?;
        for group in &self.groups {
            writeln!(out, "{}", group_line(group))?;
        }
        let beside = |server: Option<f64>| server.map_or(String::new(), |server| format!("  server {server:.4}"));
        let (items, groups) = (&self.gini_items, &self.gini_groups);
        writeln!(out, "{:<24}{:>11.4}{}", "Gini over items", items.model, beside(items.server))?;
        writeln!(out, "{:<24}{:>11.4}{}", "Gini over groups", groups.model, beside(groups.server))?;
        for (name, pair) in [("long tail", &self.long_tail), ("expected loss", &self.expected_loss)] {
            let server = beside(pair.server.map(|server| server.value));
            let range = interval(&pair.model, |value| format!("{value:.4}"));
            writeln!(out, "{name:<24}{:>11.4}  {range}{server}", pair.model.value)?;
        }
        Ok(())
    }
}

fn group_line(group: &GroupExposure) -> String {
    let name = in_line(group.name.as_deref().unwrap_or("(none)"), LONGEST_NAME);
    let part = |part: f64| format!("{:>9.2} %", 100.0 * part);
    let server = group.server.map_or_else(|| format!("{:>11}", ""), |server| part(server.value));
    let over = group.over_items.map_or_else(|| format!("{:>11}", ""), |over| format!("{:>11.2}", over.value));
    let moved = match group.moved {
        Some(Moved::Up) => "  up",
        Some(Moved::Down) => "  down",
        None => "",
    };
    let change = group.over_server.map_or(String::new(), |change| {
        format!("  {} ({}){moved}", signed_percent(change.value), percent_interval(&change))
    });
    let items = group.items.map_or_else(|| format!("{:>11}", ""), part);
    let (expected, model) = (part(group.expected.value), part(group.model.value));
    format!("{name:<24}{items}{expected}{model}{server}{over}{change}")
}
