//! From trained parts to an artifact.

use std::sync::Arc;

use reshelf::math::{normalize, quantize_row};
use reshelf::model::{
    Artifact, ArtifactError, Attributes, EventKind, Head, ItemTable, Memory, Retrieval, StateWeights, Vocabulary,
};

use super::tokens::Tokens;
use super::vectors::Vectors;
use crate::data::Ids;

/// Everything that training makes.
#[derive(Clone, Debug)]
pub struct Parts {
    /// The items, ascending.
    pub ids: Ids,
    /// Vectors and the weights of the first state.
    pub vectors: Vectors,
    /// The tokens of the items' descriptions, where there is a catalogue.
    pub tokens: Option<Arc<Tokens>>,
    /// Neighbours.
    pub memory: Memory,
    /// Attributes.
    pub attributes: Vec<Attributes>,
    /// The head.
    pub head: Head,
    /// How the catalogue is short-listed.
    pub retrieval: Retrieval,
}

impl Parts {
    /// Quantizes and puts the parts together.
    ///
    /// # Errors
    /// As any artifact, when the parts disagree or hold values that are not finite.
    pub fn pack(&self, model: String, card: String) -> Result<Artifact, ArtifactError> {
        let (dimension, window) = (self.vectors.dimension, self.vectors.recency.len());
        let mut codes = vec![0i8; self.vectors.table.len()];
        let mut scales = Vec::with_capacity(self.ids.len());
        let mut vector = vec![0.0f32; dimension];
        for (row, codes) in self.vectors.table.chunks_exact(dimension).zip(codes.chunks_exact_mut(dimension)) {
            vector.copy_from_slice(row);
            normalize(&mut vector);
            scales.push(quantize_row(&vector, codes).to_f32());
        }
        // The second state is the plain mean of the window: what the session is about as a whole.
        let recency = [self.vectors.recency.as_slice(), &vec![1.0; window]].concat();
        let kinds = [self.vectors.kinds.as_slice(), &self.vectors.kinds].concat();
        Ok(Artifact {
            model,
            card,
            vocabulary: vocabulary(&self.ids),
            items: ItemTable::new(dimension, codes, scales, self.attributes.clone())?,
            memory: self.memory.clone(),
            state: StateWeights {
                states: 2,
                window,
                recency,
                kinds,
                memory_recency: (0..window).map(|ago| 1.0 / (1.0 + ago as f32)).collect(),
                memory_kinds: vec![1.0; EventKind::COUNT],
            },
            head: self.head.clone(),
            retrieval: self.retrieval,
            tokens: self.tokens.as_ref().map(|tokens| tokens.table(&self.vectors.tokens, dimension)),
        })
    }

    /// The same without a name or a card: to be measured, not kept.
    ///
    /// # Errors
    /// As [`Parts::pack`].
    pub fn draft(&self) -> Result<Arc<Artifact>, ArtifactError> {
        self.pack(String::new(), String::new()).map(Arc::new)
    }
}

fn vocabulary(ids: &Ids) -> Vocabulary {
    match ids {
        Ids::Integer(ids) => Vocabulary::Integer(ids.clone()),
        Ids::Text(ids) => Vocabulary::from_text(ids.iter().map(String::as_str)),
    }
}
