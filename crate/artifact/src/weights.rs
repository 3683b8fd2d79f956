//! The small learned tables: how events fold into the state, the head, and how a whole catalogue is short-listed.

use super::EventKind;
use super::Header;
use super::error::detail;
use super::tensors::Tensors;
use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;

/// The key of the head's names of features.
pub(crate) const FEATURES: &str = "reshelf.features";

/// The most states that an artifact may define.
const MOST_STATES: usize = 4;
/// The most events back that any part may look.
const LONGEST_WINDOW: usize = 64;
/// The widest hidden layer that an artifact may bring.
const WIDEST_HIDDEN: usize = 256;

/// The seconds that part the bands of a dwell: a glance, a look, and so on to a study of the product page.
pub const DWELL_EDGES: [f32; 4] = [3.0, 10.0, 30.0, 90.0];

/// How many bands there are.
pub const DWELL_BANDS: usize = DWELL_EDGES.len() + 1;

/// What a view counts in each band where no training log told of dwells: less for a glance, a little more for a study. A view
/// without a dwell counts 1.
pub const DEFAULT_DWELL: [f32; DWELL_BANDS] = [0.5, 0.8, 1.0, 1.2, 1.3];

/// What kinds weigh that no training log had, as parts of a view's weight: in a state, and for what other sessions say. What is
/// sent back or not wanted pushes the state away, and nothing that others did with it counts.
pub const DEFAULT_KINDS: [(EventKind, f32, f32); 3] =
    [(EventKind::Return, -0.5, 0.0), (EventKind::Dislike, -1.0, 0.0), (EventKind::Search, 1.0, 0.0)];

/// How much each event of the session counts, by how long ago it was, by its kind, and by how long the item was looked at.
///
/// `recency[s * window + r]` is the weight in state `s` of the event that `r` others followed.
#[derive(Clone, Debug, PartialEq)]
pub struct StateWeights {
    /// How many decayed sums of item vectors there are (1 to 4).
    pub states: usize,
    /// How many of the newest events count (1 to 64).
    pub window: usize,
    /// `states x window`.
    pub recency: Vec<f32>,
    /// `states x EventKind::WEIGHED`.
    pub kinds: Vec<f32>,
    /// `window`: the same for the memory of other sessions.
    pub memory_recency: Vec<f32>,
    /// `EventKind::WEIGHED`.
    pub memory_kinds: Vec<f32>,
    /// `(states + 1) x EventKind::WEIGHED`, the last row for the memory: what the weight of a kind is multiplied by for each
    /// event that followed. 1 for a kind that fades as all do.
    pub decay: Vec<f32>,
    /// `(states + 1) x DWELL_BANDS`, the last row for the memory: what a view's weight is multiplied by.
    pub dwell: Vec<f32>,
}

impl StateWeights {
    pub(crate) fn read(header: &Header, tensors: &Tensors<'_>) -> Self {
        let [states, window] = tensors.sides("state.recency");
        let names = header.kinds();
        let (kinds, places) = (names.len(), places_of_kinds(&names));
        if places.contains(&NOWHERE) || (1..kinds).any(|at| names[..at].contains(&names[at])) {
            tensors.misshapen(
                "state.kinds",
                detail!("kinds are named once each, and `other` is one of them; names:", kinds),
            );
        }
        if !(1..=MOST_STATES).contains(&states) || !(1..=LONGEST_WINDOW).contains(&window) {
            tensors.misshapen("state.recency", detail!("at most 4 states of at most 64 events; states:", states));
        }
        let decay = match tensors.has(DECAY) {
            true => by_kind(&places, &tensors.f32(DECAY, &[states + 1, kinds]), kinds),
            false => Vec::new(),
        };
        let dwell = match tensors.has(DWELL) {
            true => tensors.f32(DWELL, &[states + 1, DWELL_BANDS]),
            false => Vec::new(),
        };
        let mut weights = StateWeights {
            states,
            window,
            recency: tensors.f32("state.recency", &[states, window]),
            kinds: by_kind(&places, &tensors.f32("state.kinds", &[states, kinds]), kinds),
            memory_recency: tensors.f32("memory.recency", &[window]),
            memory_kinds: by_kind(&places, &tensors.f32("memory.kinds", &[kinds]), kinds),
            decay,
            dwell,
        };
        weights.fill_in(&|kind| names.contains(&kind.name()));
        weights
    }

    /// The kinds whose weights are not the defaults that [`StateWeights::fill_in`] gives: those that a file names.
    #[cfg(feature = "write")]
    pub(crate) fn learned_kinds(&self) -> Vec<EventKind> {
        let mut filled = StateWeights { decay: Vec::new(), dwell: Vec::new(), ..self.clone() };
        filled.fill_in(&|_| false);
        let of = |rows: &[f32], kind: EventKind| -> Vec<f32> {
            rows.iter().skip(kind as usize).step_by(EventKind::WEIGHED).copied().collect()
        };
        let learned = |kind: EventKind| {
            kind <= EventKind::Other
                || of(&self.kinds, kind) != of(&filled.kinds, kind)
                || of(&self.memory_kinds, kind) != of(&filled.memory_kinds, kind)
                || of(&self.decay, kind) != of(&filled.decay, kind)
        };
        EventKind::ALL[..EventKind::WEIGHED].iter().copied().filter(|&kind| learned(kind)).collect()
    }

    /// Gives kinds that no training log had, decays and dwells their defaults.
    #[inline(never)]
    pub fn fill_in(&mut self, learned: &dyn Fn(EventKind) -> bool) {
        for (kind, of_state, of_memory) in DEFAULT_KINDS {
            if learned(kind) {
                continue;
            }
            for (rows, part) in [(&mut self.kinds, of_state), (&mut self.memory_kinds, of_memory)] {
                for row in rows.chunks_exact_mut(EventKind::WEIGHED) {
                    row[kind as usize] = row[EventKind::View as usize] * part;
                }
            }
            // A file that does not name it says no more of how it fades.
            self.decay.chunks_exact_mut(EventKind::WEIGHED).for_each(|row| row[kind as usize] = 1.0);
        }
        if self.decay.is_empty() {
            self.decay.resize((self.states + 1) * EventKind::WEIGHED, 1.0);
        }
        if self.dwell.is_empty() {
            (0..=self.states).for_each(|_| self.dwell.extend(DEFAULT_DWELL));
        }
    }
}

/// Optional: files of formats 2 and 3 need not have them.
pub(crate) const DECAY: &str = "kinds.decay";
pub(crate) const DWELL: &str = "dwell.weights";

/// The place of a kind that has none.
const NOWHERE: usize = usize::MAX;

/// The place of each weighed kind's weight among those of the file. A kind that the file does not name counts as `other`, and
/// one that this engine does not know is left out.
fn places_of_kinds(names: &[&str]) -> Vec<usize> {
    let place = |kind: &str| names.iter().position(|name| *name == kind).unwrap_or(NOWHERE);
    let weighed = &EventKind::ALL[..EventKind::WEIGHED];
    let mut places: Vec<usize> = weighed.iter().map(|kind| place(kind.name())).collect();
    let other = places[EventKind::Other as usize];
    places.iter_mut().filter(|place| **place == NOWHERE).for_each(|place| *place = other);
    places
}

/// Rows of one weight a weighed kind, in the order of [`EventKind::ALL`], of rows in the file's order.
#[inline(never)]
fn by_kind(places: &[usize], stored: &[f32], kinds: usize) -> Vec<f32> {
    let mut weights = Vec::new();
    for row in stored.chunks_exact(kinds.max(1)) {
        weights.extend(places.iter().map(|&place| row.get(place).copied().unwrap_or_default()));
    }
    weights
}

/// The listwise head: `score = linear . x + output . relu(hidden x + bias)`, with the features' standardisation folded
/// into the weights.
#[derive(Clone, Debug, PartialEq)]
pub struct Head {
    /// The names of the features, in order.
    pub features: Vec<String>,
    /// Rows of the hidden layer.
    pub hidden: usize,
    /// `hidden x features`.
    pub hidden_weights: Vec<f32>,
    /// `hidden`.
    pub hidden_bias: Vec<f32>,
    /// `hidden`.
    pub output: Vec<f32>,
    /// `features`.
    pub linear: Vec<f32>,
}

impl Head {
    pub(crate) fn read(header: &Header, tensors: &Tensors<'_>) -> Self {
        let features = header.names(FEATURES).unwrap_or_default();
        let hidden = tensors.length("head.output");
        if hidden > WIDEST_HIDDEN {
            tensors.misshapen("head.output", detail!("hidden rows, at most 256:", hidden));
        }
        Head {
            hidden,
            hidden_weights: tensors.f32("head.hidden", &[hidden, features.len()]),
            hidden_bias: tensors.f32("head.bias", &[hidden]),
            output: tensors.f32("head.output", &[hidden]),
            linear: tensors.f32("head.linear", &[features.len()]),
            features: features.into_iter().map(str::to_owned).collect(),
        }
    }
}

/// Within which bounds a session's own clicks and skips may move the head, where the model allows it at all.
#[derive(Clone, Debug, PartialEq)]
pub struct Feedback {
    /// The names of the features whose weights may move.
    pub features: Vec<String>,
    /// The most that each weight may move, up or down.
    pub bounds: Vec<f32>,
    /// How sure the head is of each weight: the precision (one over the variance) of how shoppers differ in it.
    pub precision: Vec<f32>,
}

impl Feedback {
    /// Reads the tensor `feedback.bounds`; `None` where there is none.
    pub(crate) fn read(header: &Header, tensors: &Tensors<'_>) -> Option<Self> {
        let features = tensors.has(BOUNDS).then(|| header.names(LEARNERS).unwrap_or_default())?;
        let values = tensors.f32(BOUNDS, &[2, features.len()]);
        if values.iter().any(|&value| value <= 0.0) {
            tensors.bad_value(BOUNDS, detail!("bounds and precisions are above zero"));
        }
        let (bounds, precision) = values.split_at(values.len() / 2);
        let features = features.into_iter().map(str::to_owned).collect();
        Some(Feedback { features, bounds: bounds.to_vec(), precision: precision.to_vec() })
    }
}

/// Two rows of a number a feature: bounds, precisions.
pub(crate) const BOUNDS: &str = "feedback.bounds";
/// The key of the names of these features.
pub(crate) const LEARNERS: &str = "reshelf.feedback";

/// How the whole catalogue is cut down to a short list that the head then orders: a weighted sum of two parts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Retrieval {
    /// Weight of the similarity with the first state.
    pub state: f32,
    /// Weight of the memory of other sessions.
    pub memory: f32,
}

impl Retrieval {
    pub(crate) fn read(tensors: &Tensors<'_>) -> Self {
        // A fault was noted where these are not two.
        let weights = tensors.f32("retrieval.weights", &[2]);
        let weight = |at: usize| weights.get(at).copied().unwrap_or_default();
        Retrieval { state: weight(0), memory: weight(1) }
    }
}
