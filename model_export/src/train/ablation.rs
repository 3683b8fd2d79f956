//! The model with one part removed: what the part is worth.

use reshelf::artifact::{ArtifactError, Memory};
use reshelf::rank::FEATURES;

use super::pack::Parts;

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
    /// Category, brand and price.
    Attributes,
    /// How often an item is seen, and of late.
    Popularity,
    /// The learned head: the weighted sum of vectors and memory is left.
    Head,
}

impl Ablation {
    /// All of them.
    pub const ALL: [Ablation; 7] = [
        Ablation::Memory,
        Ablation::Next,
        Ablation::Vectors,
        Ablation::Revisits,
        Ablation::Attributes,
        Ablation::Popularity,
        Ablation::Head,
    ];

    /// The name in `without-NAME.safetensors`.
    pub fn name(self) -> &'static str {
        match self {
            Ablation::Memory => "memory",
            Ablation::Next => "next",
            Ablation::Vectors => "vectors",
            Ablation::Revisits => "revisits",
            Ablation::Attributes => "attributes",
            Ablation::Popularity => "popularity",
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
            Ablation::Revisits => any(&["seen", "repeat_share", "last_repeats", "carted", "purchased", "returned"]),
            Ablation::Attributes => any(&["category", "department", "brand", "price"]),
            Ablation::Popularity => any(&["popularity", "trend", "last_popularity"]),
            Ablation::Head => false,
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
            _ => {}
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_part_takes_features_and_leaves_others() {
        for part in Ablation::ALL {
            let left = part.kept().iter().filter(|kept| **kept).count();
            assert!(left > 20 && (left < FEATURES.len()) == (part != Ablation::Head), "{}: {left}", part.name());
        }
    }
}
