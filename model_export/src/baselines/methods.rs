//! The methods that look at single items: popularity, the session's own items, Markov chains, neighbours of an item.

use super::history::History;
use super::scores::Scores;

/// A simple way to rank a catalogue.
pub trait Method: Send + Sync {
    /// Its name, a stable one.
    fn name(&self) -> &'static str;

    /// What it does, in a few words.
    fn about(&self) -> &'static str;

    /// Whether it looks at the newest item alone: sessions that end alike get one list.
    fn looks_at_newest_alone(&self) -> bool {
        false
    }

    /// Scores items for a session, given its items that the history knows, oldest first. Scores are above 0.
    fn score(&self, seen: &[u32], workspace: &mut Workspace);
}

/// What methods compute in; reused from step to step.
#[derive(Clone, Debug)]
pub struct Workspace {
    /// The scores of items: the result.
    pub items: Scores,
    /// Scores of sessions.
    pub sessions: Scores,
    /// How much the session's own items count.
    pub own: Scores,
    /// The items that were met in one neighbour.
    pub met: Scores,
}

impl Workspace {
    /// Room for a history.
    pub fn new(history: &History) -> Self {
        let items = Scores::new(history.items());
        Workspace { own: items.clone(), met: items.clone(), items, sessions: Scores::new(history.session_count()) }
    }
}

/// The items that occur most often: no reasons of its own, so that every list is filled up by popularity alone.
pub(super) struct Popularity;

impl Method for Popularity {
    fn name(&self) -> &'static str {
        "popularity"
    }

    fn about(&self) -> &'static str {
        "the most frequent items of the training sessions"
    }

    fn score(&self, _: &[u32], _: &mut Workspace) {}
}

/// What the shopper saw in this session.
pub(super) struct OwnItems;

impl Method for OwnItems {
    fn name(&self) -> &'static str {
        "own_items"
    }

    fn about(&self) -> &'static str {
        "the session's own items, newest first"
    }

    fn score(&self, seen: &[u32], workspace: &mut Workspace) {
        for (place, &item) in seen.iter().enumerate().rev() {
            if workspace.items.of(item) == 0.0 {
                workspace.items.add(item, place as f32 + 1.0);
            }
        }
    }
}

/// What most often came right after the last item.
pub(super) struct Markov<'h> {
    pub history: &'h History,
}

impl Method for Markov<'_> {
    fn name(&self) -> &'static str {
        "markov"
    }

    fn about(&self) -> &'static str {
        "first-order Markov chain: what came right after the last item"
    }

    fn looks_at_newest_alone(&self) -> bool {
        true
    }

    fn score(&self, seen: &[u32], workspace: &mut Workspace) {
        let Some(&last) = seen.last() else { return };
        self.history.successors(last).for_each(|next| workspace.items.add(next, 1.0));
    }
}

/// Sessions that are added to each item's own, so that items of one session do not pass for the best: as in the published
/// code of Hidasi et al., "Session-based recommendations with recurrent neural networks", ICLR 2016.
const SHRINK: f32 = 20.0;

/// Items whose sessions are those of the last item: the cosine of two items as sets of sessions, shrunk.
pub(super) struct ItemKnn<'h> {
    pub history: &'h History,
}

impl Method for ItemKnn<'_> {
    fn name(&self) -> &'static str {
        "item_knn"
    }

    fn about(&self) -> &'static str {
        "neighbours of the last item by cosine of co-occurrence in sessions"
    }

    fn looks_at_newest_alone(&self) -> bool {
        true
    }

    fn score(&self, seen: &[u32], workspace: &mut Workspace) {
        let Some(&last) = seen.last() else { return };
        for &session in self.history.sessions_with(last) {
            for &item in self.history.items_of(session).iter().filter(|&&item| item != last) {
                workspace.items.add(item, 1.0);
            }
        }
        // The last item's own count divides all alike.
        let size = |item: u32| self.history.sessions_with(item).len() as f32;
        workspace.items.change(|item, together| together / (size(item) + SHRINK).sqrt());
    }
}
