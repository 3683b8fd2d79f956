//! Vector multiplication session-based k nearest neighbours: Jannach and Ludewig, "When recurrent neural networks meet the
//! neighborhood for session-based recommendation", RecSys 2017; with the recency and rarity weights of Ludewig and Jannach,
//! "Evaluation of session-based recommendation algorithms", UMUAI 2018.

use super::history::History;
use super::methods::{Method, Workspace};

/// The most recent sessions that share an item with the current one, and those of them that are looked at.
const CANDIDATES: usize = 2_500;
const NEIGHBOURS: usize = 500;

/// What came in sessions like this one.
pub struct VsKnn<'h> {
    history: &'h History,
    /// `ln(sessions / sessions with the item)`, per item.
    rarity: Vec<f32>,
}

impl<'h> VsKnn<'h> {
    /// Over a history.
    pub fn new(history: &'h History) -> Self {
        let sessions = history.session_count() as f32;
        let rarity = |item: u32| (sessions / history.sessions_with(item).len().max(1) as f32).ln();
        VsKnn { history, rarity: (0..history.items() as u32).map(rarity).collect() }
    }
}

impl Method for VsKnn<'_> {
    fn name(&self) -> &'static str {
        "vs_knn"
    }

    fn about(&self) -> &'static str {
        "VS-kNN: items of the 500 most similar of 2,500 recent sessions, by recency and rarity"
    }

    fn score(&self, seen: &[u32], workspace: &mut Workspace) {
        let Workspace { items, sessions, own } = workspace;
        // An item counts by its last place: n-th of n counts 1, the first 1 / n.
        for (place, &item) in seen.iter().enumerate().rev() {
            if own.of(item) == 0.0 {
                own.add(item, (place + 1) as f32 / seen.len() as f32);
            }
        }
        for &item in own.touched() {
            // Older sessions with this item are not among the most recent candidates, since these are newer.
            let all = self.history.sessions_with(item);
            let weight = own.of(item);
            all[all.len().saturating_sub(CANDIDATES)..].iter().for_each(|&session| sessions.add(session, weight));
        }
        let mut neighbours: Vec<(u32, f32)> = sessions.touched().iter().map(|&at| (at, sessions.of(at))).collect();
        sessions.clear();
        if neighbours.len() > CANDIDATES {
            neighbours.select_nth_unstable_by(CANDIDATES, |a, b| b.0.cmp(&a.0));
            neighbours.truncate(CANDIDATES);
        }
        let more_alike = |a: &(u32, f32), b: &(u32, f32)| b.1.total_cmp(&a.1).then(b.0.cmp(&a.0));
        if neighbours.len() > NEIGHBOURS {
            neighbours.select_nth_unstable_by(NEIGHBOURS, more_alike);
            neighbours.truncate(NEIGHBOURS);
        }
        neighbours.sort_unstable_by(more_alike);
        for (session, similarity) in neighbours {
            let theirs = self.history.items_of(session);
            // The newest item that both share: the later it came in this session, the more the neighbour counts.
            let shared = theirs.iter().map(|&item| own.of(item)).fold(0.0, f32::max);
            for &item in theirs {
                items.add(item, similarity * shared * self.rarity[item as usize].max(f32::MIN_POSITIVE));
            }
        }
        own.clear();
    }
}
