//! Lists under policies, and who is shown, on the page.

use maud::{Markup, html};

use super::super::fairness::{Fairness, Moved};
use super::super::policies::PolicyResult;
use super::super::slate_text::{SLATE_ROWS, SlateRow};
use super::super::summary::Evaluation;
use super::{decimals, file_name, interval, percent, percent_interval, signed_percent, verdict};
use crate::measure::Estimate;

/// Nothing where no policy was given.
pub(super) fn policies(evaluation: &Evaluation) -> Markup {
    let Some(compared) = &evaluation.policies else { return html! {} };
    let cell = |estimate: Option<Estimate>| {
        html! { @if let Some(estimate) = estimate { (decimals(estimate.value)) small { (interval(&estimate, decimals)) } } }
    };
    html! {
        h2 { "Under policies" }
        p {
            "The same lists, arranged by policies, without training anew; all of it at " (compared.k) " places. "
            "A change is against the model's own order, within each draw of sessions."
        }
        @for policy in &compared.policies { (told(policy)) }
        div.card.wide {
            table.summary {
                thead {
                    tr {
                        th scope="col" { "Measure" } th scope="col" { "Server" } th scope="col" { "None" }
                        @for policy in &compared.policies {
                            th scope="col" { (policy.name.as_deref().unwrap_or_else(|| file_name(&policy.file))) }
                        }
                    }
                }
                tbody {
                    @for row in SLATE_ROWS.iter().filter(|row| (row.of)(&compared.none).is_some()) {
                        tr {
                            th scope="row" { (row.name) small { (row.meaning) } }
                            td { (cell((row.of)(&compared.server))) }
                            td { (cell((row.of)(&compared.none))) }
                            @for policy in &compared.policies { (changed(row, policy)) }
                        }
                    }
                }
            }
        }
    }
}

fn changed(row: &SlateRow, policy: &PolicyResult) -> Markup {
    let change = (row.change)(&policy.change).and_then(|lift| lift.relative);
    // An error is better where it is smaller.
    let better = change.map(|change| if row.name == "calibration" { turned(change) } else { change });
    html! {
        td class=[better.as_ref().and_then(verdict)] {
            @if let Some(estimate) = (row.of)(&policy.measures) { (decimals(estimate.value)) }
            @if let Some(change) = change { small { (signed_percent(change.value)) " (" (percent_interval(&change)) ")" } }
        }
    }
}

fn turned(Estimate { value, low, high }: Estimate) -> Estimate {
    Estimate { value: -value, low: high.map(|high| -high), high: low.map(|low| -low) }
}

/// What is wrong with a policy, and which of its rules could not always be kept.
fn told(policy: &PolicyResult) -> Markup {
    let name = file_name(&policy.file);
    html! {
        @for problem in &policy.problems { p.note.warning { strong { (name) " (" (problem.code) "): " } (problem.message) "." } }
        @for rule in policy.rules.iter().filter(|rule| rule.lists > 0 && rule.kept < 1.0) {
            p.note { (name) ": rule " code { (rule.id) } " was kept whole in " (percent(rule.kept, 1)) " of the lists." }
        }
    }
}

/// Nothing where no field was asked for.
pub(super) fn fairness(evaluation: &Evaluation) -> Markup {
    html! { @for told in &evaluation.fairness { (by_field(told)) } }
}

fn by_field(told: &Fairness) -> Markup {
    let part = |estimate: Estimate| {
        html! { (percent(estimate.value, 2)) small { (interval(&estimate, |value| format!("{:.2}", 100.0 * value))) } }
    };
    let beside = |server: Option<f64>| html! { @if let Some(server) = server { " (server: " (decimals(server)) ")" } };
    html! {
        h2 { "Exposure by " (told.field) }
        p {
            "An item at place p has 1 / log2(p + 1) of it, within " (told.k) ". Expected is what an order would give in which "
            "each target stands first and all else is even. Green and red are groups that the model moves up and down against "
            "the server's order, beyond what chance would."
        }
        p {
            "Gini over items " (decimals(told.gini_items.model)) (beside(told.gini_items.server))
            ", over groups " (decimals(told.gini_groups.model)) (beside(told.gini_groups.server))
            "; beyond the " (told.head_items) " items of the head " (percent(told.long_tail.model.value, 1))
            (beside(told.long_tail.server.map(|server| server.value))) "."
        }
        div.card.wide {
            table.summary {
                thead {
                    tr {
                        th scope="col" { (told.field) } th scope="col" { "Items" } th scope="col" { "Expected" } th scope="col" { "Model" }
                        @if told.long_tail.server.is_some() { th scope="col" { "Server" } th scope="col" { "Model over server" } }
                    }
                }
                tbody {
                    @for group in &told.groups {
                        tr {
                            th scope="row" { (group.name.as_deref().unwrap_or("(none)")) }
                            td { (group.items.map_or(String::new(), |items| percent(items, 2))) } td { (part(group.expected)) } td { (part(group.model)) }
                            @if let Some(server) = group.server { td { (part(server)) } }
                            @if let Some(change) = group.over_server {
                                td class=[group.moved.map(|moved| if moved == Moved::Up { "good" } else { "bad" })] {
                                    (signed_percent(change.value)) small { (percent_interval(&change)) }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}
