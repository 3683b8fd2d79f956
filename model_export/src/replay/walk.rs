//! The loop over sessions.

use std::sync::Arc;

use rayon::prelude::*;
use reshelf::artifact::Artifact;
use reshelf::catalogue::ItemHandle;
use reshelf::reranker::{NO_ITEM, Reranker};
use reshelf::session::Event;

use crate::data::SessionLog;

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
/// it. `handle` is the model's handle of one of the log's items. Results come back by session, in order. Runs on rayon's
/// current pool. Nothing is visited where the artifact's head does not fit the engine, which one that was read does.
pub fn walk<T: Send>(
    artifact: &Arc<Artifact>,
    log: &SessionLog,
    sessions: &[usize],
    handle: impl Fn(&mut Reranker, u32) -> Option<ItemHandle> + Sync,
    visit: impl Fn(&mut Reranker, Step) -> Option<T> + Sync,
) -> Vec<Vec<T>> {
    let one = |reranker: &mut Option<Reranker>, &session: &usize| {
        let Some(reranker) = reranker else { return Vec::new() };
        reranker.forget_all();
        let view = log.session(session);
        let mut visited = Vec::new();
        for (at, (&item, &kind)) in view.items.iter().zip(view.kinds).enumerate() {
            if at > 0 {
                visited.extend(visit(reranker, Step { session, seen: at, target: item }));
            }
            let item = handle(reranker, item).unwrap_or(NO_ITEM);
            // Refused only after tens of thousands of unknown items in one session; the rest of it still ranks.
            let _ = reranker.observe(Event::new(item, kind, view.times[at] as f64));
        }
        visited
    };
    sessions.par_iter().with_min_len(AT_LEAST).map_init(|| Reranker::new(artifact.clone()).ok(), one).collect()
}
