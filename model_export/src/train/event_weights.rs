//! How much an event weighs in the state, besides by how many others followed it: by its kind, by how its kind fades, and by
//! how long the item was looked at. Learned together with the vectors, by the same loss.
//!
//! An event that `r` others followed weighs `recency[r] * kinds[k] * decay[k]^r`, a view also `dwell[band]`. Only the direction
//! of the state counts, so the most frequent kind of event is the yardstick: its weight is 1 and it fades by recency alone. In a
//! log of one kind there is nothing to compare, and its weight drifts with the rest.
//!
//! What a log tells little of stays near its default: each weight has a normal prior around it ([`PRIOR`]), which so counts
//! for less the more examples there are; and a kind of fewer than [`FEWEST_EVENTS`] events, or a dwell that fewer events have,
//! keeps its default altogether.

use burn::tensor::{Device, Int, Tensor, TensorData};
use reshelf::artifact::{DEFAULT_DWELL, DEFAULT_KINDS, DWELL_BANDS, DWELL_EDGES, EventKind};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::adam::Adam;
use super::corpus::Corpus;
use crate::data::is_signal;

/// Events of a kind, or with a dwell, from which on something is learned of it.
pub const FEWEST_EVENTS: usize = 200;
/// Standard deviation of the prior of a kind's weight, of a dwell's, and of a decay's logarithm in its own unit.
pub const PRIOR: f32 = 0.5;
/// A decay is `exp(DECAY_UNIT * x)`: so that a step of the optimiser is a small step of a number with a power on it.
const DECAY_UNIT: f32 = 0.1;
/// The bounds of `x`: a decay of 0.5 to 1.1.
const DECAYS: [f32; 2] = [-7.0, 1.0];

/// What is learned, and the defaults of what is not.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct EventWeights {
    /// `EventKind::WEIGHED`.
    pub kinds: Vec<f32>,
    /// `EventKind::WEIGHED` exponents ([`EventWeights::decay`]).
    exponents: Vec<f32>,
    /// `DWELL_BANDS`.
    pub dwell: Vec<f32>,
    /// Which of the kinds are learned.
    pub learned: Vec<bool>,
    /// Whether the dwells are.
    pub dwell_learned: bool,
}

impl EventWeights {
    /// The defaults.
    pub fn start() -> Self {
        let mut kinds = vec![1.0; EventKind::WEIGHED];
        DEFAULT_KINDS.iter().for_each(|&(kind, weight, _)| kinds[kind as usize] = weight);
        EventWeights {
            kinds,
            exponents: vec![0.0; EventKind::WEIGHED],
            dwell: DEFAULT_DWELL.to_vec(),
            learned: vec![false; EventKind::WEIGHED],
            dwell_learned: false,
        }
    }

    /// What a kind's weight is multiplied by for each event that followed.
    pub fn decay(&self, kind: usize) -> f32 {
        (DECAY_UNIT * self.exponents[kind]).exp()
    }

    /// Whether any kind fades in a way of its own.
    pub fn fades(&self) -> bool {
        self.exponents.iter().any(|&exponent| exponent != 0.0)
    }
}

impl EventWeights {
    /// For the report.
    pub fn told(&self) -> Value {
        let kind = |kind: &EventKind| {
            let at = *kind as usize;
            let told = json!({ "weight": self.kinds[at], "decay": self.decay(at), "learned": self.learned[at] });
            (kind.name().to_owned(), told)
        };
        let kinds: Map<String, Value> = EventKind::ALL[..EventKind::WEIGHED].iter().map(kind).collect();
        json!({ "kinds": kinds, "dwell": { "edges": DWELL_EDGES, "weights": self.dwell, "learned": self.dwell_learned } })
    }

    /// What was learned, in a line; `None` where nothing was.
    pub fn words(&self) -> Option<String> {
        // A log of one kind tells nothing of kinds: nothing fades by itself there.
        let compared = self.fades();
        let kind = |kind: &EventKind| {
            let (weight, decay) = (self.kinds[*kind as usize], self.decay(*kind as usize));
            format!("{} {weight:.2} (x {decay:.3} an event)", kind.name())
        };
        let learned = EventKind::ALL[..EventKind::WEIGHED].iter().filter(|kind| self.learned[**kind as usize]);
        let mut learned: Vec<String> = learned.filter(|_| compared).map(kind).collect();
        if self.dwell_learned {
            let bands: Vec<String> = self.dwell.iter().map(|weight| format!("{weight:.2}")).collect();
            learned.push(format!("a view by its dwell {}", bands.join(", ")));
        }
        (!learned.is_empty()).then(|| format!("learned weights of events: {}", learned.join("; ")))
    }

    /// However long an item is looked at, it counts the same.
    pub fn forget_dwells(&mut self) {
        self.dwell.fill(1.0);
        self.dwell_learned = true;
    }

    /// What is told beside the events weighs nothing.
    pub fn forget_signals(&mut self) {
        for (kind, ..) in DEFAULT_KINDS {
            (self.kinds[kind as usize], self.learned[kind as usize]) = (0.0, true);
        }
    }
}

/// Moments of the three short tables.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct WeightsAdam {
    kinds: Adam,
    exponents: Adam,
    dwell: Adam,
}

impl WeightsAdam {
    pub fn new() -> Self {
        WeightsAdam {
            kinds: Adam::new(EventKind::WEIGHED, 1),
            exponents: Adam::new(EventKind::WEIGHED, 1),
            dwell: Adam::new(DWELL_BANDS, 1),
        }
    }
}

/// What of the weights a corpus tells enough of.
pub(super) struct Learner {
    /// Kinds whose weight is learned.
    kinds: Vec<u32>,
    /// Kinds whose decay is.
    decays: Vec<u32>,
    dwell: bool,
    /// Pull towards a default that is one off, as a slope of the mean loss.
    pull: f32,
}

/// The weights of a batch's events, and the leaves of the graph that they are made of.
pub(super) struct Weighed {
    /// `examples x window`.
    pub factors: Tensor<2>,
    kinds: Tensor<2>,
    exponents: Option<Tensor<2>>,
    dwell: Option<Tensor<2>>,
}

impl Learner {
    /// `learn_kinds`: whether kinds may differ at all.
    pub fn new(corpus: &Corpus, learn_kinds: bool) -> Self {
        let counts = corpus.kind_counts();
        // What is told beside the events has defaults by the views, so it is no yardstick however often it is told.
        let of_events = (0..counts.len()).filter(|&kind| !is_signal(EventKind::ALL[kind]));
        let most = of_events.max_by_key(|&kind| (counts[kind], EventKind::WEIGHED - kind)).unwrap_or(0);
        let enough = |kind: &usize| counts[*kind] >= FEWEST_EVENTS && *kind != most;
        let mut kinds: Vec<u32> = (0..counts.len()).filter(enough).map(|kind| kind as u32).collect();
        if !learn_kinds {
            kinds.clear();
        }
        let decays = kinds.clone();
        if counts.iter().filter(|&&count| count > 0).count() == 1 {
            kinds = vec![most as u32];
        }
        let dwell = corpus.dwells() >= FEWEST_EVENTS;
        Learner { kinds, decays, dwell, pull: 1.0 / (PRIOR * PRIOR * corpus.sequence().len().max(1) as f32) }
    }

    /// The factors of events of these kinds and dwells, `window` of them an example, newest first.
    pub fn weighed(
        &self,
        weights: &EventWeights,
        [kinds, dwells]: [&[i32]; 2],
        window: usize,
        device: &Device,
    ) -> Weighed {
        let shape = [kinds.len() / window, window];
        let leaf = |values: Vec<f32>| {
            let shape = [values.len(), 1];
            Tensor::<2>::from_data(TensorData::new(values, shape), device).require_grad()
        };
        let places =
            |values: &[i32]| Tensor::<1, Int>::from_data(TensorData::new(values.to_vec(), [values.len()]), device);
        let of_kinds = leaf(weights.kinds.clone());
        let mut factors = of_kinds.clone().select(0, places(kinds)).reshape(shape);
        let exponents = (!self.decays.is_empty()).then(|| leaf(weights.exponents.clone()));
        if let Some(exponents) = &exponents {
            let ages: Vec<f32> = (0..window).map(|age| DECAY_UNIT * age as f32).collect();
            let ages = Tensor::<2>::from_data(TensorData::new(ages, [1, window]), device);
            factors = factors * (exponents.clone().select(0, places(kinds)).reshape(shape) * ages).exp();
        }
        let dwell = self.dwell.then(|| leaf([weights.dwell.as_slice(), &[1.0]].concat()));
        if let Some(dwell) = &dwell {
            factors = factors * dwell.clone().select(0, places(dwells)).reshape(shape);
        }
        Weighed { factors, kinds: of_kinds, exponents, dwell }
    }

    /// Moves what is learned against its gradients, which `slopes` finds, and towards the defaults.
    pub fn step(
        &self,
        weights: &mut EventWeights,
        weighed: &Weighed,
        slopes: impl Fn(&Tensor<2>) -> Vec<f32>,
        adam: &mut WeightsAdam,
        step: f32,
    ) {
        let defaults = EventWeights::start();
        let alone = self.decays.is_empty() && self.kinds.len() == 1;
        let pulled = |rows: &[u32], slopes: Vec<f32>, values: &[f32], defaults: &[f32]| -> Vec<f32> {
            let slope = |&row: &u32| {
                let row = row as usize;
                slopes[row] + if alone { 0.0 } else { self.pull * (values[row] - defaults[row]) }
            };
            rows.iter().map(slope).collect()
        };
        let of_kinds = pulled(&self.kinds, slopes(&weighed.kinds), &weights.kinds, &defaults.kinds);
        adam.kinds.step(&mut weights.kinds, &self.kinds, &of_kinds, step);
        if let Some(exponents) = &weighed.exponents {
            let slopes = pulled(&self.decays, slopes(exponents), &weights.exponents, &defaults.exponents);
            adam.exponents.step(&mut weights.exponents, &self.decays, &slopes, step);
        }
        if let Some(dwell) = &weighed.dwell {
            let bands: Vec<u32> = (0..DWELL_BANDS as u32).collect();
            let slopes = pulled(&bands, slopes(dwell), &weights.dwell, &defaults.dwell);
            adam.dwell.step(&mut weights.dwell, &bands, &slopes, step);
        }
        self.bound(weights);
    }

    /// Keeps the weights where they mean something: what is sent back or not wanted attracts nobody, no dwell pushes away, and
    /// no kind fades or grows without measure.
    fn bound(&self, weights: &mut EventWeights) {
        for kind in [EventKind::Return, EventKind::Dislike] {
            weights.kinds[kind as usize] = weights.kinds[kind as usize].min(0.0);
        }
        weights.dwell.iter_mut().for_each(|weight| *weight = weight.max(0.0));
        weights.exponents.iter_mut().for_each(|exponent| *exponent = exponent.clamp(DECAYS[0], DECAYS[1]));
        self.kinds.iter().for_each(|&kind| weights.learned[kind as usize] = true);
        weights.dwell_learned = self.dwell;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_keep_their_bounds() {
        let corpus = Corpus::of_lists(2, &[&[0, 1]]);
        let mut weights = EventWeights::start();
        weights.kinds.fill(2.0);
        weights.dwell.fill(-1.0);
        weights.exponents = [vec![-99.0], vec![99.0; EventKind::WEIGHED - 1]].concat();
        Learner::new(&corpus, true).bound(&mut weights);
        for (at, &weight) in weights.kinds.iter().enumerate() {
            let against = EventKind::ALL[at].is_against();
            assert_eq!(weight, if against { 0.0 } else { 2.0 });
        }
        assert_eq!(weights.dwell, [0.0; DWELL_BANDS]);
        assert!((weights.decay(0) - 0.5).abs() < 0.01 && (weights.decay(1) - 1.1).abs() < 0.01);
    }

    #[test]
    fn the_most_frequent_kind_is_the_yardstick_and_few_events_teach_nothing() {
        use EventKind::{Cart, Purchase, View};
        let kinds =
            |carts: usize, purchases: usize| [vec![View; 600], vec![Cart; carts], vec![Purchase; purchases]].concat();
        let learner = |kinds: &[EventKind], learn_kinds: bool| {
            let items = vec![0; kinds.len()];
            Learner::new(&Corpus::new(1, &items, kinds, &[0, kinds.len()], f32::INFINITY), learn_kinds)
        };
        let learned = |kinds: &[EventKind], learn_kinds| {
            let learner = learner(kinds, learn_kinds);
            (learner.kinds, learner.decays)
        };
        assert_eq!(learned(&kinds(FEWEST_EVENTS, FEWEST_EVENTS - 1), true), (vec![1], vec![1]));
        assert_eq!(learned(&kinds(700, 0), true), (vec![0], vec![0]));
        assert_eq!(learned(&kinds(700, 300), false), (vec![], vec![]));
        let searches = [vec![View; 600], vec![EventKind::Search; 700]].concat();
        let search = EventKind::Search as u32;
        assert_eq!(learned(&searches, true), (vec![search], vec![search]), "told beside the events");
        // Nothing to compare: as it was before there were yardsticks.
        assert_eq!(learned(&kinds(0, 0), true), (vec![0], vec![]));
        assert_eq!(learned(&kinds(0, 0), false), (vec![0], vec![]));
    }
}
