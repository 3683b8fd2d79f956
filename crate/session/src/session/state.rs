//! The state: everything that a rerank needs of the session, folded from its newest events.

use super::profile::Muted;
use super::{Evidence, Exposures, HORIZON, Logged, Profile};
use crate::catalogue::{ItemHandle, Rows, Subject};
use alloc::vec::Vec;
use reshelf_artifact::{DWELL_BANDS, DWELL_EDGES, EventKind, StateWeights};
use reshelf_kernels::math::{SESSION_ZERO_POINT, normalize, quantize_session, recode_row_for_session};

/// How many different items of the session, newest first, stand beside the states in the session matrix.
pub const RECENT_ITEMS: usize = 10;

/// The folded session.
///
/// Two states are equal exactly when all their bits that matter to a rerank are; the handles of items are a page's own.
#[derive(Clone, Debug)]
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
    exposures: Exposures,
    newest: Option<ItemHandle>,
    // Scratch, kept to spare allocations.
    sums: Vec<f32>,
    codes: Vec<i8>,
    recent: Vec<ItemHandle>,
    /// What each kind's weight has faded to: `(states + 1) x EventKind::WEIGHED`, the row after the states' for the memory. An
    /// artifact has 4 states at most.
    faded: [f32; 5 * EventKind::WEIGHED],
    /// Items whose page was looked at, newest first, and for how long; each counts with the view before it.
    dwells: Vec<(ItemHandle, f32)>,
}

impl Default for SessionState {
    fn default() -> Self {
        SessionState {
            known: 0,
            states: 0,
            matrix: Vec::new(),
            scales: Vec::new(),
            vectors: Vec::new(),
            evidence: Evidence::default(),
            profile: Profile::default(),
            exposures: Exposures::default(),
            newest: None,
            sums: Vec::new(),
            codes: Vec::new(),
            recent: Vec::new(),
            faded: [1.0; 5 * EventKind::WEIGHED],
            dwells: Vec::new(),
        }
    }
}

impl SessionState {
    /// Folds these events and impressions, oldest first, and nothing else: the log's ([`SessionLog`]), or those of a session
    /// that might have been. Of the events the newest [`HORIZON`] count, and every word on what is muted.
    ///
    /// [`SessionLog`]: super::SessionLog
    #[inline(never)]
    pub fn fold(&mut self, events: &[Logged], shown: &[Logged], rows: &Rows) {
        let artifact = rows.artifact();
        let (weights, dimension) = (&artifact.state, artifact.items.dimension());
        self.states = weights.states;
        self.known = 0;
        self.newest = None;
        self.sums.clear();
        self.sums.resize(weights.states * dimension, 0.0);
        self.recent.clear();
        self.dwells.clear();
        self.faded = [1.0; 5 * EventKind::WEIGHED];
        self.profile.reset();
        self.mute(events, rows);
        let events = &events[events.len().saturating_sub(HORIZON)..];
        let (mut known, mut neighbours) = (0, 0);
        for logged in events.iter().rev() {
            let Some(row) = rows.get(logged.event.item).filter(|_| logged.event.kind.weighed().is_some()) else {
                continue;
            };
            if known < weights.window && !self.profile.is_muted(&row.attributes) {
                known += 1;
                neighbours += row.neighbours.at_most();
            }
        }
        self.evidence.reset(neighbours);
        let mut ago = 0;
        for logged in events.iter().rev() {
            let event = &logged.event;
            if event.kind == EventKind::Dwell {
                self.dwells.push((event.item, event.amount));
            }
            let Some(kind) = event.kind.weighed() else { continue };
            let row = rows.get(event.item);
            // What the shopper wants no more of counts as if it had not been.
            if row.is_some_and(|row| self.profile.is_muted(&row.attributes)) {
                continue;
            }
            // A text is no item that may be come back to.
            let (is_item, against) = (event.kind != EventKind::Search, event.kind.is_against());
            let mut dwell = None;
            if is_item {
                self.profile.note(logged, ago);
                ago += 1;
                if event.kind == EventKind::View {
                    dwell = self.take_dwell(event.item);
                }
            }
            let Some(row) = row else { continue };
            if self.known == weights.window {
                continue;
            }
            let age = self.known;
            self.known += 1;
            self.codes.clear();
            row.codes.append_to(&mut self.codes);
            for state in 0..weights.states {
                let weight = weights.recency[state * weights.window + age]
                    * weights.kinds[state * EventKind::WEIGHED + kind]
                    * self.factor(weights, state, kind, dwell);
                let sums = self.sums[state * dimension..(state + 1) * dimension].iter_mut();
                if let Some(vector) = row.vector() {
                    sums.zip(vector).for_each(|(sum, value)| *sum += value * weight);
                    continue;
                }
                let weight = weight * row.scale;
                sums.zip(&self.codes).for_each(|(sum, &code)| *sum += f32::from(code) * weight);
            }
            let weight = weights.memory_recency[age]
                * weights.memory_kinds[kind]
                * self.factor(weights, weights.states, kind, dwell);
            self.faded.iter_mut().zip(&weights.decay).for_each(|(faded, decay)| *faded *= decay);
            // What the session turns to is told by what is wanted.
            if !is_item || (against && weight == 0.0) {
                continue;
            }
            self.evidence.add(&row.neighbours, weight, self.newest.is_none() && !against);
            self.profile.lean(&row.attributes, weight);
            if against {
                continue;
            }
            self.newest.get_or_insert(event.item);
            if self.recent.len() < RECENT_ITEMS && !self.recent.contains(&event.item) {
                self.recent.push(event.item);
            }
        }
        self.exposures.fold(shown, &self.profile);
        self.code_matrix(rows, dimension);
    }

    /// Finds what the shopper asked for no more of, and has not taken back since.
    fn mute(&mut self, events: &[Logged], rows: &Rows) {
        for logged in events.iter().rev() {
            let (item, kind) = (logged.event.item, logged.event.kind);
            if !matches!(kind, EventKind::Mute | EventKind::Unmute) || self.recent.contains(&item) {
                continue;
            }
            // The newest word on each counts.
            self.recent.push(item);
            let (Some(row), Some(id)) = (rows.get(item), rows.page_id(item)) else { continue };
            if kind == EventKind::Mute {
                let attributes = row.attributes;
                match Subject::of_id(id) {
                    Some(Subject::Category(path)) => {
                        self.profile.mute(Muted::Category, attributes.category);
                        if !path.bytes().any(|byte| byte == b'/' || byte == b'.') {
                            self.profile.mute(Muted::Department, attributes.department);
                        }
                    }
                    Some(Subject::Brand(_)) => self.profile.mute(Muted::Brand, attributes.brand),
                    _ => {}
                }
            }
        }
        self.recent.clear();
    }

    /// The band of the dwells that were noted for an item since its newest view, which is this one.
    fn take_dwell(&mut self, item: ItemHandle) -> Option<usize> {
        let (mut seconds, mut any) = (0.0, false);
        for (looked_at, amount) in &mut self.dwells {
            if *looked_at == item {
                (seconds, any) = (seconds + *amount, true);
                // Taken: no item has this handle.
                *looked_at = ItemHandle::MAX;
            }
        }
        if !any {
            return None;
        }
        self.profile.note_dwell(item, seconds);
        Some(DWELL_EDGES.iter().take_while(|&&edge| seconds >= edge).count())
    }

    /// What a weight is multiplied by: how far its kind has faded, and how long the item was looked at.
    fn factor(&self, weights: &StateWeights, row: usize, kind: usize, dwell: Option<usize>) -> f32 {
        let faded = self.faded.get(row * EventKind::WEIGHED + kind).copied().unwrap_or(1.0);
        let dwell = dwell.and_then(|band| weights.dwell.get(row * DWELL_BANDS + band)).copied().unwrap_or(1.0);
        faded * dwell
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

    /// What lists showed, and was passed over.
    #[inline]
    pub fn exposures(&self) -> &Exposures {
        &self.exposures
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
            && self.exposures == other.exposures
    }
}
