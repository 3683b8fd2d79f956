//! The features by name, and where they stand: the one table that code, artifacts and heads agree by.

use alloc::string::String;
use alloc::vec::Vec;
use core::ops::Range;
use reshelf_artifact::{ArtifactError, Detail, Feedback, Head};

/// A feature's name, as the artifact lists it.
pub type FeatureName = &'static str;

/// All features, in the order of their columns.
pub const FEATURES: [FeatureName; 45] = [
    // Cosine with the decayed states, and with the session's recent items.
    "state_1",
    "state_2",
    "state_1_to_best",
    "similarity_last",
    "similarity_max",
    "similarity_mean",
    // Other sessions: square roots, since strengths are small and skewed.
    "memory_sum",
    "memory_last",
    "memory_max",
    "memory_next",
    "memory_next_sum",
    "memory_bought",
    "memory_share",
    "memory_best",
    // This session's own items.
    "seen",
    "seen_recency",
    "seen_count",
    "seen_last",
    "seen_second",
    "seen_third",
    "seen_fourth",
    "seen_after_last",
    "seen_distance",
    "carted",
    "purchased",
    "returned",
    "disliked",
    "dwell",
    // What lists showed.
    "shown",
    "skipped",
    // The item itself.
    "popularity",
    "trend",
    "known",
    // Leanings.
    "category",
    "department",
    "brand",
    "price",
    // What the server thinks.
    "server_rank",
    "server_score",
    "server_known",
    // The session.
    "session_length",
    "single_event",
    "repeat_share",
    "last_repeats",
    "last_popularity",
];

/// The first column of each group that is filled together, checked against [`FEATURES`] by a test.
pub(super) mod column {
    pub const STATE: usize = 0;
    pub const STATE_TO_BEST: usize = 2;
    pub const SIMILARITY_LAST: usize = 3;
    pub const MEMORY_SUM: usize = 6;
    pub const MEMORY_SHARE: usize = 12;
    pub const SEEN: usize = 14;
    pub const SEEN_SECOND: usize = 18;
    pub const CARTED: usize = 23;
    pub const DISLIKED: usize = 26;
    pub const SHOWN: usize = 28;
    pub const POPULARITY: usize = 30;
    pub const KNOWN: usize = 32;
    pub const CATEGORY: usize = 33;
    pub const PRICE: usize = 36;
    pub const SERVER_RANK: usize = 37;
    pub const SESSION_LENGTH: usize = 40;
}

/// The columns of what the server says of a candidate and of no other: larger is better. A head may not weigh them the other
/// way round.
pub const SERVER_OPINION: Range<usize> = column::SERVER_RANK..column::SERVER_RANK + 2;

/// The columns of everything that the server says.
pub const OF_SERVER: Range<usize> = column::SERVER_RANK..column::SESSION_LENGTH;

/// The columns of how popular an item is, whoever asks.
pub const OF_POPULARITY: Range<usize> = column::POPULARITY..column::KNOWN;

/// The columns that a session fills, by the way in which it tells of a candidate. Those of no other depend on the session.
pub const WAYS: [Range<usize>; 5] = [
    // Nearness to what was looked at.
    column::STATE..column::MEMORY_SUM,
    // What other sessions had beside it.
    column::MEMORY_SUM..column::SEEN,
    // What was done with the candidate itself, and that it was shown.
    column::SEEN..column::POPULARITY,
    // Leanings: category, brand, price.
    column::CATEGORY..column::SERVER_RANK,
    // The session as a whole.
    column::SESSION_LENGTH..FEATURES.len(),
];

/// The head does not fit the features of this engine.
pub type HeadError = ArtifactError;

/// The features that a head uses, in its order, as columns of a [`super::FeatureMatrix`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeadColumns {
    columns: Vec<u8>,
    /// A bit a column.
    used: u64,
}

impl HeadColumns {
    /// Finds the columns of features by their names.
    ///
    /// # Errors
    /// `artifact.features` for a name that this engine does not know, or that stands there twice.
    #[inline(never)]
    pub fn named(names: &mut dyn Iterator<Item = &str>) -> Result<Self, HeadError> {
        let (mut columns, mut used) = (Vec::new(), 0);
        for (at, name) in names.enumerate() {
            let column = FEATURES.iter().position(|feature| *feature == name).filter(|column| used >> column & 1 == 0);
            let Some(column) = column else { return Err(ArtifactError::Features { at: at as u32 }) };
            columns.push(column as u8);
            used |= 1 << column;
        }
        Ok(HeadColumns { columns, used })
    }

    /// The columns of a head's features.
    ///
    /// # Errors
    /// As [`HeadColumns::named`], and `artifact.shape` where the head's parts disagree.
    pub fn of(head: &Head) -> Result<Self, HeadError> {
        let columns = Self::named(&mut head.features.iter().map(String::as_str))?;
        let (features, hidden) = (columns.columns.len(), head.hidden);
        let fits = head.hidden_weights.len() == hidden * features
            && head.hidden_bias.len() == hidden
            && head.output.len() == hidden
            && head.linear.len() == features;
        if !fits {
            return Err(ArtifactError::Shape { name: "head", detail: Detail::default() });
        }
        Ok(columns)
    }

    /// The columns whose weights a shopper's clicks may move.
    ///
    /// # Errors
    /// As [`HeadColumns::named`], also for a feature that is the server's or the session's: what the server says is never turned
    /// round, and what all candidates share tells them not apart.
    pub fn of_feedback(feedback: &Feedback) -> Result<Self, HeadError> {
        let columns = Self::named(&mut feedback.features.iter().map(String::as_str))?;
        let other = columns.columns().position(|column| column >= SERVER_OPINION.start);
        other.map_or(Ok(columns), |at| Err(ArtifactError::Features { at: at as u32 }))
    }

    /// The column of one of the head's features, by its place in the head.
    pub fn column(&self, at: usize) -> usize {
        self.columns.get(at).map_or(0, |&column| usize::from(column))
    }

    /// Every column there is: what a head is trained on.
    pub fn all() -> Self {
        HeadColumns { columns: (0..FEATURES.len() as u8).collect(), used: (1 << FEATURES.len()) - 1 }
    }

    /// The columns, in the head's order.
    pub fn columns(&self) -> impl Iterator<Item = usize> + '_ {
        self.columns.iter().map(|&column| usize::from(column))
    }

    /// Those by which the head tells candidates apart whatever the server says of them.
    pub(super) fn own(&self) -> impl Iterator<Item = usize> + '_ {
        self.columns().filter(|&column| column < SERVER_OPINION.start)
    }

    /// Whether the head uses any of these columns.
    pub(super) fn use_any(&self, columns: Range<usize>) -> bool {
        let bits = |below: usize| (1u64 << below) - 1;
        self.used & (bits(columns.end) & !bits(columns.start)) != 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_stand_where_their_names_do() {
        let at = |name: &str| FEATURES.iter().position(|feature| *feature == name);
        for (column, name) in [
            (column::STATE, "state_1"),
            (column::STATE_TO_BEST, "state_1_to_best"),
            (column::SIMILARITY_LAST, "similarity_last"),
            (column::MEMORY_SUM, "memory_sum"),
            (column::MEMORY_SHARE, "memory_share"),
            (column::SEEN, "seen"),
            (column::SEEN_SECOND, "seen_second"),
            (column::CARTED, "carted"),
            (column::DISLIKED, "disliked"),
            (column::SHOWN, "shown"),
            (column::POPULARITY, "popularity"),
            (column::KNOWN, "known"),
            (column::CATEGORY, "category"),
            (column::PRICE, "price"),
            (column::SERVER_RANK, "server_rank"),
            (column::SESSION_LENGTH, "session_length"),
        ] {
            assert_eq!(at(name), Some(column), "{name}");
        }
        assert_eq!(FEATURES[SERVER_OPINION], ["server_rank", "server_score"]);
        assert_eq!(FEATURES[OF_SERVER], ["server_rank", "server_score", "server_known"]);
        assert_eq!(FEATURES[OF_POPULARITY], ["popularity", "trend"]);
        // What follows is the same for all candidates of a list.
        assert_eq!(FEATURES[SERVER_OPINION.end], "server_known");
        assert_eq!(SERVER_OPINION.end + 1, column::SESSION_LENGTH);
    }

    #[test]
    fn every_column_but_known_is_of_one_group() {
        let mut columns: Vec<usize> = WAYS.into_iter().chain([OF_SERVER, OF_POPULARITY]).flatten().collect();
        columns.push(column::KNOWN);
        columns.sort_unstable();
        assert!(columns.into_iter().eq(0..FEATURES.len()));
    }

    #[test]
    fn what_the_server_says_is_not_learned() {
        let of = |name: &str| {
            let (bounds, precision) = (vec![1.0], vec![1.0]);
            HeadColumns::of_feedback(&Feedback { features: vec![name.into()], bounds, precision })
        };
        assert!(of("server_rank").is_err() && of("session_length").is_err() && of("nothing").is_err());
        assert!(of("popularity").is_ok());
    }
}
