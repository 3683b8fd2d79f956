//! The loop over sessions.

use std::sync::Arc;

use rayon::prelude::*;
use reshelf::artifact::Artifact;
use reshelf::catalogue::{ItemHandle, Subject};
use reshelf::reranker::{NO_ITEM, Reranker};
use reshelf::session::{Event, EventKind};

use super::told::Teller;
use crate::data::{SessionLog, Signal};

/// The fewest sessions that a thread takes at a time: each time it makes a reranker.
const AT_LEAST: usize = 16;

/// One step of a replayed session.
#[derive(Clone, Copy, Debug)]
pub struct Step {
    /// The session in the log.
    pub session: usize,
    /// Events seen so far, at least one. The event to predict is the session's `seen`-th, counted from 0.
    pub seen: usize,
    /// The item that came next, as the log numbers it.
    pub target: u32,
}

/// Hands every step after the first event of the given sessions to `visit`, with a reranker that has seen the events before
/// it, and what was told beside them ([`Teller`]). `handle` is the model's handle of one of the log's items. Results come
/// back by session, in order. Runs on rayon's current pool. Nothing is visited where the artifact's head does not fit the
/// engine, which one that was read does.
pub fn walk<T: Send>(
    artifact: &Arc<Artifact>,
    log: &SessionLog,
    sessions: &[usize],
    handle: impl Fn(&mut Reranker, u32) -> Option<ItemHandle> + Sync,
    visit: impl Fn(&mut Reranker, Step) -> Option<T> + Sync,
) -> Vec<Vec<T>> {
    // Refused only after tens of thousands of unknown items in one session; the rest of it still ranks.
    let observe = |reranker: &mut Reranker, item: u32, event: Event| {
        let item = handle(reranker, item).unwrap_or(NO_ITEM);
        let _ = reranker.observe(Event { item, ..event });
    };
    let tell = |reranker: &mut Reranker, signals: Vec<Signal>, at_ms: f64| {
        for Signal { kind, item, amount, list, .. } in signals {
            let event = Event { amount, list, ..Event::new(NO_ITEM, kind, at_ms) };
            if kind != EventKind::Search {
                observe(reranker, item, event);
            } else if let Ok(item) = reranker.subject(Subject::Query(&log.signals.texts[item as usize])) {
                let _ = reranker.observe(Event { item, ..event });
            }
        }
    };
    let one = |(reranker, teller): &mut (Option<Reranker>, Teller<'_>), &session: &usize| {
        let Some(reranker) = reranker else { return Vec::new() };
        reranker.forget_all();
        teller.begin();
        let view = log.session(session);
        let mut visited = Vec::new();
        for (at, (&item, &kind)) in view.items.iter().zip(view.kinds).enumerate() {
            let (at_ms, told) = (view.times[at] as f64, teller.between(session, at));
            tell(reranker, told.before, at_ms);
            if at > 0 {
                visited.extend(visit(reranker, Step { session, seen: at, target: item }));
            }
            tell(reranker, told.held_back, at_ms);
            observe(reranker, item, Event::new(NO_ITEM, kind, at_ms));
            tell(reranker, teller.skipped(Some(item)), at_ms);
        }
        visited
    };
    let start = || (Reranker::new(artifact.clone()).ok(), Teller::new(&log.signals));
    sessions.par_iter().with_min_len(AT_LEAST).map_init(start, one).collect()
}
