//! The facade: observe, rerank, retrieve, forget, snapshot. Owns the session; uses everything above it.

mod arrange;
#[cfg(test)]
mod core_tests;
mod explain;
#[cfg(test)]
mod feedback_tests;
mod learning;
#[cfg(any(test, feature = "testing"))]
pub mod promises;
#[cfg(test)]
mod session_tests;
#[cfg(test)]
mod signal_tests;
mod snapshot;
#[cfg(test)]
mod tests;

pub use explain::{Effort, Explanation, Explanations, LISTS_SHOWN, REST};
pub use snapshot::SnapshotError;

use crate::artifact::{Artifact, ArtifactError, Description};
use crate::catalogue::{ItemHandle, RowError, Rows, Subject};
use crate::kernels::{self, Kernel};
use crate::math::Lookup;
use crate::rank::{FeatureMatrix, HeadColumns, Lists, Order, SHORTLIST, Scorer, ServerOrder, ShortList, ShortListBy};
use crate::session::{Event, EventError, EventId, LARGEST_CLOCK, Learner, Logged, SessionLog, SessionState};
use alloc::sync::Arc;
use alloc::vec::Vec;

/// The handle of a candidate whose id nobody knows.
pub const NO_ITEM: ItemHandle = u32::MAX;

/// Why a list has the order that it has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Outcome {
    /// The head ordered it.
    Reranked = 0,
    /// The server's order, since the session holds no event that the model knows.
    EmptySession = 1,
    /// The server's order, since the model knows none of the candidates.
    UnknownCandidates = 2,
}

/// A list in its new order.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ranking<'a> {
    /// Positions in the list that came in, best first: always a permutation.
    pub order: &'a [u32],
    /// The score of each candidate, by its position in the list that came in; zeros where the server's order was kept.
    pub scores: &'a [f32],
    /// Why.
    pub outcome: Outcome,
}

/// One shopper's session over one model.
///
/// ```
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let bytes = std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/golden/golden.safetensors"))?;
/// use reshelf::artifact::Artifact;
/// use reshelf::reranker::{Outcome, Reranker};
/// use reshelf::session::{Event, EventKind};
///
/// let mut reranker = Reranker::new(Artifact::from_bytes(&bytes)?)?;
/// let list = [3, 1, 2];
/// assert_eq!(reranker.rerank(&list, &[], 3).order, [0, 1, 2]); // an empty session: the server's order
///
/// let event = reranker.observe(Event::new(2, EventKind::View, 0.0))?;
/// assert_eq!(reranker.rerank(&list, &[], 3).outcome, Outcome::Reranked);
///
/// reranker.forget(event);
/// assert_eq!(reranker.rerank(&list, &[], 3).order, [0, 1, 2]); // as if never seen
/// # Ok(())
/// # }
/// ```
pub struct Reranker {
    rows: Rows,
    /// What the artifact's head uses.
    head: HeadColumns,
    kernel: &'static dyn Kernel,
    log: SessionLog,
    state: SessionState,
    /// Whether something was added since the state was folded. It is folded when somebody asks for it, so that a page may
    /// note what it likes as often as it likes; what is forgotten leaves the state at once.
    stale: bool,
    learner: Learner,
    /// The features whose weights it moves; none where the artifact lets none move, or the page.
    learns: Option<HeadColumns>,
    /// The state as it was when a list was shown.
    past: SessionState,
    features: FeatureMatrix,
    server_order: ServerOrder,
    short_list: ShortList,
    scores: Vec<f32>,
    order: Order,
    /// The orders of several lists, one after the other.
    orders: Vec<u32>,
}

impl Reranker {
    /// A new session over this model (which many sessions may share), on the fastest kernel of this machine.
    ///
    /// # Errors
    /// `artifact.features` or `artifact.shape` when the head does not fit this engine.
    pub fn new(artifact: impl Into<Arc<Artifact>>) -> Result<Self, ArtifactError> {
        Self::with_kernel(artifact, kernels::best())
    }

    /// The same on a kernel of the caller's choice; all give the same bits.
    ///
    /// # Errors
    /// As [`Reranker::new`].
    pub fn with_kernel(artifact: impl Into<Arc<Artifact>>, kernel: &'static dyn Kernel) -> Result<Self, ArtifactError> {
        let artifact = artifact.into();
        let head = HeadColumns::of(&artifact.head)?;
        let learns = artifact.feedback.as_ref().map(HeadColumns::of_feedback).transpose()?;
        Ok(Self::start(artifact, head, learns, kernel))
    }

    /// A new, empty session over the same model, which both share.
    pub fn session(&self) -> Self {
        Self::start(self.rows.artifact().clone(), self.head.clone(), self.learns.clone(), self.kernel)
    }

    fn start(
        artifact: Arc<Artifact>,
        head: HeadColumns,
        learns: Option<HeadColumns>,
        kernel: &'static dyn Kernel,
    ) -> Self {
        Reranker {
            rows: Rows::new(artifact),
            head,
            kernel,
            log: SessionLog::default(),
            state: SessionState::default(),
            stale: true,
            learner: Learner::default(),
            learns,
            past: SessionState::default(),
            features: FeatureMatrix::default(),
            server_order: ServerOrder::default(),
            short_list: ShortList::default(),
            scores: Vec::new(),
            order: Order::default(),
            orders: Vec::new(),
        }
    }

    /// The handle of an id in its canonical text, if the model or this page knows it.
    pub fn resolve(&self, id: &str) -> Option<ItemHandle> {
        self.rows.find(id)
    }

    /// The handle of what an event is about that is no item: a text that was searched for, a category, a brand or a
    /// cluster.
    ///
    /// # Errors
    /// `row.id`, as [`Reranker::name`].
    pub fn subject(&mut self, subject: Subject<'_>) -> Result<ItemHandle, RowError> {
        self.compose(&subject.id(), &subject.description())
    }

    /// The handle of an id, which is given one if need be: an item that the model does not know can be observed too.
    ///
    /// When 65,536 items outside the model's table are named, the older half of those that no event names is let go of:
    /// their handles are void, and [`Reranker::generation`] moves. No later item gets the handle of an earlier one.
    ///
    /// # Errors
    /// `row.id` for an id of more than 65,535 bytes.
    pub fn name(&mut self, id: &str) -> Result<ItemHandle, RowError> {
        self.make_room(id);
        self.rows.intern(id)
    }

    fn make_room(&mut self, id: &str) {
        if self.rows.is_full() && self.rows.find(id).is_none() {
            let mut named = Lookup::default();
            named.reset(self.log.len());
            self.log.all().for_each(|logged| _ = named.insert(logged.event.item));
            self.rows.let_go(|item| named.find(item).is_some());
        }
    }

    /// Moves whenever handles of items outside the model's table become void: when items are let go of
    /// ([`Reranker::name`]), and with [`Reranker::forget_all`] and [`Reranker::restore`].
    pub fn generation(&self) -> u32 {
        self.rows.generation()
    }

    /// Takes a row that came inline with a candidate or an event.
    ///
    /// # Errors
    /// Any [`RowError`]; the item stays as it was.
    pub fn add_row(&mut self, id: &str, bytes: &[u8]) -> Result<ItemHandle, RowError> {
        self.make_room(id);
        let handle = self.rows.add(id, bytes)?;
        self.mark_if_observed(handle);
        Ok(handle)
    }

    /// Composes a row of what is said of an item that the model does not know ([`Rows::compose`]). Nothing happens for an
    /// item that has a row already.
    ///
    /// # Errors
    /// `row.id`.
    pub fn compose(&mut self, id: &str, description: &Description<'_>) -> Result<ItemHandle, RowError> {
        self.make_room(id);
        let handle = self.rows.compose(id, description)?;
        self.mark_if_observed(handle);
        Ok(handle)
    }

    /// A row may arrive after its item was observed.
    fn mark_if_observed(&mut self, item: ItemHandle) {
        self.stale |= self.log.all().any(|logged| logged.event.item == item);
    }

    /// Notes what the shopper did.
    ///
    /// # Errors
    /// `event.item` for a handle that names nothing, `event.time` for a time and `event.amount` for an amount that no event has.
    /// Nothing changes then.
    pub fn observe(&mut self, event: Event) -> Result<EventId, EventError> {
        if !self.rows.knows(event.item) {
            return Err(EventError::Item);
        }
        let id = self.log.append(event)?;
        self.stale = true;
        Ok(id)
    }

    /// Forgets one event: the state is, to the bit, that of a session without it. Returns whether it was there.
    pub fn forget(&mut self, id: EventId) -> bool {
        self.forget_where(&|logged| logged.id == id) > 0
    }

    /// Forgets everything that was done with an item; returns how many events that was.
    pub fn forget_item(&mut self, item: ItemHandle) -> usize {
        self.forget_where(&|logged| logged.event.item == item)
    }

    /// Forgets everything that was done from one time to another, in milliseconds, both included; returns how many events that
    /// was.
    pub fn forget_between(&mut self, from: f64, to: f64) -> usize {
        self.forget_where(&|logged| (from..=to).contains(&logged.event.at_ms))
    }

    /// Forgets the whole session, and every id and row that this page has named. Handles of items outside the model's
    /// table are void from here on. Numbers of events count on.
    pub fn forget_all(&mut self) {
        self.log.clear();
        self.rows.forget_page_items();
        self.fold();
    }

    fn forget_where(&mut self, matches: &dyn Fn(&Logged) -> bool) -> usize {
        let removed = self.log.remove(matches);
        if removed > 0 {
            self.fold();
        }
        removed
    }

    #[inline(never)]
    fn fold(&mut self) {
        self.state.fold(self.log.events(), self.log.shown(), &self.rows);
        self.stale = false;
        self.learn();
    }

    /// From here on the shopper's own clicks in lists do not move the head's weights.
    pub fn stop_learning(&mut self) {
        (self.learner, self.learns) = (Learner::default(), None);
    }

    /// How far the shopper's clicks have moved each weight that the artifact lets move.
    pub fn learned(&mut self) -> &[f32] {
        self.state();
        self.learner.moved()
    }

    /// The folded state, of all that was noted so far.
    pub fn state(&mut self) -> &SessionState {
        if self.stale {
            self.fold();
        }
        &self.state
    }

    /// Orders a list that the server sent in its own order.
    ///
    /// `items` are handles ([`NO_ITEM`] where an id is not known); `server_scores` has one score a candidate (NaN: none)
    /// or is empty; only the `limit` best need to be in order, the rest follows as the server had it.
    ///
    /// The result is a permutation for any input. A session without a known event gives the server's order, and so does a
    /// list of which the model knows no candidate. Candidates that differ in nothing but the server's rank and score, those
    /// that the model does not know among them, keep the server's order among themselves.
    pub fn rerank(&mut self, items: &[ItemHandle], server_scores: &[f32], limit: usize) -> Ranking<'_> {
        self.rank(items, server_scores, true, limit)
    }

    /// Orders a list whose order means nothing: candidates that were collected, not ranked.
    pub fn rank_unordered(&mut self, items: &[ItemHandle], limit: usize) -> Ranking<'_> {
        self.rank(items, &[], false, limit)
    }

    fn rank(&mut self, items: &[ItemHandle], server_scores: &[f32], ordered: bool, limit: usize) -> Ranking<'_> {
        if self.state().known() == 0 {
            return self.unchanged(items.len());
        }
        let outcome =
            self.score(&Lists { items, lengths: &[items.len() as u32], server_scores, server_order: ordered });
        let order = self.order.by_score(&self.scores, limit);
        Ranking { order, scores: &self.scores, outcome }
    }

    /// Orders several lists at once, each as [`Reranker::rerank`] orders it alone; they lie one after the other in
    /// `items`, with one number a list in `lengths`. The order holds positions within each list, one list after the other.
    ///
    /// Candidates past the last list are left out.
    pub fn rerank_many(
        &mut self,
        items: &[ItemHandle],
        lengths: &[u32],
        server_scores: &[f32],
        limit: usize,
    ) -> Ranking<'_> {
        let mut lists = Lists { items, lengths, server_scores, server_order: true };
        let count = lists.ranges().last().map_or(0, |list| list.end);
        lists.items = &items[..count];
        self.orders.clear();
        let outcome = if self.state().known() == 0 {
            self.scores.clear();
            self.scores.resize(count, 0.0);
            self.orders.extend(lists.ranges().flat_map(|list| 0..list.len() as u32));
            Outcome::EmptySession
        } else {
            let outcome = self.score(&lists);
            for list in lists.ranges() {
                self.orders.extend(self.order.by_score(&self.scores[list], limit));
            }
            outcome
        };
        Ranking { order: &self.orders, scores: &self.scores, outcome }
    }

    /// Orders a list by similarity with the session alone: its newest events weigh most, and nothing else counts. Scores
    /// are cosines with the first state.
    pub fn rank_by_similarity(&mut self, items: &[ItemHandle], limit: usize) -> Ranking<'_> {
        if self.state().known() == 0 {
            return self.unchanged(items.len());
        }
        let (rows, kernel) = (&self.rows, self.kernel);
        self.features.similarities_with_first_state(&self.state, kernel, rows, items, &mut self.scores);
        let order = self.order.by_score(&self.scores, limit);
        Ranking { order, scores: &self.scores, outcome: Outcome::Reranked }
    }

    fn score(&mut self, lists: &Lists<'_>) -> Outcome {
        self.features.compute(&self.head, &self.state, &self.rows, self.kernel, lists);
        self.ask_head();
        self.add_learned();
        self.keep_order(lists)
    }

    /// The head's scores of the features that are there.
    fn ask_head(&mut self) {
        Scorer::new(&self.rows.artifact().head, &self.head).score(&self.features, &mut self.scores);
    }

    fn add_learned(&mut self) {
        if let Some(columns) = &self.learns {
            self.learner.apply(&|at| self.features.column(columns.column(at)), &mut self.scores);
        }
    }

    fn keep_order(&mut self, lists: &Lists<'_>) -> Outcome {
        let known = self.server_order.keep(&self.head, &self.features, lists, &mut self.scores);
        if known { Outcome::Reranked } else { Outcome::UnknownCandidates }
    }

    fn unchanged(&mut self, count: usize) -> Ranking<'_> {
        self.scores.clear();
        self.scores.resize(count, 0.0);
        let order = self.order.unchanged(count);
        Ranking { order, scores: &self.scores, outcome: Outcome::EmptySession }
    }

    /// The `k` best items of the whole table, items of the session included, best first. A session without a known event
    /// gets the most popular items.
    pub fn retrieve(&mut self, k: usize) -> impl Iterator<Item = (ItemHandle, f32)> + '_ {
        self.short_list(SHORTLIST.max(k), ShortListBy::Model);
        let list = core::mem::take(&mut self.short_list);
        if self.rank_unordered(list.items(), k).outcome == Outcome::EmptySession {
            self.scores.clear();
            self.scores.extend_from_slice(list.scores());
        }
        self.short_list = list;
        let items = self.short_list.items();
        self.order.places().iter().take(k).map(|&at| (items[at as usize], self.scores[at as usize]))
    }

    /// All features of a list, also those that this head does not use: what heads are trained on.
    pub fn features(&mut self, items: &[ItemHandle], server_scores: &[f32], ordered: bool) -> &FeatureMatrix {
        let lists = Lists { items, lengths: &[items.len() as u32], server_scores, server_order: ordered };
        self.state();
        self.features.compute(&HeadColumns::all(), &self.state, &self.rows, self.kernel, &lists);
        &self.features
    }

    /// The short list of the whole table that [`Reranker::retrieve`] hands to the head, `length` long.
    pub fn short_list(&mut self, length: usize, by: ShortListBy) -> &ShortList {
        self.state();
        self.short_list.compute(&self.state, self.rows.artifact(), self.kernel, length, by);
        &self.short_list
    }

    /// The session's side of a scan of the whole table, u7 codes, for a device that is to find the nearest rows; `None`
    /// where there is nothing to scan for.
    pub fn scan_session(&mut self, by: ShortListBy) -> Option<&[u8]> {
        self.state();
        let artifact = self.rows.artifact();
        let scans = self.state.known() > 0 && self.state.vectors().is_none() && ShortList::scans(artifact, by);
        self.state.matrix().get(..artifact.items.dimension()).filter(|_| scans)
    }

    /// How many nearest rows [`Reranker::short_list_from`] needs for a short list of this length.
    pub fn scan_count(&mut self, length: usize, by: ShortListBy) -> usize {
        self.state();
        ShortList::scan_count(&self.state, self.rows.artifact(), length, by)
    }

    /// As [`Reranker::short_list`], from nearest rows that another device found ([`ShortList::compute_from`]); `None` where
    /// they are not what this engine computes.
    pub fn short_list_from(&mut self, found: &[[u32; 2]], length: usize, by: ShortListBy) -> Option<&ShortList> {
        self.state();
        let (state, artifact) = (&self.state, self.rows.artifact());
        let fits = self.short_list.compute_from(found, state, artifact, self.kernel, length, by);
        fits.then_some(&self.short_list)
    }

    /// Which of the model's clusters of items the session is nearest to now; `None` where the model has none or knows nothing of
    /// the session. It tells of the shopper's taste, and is not to be sent as it is.
    pub fn cluster(&mut self) -> Option<u32> {
        self.state();
        let artifact = self.rows.artifact();
        let first_state = self.state.matrix().get(..artifact.items.dimension()).filter(|_| self.state.known() > 0)?;
        Some(artifact.clusters.as_ref()?.nearest(first_state))
    }

    /// The events that are kept, oldest first.
    pub fn events(&self) -> &[Logged] {
        self.log.events()
    }

    /// Everything that was noted: events, and what lists showed.
    pub fn log(&self) -> &SessionLog {
        &self.log
    }

    /// Where rows come from.
    pub fn rows(&self) -> &Rows {
        &self.rows
    }

    /// The name of the kernel at work.
    pub fn kernel(&self) -> &'static str {
        self.kernel.name()
    }

    /// The session as bytes, for storage on this device: ids, kinds, times and names of events, nothing of the model.
    pub fn snapshot(&self) -> Vec<u8> {
        snapshot::pack(&self.log, &self.rows, None)
    }

    /// The same of one event alone, or that it is forgotten: what other copies of this session need to hear
    /// ([`Reranker::merge`]).
    pub fn snapshot_of(&self, event: EventId) -> Vec<u8> {
        snapshot::pack(&self.log, &self.rows, Some(event))
    }

    /// Replaces the session whole by one that [`Reranker::snapshot`] wrote, by this or another model: ids that this model
    /// does not know stay in the log. Ids and rows that this page has named before are forgotten, as with
    /// [`Reranker::forget_all`]. Events keep their numbers, unless this session has given one of these before, to whatever event:
    /// no number ever names two. Returns how many events came back.
    ///
    /// # Errors
    /// A [`SnapshotError`]; the session is then empty, never the one before.
    pub fn restore(&mut self, bytes: &[u8]) -> Result<usize, SnapshotError> {
        self.forget_all();
        let session = snapshot::unpack(bytes)?;
        let named = session.is_later_than(self.log.clock());
        let before = self.log.len();
        for stored in &session.events {
            self.take_in(stored, named);
        }
        if named {
            self.log.join(session.epoch);
            self.log.count_to(session.clock);
            session.removed.iter().for_each(|&id| _ = self.log.remove_named(id));
        }
        Ok(self.log.len() - before)
    }

    /// Brings in what another copy of this session knows, from [`Reranker::snapshot`] or [`Reranker::snapshot_of`]: copies that
    /// have heard the same are the same, whatever the order in which they heard it. What either has forgotten stays forgotten.
    /// A copy that `joins` keeps what it noted before it knew of the others. Returns whether anything changed.
    ///
    /// # Errors
    /// A [`SnapshotError`]; nothing changes then.
    pub fn merge(&mut self, bytes: &[u8], joins: bool) -> Result<bool, SnapshotError> {
        let session = snapshot::unpack(bytes)?;
        if session.clock > LARGEST_CLOCK {
            return Err(SnapshotError::Damaged);
        }
        let before = (self.log.epoch(), self.log.len());
        if joins {
            self.log.join(session.epoch);
        } else {
            self.log.begin(session.epoch);
        }
        let mut changed = before != (self.log.epoch(), self.log.len());
        if session.epoch == self.log.epoch() {
            self.log.count_to(session.clock);
            for &id in &session.removed {
                changed |= self.log.remove_named(id);
            }
            for stored in &session.events {
                changed |= self.take_in(stored, true);
            }
        }
        self.stale |= changed;
        Ok(changed)
    }

    /// Notes a stored event, under its own name or a new one; returns whether it is new here.
    fn take_in(&mut self, stored: &snapshot::Stored<'_>, named: bool) -> bool {
        let mut logged = stored.logged;
        if named && self.log.holds(logged.id) {
            return false;
        }
        // None of this fails for what `unpack` has checked: ids of 64 KB at most, finite numbers.
        self.make_room(stored.id);
        let Ok(item) = self.rows.intern_stored(stored.id) else { return false };
        logged.event.item = item;
        self.stale = true;
        match named {
            true => self.log.insert(logged.id, logged.event) == Ok(true),
            false => self.log.append(logged.event).is_ok(),
        }
    }

    /// From here on the events of this copy of the session are named as this writer's, one of [`crate::session::WRITERS`].
    pub fn write_as(&mut self, writer: u32) {
        self.log.write_as(writer);
    }
}
