//! The result as a page to read and pass on: one HTML file without scripts, fonts or pictures from anywhere.
//!
//! Its one job: from an [`Evaluation`] to text. Everything that comes from outside is escaped by `maud`; the page carries
//! a Content-Security-Policy that allows its one style sheet, by digest, and nothing else. It may use the result's types of
//! `evaluate` and of `measure`.

mod models;
mod plot;
mod slate;
mod slots;

use base64::Engine as _;
use indicatif::HumanCount;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use sha2::{Digest, Sha256};

use super::EvaluateError;
use super::slices::{BY_SLOT, SliceGroup};
use super::summary::{Evaluation, Protocol};
use super::text::{MeasureRow, interval, percent, percent_interval, signed_percent};
use crate::measure::{AtCut, Estimate, Lift, from_step_in_words};
use plot::{Role, Series, bars, curve};

const STYLE: &str = include_str!("style.css");

/// Below so many sessions the intervals are wide, and the page says so.
const FEW_SESSIONS: usize = 300;

/// From this part of unknown targets on, the page points out that no order could have found them.
const MANY_UNKNOWN: f64 = 0.05;

/// Picks one of the three measures at a cut.
type Pick = fn(&AtCut<Estimate>) -> Estimate;

const PICKS: [(&str, Pick); 3] = [("Recall", |at| at.recall), ("MRR", |at| at.mrr), ("NDCG", |at| at.ndcg)];

/// The whole page.
///
/// # Errors
/// `evaluate.plot` when the drawing library fails.
pub fn page(evaluation: &Evaluation) -> Result<String, EvaluateError> {
    let policy = format!("default-src 'none'; style-src 'sha256-{}'", digest(STYLE));
    let subject = &evaluation.subject;
    let name = file_name(&subject.model);
    let markup = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(policy);
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { "Evaluation of " (name) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                main {
                    (header(evaluation, name))
                    (tiles(evaluation))
                    (notes(evaluation))
                    (summary(evaluation))
                    (curves(evaluation)?)
                    (models::comparisons(evaluation)?)
                    (slate::policies(evaluation))
                    (slate::fairness(evaluation))
                    (slots::slots(evaluation))
                    (slices(evaluation)?)
                    (models::calibration(evaluation)?)
                    (models::attention(evaluation))
                    (method(evaluation))
                }
            }
        }
    };
    Ok(markup.into_string())
}

fn header(evaluation: &Evaluation, name: &str) -> Markup {
    let (subject, counts) = (&evaluation.subject, &evaluation.counts);
    html! {
        header {
            p.kind { "Reshelf evaluation" }
            h1 { (name) }
            p {
                (count(counts.steps)) " steps of " (count(counts.sessions)) " sessions" (from_step_in_words(subject.from_step)) " in " (file_name(&subject.sessions))
                @if let Some(split) = &subject.split { " (split " (split) ")" }
                ". "
                @match evaluation.protocol {
                    Protocol::Catalogue => { "At each step all " (count(counts.catalogue)) " items were ranked." }
                    Protocol::Candidates => {
                        @if let Some(length) = subject.server_lists {
                            "At each step a list of " (length) " was re-ranked, drawn as a server that knows nothing of the "
                            "session would send it: the target and other items by popularity and department, in noisy order "
                            "of popularity."
                        } @else { "At each step the server's candidates were re-ranked." }
                    }
                }
            }
        }
    }
}

fn tiles(evaluation: &Evaluation) -> Markup {
    let k = evaluation.k;
    let metrics = &evaluation.metrics;
    let tile = |title: String, value: String, range: String| {
        html! {
            div.card { h3 { (title) } strong { (value) } small { (range) } }
        }
    };
    let value =
        |title: String, estimate: &Estimate| tile(title, decimals(estimate.value), interval(estimate, decimals));
    let gain = |title: String, lift: &Lift| {
        lift.relative.map(|relative| {
            tile(format!("{title} over the server"), signed_percent(relative.value), percent_interval(&relative))
        })
    };
    html! {
        div.tiles {
            @if let Some(lift) = &evaluation.lift {
                @for cut in evaluation.cuts.iter().filter(|cut| cut.k == 10 && k != 10) {
                    @if let Some(gained) = cut.lift.and_then(|lift| gain("NDCG@10".to_owned(), &lift.ndcg)) { (gained) }
                }
                @if let Some(gained) = gain(format!("NDCG@{k}"), &lift.ndcg) { (gained) }
                @if let Some(gained) = gain(format!("MRR@{k}"), &lift.mrr) { (gained) }
                @if let Some(gained) = gain(format!("Recall@{k}"), &lift.recall) { (gained) }
            } @else {
                (value(format!("Recall@{k}"), &metrics.recall))
                (value(format!("MRR@{k}"), &metrics.mrr))
                @for cut in evaluation.cuts.iter().filter(|cut| cut.k == 10 || (k < 10 && cut.k == k)) {
                    (value(format!("NDCG@{}", cut.k), &cut.model.ndcg))
                }
                (tile(
                    format!("Coverage@{k}"),
                    percent(metrics.coverage.value, 1),
                    "of the catalogue was shown to somebody".to_owned(),
                ))
            }
        }
    }
}

fn notes(evaluation: &Evaluation) -> Markup {
    let counts = &evaluation.counts;
    let unknown = counts.unknown_targets as f64 / counts.steps.max(1) as f64;
    html! {
        @for (_, message) in evaluation.warnings() { p.note.warning { strong { "Not to be trusted as it is. " } (message) "." } }
        @if let Some(unchecked) = &evaluation.checks.unchecked { p.note { "Not checked: " (unchecked) "." } }
        @if unknown >= MANY_UNKNOWN {
            p.note {
                (percent(unknown, 1)) " of the steps lead to an item that training never saw. They count as misses, "
                "whatever the order; the best possible recall is " (decimals(1.0 - unknown)) "."
            }
        }
        @if counts.steps_without_list > 0 {
            p.note { (count(counts.steps_without_list)) " steps have no candidate list and are not measured." }
        }
        @if counts.sessions < FEW_SESSIONS {
            p.note { "Only " (count(counts.sessions)) " sessions were measured, so the intervals are wide." }
        }
    }
}

fn summary(evaluation: &Evaluation) -> Markup {
    html! {
        h2 { "All measures at " (evaluation.k) }
        p { "Means over all steps. An interval holds the value with " (percent(evaluation.confidence, 0)) " confidence." }
        div.card.wide {
            table.summary {
                thead {
                    tr {
                        th scope="col" { "Measure" }
                        @if evaluation.server.is_some() {
                            th scope="col" { "Model" } th scope="col" { "Server" } th scope="col" { "Lift" }
                        } @else {
                            th scope="col" { "Value" } th scope="col" { "Interval" }
                        }
                    }
                }
                tbody { @for row in evaluation.rows() { (summary_row(&row, evaluation.server.is_some())) } }
            }
        }
    }
}

/// A measure alone has its interval beside it; three values side by side have theirs below, to fit a phone.
fn summary_row(row: &MeasureRow, server: bool) -> Markup {
    let Some(model) = row.model else { return html! {} };
    let below = |value: String, interval: String| html! { (value) small { (interval) } };
    let with_interval = |estimate: Estimate| below(decimals(estimate.value), interval(&estimate, decimals));
    let gained = row.lift.and_then(|lift| lift.relative);
    html! {
        tr {
            th scope="row" { (row.name) small { (row.meaning) } }
            @if server {
                td { (with_interval(model)) }
                td { @if let Some(server) = row.server { (with_interval(server)) } }
                td class=[gained.as_ref().and_then(verdict)] {
                    @if let Some(gained) = gained { (below(signed_percent(gained.value), percent_interval(&gained))) }
                }
            } @else {
                td { (decimals(model.value)) }
                td.range { (interval(&model, decimals)) }
            }
        }
    }
}

fn curves(evaluation: &Evaluation) -> Result<Markup, EvaluateError> {
    let places: Vec<usize> = evaluation.cuts.iter().map(|cut| cut.k).collect();
    if places.len() < 2 {
        return Ok(html! {});
    }
    let names: Vec<String> = places.iter().map(usize::to_string).collect();
    let mut charts = Vec::new();
    for (name, pick) in PICKS {
        let model = evaluation.cuts.iter().map(|cut| Some(pick(&cut.model))).collect();
        let mut series = vec![Series { role: Role::Model, estimates: model }];
        if evaluation.server.is_some() {
            let server = evaluation.cuts.iter().map(|cut| cut.server.as_ref().map(pick)).collect();
            series.push(Series { role: Role::Server, estimates: server });
        }
        let label = format!("{name} over the number of places looked at");
        charts.push(figure(name, PreEscaped(curve(&label, &places, &series)?), numbers("k", &names, None, &series)));
    }
    Ok(html! {
        h2 { "By number of places" }
        p { "How the measures grow with the number of places k that a shopper looks at. The band is the interval." }
        (legend(evaluation))
        div.charts { @for chart in charts { (chart) } }
    })
}

fn slices(evaluation: &Evaluation) -> Result<Markup, EvaluateError> {
    let mut sections = Vec::new();
    for group in evaluation.slices.iter().filter(|group| group.by != BY_SLOT) {
        let mut charts = Vec::new();
        for (name, pick) in PICKS.into_iter().take(2) {
            charts.push(slice_chart(group, name, pick, evaluation)?);
        }
        sections.push(html! {
            h2 { (group.title) }
            p { (explain(group.by)) }
            (weak(group))
            (legend(evaluation))
            div.charts.pairs { @for chart in charts { (chart) } }
        });
    }
    Ok(html! { @for section in sections { (section) } })
}

/// The names of the weak slices.
fn weak(group: &SliceGroup) -> Markup {
    let names: Vec<&str> = group.slices.iter().filter(|slice| slice.weak).map(|slice| slice.name.as_str()).collect();
    html! {
        @if !names.is_empty() {
            p { strong.bad { "weak: " } (names.join(", ")) " (the interval of recall or MRR lies below that of all steps)" }
        }
    }
}

fn slice_chart(group: &SliceGroup, name: &str, pick: Pick, evaluation: &Evaluation) -> Result<Markup, EvaluateError> {
    let names: Vec<&str> = group.slices.iter().map(|slice| slice.name.as_str()).collect();
    let title = format!("{name}@{}", evaluation.k);
    let model = group.slices.iter().map(|slice| slice.model.as_ref().map(pick)).collect();
    let mut series = vec![Series { role: Role::Model, estimates: model }];
    if evaluation.server.is_some() {
        let server = group.slices.iter().map(|slice| slice.server.as_ref().map(pick)).collect();
        series.push(Series { role: Role::Server, estimates: server });
    }
    let label = format!("{title} by: {}", group.title.to_lowercase());
    let chart = PreEscaped(bars(&label, &names, &series)?);
    let steps: Vec<usize> = group.slices.iter().map(|slice| slice.steps).collect();
    let owned: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    Ok(figure(&title, chart, numbers("slice", &owned, Some(&steps), &series)))
}

fn explain(by: &str) -> &'static str {
    match by {
        "step" => "How many events of the session the model had seen when it ranked.",
        "session_length" => "How many events the whole session has, those after the step included.",
        "target_popularity" => {
            "Head: the most popular fifth of the items in training. Tail: the others. Unknown: items that training never saw."
        }
        "target_kind" => "What the shopper then did with the item that was to be predicted.",
        "target_seen" => "Whether the shopper came back to an item of the same session or went on to a new one.",
        _ => "",
    }
}

fn figure(title: &str, chart: Markup, numbers: Markup) -> Markup {
    html! { figure.card { h3 { (title) } (chart) details { summary { "Numbers" } div.wide { (numbers) } } } }
}

/// A chart's numbers as a table, for those who cannot see it or want to copy them.
fn numbers(first: &str, names: &[String], steps: Option<&[usize]>, series: &[Series]) -> Markup {
    html! {
        table {
            thead {
                tr {
                    th scope="col" { (first) }
                    @if steps.is_some() { th scope="col" { "steps" } }
                    @for one in series { th scope="col" { (one.role.class()) } th scope="col" { "interval" } }
                }
            }
            tbody {
                @for (index, name) in names.iter().enumerate() {
                    tr {
                        th scope="row" { (name) }
                        @if let Some(steps) = steps.and_then(|steps| steps.get(index)) { td { (count(*steps)) } }
                        @for one in series {
                            @if let Some(Some(estimate)) = one.estimates.get(index) {
                                td { (decimals(estimate.value)) }
                                td.range { (interval(estimate, decimals)) }
                            } @else { td { "no steps" } td {} }
                        }
                    }
                }
            }
        }
    }
}

/// Which colour is which, where there are two.
fn legend(evaluation: &Evaluation) -> Markup {
    let entry = |role: Role, name: &str| {
        html! {
            li { svg viewBox="0 0 12 12" aria-hidden="true" { rect class={ "fill-" (role.class()) } width="12" height="12" rx="3" {} } (name) }
        }
    };
    html! {
        @if evaluation.server.is_some() {
            ul.legend { (entry(Role::Model, "model")) (entry(Role::Server, "server's order")) }
        }
    }
}

fn method(evaluation: &Evaluation) -> Markup {
    let subject = &evaluation.subject;
    html! {
        h2 { "How this was measured" }
        ul.method {
            li {
                "For every session and every position from the second event on, the item is predicted from the events before it. "
                "Items already seen in the session stay eligible; an item that the model does not know counts as a miss."
            }
            li {
                "Every step has one right item, so hit rate equals recall and MAP equals MRR. Beyond place " (evaluation.k)
                " nothing counts, except for AUC, which looks at the whole list."
            }
            li {
                "Intervals: whole sessions drawn anew " (count(evaluation.resamples)) " times (seed " (evaluation.seed)
                "), percentiles. Coverage is a property of all lists together and has none."
            }
            li {
                "Popularity bias: mean logarithm of how often training saw the recommended items, minus that of the targets; "
                "1 is the distance from never seen to most popular."
            }
            li { "Model " code { (subject.model_id) } ", " (count(subject.model_bytes as usize)) " bytes." }
            li { "Printed by " code { (evaluation.command()) } }
        }
    }
}

/// Whether an interval lies wholly above or below 0; nothing to colour where it does not.
fn verdict(gained: &Estimate) -> Option<&'static str> {
    match (gained.low, gained.high) {
        (Some(low), _) if low > 0.0 => Some("good"),
        (_, Some(high)) if high < 0.0 => Some("bad"),
        _ => None,
    }
}

fn file_name(path: &str) -> &str {
    path.rsplit(['/', '\\']).find(|part| !part.is_empty()).unwrap_or(path)
}

fn decimals(value: f64) -> String {
    format!("{value:.4}")
}

fn count(number: usize) -> String {
    HumanCount(number as u64).to_string()
}

/// SHA-256 in base64, as a Content-Security-Policy names a style sheet.
fn digest(text: &str) -> String {
    base64::engine::general_purpose::STANDARD.encode(Sha256::digest(text.as_bytes()))
}
