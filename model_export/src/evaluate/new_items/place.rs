//! Where a target stands among candidates of which some are as good.

use crate::metrics::Measures;

/// The place of a target. Items that are described alike tie; any order of them is as likely, and what it is worth is the mean
/// over all, so that no method gains by the order in which a catalogue is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// How many stand before it.
    pub before: usize,
    /// How many stand with it, itself among them.
    pub tied: usize,
}

impl Place {
    /// The place of one of some scores, the highest first.
    pub fn of<T: PartialOrd>(scores: &[T], target: usize) -> Place {
        let own = &scores[target];
        let before = scores.iter().filter(|score| *score > own).count();
        Place { before, tied: scores.iter().filter(|score| *score == own).count().max(1) }
    }

    /// Expected recall, reciprocal rank and NDCG within `k` places.
    pub fn measures(self, k: usize) -> [f64; 3] {
        let mut sums = [0.0; 3];
        for rank in self.before..(self.before + self.tied).min(k) {
            let of_one = Measures::of_one(Some(rank), k);
            sums.iter_mut().zip([of_one.recall, of_one.mrr, of_one.ndcg]).for_each(|(sum, value)| *sum += value);
        }
        sums.map(|sum| sum / self.tied as f64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn ties_are_worth_the_mean_of_their_places() {
        let place = Place::of(&[3.0, 1.0, 2.0, 2.0, 2.0, 0.0], 3);
        assert_eq!(place, Place { before: 1, tied: 3 });
        let [recall, mrr, _] = place.measures(3);
        assert!((recall - 2.0 / 3.0).abs() < 1e-12 && (mrr - (1.0 / 2.0 + 1.0 / 3.0) / 3.0).abs() < 1e-12);
        assert_eq!(Place::of(&[1.0, 2.0], 1).measures(1), [1.0; 3]);
        assert_eq!(Place::of(&[1.0, 2.0], 0).measures(1), [0.0; 3]);
        // What nothing is known of ties with itself at least.
        assert_eq!(Place::of(&[f32::NAN, 1.0], 0).tied, 1);
    }

    proptest! {
        #[test]
        fn all_targets_together_fill_the_places_whatever_ties(scores in prop::collection::vec(0u8..5, 1..40), k in 1usize..50) {
            let sums = (0..scores.len()).map(|target| Place::of(&scores, target).measures(k));
            let [recall, mrr] = sums.fold([0.0; 2], |[recall, mrr], [r, m, _]| [recall + r, mrr + m]);
            let filled = k.min(scores.len());
            prop_assert!((recall - filled as f64).abs() < 1e-9);
            prop_assert!((mrr - (1..=filled).map(|place| 1.0 / place as f64).sum::<f64>()).abs() < 1e-9);
        }
    }
}
