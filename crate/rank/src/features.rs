//! What the head sees of each candidate. Training and serving run this same code.
//!
//! Features lie in columns: `values[feature * stride + candidate]`, with the stride rounded up to whole blocks, so that
//! the head works on neighbouring candidates at once without changing the order of any candidate's own sum.

use super::columns::{FEATURES, HeadColumns, column};
use super::similarity::Similarity;
use alloc::vec::Vec;
use core::ops::Range;
use reshelf_artifact::Attributes;
use reshelf_kernels::kernels::Kernel;
use reshelf_kernels::kernels::lanes::{BLOCK, fold_bits};
use reshelf_kernels::math::sqrt;
use reshelf_session::catalogue::{ItemHandle, Rows};
use reshelf_session::session::{SessionState, Strength};

/// The head sees at most this many decayed states.
const STATES_SEEN: usize = 2;

/// Steps back that count half of what the distance of a return may: longer sessions are told apart by it.
const FAR_BACK: f32 = 16.0;

/// Seconds on an item's page that count half of what a feature of time may.
const HALF_A_LOOK: f32 = 30.0;

/// Lists of candidates that are ranked in one pass, each on its own.
#[derive(Clone, Copy, Debug)]
pub struct Lists<'a> {
    /// The candidates of all lists, one list after the other.
    pub items: &'a [ItemHandle],
    /// How many each list has; candidates past the last list belong to none.
    pub lengths: &'a [u32],
    /// One score a candidate (NaN: none), or none at all when the server sent no scores.
    pub server_scores: &'a [f32],
    /// Whether the candidates' order is the server's opinion at all.
    pub server_order: bool,
}

impl Lists<'_> {
    /// Where each list lies.
    pub fn ranges(&self) -> impl Iterator<Item = Range<usize>> + '_ {
        let mut begin = 0_usize;
        self.lengths.iter().map(move |&length| {
            // Saturating: a length from outside may be beyond what a 32-bit machine can add up.
            let list = begin..self.items.len().min(begin.saturating_add(length as usize));
            begin = list.end;
            list
        })
    }
}

/// The features of candidates, and the buffers that make them; reused from call to call.
#[derive(Clone, Debug, Default)]
pub struct FeatureMatrix {
    stride: usize,
    candidates: usize,
    values: Vec<f32>,
    similarity: Similarity,
}

impl FeatureMatrix {
    /// Candidates that the columns hold.
    pub fn candidates(&self) -> usize {
        self.candidates
    }

    /// Distance between two columns.
    pub fn stride(&self) -> usize {
        self.stride
    }

    /// All columns.
    pub fn values(&self) -> &[f32] {
        &self.values
    }

    /// One feature of all candidates.
    pub fn column(&self, feature: usize) -> &[f32] {
        &self.values[feature * self.stride..feature * self.stride + self.candidates]
    }

    /// Takes columns over from other values of the features of these candidates.
    pub fn take(&mut self, columns: Range<usize>, from: &[f32]) {
        let columns = columns.start * self.stride..columns.end * self.stride;
        self.values[columns.clone()].copy_from_slice(&from[columns]);
    }

    /// Whether each candidate has a row: 1, 0.5 where it was composed, 0 where it has none.
    pub fn known(&self) -> &[f32] {
        self.column(column::KNOWN)
    }

    /// One number a candidate, equal for candidates that only the server tells apart.
    pub(super) fn fingerprints(&self, head: &HeadColumns, fingerprints: &mut Vec<u32>) {
        fingerprints.clear();
        fingerprints.resize(self.candidates, 0);
        for column in head.own() {
            fold_bits(fingerprints, self.column(column));
        }
    }

    /// Whether a head sees no difference between two candidates of one list but the server's rank and score.
    pub(super) fn only_server_differs(&self, head: &HeadColumns, one: usize, other: usize) -> bool {
        head.own().all(|column| self.column(column)[one] == self.column(column)[other])
    }

    /// Computes the features of one list or of several: those that the head uses, and perhaps others of their groups.
    #[inline(never)]
    pub fn compute(
        &mut self,
        head: &HeadColumns,
        state: &SessionState,
        rows: &Rows,
        kernel: &dyn Kernel,
        lists: &Lists<'_>,
    ) {
        let count = lists.items.len();
        self.candidates = count;
        self.stride = count.next_multiple_of(BLOCK);
        self.values.clear();
        self.values.resize(FEATURES.len() * self.stride, 0.0);
        self.items(state, rows, lists.items);
        self.similarities(head, state, kernel, rows, lists.items);
        for list in lists.ranges() {
            self.relate_to_best(list.clone());
            if lists.server_order {
                self.server(lists.server_scores, list);
            }
        }
        self.session(state, rows);
    }

    /// One pass over the candidates: fills the columns that need only the row and the session.
    fn items(&mut self, state: &SessionState, rows: &Rows, items: &[ItemHandle]) {
        for (candidate, &handle) in items.iter().enumerate() {
            // Of an item without a row nothing is said, not even that it was seen: all of them keep the server's order.
            let Some(item) = rows.item(handle) else { continue };
            if let Some(seen) = state.profile().seen(handle) {
                let (ago, count) = (f32::from(seen.ago), f32::from(seen.count));
                let is = |ago: u16| flag(seen.ago == ago);
                self.put(column::SEEN, candidate, &[1.0, 1.0 / (1.0 + ago), count / (1.0 + count), is(0)]);
                // Going back one, two or three steps are habits of their own.
                self.put(
                    column::SEEN_SECOND,
                    candidate,
                    &[is(1), is(2), is(3), flag(seen.followed_newest), ago / (FAR_BACK + ago)],
                );
                let [carted, purchased, returned, disliked] =
                    [seen.carted, seen.purchased, seen.returned, seen.disliked].map(flag);
                let dwell = seen.dwell / (HALF_A_LOOK + seen.dwell);
                self.put(column::CARTED, candidate, &[carted, purchased, returned, disliked, dwell]);
            }
            if state.profile().is_muted(item.attributes) {
                self.put(column::DISLIKED, candidate, &[1.0]);
            }
            if let Some(exposure) = state.exposures().of(handle) {
                let [shown, skipped] = [exposure.shown, exposure.skipped].map(f32::from);
                self.put(column::SHOWN, candidate, &[shown / (2.0 + shown), skipped / (2.0 + skipped)]);
            }
            if let Some(strength) = state.evidence().find(item.number) {
                let Strength { sum, last, max, next, next_sum, bought } = strength;
                self.put(column::MEMORY_SUM, candidate, &[sum, last, max, next, next_sum, bought].map(root));
            }
            let Attributes { popularity, trend, .. } = *item.attributes;
            self.put(column::POPULARITY, candidate, &[unit(popularity), unit(trend)]);
            // A composed row is a guess: the head may trust it less.
            self.put(column::KNOWN, candidate, &[if item.is_composed() { 0.5 } else { 1.0 }]);
            self.put(column::CATEGORY, candidate, &state.profile().affinity(item.attributes));
            self.put(column::PRICE, candidate, &[state.profile().price_fit(item.attributes)]);
        }
    }

    fn put(&mut self, first: usize, candidate: usize, values: &[f32]) {
        for (offset, &value) in values.iter().enumerate() {
            self.values[(first + offset) * self.stride + candidate] = value;
        }
    }

    /// The matrix product, and what becomes of its rows.
    fn similarities(
        &mut self,
        head: &HeadColumns,
        state: &SessionState,
        kernel: &dyn Kernel,
        rows: &Rows,
        items: &[ItemHandle],
    ) {
        let (states, mut count) = (state.states(), state.scales().len());
        if !head.use_any(column::SIMILARITY_LAST..column::MEMORY_SUM) {
            count = if head.use_any(column::STATE..column::SIMILARITY_LAST) { states } else { 0 };
        }
        if count == 0 {
            return;
        }
        self.similarity.candidates.collect(rows, items);
        self.similarity.multiply(state, count, &rows.artifact().items, kernel);
        for index in 0..states.min(STATES_SEEN) {
            let column = &mut self.values[(column::STATE + index) * self.stride..];
            column.iter_mut().zip(self.similarity.cosines(state, index)).for_each(|(value, cosine)| *value = cosine);
        }
        let columns = &mut self.values[column::SIMILARITY_LAST * self.stride..][..3 * self.stride];
        let (last, rest) = columns.split_at_mut(self.stride);
        let (max, mean) = rest.split_at_mut(self.stride);
        for index in states..count {
            let cosines = self.similarity.cosines(state, index);
            if index == states {
                let columns = last.iter_mut().zip(max.iter_mut()).zip(mean.iter_mut()).zip(cosines);
                columns.for_each(|(((last, max), mean), cosine)| (*last, *max, *mean) = (cosine, cosine, cosine));
            } else {
                for ((max, mean), cosine) in max.iter_mut().zip(mean.iter_mut()).zip(cosines) {
                    *max = if cosine > *max { cosine } else { *max };
                    *mean += cosine;
                }
            }
        }
        let part = 1.0 / count.saturating_sub(states).max(1) as f32;
        mean.iter_mut().for_each(|mean| *mean *= part);
    }

    /// The similarity with the first state alone, one value a candidate.
    #[inline(never)]
    pub fn similarities_with_first_state(
        &mut self,
        state: &SessionState,
        kernel: &dyn Kernel,
        rows: &Rows,
        items: &[ItemHandle],
        cosines: &mut Vec<f32>,
    ) {
        self.similarity.candidates.collect(rows, items);
        self.similarity.multiply(state, 1, &rows.artifact().items, kernel);
        cosines.clear();
        cosines.extend(self.similarity.cosines(state, 0));
    }

    /// Columns that set a candidate beside the best of its list.
    fn relate_to_best(&mut self, list: Range<usize>) {
        let best = |column: &[f32]| column.iter().fold(f32::NEG_INFINITY, |best, &value| larger(best, value));
        let best_state = best(&self.column(column::STATE)[list.clone()]);
        let best_memory = best(&self.column(column::MEMORY_SUM)[list.clone()]);
        for candidate in list {
            let [state, memory] = [column::STATE, column::MEMORY_SUM].map(|column| self.column(column)[candidate]);
            self.put(column::STATE_TO_BEST, candidate, &[state - best_state]);
            if best_memory > 0.0 {
                self.put(column::MEMORY_SHARE, candidate, &[memory / best_memory, best_memory]);
            }
        }
    }

    fn server(&mut self, scores: &[f32], list: Range<usize>) {
        let of = |candidate: usize| scores.get(candidate).copied().unwrap_or(f32::NAN);
        let (mut count, mut sum, mut squares) = (0.0f32, 0.0f32, 0.0f32);
        for score in list.clone().map(of).filter(|score| score.is_finite()) {
            count += 1.0;
            sum += score;
            squares += score * score;
        }
        let mean = sum / count;
        let deviation = sqrt(squares / count - mean * mean);
        for (place, candidate) in list.enumerate() {
            let mut standard = (of(candidate) - mean) / deviation;
            // Without any score, or any spread, there is no opinion; NaN where there is no score, or numbers beyond f32.
            if !(deviation > 0.0 && standard.is_finite()) {
                standard = 0.0;
            }
            self.put(
                column::SERVER_RANK,
                candidate,
                &[1.0 / (1.0 + place as f32 / 10.0), standard.clamp(-4.0, 4.0), 1.0],
            );
        }
    }

    fn session(&mut self, state: &SessionState, rows: &Rows) {
        let length = state.known() as f32;
        let last = state.newest().and_then(|item| rows.item(item)).map_or(0.0, |item| unit(item.attributes.popularity));
        let profile = state.profile();
        let single = flag(state.known() == 1);
        let values = [length / (4.0 + length), single, profile.repeat_share(), flag(profile.newest_repeats()), last];
        let columns = self.values[column::SESSION_LENGTH * self.stride..].chunks_exact_mut(self.stride.max(1));
        columns.zip(values).for_each(|(column, value)| column[..self.candidates].fill(value));
    }
}

fn flag(holds: bool) -> f32 {
    if holds { 1.0 } else { 0.0 }
}

/// The larger of two numbers: as `f32::max` for what features hold, and quicker in a browser.
fn larger(a: f32, b: f32) -> f32 {
    if b > a { b } else { a }
}

fn unit(code: u8) -> f32 {
    f32::from(code) / 255.0
}

/// Square root, zero for negative or non-finite input: an event kind may weigh negatively.
fn root(value: f32) -> f32 {
    if value > 0.0 && value.is_finite() { sqrt(value) } else { 0.0 }
}

#[cfg(test)]
impl FeatureMatrix {
    /// A matrix of two columns: which candidates are known, and their cosine with the first state.
    pub(super) fn of_columns(known: &[f32], states: &[f32]) -> Self {
        let (candidates, stride) = (known.len(), known.len().next_multiple_of(BLOCK));
        let values = vec![0.0; FEATURES.len() * stride];
        let mut matrix = FeatureMatrix { candidates, stride, values, ..FeatureMatrix::default() };
        matrix.values[column::KNOWN * stride..][..candidates].copy_from_slice(known);
        matrix.values[column::STATE * stride..][..candidates].copy_from_slice(states);
        matrix
    }
}
