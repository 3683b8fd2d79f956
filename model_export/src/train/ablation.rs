//! The model with one part removed: what the part is worth.

use core::str::FromStr;

use reshelf::artifact::{ArtifactError, EventKind, Memory};
use reshelf::rank::FEATURES;

use super::pack::Parts;
use crate::data::SessionLog;

/// A part that can be removed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ablation {
    /// What other sessions say, all of it.
    Memory,
    /// What directly followed, as a signal of its own.
    Next,
    /// Item vectors.
    Vectors,
    /// What the session did with the item itself.
    Revisits,
    /// How many events ago the item was last in the session, beyond the newest few.
    Distance,
    /// Category, brand and price.
    Attributes,
    /// How often an item is seen, and of late.
    Popularity,
    /// What is learned of kinds of events: all weigh the same and fade alike.
    Kinds,
    /// How long items were looked at.
    Dwell,
    /// What lists showed, what was passed over, and what clicks in lists make of the head.
    Skips,
    /// All that is told beside the events: dwells, impressions, skips, searches, returns and dislikes.
    Signals,
    /// What a shopper's own clicks in lists make of the head.
    Feedback,
    /// The learned head: the weighted sum of vectors and memory is left.
    Head,
}

impl Ablation {
    /// All of them.
    pub const ALL: [Ablation; 13] = [
        Ablation::Memory,
        Ablation::Next,
        Ablation::Vectors,
        Ablation::Revisits,
        Ablation::Distance,
        Ablation::Attributes,
        Ablation::Popularity,
        Ablation::Kinds,
        Ablation::Dwell,
        Ablation::Skips,
        Ablation::Signals,
        Ablation::Feedback,
        Ablation::Head,
    ];

    /// The name in `without-NAME.safetensors`.
    pub fn name(self) -> &'static str {
        match self {
            Ablation::Memory => "memory",
            Ablation::Next => "next",
            Ablation::Vectors => "vectors",
            Ablation::Revisits => "revisits",
            Ablation::Distance => "distance",
            Ablation::Attributes => "attributes",
            Ablation::Popularity => "popularity",
            Ablation::Kinds => "kinds",
            Ablation::Dwell => "dwell",
            Ablation::Skips => "skips",
            Ablation::Signals => "signals",
            Ablation::Feedback => "feedback",
            Ablation::Head => "head",
        }
    }

    /// Whether a feature goes with the part, by the first words of its name.
    fn takes(self, feature: &str) -> bool {
        let any = |beginnings: &[&str]| beginnings.iter().any(|beginning| feature.starts_with(beginning));
        match self {
            Ablation::Memory => any(&["memory_"]),
            Ablation::Next => any(&["memory_next"]),
            Ablation::Vectors => any(&["state_", "similarity_"]),
            Ablation::Revisits => any(&["seen", "repeat_share", "last_repeats", "carted", "purchased"]),
            Ablation::Distance => any(&["seen_distance"]),
            Ablation::Attributes => any(&["category", "department", "brand", "price"]),
            Ablation::Popularity => any(&["popularity", "trend", "last_popularity"]),
            Ablation::Dwell => any(&["dwell"]),
            Ablation::Skips => any(&["shown", "skipped"]),
            Ablation::Signals => any(&["dwell", "shown", "skipped", "returned", "disliked"]),
            Ablation::Kinds | Ablation::Feedback | Ablation::Head => false,
        }
    }

    /// Whether a log tells of the part at all: without, the model is the whole one.
    pub(super) fn is_in(self, log: &SessionLog) -> bool {
        let told = |kind: EventKind| log.signals.count(kind) > 0;
        match self {
            Ablation::Kinds => log.kinds.iter().any(|kind| *kind != log.kinds[0]),
            Ablation::Dwell => told(EventKind::Dwell),
            Ablation::Skips => told(EventKind::Impression) || told(EventKind::Skip),
            Ablation::Feedback => told(EventKind::Impression),
            Ablation::Signals => !log.signals.is_empty(),
            _ => true,
        }
    }

    /// Which features are left.
    pub(super) fn kept(self) -> Vec<bool> {
        FEATURES.iter().map(|feature| !self.takes(feature)).collect()
    }

    /// Removes the part from what the short list is made of; the features are the head's affair.
    ///
    /// # Errors
    /// None that removing can cause; the parts are checked as those of any artifact.
    pub(super) fn remove_from(self, parts: &mut Parts) -> Result<(), ArtifactError> {
        match self {
            Ablation::Memory => {
                (parts.retrieval.state, parts.retrieval.memory) = (1.0, 0.0);
                parts.memory = Memory::exact(1, &vec![Vec::new(); parts.ids.len()])?;
            }
            Ablation::Vectors => parts.retrieval.state = 0.0,
            Ablation::Dwell => parts.vectors.events.forget_dwells(),
            Ablation::Skips | Ablation::Feedback | Ablation::Head => parts.feedback = None,
            Ablation::Signals => {
                parts.feedback = None;
                parts.vectors.events.forget_dwells();
                parts.vectors.events.forget_signals();
            }
            _ => {}
        }
        Ok(())
    }
}

impl FromStr for Ablation {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let names = || Ablation::ALL.map(Ablation::name).join(", ");
        Ablation::ALL
            .into_iter()
            .find(|part| part.name() == text)
            .ok_or_else(|| format!("one of {} is needed", names()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_known_by_its_name() {
        assert!(Ablation::ALL.iter().all(|part| part.name().parse() == Ok(*part)));
        assert!("brain".parse::<Ablation>().is_err_and(|error| error.contains("memory, next, ")));
    }

    #[test]
    fn every_part_takes_features_and_leaves_others() {
        for part in Ablation::ALL {
            let left = part.kept().iter().filter(|kept| **kept).count();
            let takes_none = [Ablation::Head, Ablation::Kinds, Ablation::Feedback].contains(&part);
            assert!(left > 20 && (left == FEATURES.len()) == takes_none, "{}: {left}", part.name());
        }
    }
}
