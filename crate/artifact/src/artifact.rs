//! All parts of an artifact together.

#[cfg(feature = "write")]
use super::ArtifactError;
use super::{Clusters, Feedback, Head, ItemTable, Memory, Retrieval, StateWeights, TokenTable, Vocabulary};
use alloc::string::String;
#[cfg(feature = "write")]
use alloc::vec::Vec;

/// Everything that a trained model holds, checked.
///
/// Tensors of the file (`n` items, `d` dimensions, `s` states, `w` events of window, `f` features, `h` hidden rows,
/// `k` kinds of events, `c` channels, `t` tokens, `e` edges of prices, `q` clusters):
///
/// | name | type, shape | |
/// |---|---|---|
/// | `items.ids` | U8, bytes | packed ids, ascending ([`Vocabulary`]) |
/// | `items.codes`, `items.codes4` | I8 x d, U8 x d/2, either or both | the vectors: rows in 8 bits a code, rows in 4 |
/// | `items.wide` | U8 n/8, with both of these | a bit an item: whether its row is in 8 bits |
/// | `items.scales` | F16 n | the vectors' scales |
/// | `items.category`, `.department`, `.brand` | U8 or U16 n | attribute numbers, 0 unknown |
/// | `items.price` | I8 n | standardised log price, -128 unknown |
/// | `items.popularity`, `items.trend` | U8 n | |
/// | `memory.lists` | U8, bytes | packed neighbours, item after item ([`super::Neighbours`]) |
/// | `memory.bytes` | U8 n, or U16 where a list is longer | bytes of each item's list |
/// | `memory.scales` | F16 n x c | scale of each channel's strengths, times 256 |
/// | `state.recency`, `state.kinds` | F32 s x w, s x k | |
/// | `memory.recency`, `memory.kinds` | F32 w, k | |
/// | `head.hidden`, `.bias`, `.output`, `.linear` | F32 h x f, h, h, f | |
/// | `kinds.decay` | F32 (s + 1) x k, optional | how fast each kind fades in each state, and in the memory |
/// | `dwell.weights` | F32 (s + 1) x 5, optional | what a view counts by the seconds on the item's page |
/// | `feedback.bounds` | F32 2 x m, optional | how far each of `m` weights may move with the session's own clicks, and its precision |
/// | `retrieval.weights` | F32 2 | |
/// | `tokens.hashes` | U32 t, ascending, optional with all of `tokens` | what items never seen are composed of |
/// | `tokens.codes`, `tokens.scales` | I8 t x d, F16 t | their vectors |
/// | `tokens.numbers` | U16 t | the attribute number that a token names, 0 none |
/// | `tokens.price_edges`, `tokens.price_codes` | F32 e, I8 e + 1, optional | bands of prices |
/// | `clusters.codes` | I8 q x d, optional | centres of clusters, which share one scale ([`Clusters`]) |
///
/// In full precision, which only native engines read, `items.vectors` (F32 n x d) stands in place of codes and scales, and
/// `memory.counts` (U8 or U16 n), `memory.items` (U32 m) and `memory.strengths` (F32 m x c) in place of packed lists.
///
/// An attribute that no item has is left out, and so is a department that is every item's category.
///
/// Metadata: `reshelf.format`, `reshelf.checksum` (XXH64 of the file without these digits), `reshelf.ids`,
/// `reshelf.features` (names of the head's columns, in its order), `reshelf.feedback` (those of the weights that may move, where
/// there are any), `reshelf.kinds` (names of the kinds, in the order of their
/// weights), `reshelf.model` (identity of this training run), `reshelf.card` (JSON for people and `inspect`).
///
/// Format 2, which is still read, has no `reshelf.kinds`: its kinds are the seven of [`super::EventKind`].
#[derive(Clone, Debug, PartialEq)]
pub struct Artifact {
    /// The identity of the training run: rows that travel are accepted only from the same run.
    pub model: String,
    /// A JSON text about where the model comes from; never read by the engine.
    pub card: String,
    /// The ids of the rows.
    pub vocabulary: Vocabulary,
    /// Vectors and attributes.
    pub items: ItemTable,
    /// Neighbours.
    pub memory: Memory,
    /// How events fold.
    pub state: StateWeights,
    /// The head.
    pub head: Head,
    /// How a catalogue is short-listed.
    pub retrieval: Retrieval,
    /// How far a session's own clicks and skips may move the head, if they may.
    pub feedback: Option<Feedback>,
    /// What items are composed of that training never saw, where the model was trained with a catalogue.
    pub tokens: Option<TokenTable>,
    /// Clusters of the items, where the model was trained with them.
    pub clusters: Option<Clusters>,
}

impl Artifact {
    /// The same model without ids, vectors and neighbours: rows of the whole one that travel are accepted by it, and rank in it
    /// bit for bit like its table.
    ///
    /// # Errors
    /// None for a valid artifact.
    #[cfg(feature = "write")]
    pub fn without_table(&self) -> Result<Self, ArtifactError> {
        Ok(Artifact {
            vocabulary: Vocabulary::from_text([]),
            items: ItemTable::new(self.items.dimension(), Vec::new(), Vec::new(), Vec::new())?,
            memory: Memory::pack(self.memory.channels(), &[])?,
            ..self.clone()
        })
    }
}
