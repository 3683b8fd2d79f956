//! Slots on the page: a table and no charts, since a shop may have any number of them, with names of any length.

use maud::{Markup, html};

use super::super::policies::SlotChange;
use super::super::slices::{BY_SLOT, Slice, SliceGroup};
use super::super::summary::Evaluation;
use super::{PICKS, Pick, count, decimals, file_name, interval, percent_interval, signed_percent, verdict, weak};
use crate::measure::Estimate;

/// Nothing where lists have no slots.
pub(super) fn slots(evaluation: &Evaluation) -> Markup {
    let group = evaluation.slices.iter().find(|group| group.by == BY_SLOT);
    html! {
        @if let Some(group) = group { h2 { (group.title) } (measures(group, evaluation.k)) }
        (changes(evaluation))
    }
}

fn measures(group: &SliceGroup, k: usize) -> Markup {
    html! {
        p { "The steps by the place on the shop's pages that their lists were made for, at " (k) ". The server's own is in brackets." }
        (weak(group))
        div.card.wide {
            table.summary {
                thead {
                    tr {
                        th scope="col" { "Slot" } th scope="col" { "Steps" }
                        @for (name, _) in PICKS { th scope="col" { (name) } }
                        th scope="col" { "NDCG over server" }
                    }
                }
                tbody {
                    @for slice in &group.slices {
                        tr {
                            th scope="row" { (slice.name) }
                            td { (count(slice.steps)) }
                            @for (_, pick) in PICKS { (measure(slice, pick)) }
                            (change(slice.lift.and_then(|lift| lift.ndcg.relative)))
                        }
                    }
                }
            }
        }
    }
}

fn measure(slice: &Slice, pick: Pick) -> Markup {
    html! {
        td {
            @if let Some(model) = slice.model.as_ref().map(pick) { (decimals(model.value)) small { (interval(&model, decimals)) } }
            @if let Some(server) = slice.server.as_ref().map(pick) { small { "(" (decimals(server.value)) ")" } }
        }
    }
}

fn change(change: Option<Estimate>) -> Markup {
    html! {
        td class=[change.as_ref().and_then(verdict)] {
            @if let Some(change) = change { (signed_percent(change.value)) small { (percent_interval(&change)) } }
        }
    }
}

/// What each policy changes in each slot.
fn changes(evaluation: &Evaluation) -> Markup {
    let Some(compared) = evaluation.policies.as_ref() else { return html! {} };
    let slots = compared.policies.first().map_or(&[][..], |policy| &policy.slots);
    let of = |slot: &SlotChange| slot.change.ndcg.and_then(|lift| lift.relative);
    html! {
        @if !slots.is_empty() {
            h2 { "Policies by slot" }
            p { "What each policy changes of NDCG at " (compared.k) " against the model's own order, by slot." }
            div.card.wide {
                table.summary {
                    thead {
                        tr {
                            th scope="col" { "Slot" } th scope="col" { "Steps" }
                            @for policy in &compared.policies {
                                th scope="col" { (policy.name.as_deref().unwrap_or_else(|| file_name(&policy.file))) }
                            }
                        }
                    }
                    tbody {
                        @for (at, slot) in slots.iter().enumerate() {
                            tr {
                                th scope="row" { (slot.name) }
                                td { (count(slot.steps)) }
                                @for policy in &compared.policies { (change(policy.slots.get(at).and_then(of))) }
                            }
                        }
                    }
                }
            }
        }
    }
}
