//! Cutting a whole catalogue down to a short list that the head can order.
//!
//! An item's worth is a weighted sum of its similarity with the first state and of what other sessions say. Only a few
//! items have anything said of them, so the best of all are among those few and the rows that are nearest by similarity
//! alone: a scan, which another device may do, needs to know nothing of sessions but one vector.

use super::nearest::Nearest;
use super::top_k::TopK;
use alloc::vec::Vec;
use reshelf_artifact::Artifact;
use reshelf_kernels::kernels::Kernel;
use reshelf_session::catalogue::ItemHandle;
use reshelf_session::session::SessionState;

/// How many items of the catalogue the head gets to order: as many as it orders within tens of microseconds.
pub const SHORTLIST: usize = 200;

/// What a short list goes by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ShortListBy {
    /// As [`ShortListBy::Sum`], but that the session's own items, the newest first, are sure of up to half of the places:
    /// shoppers come back to what they saw long ago, and only the head can tell when.
    Model,
    /// Similarity and what other sessions say, in one weighted sum.
    Sum,
    /// Similarity with the session alone.
    Similarity,
}

/// A short list and the buffers that make it; reused from call to call.
#[derive(Clone, Debug, Default)]
pub struct ShortList {
    nearest: Nearest,
    best: TopK,
    rows: Vec<u32>,
    keys: Vec<f32>,
    items: Vec<ItemHandle>,
    scores: Vec<f32>,
}

impl ShortList {
    /// Finds the `length` best items of the table, best first, ties by the lower row. A session without a known event gets
    /// the most popular ones.
    #[inline(never)]
    pub fn compute(
        &mut self,
        state: &SessionState,
        artifact: &Artifact,
        kernel: &dyn Kernel,
        length: usize,
        by: ShortListBy,
    ) {
        self.best.reset(length);
        if state.known() == 0 {
            let attributes = artifact.items.attributes().iter().zip(0..);
            attributes.for_each(|(item, number)| self.best.offer(f32::from(item.popularity) / 255.0, number));
            return self.keep(1.0);
        }
        // Items of which other sessions say something are offered with that, so the nearest of the others are enough: the longer
        // the session, the more of those there are.
        let said = |row| Self::is_said(state, by, row);
        if Self::scans(artifact, by) {
            self.nearest.scan(state, &artifact.items, kernel, &mut self.best, said);
        } else {
            let others = (0..artifact.items.len() as u32).filter(|&row| !said(row));
            others.take(length).for_each(|row| self.best.offer(0.0, row));
        }
        self.merge(state, artifact, kernel, length, by);
    }

    /// As [`ShortList::compute`], from the [`ShortList::scan_count`] nearest rows that another device found, best first: pairs
    /// of a row and the bits of its key. Returns false where they are not what this engine computes; the list is then the one
    /// before.
    #[inline(never)]
    pub fn compute_from(
        &mut self,
        found: &[[u32; 2]],
        state: &SessionState,
        artifact: &Artifact,
        kernel: &dyn Kernel,
        length: usize,
        by: ShortListBy,
    ) -> bool {
        let expected = Self::scan_count(state, artifact, length, by);
        let scans = state.known() > 0 && Self::scans(artifact, by) && state.vectors().is_none();
        if !scans || found.len() != expected || found.iter().any(|&[row, _]| row as usize >= artifact.items.len()) {
            return false;
        }
        self.rows.clear();
        self.rows.extend(found.iter().map(|&[row, _]| row));
        self.keys.clear();
        self.keys.extend_from_slice(self.nearest.keys(state, &artifact.items, kernel, &self.rows));
        self.best.reset(length);
        let mut before = (f32::INFINITY, 0);
        for (&key, &[row, bits]) in self.keys.iter().zip(found) {
            if key != f32::from_bits(bits) || !(before.0 > key || (before.0 == key && before.1 < row)) {
                return false;
            }
            before = (key, row);
            if !Self::is_said(state, by, row) {
                self.best.offer(key, row);
            }
        }
        self.merge(state, artifact, kernel, length, by);
        true
    }

    /// How many nearest rows another device has to find for a short list of this length: it does not know of which items other
    /// sessions say something, and each of these may be among them and stand lower for it.
    pub fn scan_count(state: &SessionState, artifact: &Artifact, length: usize, by: ShortListBy) -> usize {
        let said = if by != ShortListBy::Similarity && state.known() > 0 { state.evidence().len() } else { 0 };
        length.saturating_add(if length > 0 { said } else { 0 }).min(artifact.items.len())
    }

    /// Whether similarity counts at all.
    pub fn scans(artifact: &Artifact, by: ShortListBy) -> bool {
        by == ShortListBy::Similarity || artifact.retrieval.state > 0.0
    }

    /// Whether an item is offered with what other sessions say of it, and not by its similarity alone.
    fn is_said(state: &SessionState, by: ShortListBy, row: ItemHandle) -> bool {
        by != ShortListBy::Similarity && state.evidence().find(row).is_some()
    }

    /// Makes the list of the best of the others, which were offered, and of the items of which other sessions say something.
    fn merge(
        &mut self,
        state: &SessionState,
        artifact: &Artifact,
        kernel: &dyn Kernel,
        length: usize,
        by: ShortListBy,
    ) {
        // Scores in units of a key: dividing what is said by the positive factor that all keys share keeps the order, and
        // most scores need no further rounding.
        let scale = if state.vectors().is_some() { 1.0 } else { state.scales().first().copied().unwrap_or(0.0) };
        let with_evidence = by != ShortListBy::Similarity;
        let weight = if with_evidence { artifact.retrieval.state } else { 1.0 };
        let factor = if scale * weight > 0.0 { scale * weight } else { 1.0 };
        if with_evidence {
            self.rows.clear();
            let known = state.evidence().iter().filter(|(number, _)| (*number as usize) < artifact.items.len());
            self.rows.extend(known.map(|(number, _)| number));
            self.offer_rows(state, artifact, kernel, factor);
        }
        if by == ShortListBy::Model {
            self.make_sure_of_own(state, artifact, kernel, length, factor);
        }
        self.keep(factor);
    }

    /// Offers `rows`, each with its similarity and with what is said of it.
    #[inline(never)]
    fn offer_rows(&mut self, state: &SessionState, artifact: &Artifact, kernel: &dyn Kernel, factor: f32) {
        let scans = Self::scans(artifact, ShortListBy::Sum);
        let keys = self.nearest.keys(state, &artifact.items, kernel, &self.rows);
        for (&row, &key) in self.rows.iter().zip(keys) {
            let said = state.evidence().of(row).sum * (artifact.retrieval.memory / factor);
            self.best.offer(if scans { key } else { 0.0 } + said, row);
        }
    }

    /// Leaves the best of the others as many places as the session's newest items do not take, which are half of all at most.
    #[inline(never)]
    fn make_sure_of_own(
        &mut self,
        state: &SessionState,
        artifact: &Artifact,
        kernel: &dyn Kernel,
        length: usize,
        factor: f32,
    ) {
        self.keep(1.0);
        let in_table = state.profile().items().filter(|&item| (item as usize) < artifact.items.len());
        self.rows.clear();
        self.rows.extend(in_table.take(length / 2));
        self.best.reset(length);
        let others = self.items.iter().zip(&self.scores).filter(|(item, _)| !self.rows.contains(item));
        for (&item, &score) in others.take(length - self.rows.len()) {
            self.best.offer(score, item);
        }
        self.offer_rows(state, artifact, kernel, factor);
    }

    #[inline(never)]
    fn keep(&mut self, factor: f32) {
        self.items.clear();
        self.scores.clear();
        self.best.drain(|score, item| {
            self.items.push(item);
            self.scores.push(score * factor);
        });
    }

    /// The items, best first.
    pub fn items(&self) -> &[ItemHandle] {
        &self.items
    }

    /// The weighted sum by which each item was short-listed.
    pub fn scores(&self) -> &[f32] {
        &self.scores
    }
}
