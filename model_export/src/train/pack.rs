//! From trained parts to an artifact.

use std::sync::Arc;

use reshelf::artifact::{
    Artifact, Attributes, Clusters, DEFAULT_KINDS, EventKind, Feedback, Head, ItemTable, Memory, Retrieval,
    StateWeights, Vocabulary,
};
use reshelf::math::normalize;

use super::TrainError;
use super::memory::MemoryOptions;
use super::tokens::Tokens;
use super::vectors::Vectors;
use crate::data::Ids;
use crate::quantization::{Bits, Recipe, quantize};

/// Everything that training makes.
#[derive(Clone, Debug)]
pub struct Parts {
    /// What it is quantized to, also while it is measured.
    pub bits: Bits,
    /// The items, ascending.
    pub ids: Ids,
    /// Vectors and the weights of the first state.
    pub vectors: Vectors,
    /// The tokens of the items' descriptions, where there is a catalogue.
    pub tokens: Option<Arc<Tokens>>,
    /// Neighbours, in full precision.
    pub memory: Memory,
    /// How they were made.
    pub memory_options: MemoryOptions,
    /// Attributes.
    pub attributes: Vec<Attributes>,
    /// The head.
    pub head: Head,
    /// How the catalogue is short-listed.
    pub retrieval: Retrieval,
    /// How far a shopper's own clicks may move the head.
    pub feedback: Option<Feedback>,
    /// Clusters of the items, once the vectors are what they will be.
    pub clusters: Option<Clusters>,
}

impl Parts {
    /// Puts the parts together in full precision and quantizes them.
    ///
    /// # Errors
    /// As any artifact, when the parts disagree or hold values that are not finite.
    pub fn pack(&self, model: String, card: String) -> Result<Artifact, TrainError> {
        let dimension = self.vectors.dimension;
        let mut vectors = self.vectors.table.clone();
        vectors.chunks_exact_mut(dimension).for_each(|vector| _ = normalize(vector));
        let state = self.state_weights();
        let artifact = Artifact {
            model,
            card,
            vocabulary: vocabulary(&self.ids),
            items: ItemTable::exact(dimension, vectors, self.attributes.clone())?,
            memory: self.memory.clone(),
            state,
            head: self.head.clone(),
            retrieval: self.retrieval,
            feedback: self.feedback.clone(),
            tokens: self.tokens.as_ref().map(|tokens| tokens.table(&self.vectors.tokens, dimension)),
            clusters: self.clusters.clone(),
        };
        Ok(quantize(&artifact, &Recipe::of(self.bits))?)
    }

    /// The weights of events in both states and in the memory of other sessions, which counts all kinds alike but those that
    /// tell against an item. The second state and the memory fade by recency alone. The memory may look further back than the
    /// states.
    fn state_weights(&self) -> StateWeights {
        let (events, seen) = (&self.vectors.events, self.vectors.recency.len());
        let memory_recency: Vec<f32> = self.memory_options.recency().collect();
        let window = seen.max(memory_recency.len());
        let padded = |mut weights: Vec<f32>| {
            weights.resize(window, 0.0);
            weights
        };
        // The second state is the plain mean of what the vectors see: what the session is about as a whole.
        let recency = [padded(self.vectors.recency.clone()), padded(vec![1.0; seen])].concat();
        let (of_kinds, plain) = (0..EventKind::WEIGHED, vec![1.0; EventKind::WEIGHED]);
        let fading = || of_kinds.clone().map(|kind| events.decay(kind)).collect::<Vec<f32>>();
        let mut state = StateWeights {
            states: 2,
            window,
            recency,
            kinds: [events.kinds.as_slice(), &events.kinds].concat(),
            memory_recency: padded(memory_recency),
            memory_kinds: plain.clone(),
            decay: if events.fades() { [fading().as_slice(), &plain, &plain].concat() } else { Vec::new() },
            dwell: if events.dwell_learned { events.dwell.repeat(3) } else { Vec::new() },
        };
        for (kind, _, of_memory) in DEFAULT_KINDS {
            state.memory_kinds[kind as usize] = of_memory;
        }
        state.fill_in(&|kind| events.learned[kind as usize]);
        state
    }

    /// The same without a name or a card: to be measured, not kept.
    ///
    /// # Errors
    /// As [`Parts::pack`].
    pub fn draft(&self) -> Result<Arc<Artifact>, TrainError> {
        self.pack(String::new(), String::new()).map(Arc::new)
    }
}

fn vocabulary(ids: &Ids) -> Vocabulary {
    match ids {
        Ids::Integer(ids) => Vocabulary::Integer(ids.clone()),
        Ids::Text(ids) => Vocabulary::from_text(ids.iter().map(String::as_str)),
    }
}
