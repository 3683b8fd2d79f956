//! The small learned tables: how events fold into the state, the head, and how a whole catalogue is short-listed.

use super::EventKind;
use super::Header;
use super::error::detail;
use super::event_kind::KINDS;
use super::header::listed;
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

/// How much each event of the session counts, by how long ago it was and by its kind.
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
    /// `states x EventKind::COUNT`.
    pub kinds: Vec<f32>,
    /// `window`: the same for the memory of other sessions.
    pub memory_recency: Vec<f32>,
    /// `EventKind::COUNT`.
    pub memory_kinds: Vec<f32>,
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
        StateWeights {
            states,
            window,
            recency: tensors.f32("state.recency", &[states, window]),
            kinds: by_kind(&places, &tensors.f32("state.kinds", &[states, kinds]), kinds),
            memory_recency: tensors.f32("memory.recency", &[window]),
            memory_kinds: by_kind(&places, &tensors.f32("memory.kinds", &[kinds]), kinds),
        }
    }
}

/// The place of a kind that has none.
const NOWHERE: usize = usize::MAX;

/// The place of each kind's weight among those of the file. A kind that the file does not name counts as `other`, and one that
/// this engine does not know is left out.
fn places_of_kinds(names: &[&str]) -> Vec<usize> {
    let place = |kind: &str| names.iter().position(|name| *name == kind).unwrap_or(NOWHERE);
    let mut places: Vec<usize> = listed(KINDS).into_iter().map(place).collect();
    let other = places[EventKind::Other as usize];
    places.iter_mut().filter(|place| **place == NOWHERE).for_each(|place| *place = other);
    places
}

/// Rows of one weight a kind, in the order of [`EventKind::ALL`], of rows in the file's order.
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
