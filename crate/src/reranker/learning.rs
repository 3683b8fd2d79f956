//! Which lists the shopper clicked in, as the log tells, and what the learner makes of them: a function of the log like the
//! state, so that forgetting is exact.
//!
//! A list is what was shown under one name between two events. A click is an event about one of its items that follows. The head
//! scores such a list as it was then: from the events and the impressions before it.

use super::Reranker;
use crate::catalogue::ItemHandle;
use crate::rank::{Lists, Scorer};
use crate::session::{EventKind, HORIZON, Logged, count_before};
use alloc::vec::Vec;
use core::ops::Range;

/// How many of the newest clicks are learned from. Each costs a fold and a short list.
const MOST_CLICKS: usize = 10;
/// The most items of one list that count: those nearest before the clicked one, and behind it.
const MOST_ITEMS: usize = 24;
/// How far back a click's impression is looked for.
const MOST_SHOWN: usize = 256;

impl Reranker {
    /// Learns anew from all clicks that the log has, oldest first.
    #[inline(never)]
    pub(super) fn learn(&mut self) {
        let artifact = self.rows.artifact().clone();
        let (Some(feedback), Some(columns)) = (&artifact.feedback, &self.learns) else { return };
        self.learner.begin(feedback);
        let mut clicks = Vec::new();
        for at in (0..self.log.events().len()).rev().take(HORIZON) {
            clicks.extend(self.shown_to(at).map(|list| (list, self.log.events()[at].event.item)));
            if clicks.len() == MOST_CLICKS {
                break;
            }
        }
        let mut items = Vec::new();
        for (list, clicked) in clicks.into_iter().rev() {
            let (events, shown) = (self.log.events(), self.log.shown());
            let before = count_before(events, shown[list.start].id);
            self.past.fold(&events[..before], &shown[..list.start], &self.rows);
            if self.past.known() == 0 {
                continue;
            }
            gather(&shown[list], clicked, &mut items);
            let lists = Lists { items: &items, lengths: &[items.len() as u32], server_scores: &[], server_order: true };
            self.features.compute(&self.head, &self.past, &self.rows, self.kernel, &lists);
            Scorer::new(&artifact.head, &self.head).score(&self.features, &mut self.scores);
            if let Some(at) = items.iter().position(|&item| item == clicked) {
                self.learner.learn(feedback, &|at| self.features.column(columns.column(at)), &self.scores, at);
            }
        }
        self.learner.settle();
    }

    /// Where in what was shown the list lies of which this event clicked an item, if it did: all of one name between two events.
    fn shown_to(&self, at: usize) -> Option<Range<usize>> {
        let (events, shown) = (self.log.events(), self.log.shown());
        let click = events.get(at)?;
        if !matches!(click.event.kind, EventKind::View | EventKind::Cart | EventKind::Wish | EventKind::Purchase) {
            return None;
        }
        let before = count_before(shown, click.id);
        let lately = shown.get(before.saturating_sub(MOST_SHOWN)..before)?;
        let of_item = |impression: &Logged| impression.event.item == click.event.item;
        let hit = before - lately.len() + lately.iter().rposition(of_item)?;
        // Another event about it since then was the click.
        let since = count_before(events, shown[hit].id);
        if events[since..at].iter().any(of_item) {
            return None;
        }
        let first = if since == 0 { 0 } else { count_before(shown, events[since - 1].id) };
        let end = count_before(shown, events[since].id);
        Some(first..end)
    }
}

/// The items of the list of the clicked one, each once, as many as count.
fn gather(shown: &[Logged], clicked: ItemHandle, items: &mut Vec<ItemHandle>) {
    items.clear();
    let Some(hit) = shown.iter().rposition(|impression| impression.event.item == clicked) else { return };
    let list = shown[hit].event.list;
    for Logged { event, .. } in shown {
        if event.list != list || items.contains(&event.item) {
            continue;
        }
        if items.len() == MOST_ITEMS {
            // Those before the click are nearest to it until it is there.
            if items.contains(&clicked) {
                break;
            }
            items.remove(0);
        }
        items.push(event.item);
    }
}
