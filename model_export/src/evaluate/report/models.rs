//! The page's sections about models: one against another, what the scores mean, and which part says what.

use maud::{Markup, PreEscaped, html};

use super::plot::{Point, Role, scatter};
use super::{count, decimals, figure, file_name};
use crate::evaluate::EvaluateError;
use crate::evaluate::compare::{ComparedCut, Comparison};
use crate::evaluate::summary::Evaluation;
use crate::evaluate::text::{interval, percent};
use crate::measure::{AtCut, Difference, Estimate};

/// Other models on the same steps, and what their size costs or gains.
pub fn comparisons(evaluation: &Evaluation) -> Result<Markup, EvaluateError> {
    if evaluation.comparisons.is_empty() {
        return Ok(html! {});
    }
    let k = evaluation.k;
    Ok(html! {
        h2 { "Compared with other models" }
        p {
            "This model minus each other one, on the same steps and in pairs: within each draw of sessions. p is how probable "
            "so large a difference is if there is none."
        }
        div.card.wide {
            table {
                thead {
                    tr {
                        th scope="col" { "Other model" } th scope="col" { "Bytes" }
                        th scope="col" { "Recall@" (k) } th scope="col" { "MRR@" (k) } th scope="col" { "NDCG@" (k) }
                    }
                }
                tbody { @for other in &evaluation.comparisons { (comparison_row(other)) } }
            }
        }
        h2 { "Size and quality" }
        p { "Each model by its size in millions of bytes. The vertical axes do not begin at 0." }
        div.charts.pairs { @for chart in size_charts(evaluation)? { (chart) } }
    })
}

fn comparison_row(other: &Comparison) -> Markup {
    let change = |change: &Difference| {
        let class = match (change.low, change.high) {
            (Some(low), _) if low > 0.0 => Some("good"),
            (_, Some(high)) if high < 0.0 => Some("bad"),
            _ => None,
        };
        let range = change.low.zip(change.high).map(|(low, high)| format!("{low:+.4} to {high:+.4}"));
        html! {
            td class=[class] {
                (format!("{:+.4}", change.value))
                small { @if let Some(range) = range { (range) } @if let Some(p) = change.p { ", p " (format!("{p:.3}")) } }
            }
        }
    };
    html! {
        tr {
            th scope="row" { (file_name(&other.model)) small { code { (other.model_id) } } }
            td { (count(other.model_bytes as usize)) }
            @if let Some(ComparedCut { difference, .. }) = other.at_k() {
                (change(&difference.recall)) (change(&difference.mrr)) (change(&difference.ndcg))
            }
        }
    }
}

fn size_charts(evaluation: &Evaluation) -> Result<Vec<Markup>, EvaluateError> {
    let megabytes = |bytes: u64| bytes as f64 / 1e6;
    let (subject, metrics) = (&evaluation.subject, &evaluation.metrics);
    let own = AtCut { recall: metrics.recall, mrr: metrics.mrr, ndcg: metrics.ndcg };
    let mut models = Vec::new();
    for other in &evaluation.comparisons {
        models.extend(
            other.at_k().map(|cut| (file_name(&other.model), megabytes(other.model_bytes), cut.other, Role::Server)),
        );
    }
    // Last, to lie on top.
    models.push((file_name(&subject.model), megabytes(subject.model_bytes), own, Role::Model));
    let mut charts = Vec::new();
    for (name, pick) in super::PICKS.into_iter().take(2) {
        let points: Vec<Point<'_>> =
            models.iter().map(|(name, size, at, role)| Point { x: *size, y: pick(at), name, role: *role }).collect();
        let title = format!("{name}@{}", evaluation.k);
        let chart = PreEscaped(scatter(&format!("{title} by size in millions of bytes"), &points, false)?);
        let rows = points.iter().map(|point| (point.name.to_owned(), format!("{:.2}", point.x), Some(point.y)));
        charts.push(figure(&title, chart, table(["model", "MB", "value"], rows.collect())));
    }
    Ok(charts)
}

/// What the head's scores promise for the first place, and what came.
pub fn calibration(evaluation: &Evaluation) -> Result<Markup, EvaluateError> {
    let Some(calibration) = &evaluation.calibration else { return Ok(html! {}) };
    let bins = || calibration.bins.iter().filter_map(|bin| Some((bin, bin.predicted?, bin.observed?)));
    let points: Vec<Point<'_>> =
        bins().map(|(_, said, found)| Point { x: said, y: found, name: "", role: Role::Model }).collect();
    let chart = PreEscaped(scatter("observed hits of the first place by said probability", &points, true)?);
    let rows = bins().map(|(bin, said, found)| {
        (format!("{:.1} to {:.1} ({} steps)", bin.from, bin.to, count(bin.steps)), decimals(said), Some(found))
    });
    let numbers = table(["range", "said", "observed"], rows.collect());
    Ok(html! {
        h2 { "What the scores mean" }
        p {
            "A softmax over the scores of a list says how probable its first item is. Points on the line: it is right as often "
            "as said; below: it is too sure. Said and observed differ by " (percent(calibration.error, 1)) " on average over "
            (count(calibration.steps)) " steps."
        }
        div.charts.single { (figure("Hits of the first place, by what was said", chart, numbers)) }
    })
}

/// Which part of the model decides.
pub fn attention(evaluation: &Evaluation) -> Markup {
    let Some(attention) = &evaluation.attention else { return html! {} };
    html! {
        h2 { "What each part has to say" }
        p {
            "Each part's share in what sets the first 20 places apart, on " (count(attention.steps)) " steps: how much their "
            "scores change against each other when the part is silenced, and by how many places they move."
        }
        div.card.wide {
            table {
                thead { tr { th scope="col" { "Part" } th scope="col" { "Share" } th scope="col" {} th scope="col" { "Places" } } }
                tbody {
                    @for group in &attention.groups {
                        tr {
                            th scope="row" { (group.name) }
                            td { (percent(group.share, 1)) }
                            td.bar { (share_bar(group.share)) }
                            td { (format!("{:.1}", group.places)) }
                        }
                    }
                }
            }
        }
    }
}

/// A bar of a part of its place. An attribute of SVG, since the page's policy forbids styles in line.
fn share_bar(share: f64) -> Markup {
    let width = format!("{:.1}", share.clamp(0.0, 1.0) * 200.0);
    html! { svg viewBox="0 0 200 10" aria-hidden="true" { rect.fill-model width=(width) height="10" rx="2" {} } }
}

fn table(heads: [&str; 3], rows: Vec<(String, String, Option<Estimate>)>) -> Markup {
    html! {
        table {
            thead { tr { @for head in heads { th scope="col" { (head) } } th scope="col" { "interval" } } }
            tbody {
                @for (name, value, estimate) in rows {
                    tr {
                        th scope="row" { (name) }
                        td { (value) }
                        @if let Some(estimate) = estimate {
                            td { (decimals(estimate.value)) }
                            td.range { (interval(&estimate, decimals)) }
                        }
                    }
                }
            }
        }
    }
}
