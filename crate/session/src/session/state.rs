//! The state: everything that a rerank needs of the session, folded from its newest events.

use super::{Event, Evidence, Profile};
use crate::catalogue::{ItemHandle, Rows};
use alloc::vec::Vec;
use reshelf_kernels::math::{SESSION_ZERO_POINT, normalize, quantize_session, recode_row_for_session};

/// How many different items of the session, newest first, stand beside the states in the session matrix.
pub const RECENT_ITEMS: usize = 10;

/// The folded session.
///
/// Two states are equal exactly when all their bits that matter to a rerank are.
#[derive(Clone, Debug, Default)]
pub struct SessionState {
    /// How many events had a row and lay within the window.
    known: usize,
    states: usize,
    matrix: Vec<u8>,
    scales: Vec<f32>,
    /// In full precision the same rows as the matrix, else empty.
    vectors: Vec<f32>,
    evidence: Evidence,
    profile: Profile,
    newest: Option<ItemHandle>,
    // Scratch, kept to spare allocations.
    sums: Vec<f32>,
    codes: Vec<i8>,
    recent: Vec<ItemHandle>,
}

impl SessionState {
    /// Folds these events, newest first, and nothing else: the log's ([`SessionLog::newest`]), or those of a session that might
    /// have been.
    ///
    /// [`SessionLog::newest`]: super::SessionLog::newest
    pub fn fold(&mut self, newest_first: impl Iterator<Item = Event> + Clone, rows: &Rows) {
        let artifact = rows.artifact();
        let (weights, dimension) = (&artifact.state, artifact.items.dimension());
        self.states = weights.states;
        self.known = 0;
        self.newest = None;
        self.sums.clear();
        self.sums.resize(weights.states * dimension, 0.0);
        self.recent.clear();
        self.profile.reset();
        let neighbours = newest_first.clone().filter_map(|event| rows.get(event.item)).take(weights.window);
        self.evidence.reset(neighbours.map(|row| row.neighbours.at_most()).sum());
        for (ago, event) in newest_first.enumerate() {
            self.profile.note(&event, ago);
            let Some(row) = rows.get(event.item) else { continue };
            if self.known == weights.window {
                continue;
            }
            let (age, kind) = (self.known, event.kind as usize);
            self.known += 1;
            self.newest.get_or_insert(event.item);
            self.codes.clear();
            row.codes.append_to(&mut self.codes);
            for state in 0..weights.states {
                let weight = weights.recency[state * weights.window + age]
                    * weights.kinds[state * reshelf_artifact::EventKind::COUNT + kind];
                let sums = self.sums[state * dimension..(state + 1) * dimension].iter_mut();
                if let Some(vector) = row.vector() {
                    sums.zip(vector).for_each(|(sum, value)| *sum += value * weight);
                    continue;
                }
                let weight = weight * row.scale;
                sums.zip(&self.codes).for_each(|(sum, &code)| *sum += f32::from(code) * weight);
            }
            let weight = weights.memory_recency[age] * weights.memory_kinds[kind];
            self.evidence.add(&row.neighbours, weight, age == 0);
            self.profile.lean(&row.attributes, weight);
            if self.recent.len() < RECENT_ITEMS && !self.recent.contains(&event.item) {
                self.recent.push(event.item);
            }
        }
        self.code_matrix(rows, dimension);
    }

    fn code_matrix(&mut self, rows: &Rows, dimension: usize) {
        self.matrix.clear();
        self.matrix.resize((self.states + self.recent.len()) * dimension, SESSION_ZERO_POINT);
        self.scales.clear();
        let (states, recent) = self.matrix.split_at_mut(self.states * dimension);
        for (codes, sums) in states.chunks_exact_mut(dimension).zip(self.sums.chunks_exact_mut(dimension)) {
            normalize(sums);
            self.scales.push(quantize_session(sums, codes).scale);
        }
        for (codes, &item) in recent.chunks_exact_mut(dimension).zip(&self.recent) {
            self.codes.clear();
            let row = rows.get(item);
            row.inspect(|row| row.codes.append_to(&mut self.codes));
            let factor = recode_row_for_session(&self.codes, codes);
            self.scales.push(factor * row.map_or(0.0, |row| row.scale));
        }
        self.vectors.clear();
        if rows.artifact().items.vectors().is_some() {
            self.vectors.extend_from_slice(&self.sums);
            let recent = self.recent.iter().filter_map(|&item| rows.get(item)?.vector());
            self.vectors.extend(recent.flatten());
        }
    }

    /// How many events within the window the model knows; 0 means that there is nothing to rank by.
    #[inline]
    pub fn known(&self) -> usize {
        self.known
    }

    /// How many rows of the matrix are decayed states; recent items follow, newest first.
    #[inline]
    pub fn states(&self) -> usize {
        self.states
    }

    /// The session matrix, u7 codes, row after row.
    #[inline]
    pub fn matrix(&self) -> &[u8] {
        &self.matrix
    }

    /// The same rows in full precision, for a model in full precision: states normalised, items as the table has them.
    #[inline]
    pub fn vectors(&self) -> Option<&[f32]> {
        // In the browser there are none, and the compiler may know.
        (cfg!(feature = "exact") && !self.vectors.is_empty()).then_some(&self.vectors)
    }

    /// The scale of each row of the matrix.
    #[inline]
    pub fn scales(&self) -> &[f32] {
        &self.scales
    }

    /// What other sessions say.
    #[inline]
    pub fn evidence(&self) -> &Evidence {
        &self.evidence
    }

    /// What the session itself shows.
    #[inline]
    pub fn profile(&self) -> &Profile {
        &self.profile
    }

    /// The newest item that the model knows.
    #[inline]
    pub fn newest(&self) -> Option<ItemHandle> {
        self.newest
    }
}

impl PartialEq for SessionState {
    fn eq(&self, other: &Self) -> bool {
        let bits = |values: &[f32]| values.iter().map(|value| value.to_bits()).collect::<Vec<_>>();
        self.known == other.known
            && self.matrix == other.matrix
            && bits(&self.scales) == bits(&other.scales)
            && bits(&self.vectors) == bits(&other.vectors)
            && self.evidence == other.evidence
            && self.profile == other.profile
            && self.newest == other.newest
    }
}
